import ForeignFiles

/// One line about the progress of a task: amount, rate, remaining time.
package struct ProgressLine: CustomStringConvertible, Sendable {
    /// What is being done, a word or two.
    package var label: String
    /// Pieces done.
    package var done: Int
    /// Pieces in all.
    package var total: Int
    /// Seconds since the beginning.
    package var elapsed: Double
    /// Pieces a second, recently.
    package var rate: Double

    /// Makes a line from counts and seconds.
    package init(label: String, done: Int, total: Int, elapsed: Double, rate: Double) {
        self.label = label
        self.done = done
        self.total = total
        self.elapsed = elapsed
        self.rate = rate
    }

    /// The line as people read it: `replay 12,000/28,000 (42 %) 6,000/s, 3 s left`.
    package var description: String {
        let percent = total > 0 ? min(100, done * 100 / total) : 100
        let counts = "\(label) \(ExactDecimal.group(String(done)))/\(ExactDecimal.group(String(total)))"
        let speed = rate >= 10 ? ExactDecimal.group(String(Int(rate.rounded()))) : tenths(rate)
        return "\(counts) (\(percent) %) \(speed)/s, \(remaining)"
    }

    private var remaining: String {
        guard done < total else { return "\(span(elapsed)) in all" }
        guard rate > 0 else { return "time left unknown" }
        return "\(span(Double(total - done) / rate)) left"
    }

    private func tenths(_ value: Double) -> String {
        let scaled = Int((value * 10).rounded())
        return "\(scaled / 10).\(scaled % 10)"
    }

    private func span(_ seconds: Double) -> String {
        guard seconds < 1e9 else { return "years" }
        let whole = Int(seconds.rounded(.up))
        if whole < 60 { return "\(whole) s" }
        if whole < 3600 { return "\(whole / 60) min \(whole % 60) s" }
        return "\(whole / 3600) h \(whole % 3600 / 60) min"
    }
}

/// The rate over the last few readings, so that a pause shows at once and does not distort the estimate for ever.
struct RecentRate {
    private static let readingsMax = 6
    private var readings: [(count: Int, at: Double)] = [(0, 0)]

    mutating func note(count: Int, at seconds: Double) {
        readings.append((count, seconds))
        if readings.count > Self.readingsMax { readings.removeFirst() }
    }

    var perSecond: Double {
        guard let first = readings.first, let last = readings.last, last.at > first.at else { return 0 }
        return Double(last.count - first.count) / (last.at - first.at)
    }
}
