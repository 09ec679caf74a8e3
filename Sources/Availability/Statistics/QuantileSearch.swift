/// Finds the zero of a rising function: by Newton's steps while they stay within the bracket, by halving otherwise.
enum QuantileSearch {
    /// The root in `lower...upper`, beginning at `start`.
    ///
    /// `value` is negative below the root and positive above it, `slope` its derivative. The bracket always holds the root, so
    /// the search ends for any rising function; usually after fewer than ten steps.
    static func root(
        lower: Double,
        upper: Double,
        start: Double,
        value: (Double) -> Double,
        slope: (Double) -> Double
    ) -> Double {
        var low = lower
        var high = upper
        var x = min(max(start, lower), upper)
        // Halving alone needs some 1,100 steps from 1 to the least positive number; Newton needs far fewer.
        for _ in 0..<1200 {
            let miss = value(x)
            if miss == 0 { return x }
            if miss < 0 { low = x } else { high = x }
            let step = miss / slope(x)
            var next = x - step
            if !(next > low && next < high) { next = low + (high - low) / 2 }
            if abs(next - x) <= 2 * x.ulp || next == low || next == high { return next }
            x = next
        }
        return x
    }
}
