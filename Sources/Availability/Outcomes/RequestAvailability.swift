// Availability by request. Requests fail in clusters, so a formula for independent trials gives an interval that is too narrow.
// The main interval therefore resamples whole minutes. Without any failure there is nothing to resample: then the exact interval
// of Clopper and Pearson says what this number of successes proves.

/// The share of requests that ended well.
public struct RequestAvailability: Hashable, Sendable, Codable {
    /// Good requests.
    public let good: Int64
    /// Bad requests.
    public let bad: Int64
    /// Requests that do not count.
    public let excluded: Int64
    /// The share of good requests, with an interval by resampling minutes.
    public let ratio: Estimate
    /// The interval of Clopper and Pearson, correct only if requests fail independently.
    public let ifIndependent: Estimate

    /// The length of a block that is resampled as a whole.
    public static let blockMilliseconds: Int64 = 60_000

    /// The share of good requests in a series.
    ///
    /// Cost: resamples × minutes, about a second for 30 days at 10,000.
    public init(_ series: OutcomeSeries, confidence: Double = 0.9, bootstrap: Bootstrap = Bootstrap()) {
        var blocks: [Int64: (part: Int64, whole: Int64)] = [:]
        var good: Int64 = 0
        var bad: Int64 = 0
        var excluded: Int64 = 0
        for case let bucket? in series.buckets {
            good += bucket.good
            bad += bucket.bad
            excluded += bucket.excluded
            let block = series.window.from.milliseconds(to: bucket.start) / Self.blockMilliseconds
            let sum = blocks[block] ?? (0, 0)
            blocks[block] = (sum.part + bucket.good, sum.whole + bucket.counted)
        }
        self.good = good
        self.bad = bad
        self.excluded = excluded
        let total = good + bad
        let value = total > 0 ? Double(good) / Double(total) : nil
        let failures = ExactIntervals.share(bad, of: total, confidence: confidence)
        // Computed from the failures: a share close to 0 keeps its digits.
        let exact = failures.map { Interval(lower: $0.upper.map { 1 - $0 }, upper: $0.lower.map { 1 - $0 }) }
        ifIndependent = Estimate(value, exact)
        let inOrder = blocks.sorted { $0.key < $1.key }.map(\.value)
        let resampled = bad > 0 ? bootstrap.ratio(of: inOrder, confidence: confidence) : exact
        ratio = Estimate(value, resampled)
    }
}
