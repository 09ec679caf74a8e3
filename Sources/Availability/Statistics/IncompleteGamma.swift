// The regularised incomplete gamma functions: by the power series below the mean, by a continued fraction above it. The smaller
// of the two tails is always the one computed, so neither is ever a difference of nearly equal numbers.
//
// Sources: Abramowitz and Stegun, *Handbook of Mathematical Functions*, 6.5.29 and 6.5.31; W. J. Lentz, "Generating Bessel
// functions in Mie scattering calculations using continued fractions", Applied Optics 15 (1976), as modified by Thompson and
// Barnett (1986).

/// Both tails of a gamma distribution of shape a and scale 1.
enum IncompleteGamma {
    /// P(a, x) and Q(a, x) = 1 − P(a, x), for a > 0 and x ≥ 0.
    ///
    /// Relative error of either: about 1e-14. Cost: at most some √a steps.
    static func tails(_ a: Double, _ x: Double) -> (lower: Double, upper: Double) {
        guard x > 0 else { return (0, 1) }
        guard x < .infinity else { return (1, 0) }
        let front = SaddlePoint.poisson(a, x)
        if x < a + 1 {
            let lower = min(front * series(a, x), 1)
            return (lower, 1 - lower)
        }
        let upper = min(front * a * fraction(a, x), 1)
        return (1 - upper, upper)
    }

    /// The density at x.
    static func density(_ a: Double, _ x: Double) -> Double {
        x > 0 ? SaddlePoint.poisson(a, x) * a / x : 0
    }

    /// The sum of x^k / ((a + 1) … (a + k)).
    private static func series(_ a: Double, _ x: Double) -> Double {
        var sum = 1.0
        var term = 1.0
        var k = a
        while term > sum * .ulpOfOne / 4 {
            k += 1
            term *= x / k
            sum += term
        }
        return sum
    }

    /// The fraction 1 / (x + 1 − a − 1·(1 − a) / (x + 3 − a − …)), whose terms are computed in pairs.
    private static func fraction(_ a: Double, _ x: Double) -> Double {
        var b = x + 1 - a
        var lentz = Lentz(denominator: b)
        var i = 0.0
        repeat {
            i += 1
            b += 2
            lentz.step(numerator: -i * (i - a), denominator: b)
        } while !lentz.hasConverged
        return lentz.value
    }
}

/// A continued fraction 1 / (b₀ + a₁ / (b₁ + a₂ / …)), computed from the top down.
struct Lentz {
    /// Replaces a zero denominator.
    private static let tiny = 1e-300
    /// A bound that no fraction here comes near; it ends a computation that does not converge.
    private static let stepsMax = 2_000_000

    /// The value so far.
    private(set) var value: Double
    private var c: Double
    private var d: Double
    private var change = 0.0
    private var steps = 0

    init(denominator: Double) {
        d = 1 / (abs(denominator) < Self.tiny ? Self.tiny : denominator)
        c = 1 / Self.tiny
        value = d
    }

    mutating func step(numerator: Double, denominator: Double) {
        d = denominator + numerator * d
        if abs(d) < Self.tiny { d = Self.tiny }
        c = denominator + numerator / c
        if abs(c) < Self.tiny { c = Self.tiny }
        d = 1 / d
        change = c * d
        value *= change
        steps += 1
    }

    /// Whether the last step changed no visible digit.
    var hasConverged: Bool { abs(change - 1) <= 2 * .ulpOfOne || steps >= Self.stepsMax }
}
