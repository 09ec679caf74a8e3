// The distributions behind the intervals. A quantile is searched in the smaller tail, where probabilities keep their digits.

/// The chi-square distribution, as of a sum of exponential times.
public struct ChiSquareDistribution: Hashable, Sendable {
    /// Its degrees of freedom, more than 0.
    public let degrees: Double

    /// A distribution with this many degrees of freedom.
    public init(degrees: Double) {
        precondition(degrees > 0, "degrees of freedom are more than 0")
        self.degrees = degrees
    }

    /// The probability of a value up to x.
    public func probability(upTo x: Double) -> Double {
        IncompleteGamma.tails(degrees / 2, x / 2).lower
    }

    /// The value that is not exceeded with a probability from 0 to 1.
    ///
    /// The search begins at Wilson and Hilferty's approximation of the median (1931).
    public func quantile(_ probability: Double) -> Double {
        precondition((0...1).contains(probability), "a probability lies from 0 to 1")
        if probability == 0 { return 0 }
        if probability == 1 { return .infinity }
        let shape = degrees / 2
        func miss(_ x: Double) -> Double {
            let tails = IncompleteGamma.tails(shape, x)
            return probability < 0.5 ? tails.lower - probability : (1 - probability) - tails.upper
        }
        var upper = shape + 1
        while miss(upper) < 0 { upper *= 2 }
        let cube = 1 - 2 / (9 * degrees)
        let x = QuantileSearch.root(
            lower: 0,
            upper: upper,
            start: shape * max(cube * cube * cube, 1e-3),
            value: miss,
            slope: { IncompleteGamma.density(shape, $0) }
        )
        return 2 * x
    }
}

/// The beta distribution, as of an unknown share.
public struct BetaDistribution: Hashable, Sendable {
    /// Its first shape, more than 0.
    public let a: Double
    /// Its second shape, more than 0.
    public let b: Double

    /// A distribution with these shapes.
    public init(_ a: Double, _ b: Double) {
        precondition(a > 0 && b > 0, "shapes are more than 0")
        self.a = a
        self.b = b
    }

    /// The probability of a value up to x.
    public func probability(upTo x: Double) -> Double {
        IncompleteBeta.tails(a, b, x: x, y: 1 - x).lower
    }

    /// The value that is not exceeded with a probability from 0 to 1.
    public func quantile(_ probability: Double) -> Double {
        let (x, isComplement) = side(probability)
        return isComplement ? 1 - x : x
    }

    /// The odds `x / (1 − x)` of that quantile, which keep their digits near 0 and near 1.
    func odds(_ probability: Double) -> Double {
        let (x, isComplement) = side(probability)
        return isComplement ? (1 - x) / x : x / (1 - x)
    }

    /// The quantile or its complement to 1, whichever is nearer to 0.
    private func side(_ probability: Double) -> (value: Double, isComplement: Bool) {
        precondition((0...1).contains(probability), "a probability lies from 0 to 1")
        if probability == 0 { return (0, false) }
        if probability == 1 { return (0, true) }
        let middle = IncompleteBeta.tails(a, b, x: 0.5, y: 0.5)
        if middle.lower >= probability { return (Self.below(a, b, lower: probability, upper: 1 - probability), false) }
        return (Self.below(b, a, lower: 1 - probability, upper: probability), true)
    }

    /// The quantile, if it is at most ½.
    private static func below(_ a: Double, _ b: Double, lower: Double, upper: Double) -> Double {
        QuantileSearch.root(
            lower: 0,
            upper: 0.5,
            start: a / (a + b),
            value: { x in
                let tails = IncompleteBeta.tails(a, b, x: x, y: 1 - x)
                return lower < 0.5 ? tails.lower - lower : upper - tails.upper
            },
            slope: { IncompleteBeta.density(a, b, x: $0, y: 1 - $0) }
        )
    }
}

/// Fisher's F distribution, as of a quotient of two mean exponential times.
public struct FDistribution: Hashable, Sendable {
    /// Degrees of freedom of the numerator, more than 0.
    public let numerator: Double
    /// Degrees of freedom of the denominator, more than 0.
    public let denominator: Double

    /// A distribution with these degrees of freedom.
    public init(_ numerator: Double, _ denominator: Double) {
        precondition(numerator > 0 && denominator > 0, "degrees of freedom are more than 0")
        self.numerator = numerator
        self.denominator = denominator
    }

    /// The value that is not exceeded with a probability from 0 to 1, computed with the beta distribution.
    public func quantile(_ probability: Double) -> Double {
        denominator / numerator * BetaDistribution(numerator / 2, denominator / 2).odds(probability)
    }
}
