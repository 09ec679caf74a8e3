// Resampling with replacement (Efron 1979), for figures without a formula: request failures come in clusters, and repair times
// have long tails. Whole blocks are drawn, so that related failures stay together (Künsch 1989, with blocks that do not overlap).

import SplitMix

/// How an interval is made by resampling.
public struct Bootstrap: Hashable, Sendable {
    /// The number of resamples.
    public let resamples: Int
    /// The seed of the random draws; the same seed gives the same interval.
    public let seed: UInt64

    /// By default 10,000 resamples.
    public init(resamples: Int = 10_000, seed: UInt64 = 1) {
        precondition(resamples >= 1, "there is at least one resample")
        self.resamples = resamples
        self.seed = seed
    }

    /// The interval of Σ part / Σ whole over blocks, by percentiles; nil if no block has a whole or there are fewer than two.
    ///
    /// Cost: resamples × blocks draws, about a second for 30 days of minutes.
    public func ratio(of blocks: [(part: Int64, whole: Int64)], confidence: Double) -> Interval? {
        guard blocks.count >= 2, blocks.contains(where: { $0.whole > 0 }) else { return nil }
        var generator = SplitMix64(seed: seed)
        var ratios: [Double] = []
        ratios.reserveCapacity(resamples)
        for _ in 0..<resamples {
            var part: Int64 = 0
            var whole: Int64 = 0
            for _ in blocks.indices {
                let block = blocks[generator.below(blocks.count)]
                part &+= block.part
                whole &+= block.whole
            }
            // A resample of empty blocks only has no ratio.
            if whole > 0 { ratios.append(Double(part) / Double(whole)) }
        }
        return Self.percentiles(ratios, confidence)
    }

    /// The interval of the mean of some values, by percentiles; nil for fewer than two.
    ///
    /// The order of the values does not matter.
    public func mean(of values: [Int64], confidence: Double) -> Interval? {
        ratio(of: values.sorted().map { ($0, 1) }, confidence: confidence)
    }

    private static func percentiles(_ values: [Double], _ confidence: Double) -> Interval? {
        guard !values.isEmpty else { return nil }
        let sorted = values.sorted()
        let tail = (1 - confidence) / 2
        func at(_ share: Double) -> Double {
            sorted[min(max(Int((share * Double(sorted.count)).rounded(.down)), 0), sorted.count - 1)]
        }
        return Interval(lower: at(tail), upper: at(1 - tail))
    }
}
