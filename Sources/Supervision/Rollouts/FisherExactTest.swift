// Whether one of two groups fails more often, judged exactly: given how many failed in all, the failures of the first group are
// hypergeometric (Fisher, "The Design of Experiments", 1935). It holds for few requests too, where the normal approximation of
// two proportions does not.

import Foundation

/// Fisher's exact test of a two by two table, one-sided.
enum FisherExactTest {
    /// So many of so many.
    struct Group: Hashable, Sendable {
        let failures: Int
        let total: Int
    }

    /// The chance that the first group has so many failures or more, if both fail equally often.
    ///
    /// Cost: a step for each failure that the first group could have had beyond those it has, until they no longer matter.
    static func pValue(_ first: Group, against second: Group) -> Double {
        let failures = first.failures + second.failures
        let total = first.total + second.total
        let lowest = max(0, failures - second.total)
        let highest = min(failures, first.total)
        guard first.failures > lowest else { return 1 }
        var term = exp(
            logChoose(failures, first.failures)
                + logChoose(total - failures, first.total - first.failures)
                - logChoose(total, first.total)
        )
        var sum = term
        var count = first.failures
        while count < highest {
            let rise = Double(failures - count) * Double(first.total - count)
            let fall = Double(count + 1) * Double(total - failures - first.total + count + 1)
            term *= rise / fall
            sum += term
            count += 1
            // Behind the peak the terms fall faster and faster.
            if rise < fall, term < sum * 1e-17 { break }
        }
        return min(sum, 1)
    }

    private static func logChoose(_ count: Int, _ chosen: Int) -> Double {
        logFactorial(count) - logFactorial(chosen) - logFactorial(count - chosen)
    }

    private static func logFactorial(_ value: Int) -> Double {
        lgamma(Double(value) + 1)
    }
}
