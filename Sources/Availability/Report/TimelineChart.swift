/// A chart of the times at which each service was down: a row for each, its window lightly filled, its incidents dark.
struct TimelineChart {
    private static let left = 190.0
    private static let right = 880.0
    private static let rowHeight = 26.0
    private static let top = 10.0

    private let services: [ServiceAvailability]
    private let from: Double
    private let span: Double

    /// Nil where the window has no length.
    init?(_ services: [ServiceAvailability]) {
        guard let from = services.map(\.window.from).min(), let to = services.map(\.window.to).max(), from < to else {
            return nil
        }
        self.services = services
        self.from = Double(from.milliseconds)
        span = Double(from.milliseconds(to: to))
    }

    private func x(_ moment: Timestamp) -> Double {
        Self.left + (Self.right - Self.left) * (Double(moment.milliseconds) - from) / span
    }

    var drawing: Drawing {
        let bottom = Self.top + Self.rowHeight * Double(services.count)
        var drawing = Drawing(
            id: "timeline",
            height: bottom + 28,
            title: "Outages over time",
            summary: services.map { "\($0.service): \($0.incidents.count) incidents" }.joined(separator: "; ")
        )
        for tick in 0...4 {
            let x = Self.left + (Self.right - Self.left) * Double(tick) / 4
            let moment = Timestamp(milliseconds: Int64(from + span * Double(tick) / 4))
            drawing.line("grid", x, Self.top, x, bottom)
            drawing.text(tick == 0 ? "first" : tick == 4 ? "last" : "middle", x, bottom + 18, label(moment))
        }
        for (row, part) in services.enumerated() {
            let y = Self.top + Self.rowHeight * Double(row)
            drawing.text("last", Self.left - 8, y + 17, Drawing.label(part.service))
            let (start, end) = (x(part.window.from), x(part.window.to))
            drawing.rectangle("window", x: start, y: y + 4, width: max(end - start, 1), height: Self.rowHeight - 8)
            for incident in part.incidents {
                let start = x(max(incident.start, part.window.from))
                let end = x(min(incident.recovered ?? part.window.to, part.window.to))
                // One pixel at least, so that a minute in a year stays visible.
                drawing.rectangle(
                    "down",
                    x: start,
                    y: y + 4,
                    width: max(end - start, 1),
                    height: Self.rowHeight - 8,
                    title: title(incident, in: part.window)
                )
            }
        }
        return drawing
    }

    /// A date; with the time of day where the whole chart is shorter than a week.
    private func label(_ moment: Timestamp) -> String {
        String(moment.description.prefix(span < 7 * 86_400_000 ? 16 : 10)).replacing("T", with: " ")
    }

    private func title(_ incident: Incident, in window: TimeWindow) -> String {
        let seconds = Double(incident.milliseconds(within: window)) / 1000
        return "\(incident.service): \(incident.start.briefText) to \(incident.recovered?.briefText ?? "now"), "
            + FigureText.length(seconds)
    }
}
