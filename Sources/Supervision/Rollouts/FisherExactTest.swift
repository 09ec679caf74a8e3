// An exact test whether one of two groups fails more often: given the total of failures, the failures of the first group are
// hypergeometric (Fisher, "The Design of Experiments", 1935). It is valid for few requests too, where the normal approximation of
// two proportions is not.

import Foundation

/// Fisher's exact test of a two by two table, one-sided.
enum FisherExactTest {
    /// Failures and size of a group.
    struct Group: Hashable, Sendable {
        let failures: Int
        let total: Int
    }

    /// The probability that the first group has this many failures or more, if both fail equally often.
    ///
    /// The tail away from the mean is summed, so that no sum begins at a term too small for a Double. Cost: a step for each term
    /// that matters.
    static func pValue(_ first: Group, against second: Group) -> Double {
        let failures = first.failures + second.failures
        let total = first.total + second.total
        guard first.failures > max(0, failures - second.total) else { return 1 }
        let table = Hypergeometric(failures: failures, total: total, drawn: first.total)
        let isAboveMean = Double(first.failures) * Double(total) > Double(failures) * Double(first.total)
        let chance = isAboveMean ? table.tail(from: first.failures) : 1 - table.head(to: first.failures - 1)
        return min(max(chance, 0), 1)
    }
}

/// The number of failures in a sample, given the total of failures.
private struct Hypergeometric {
    let failures: Int
    let total: Int
    let drawn: Int

    /// The probability of `first` or more.
    func tail(from first: Int) -> Double {
        var term = chance(of: first)
        var sum = term
        for count in first..<max(first, min(failures, drawn)) where term > sum * 1e-17 {
            term *= ratio(after: count)
            sum += term
        }
        return sum
    }

    /// The probability of `last` or fewer.
    func head(to last: Int) -> Double {
        var term = chance(of: last)
        var sum = term
        for count in stride(from: last - 1, through: max(0, failures + drawn - total), by: -1) {
            guard term > sum * 1e-17 else { break }
            term /= ratio(after: count)
            sum += term
        }
        return sum
    }

    /// The probability of `count` + 1 divided by that of `count`.
    private func ratio(after count: Int) -> Double {
        let rise = Double(failures - count) * Double(drawn - count)
        return rise / (Double(count + 1) * Double(total - failures - drawn + count + 1))
    }

    private func chance(of count: Int) -> Double {
        exp(
            logChoose(failures, count) + logChoose(total - failures, drawn - count) - logChoose(total, drawn)
        )
    }

    private func logChoose(_ count: Int, _ chosen: Int) -> Double {
        logFactorial(count) - logFactorial(chosen) - logFactorial(count - chosen)
    }

    private func logFactorial(_ value: Int) -> Double {
        lgamma(Double(value) + 1)
    }
}
