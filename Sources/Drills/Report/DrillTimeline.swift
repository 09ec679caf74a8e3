/// Figures of a drill's operations, over any period.
struct DrillTimeline {
    /// Ordered by intended start.
    private let operations: [DrillOperation]

    /// A second with a smaller share of successes counts as unavailable.
    private static let leastSuccess = 0.99
    /// A second with a slower 99th percentile counts as unavailable.
    private static let slowest: Int64 = 2_000_000_000
    private static let second: Int64 = 1_000_000_000

    init(_ operations: [DrillOperation]) {
        self.operations = operations.sorted { $0.due < $1.due }
    }

    /// The figures of operations with an intended start in a period.
    func stretch(from start: Int64, to end: Int64) -> DrillReport.Stretch {
        let wanted = operations(from: start, to: end)
        let failed = wanted.filter { $0.outcome != .done }
        let latencies = wanted.map(\.latency).sorted()
        return DrillReport.Stretch(
            seconds: Double(end - start) / 1e9,
            operations: wanted.count,
            purchases: wanted.count { $0.isPurchase },
            errors: failed.count,
            failedPurchases: failed.count { $0.isPurchase },
            refused: failed.count { $0.outcome == .refused },
            masked: wanted.count { $0.outcome == .done && $0.attempts > 1 },
            unavailableSeconds: unavailableSeconds(from: start, to: end).count,
            p50: Self.milliseconds(Self.percentile(latencies, 0.5)),
            p99: Self.milliseconds(Self.percentile(latencies, 0.99)),
            longest: Self.milliseconds(latencies.last ?? 0)
        )
    }

    /// Some operations in words: the first that failed, the first that was repeated, and the slowest.
    ///
    /// Times count from `start`.
    func stories(from start: Int64, to end: Int64, most: Int) -> [String] {
        let wanted = operations(from: start, to: end)
        let failed = wanted.filter { $0.outcome != .done }.prefix(most)
        let masked = wanted.filter { $0.outcome == .done && $0.attempts > 1 }.prefix(most)
        let slowest = wanted.filter { $0.outcome == .done }.max { $0.latency < $1.latency }
        return (failed + masked + [slowest].compactMap(\.self)).map { Self.story($0, from: start) }
    }

    private static func story(_ operation: DrillOperation, from start: Int64) -> String {
        func seconds(_ nanoseconds: Int64) -> String { DrillReport.seconds(Double(nanoseconds) / 1e9) + " s" }
        let attempts = operation.failures.map { failure in
            let what = failure.status == 0 ? "no answer" : "\(failure.status)"
            return "\(what) at \(seconds(failure.ended - start)) after \(seconds(failure.took))"
        }
        let what = "a \(operation.isPurchase ? "purchase" : "read") wanted at \(seconds(operation.due - start))"
        let end = operation.outcome == .done ? ["done after \(seconds(operation.latency))"] : []
        return "\(what): \((attempts + end).joined(separator: ", then "))"
    }

    /// The operations with an intended start in a period.
    func operations(from start: Int64, to end: Int64) -> [DrillOperation] {
        operations.filter { $0.due >= start && $0.due < end }
    }

    /// The seconds, counted from `start`, in which the shop was unavailable; seconds without operations are not among them.
    func unavailableSeconds(from start: Int64, to end: Int64) -> [Int] {
        var buckets: [Int: [DrillOperation]] = [:]
        for operation in operations(from: start, to: end) {
            buckets[Int((operation.due - start) / Self.second), default: []].append(operation)
        }
        return buckets.filter { _, bucket in
            let done = bucket.count { $0.outcome == .done }
            if Double(done) < Self.leastSuccess * Double(bucket.count) { return true }
            return Self.percentile(bucket.map(\.latency).sorted(), 0.99) > Self.slowest
        }.keys.sorted()
    }

    /// Successful operations in each second from `start` on: the goodput.
    func doneBySecond(from start: Int64, to end: Int64) -> [Int] {
        var counts = Array(repeating: 0, count: max(0, Int((end - start) / Self.second)))
        for operation in operations where operation.outcome == .done && operation.ended >= start {
            let second = Int((operation.ended - start) / Self.second)
            if second < counts.count { counts[second] += 1 }
        }
        return counts
    }

    /// The smallest value that at least this share of the values does not exceed; 0 of none.
    static func percentile(_ sorted: [Int64], _ share: Double) -> Int64 {
        guard !sorted.isEmpty else { return 0 }
        return sorted[min(sorted.count - 1, max(0, Int((Double(sorted.count) * share).rounded(.up)) - 1))]
    }

    private static func milliseconds(_ nanoseconds: Int64) -> Double { Double(nanoseconds) / 1e6 }
}
