// The intervals that have a formula. Each takes a two-sided confidence such as 0.9, unless it says that it is one-sided.

import Foundation

/// Intervals of reliability figures.
public enum ExactIntervals {
    /// The interval of a mean up time, from the observed up time and the number of failures in it (time-terminated test).
    ///
    /// `[2T / χ²(1 − α/2; 2n + 2), 2T / χ²(α/2; 2n)]`; without a failure only a lower bound, one-sided: `T / −ln α`. Source:
    /// Epstein and Sobel (1953); MIL-HDBK-338B, section 8.
    public static func meanUpTime(_ upTime: Double, failures: Int, confidence: Double) -> Interval {
        let tail = (1 - confidence) / 2
        guard failures > 0 else { return Interval(lower: upTime / -log(1 - confidence), upper: nil) }
        let n = Double(failures)
        return Interval(
            lower: 2 * upTime / ChiSquareDistribution(degrees: 2 * n + 2).quantile(1 - tail),
            upper: 2 * upTime / ChiSquareDistribution(degrees: 2 * n).quantile(tail)
        )
    }

    /// The interval of a mean repair time, from the sum of the repair times, assumed exponential.
    ///
    /// `[2D / χ²(1 − α/2; 2n), 2D / χ²(α/2; 2n)]`; nil without a repair. With repairs that are not finished the observation was
    /// ended by time, and the interval is that of a mean up time.
    public static func meanRepairTime(
        _ downTime: Double,
        repairs: Int,
        unfinished: Int = 0,
        confidence: Double
    ) -> Interval? {
        guard unfinished == 0 else { return meanUpTime(downTime, failures: repairs, confidence: confidence) }
        guard repairs > 0 else { return nil }
        let tail = (1 - confidence) / 2
        let distribution = ChiSquareDistribution(degrees: 2 * Double(repairs))
        return Interval(
            lower: 2 * downTime / distribution.quantile(1 - tail),
            upper: 2 * downTime / distribution.quantile(tail)
        )
    }

    /// The interval of a steady-state availability, from mean up time and mean repair time of n failures, both assumed
    /// exponential.
    ///
    /// `1 / (1 + ρ · (n + 1)/n · F)` with ρ = MTTR / MTBF and F at 1 − α/2 and α/2 of 2(n + 1) and 2n degrees of freedom; nil
    /// without a failure or without up time. After a single failure the interval is very wide. Source: W. M. Keesee, NAVWEPS 8461
    /// (1965), as in the R function `ao_keesee`.
    public static func availability(
        meanUpTime: Double,
        meanRepairTime: Double,
        failures: Int,
        confidence: Double
    ) -> Interval? {
        guard failures > 0, meanUpTime > 0 else { return nil }
        let tail = (1 - confidence) / 2
        let n = Double(failures)
        let ratio = meanRepairTime / meanUpTime * (n + 1) / n
        let distribution = FDistribution(2 * (n + 1), 2 * n)
        return Interval(
            lower: 1 / (1 + ratio * distribution.quantile(1 - tail)),
            upper: 1 / (1 + ratio * distribution.quantile(tail))
        )
    }

    /// The interval of a share, from independent trials; too narrow for failures that cluster.
    ///
    /// Source: Clopper and Pearson, Biometrika 26 (1934), in its beta form.
    public static func share(_ part: Int64, of whole: Int64, confidence: Double) -> Interval? {
        guard whole > 0, (0...whole).contains(part) else { return nil }
        let tail = (1 - confidence) / 2
        let k = Double(part)
        let n = Double(whole)
        return Interval(
            lower: part == 0 ? 0 : BetaDistribution(k, n - k + 1).quantile(tail),
            upper: part == whole ? 1 : BetaDistribution(k + 1, n - k).quantile(1 - tail)
        )
    }

    /// How many trials without a failure show, one-sided, that a share of successes is at least `share`.
    ///
    /// `ln(1 − confidence) / ln(share)`, rounded up: 29,956 for 0.9999 at 0.95. The share lies between 0 and 1, both excluded.
    public static func trialsWithoutFailure(toShow share: Double, confidence: Double) -> Int {
        precondition(share > 0 && share < 1, "a share to show lies between 0 and 1")
        return Int((log(1 - confidence) / log(share)).rounded(.up))
    }
}
