/// The durations of one service's incidents, in steps that grow.
struct RepairTimeChart {
    /// The upper limit of each step in seconds, with the step's name.
    private static let steps: [(below: Double, name: String)] = [
        (60, "< 1 min"), (120, "1–2 min"), (300, "2–5 min"), (600, "5–10 min"), (1_200, "10–20 min"),
        (3_600, "20–60 min"), (7_200, "1–2 h"), (21_600, "2–6 h"), (86_400, "6–24 h"), (.infinity, "≥ 1 d"),
    ]
    private static let left = 20.0
    private static let right = 880.0
    private static let height = 110.0
    private static let top = 22.0

    private let id: String
    private let service: String
    private let counts: [Int]

    /// Nil for a service without an incident.
    init?(_ part: ServiceAvailability, id: String) {
        guard !part.incidents.isEmpty else { return nil }
        var counts = Array(repeating: 0, count: Self.steps.count)
        for incident in part.incidents {
            let seconds = Double(incident.milliseconds(within: part.window)) / 1000
            if let step = Self.steps.firstIndex(where: { seconds < $0.below }) { counts[step] += 1 }
        }
        self.id = id
        self.counts = counts
        service = part.service
    }

    var drawing: Drawing {
        let filled = zip(Self.steps, counts).filter { $1 > 0 }
        var drawing = Drawing(
            id: id,
            height: Self.top + Self.height + 24,
            title: "Repair times of \(service)",
            summary: filled.map { "\($0.name): \($1)" }.joined(separator: "; ")
        )
        let most = Double(counts.max() ?? 1)
        let width = (Self.right - Self.left) / Double(counts.count)
        let bottom = Self.top + Self.height
        drawing.line("grid", Self.left, bottom, Self.right, bottom)
        for (place, count) in counts.enumerated() {
            let x = Self.left + width * Double(place)
            let size = Self.height * Double(count) / most
            if count > 0 {
                drawing.rectangle("bar", x: x + 6, y: bottom - size, width: width - 12, height: size)
                drawing.text("middle", x + width / 2, bottom - size - 5, "\(count)")
            }
            drawing.text("middle", x + width / 2, bottom + 18, Self.steps[place].name)
        }
        return drawing
    }
}
