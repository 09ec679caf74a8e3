// The factors in front of the incomplete gamma and beta functions, such as x^a e^-x / Γ(a+1), are quotients of huge numbers.
// Computed with logarithms of Γ they lose a digit for each power of ten of their arguments; computed as deviance from the peak
// they lose none, so that an interval over a thousand million requests is as exact as one over ten.
//
// Source: Catherine Loader, "Fast and Accurate Computation of Binomial Probabilities" (2000), sections 3 and 4.

import Foundation

/// Densities in the form of Loader's saddle-point expansion.
enum SaddlePoint {
    /// The density `x^a · e^−x / Γ(a + 1)`, for a > 0 and x > 0.
    static func poisson(_ a: Double, _ x: Double) -> Double {
        exp(-stirlingError(a) - deviance(a, x)) / (2 * .pi * a).squareRoot()
    }

    /// The density `Γ(a + b + 1) / (Γ(a + 1) · Γ(b + 1)) · x^a · y^b` with y = 1 − x, for a, b, x and y > 0.
    static func binomial(_ a: Double, _ b: Double, _ x: Double, _ y: Double) -> Double {
        let n = a + b
        let exponent = stirlingError(n) - stirlingError(a) - stirlingError(b) - deviance(a, n * x) - deviance(b, n * y)
        return exp(exponent) * (n / (2 * .pi * a * b)).squareRoot()
    }

    /// The error of Stirling's formula: `ln Γ(n + 1) − [(n + ½) ln n − n + ½ ln 2π]`.
    static func stirlingError(_ n: Double) -> Double {
        guard n > 15 else { return logGamma(n + 1) - (n + 0.5) * log(n) + n - 0.5 * log(2 * .pi) }
        let square = n * n
        return (1 / 12 - (1 / 360 - (1 / 1260 - (1 / 1680 - 1 / (1188 * square)) / square) / square) / square) / n
    }

    /// The deviance `x ln(x / m) + m − x`, exact also where x and m nearly agree.
    private static func deviance(_ x: Double, _ m: Double) -> Double {
        guard abs(x - m) < 0.1 * (x + m) else { return x * log(x / m) + m - x }
        let v = (x - m) / (x + m)
        var sum = (x - m) * v
        var term = 2 * x * v
        var odd = 1.0
        while true {
            term *= v * v
            odd += 2
            let next = sum + term / odd
            if next == sum { return sum }
            sum = next
        }
    }

    /// The logarithm of Γ(x), for x > 0.
    private static func logGamma(_ x: Double) -> Double { lgamma(x) }
}
