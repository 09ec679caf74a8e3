import Foundation

/// A chart of each service's availability with its interval, on a scale of nines.
struct AvailabilityChart {
    private static let left = 190.0
    private static let right = 860.0
    private static let rowHeight = 26.0
    private static let top = 10.0

    private let services: [ServiceAvailability]
    /// The range of the scale in nines.
    private let nines: ClosedRange<Double>

    /// Nil where no service has a figure.
    init?(_ services: [ServiceAvailability]) {
        let shown = services.filter { $0.figures.availability.value != nil }
        guard !shown.isEmpty else { return nil }
        self.services = shown
        let values = shown.flatMap { part in
            [part.figures.availability.value, part.figures.availability.lower, part.figures.availability.upper]
        }.compactMap { $0 }.map(Self.nines)
        let low = (values.min() ?? 0).rounded(.down)
        nines = low...max((values.max() ?? 0).rounded(.up), low + 1)
    }

    /// The number of nines: 1 for 90 %, 2 for 99 %; at most 9, so that 100 % can be drawn too.
    private static func nines(_ availability: Double) -> Double {
        min(-log10(max(1 - availability, 1e-9)), 9)
    }

    private func x(_ nines: Double) -> Double {
        Self.left + (Self.right - Self.left) * (nines - self.nines.lowerBound)
            / (self.nines.upperBound - self.nines.lowerBound)
    }

    var drawing: Drawing {
        let bottom = Self.top + Self.rowHeight * Double(services.count)
        var drawing = Drawing(
            id: "availability",
            height: bottom + 28,
            title: "Availability with its interval",
            summary: services.map { "\($0.service): \(Self.words($0))" }.joined(separator: "; ")
        )
        for tick in Int(nines.lowerBound)...Int(nines.upperBound) {
            let x = x(Double(tick))
            drawing.line("grid", x, Self.top, x, bottom)
            drawing.text("middle", x, bottom + 18, Self.label(nines: tick))
        }
        for (row, part) in services.enumerated() {
            let y = Self.top + Self.rowHeight * (Double(row) + 0.5)
            let figure = part.figures.availability
            drawing.text("last", Self.left - 8, y + 4, Drawing.label(part.service))
            if let lower = figure.lower, let upper = figure.upper {
                let (from, to) = (x(Self.nines(lower)), x(Self.nines(upper)))
                drawing.line("interval", from, y, to, y)
                drawing.line("interval", from, y - 5, from, y + 5)
                drawing.line("interval", to, y - 5, to, y + 5)
            }
            if let value = figure.value {
                drawing.dot("value", x(Self.nines(value)), y, title: "\(part.service): \(Self.words(part))")
            }
        }
        return drawing
    }

    private static func words(_ part: ServiceAvailability) -> String {
        FigureText.estimate(part.figures.availability, FigureText.share)
    }

    private static func label(nines: Int) -> String {
        switch nines {
        case 0: "0 %"
        case 1: "90 %"
        case 2: "99 %"
        default: "99." + String(repeating: "9", count: nines - 2) + " %"
        }
    }
}
