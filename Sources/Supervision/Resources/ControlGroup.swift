/// Parsers for the files of a control group, version 2 (kernel documentation, admin-guide/cgroup-v2).
public enum ControlGroup {
    /// A limit, such as `memory.max`.
    public enum Limit: Hashable, Sendable {
        /// This many bytes.
        case bytes(Int64)
        /// `max`.
        case unlimited
    }

    /// Parses `memory.max`; nil where the text is not valid.
    public static func memoryMax(_ text: String) -> Limit? {
        let word = text.trimmingSpace
        if word == "max" { return .unlimited }
        return count(word).map { .bytes($0) }
    }

    /// Parses `memory.current`, in bytes; nil where the text is not valid.
    public static func memoryCurrent(_ text: String) -> Int64? {
        count(text.trimmingSpace)
    }

    /// The processor use of a group's tasks (`cpu.stat`); missing values are nil.
    public struct CPUStat: Hashable, Sendable {
        /// Processor time.
        public let usage: Duration?
        /// Enforcement periods that have passed; 0 without a limit.
        public let periods: Int64?
        /// Enforcement periods in which the group was throttled.
        public let throttledPeriods: Int64?
        /// Total time for which the group was throttled.
        public let throttled: Duration?

        /// Parses the file's text.
        public init(_ text: String) {
            let values = KeyedLines(text)
            usage = values.count("usage_usec").map { .microseconds($0) }
            periods = values.count("nr_periods")
            throttledPeriods = values.count("nr_throttled")
            throttled = values.count("throttled_usec").map { .microseconds($0) }
        }
    }

    private static func count(_ text: Substring) -> Int64? {
        Int64(text).flatMap { $0 >= 0 ? $0 : nil }
    }
}

/// Lines of a name and a number, separated by spaces, tabs and an optional colon.
struct KeyedLines {
    private var values: [Substring: [Substring]] = [:]

    init(_ text: String) {
        for line in text.split(whereSeparator: \.isNewline) {
            let words = line.split { $0 == " " || $0 == "\t" || $0 == ":" }
            if let name = words.first { values[name] = Array(words.dropFirst()) }
        }
    }

    /// The number after a name; nil where there is none, or it is negative.
    func count(_ name: String) -> Int64? {
        values[name[...]]?.first.flatMap { Int64($0) }.flatMap { $0 >= 0 ? $0 : nil }
    }

    /// The number of kB after a name, in bytes.
    func kilobytes(_ name: String) -> Int64? {
        guard values[name[...]]?.dropFirst().first == "kB", let count = count(name) else { return nil }
        let (bytes, overflow) = count.multipliedReportingOverflow(by: 1024)
        return overflow ? nil : bytes
    }
}

extension String {
    /// The text without the white space around it.
    var trimmingSpace: Substring {
        let start = self.drop { $0.isWhitespace }
        guard let last = start.lastIndex(where: { !$0.isWhitespace }) else { return start.prefix(0) }
        return start[...last]
    }
}
