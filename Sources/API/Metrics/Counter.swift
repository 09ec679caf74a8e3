import Synchronization

/// A number that only grows.
///
/// Thread-safe, without locks.
public final class Counter: Sendable {
    private let value = Atomic<Int>(0)

    /// Zero.
    public init() {}

    /// Adds to it.
    public func add(_ count: Int = 1) {
        value.add(count, ordering: .relaxed)
    }

    /// The current value.
    public var total: Int { value.load(ordering: .relaxed) }
}

/// A Prometheus histogram.
///
/// Thread-safe, without locks.
public final class Histogram: Sendable {
    /// Upper bounds of the ranges, in seconds or units.
    public let bounds: [Double]
    private let counters: [Counter]
    private let sum = Counter()
    private let scale: Double

    /// - Parameters:
    ///   - bounds: upper bounds, ascending.
    ///   - scale: the resolution of the sum, in parts of one.
    public init(bounds: [Double], scale: Double = 1e9) {
        self.bounds = bounds
        self.scale = scale
        counters = (0...bounds.count).map { _ in Counter() }
    }

    /// Bounds for the latency of requests and commits: half a millisecond to ten seconds.
    public static let timeBounds = [
        0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10,
    ]

    /// Counts a value.
    public func record(_ value: Double) {
        let index = bounds.firstIndex { value <= $0 } ?? bounds.count
        counters[index].add()
        sum.add(Int(value * scale))
    }

    /// Writes its lines in Prometheus' text format.
    func write(_ name: String, labels: String, to text: inout String) {
        var count = 0
        let separator = labels.isEmpty ? "" : ","
        for (index, counter) in counters.enumerated() {
            count += counter.total
            let bound = index < bounds.count ? "\(bounds[index])" : "+Inf"
            text += "\(name)_bucket{\(labels)\(separator)le=\"\(bound)\"} \(count)\n"
        }
        let braces = labels.isEmpty ? "" : "{\(labels)}"
        text += "\(name)_sum\(braces) \(Double(sum.total) / scale)\n"
        text += "\(name)_count\(braces) \(count)\n"
    }
}
