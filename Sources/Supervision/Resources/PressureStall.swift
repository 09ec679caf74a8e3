/// Pressure stall information: how much time tasks spent waiting for a resource.
///
/// Source: the kernel's documentation, accounting/psi. One of `/proc/pressure/cpu`, `io` and `memory`, or a cgroup's
/// `*.pressure`.
public struct PressureStall: Hashable, Sendable {
    /// The time in which at least one task waited; nil where the line is missing.
    public let some: Averages?
    /// The time in which all tasks that had work waited; nil where the line is missing.
    public let full: Averages?

    /// Shares of time, in percent, and a total.
    public struct Averages: Hashable, Sendable {
        /// Over the last ten seconds.
        public let avg10: Double
        /// Over the last minute.
        public let avg60: Double
        /// Over the last five minutes.
        public let avg300: Double
        /// Since the start of the machine.
        public let total: Duration
    }

    /// Parses the file's text; nil where both lines are missing.
    public init?(_ text: String) {
        let lines = text.split(whereSeparator: \.isNewline).map { $0.split(separator: " ") }
        some = lines.first { $0.first == "some" }.flatMap(Self.averages)
        full = lines.first { $0.first == "full" }.flatMap(Self.averages)
        if some == nil, full == nil { return nil }
    }

    private static func averages(_ words: [Substring]) -> Averages? {
        var values: [Substring: Substring] = [:]
        for word in words.dropFirst() {
            let parts = word.split(separator: "=", maxSplits: 1)
            if parts.count == 2 { values[parts[0]] = parts[1] }
        }
        guard let avg10 = values["avg10"].flatMap({ Double($0) }),
            let avg60 = values["avg60"].flatMap({ Double($0) }),
            let avg300 = values["avg300"].flatMap({ Double($0) }),
            let total = values["total"].flatMap({ Int64($0) })
        else { return nil }
        return Averages(avg10: avg10, avg60: avg60, avg300: avg300, total: .microseconds(total))
    }
}
