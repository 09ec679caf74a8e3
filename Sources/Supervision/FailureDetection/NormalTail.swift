// The probability that a normal variable exceeds its mean by many deviations is below the range of a Double long before a silent
// replica is forgotten: at 39 deviations it is 0, and its logarithm infinite. So beyond 25 deviations the logarithm is computed
// from the asymptotic series (Abramowitz and Stegun, 26.2.12), whose terms there fall below one part in 10^15.

import Foundation

/// The upper tail of the normal distribution, as a logarithm.
enum NormalTail {
    /// The number of deviations beyond which the series is used.
    static let seriesFrom = 25.0

    /// −log₁₀ of the probability of more than `deviations` above the mean; never negative, and finite for finite input.
    static func negativeLog10(_ deviations: Double) -> Double {
        guard deviations > seriesFrom else {
            return max(0, -log10(0.5 * erfc(deviations / 2.0.squareRoot())))
        }
        let inverse = 1 / (deviations * deviations)
        var term = 1.0
        var sum = 1.0
        for order in 1...6 {
            term *= -Double(2 * order - 1) * inverse
            sum += term
        }
        let exponent = deviations * deviations / 2 * log10(M_E)
        return exponent + log10(deviations * (2 * Double.pi).squareRoot()) - log10(sum)
    }
}
