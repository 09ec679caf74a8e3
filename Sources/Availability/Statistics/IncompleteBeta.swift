// The regularised incomplete beta function, by its continued fraction on the side of the mean where it converges fast.
//
// Source: *Handbook of Mathematical Functions*, 26.5.8 (the fraction) and 6.6.3 (the reflection).

/// Both tails of a beta distribution.
enum IncompleteBeta {
    /// I(x; a, b) and 1 − I(x; a, b), where the caller gives y = 1 − x as well so that neither is lost to rounding; a and b > 0.
    ///
    /// Relative error of the smaller: about 1e-13. Cost: at most some √(a + b) steps.
    static func tails(_ a: Double, _ b: Double, x: Double, y: Double) -> (lower: Double, upper: Double) {
        guard x > 0 else { return (0, 1) }
        guard y > 0 else { return (1, 0) }
        // x^a · y^b / B(a, b)
        let front = SaddlePoint.binomial(a, b, x, y) * a * (b / (a + b))
        if x < (a + 1) / (a + b + 2) {
            let lower = min(front / a * fraction(a, b, x), 1)
            return (lower, 1 - lower)
        }
        let upper = min(front / b * fraction(b, a, y), 1)
        return (1 - upper, upper)
    }

    /// The density at x.
    static func density(_ a: Double, _ b: Double, x: Double, y: Double) -> Double {
        x > 0 && y > 0 ? SaddlePoint.binomial(a, b, x, y) * a * (b / (a + b)) / (x * y) : 0
    }

    private static func fraction(_ a: Double, _ b: Double, _ x: Double) -> Double {
        var lentz = Lentz(denominator: 1)
        lentz.step(numerator: -(a + b) * x / (a + 1), denominator: 1)
        var m = 0.0
        repeat {
            m += 1
            let even = m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m))
            lentz.step(numerator: even, denominator: 1)
            let odd = -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1))
            lentz.step(numerator: odd, denominator: 1)
        } while !lentz.hasConverged
        return lentz.value
    }
}
