/// The medians and ratios of loads that ran in turn, each compared with the first.
///
/// Loads of one round ran within seconds of each other, so the spread of the ratios within rounds shows the machine's noise,
/// while the ratio of the medians is the result.
struct BenchComparison {
    /// One load's figures.
    struct Entry: Hashable {
        var median: Double
        var ratio: Double
        var ratioMin: Double
        var ratioMax: Double
    }

    /// In the order of the loads.
    let entries: [Entry]

    /// From the rates of each load, round by round; a load may have missed the last round.
    init(rates: [[Double]]) {
        let base = rates.first ?? []
        let baseMedian = Self.median(base)
        entries = rates.map { own in
            let ratios = zip(own, base).map { Self.ratio($0, $1) }
            let median = Self.median(own)
            return Entry(
                median: median,
                ratio: Self.ratio(median, baseMedian),
                ratioMin: ratios.min() ?? 0,
                ratioMax: ratios.max() ?? 0
            )
        }
    }

    /// The middle value, or the mean of the two middle ones; 0 of none.
    static func median(_ values: [Double]) -> Double {
        guard !values.isEmpty else { return 0 }
        let sorted = values.sorted()
        let middle = sorted.count / 2
        return sorted.count % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
    }

    private static func ratio(_ value: Double, _ base: Double) -> Double { base > 0 ? value / base : 0 }
}
