import TestSupport
import Testing

@testable import Availability

// Reference values are those of SciPy 1.17.1 (`scipy.special`, `scipy.stats`), which agree with the tables of the *Handbook of
// Mathematical Functions* as far as those go.

@Suite("Distributions")
struct DistributionTests {
    /// Whether two numbers agree to a relative 1e-11.
    static func agree(_ left: Double, _ right: Double, to tolerance: Double = 1e-11) -> Bool {
        abs(left - right) <= tolerance * max(abs(left), abs(right))
    }

    @Test(
        "both incomplete gamma functions have their known values, however small",
        arguments: [
            (0.5, 0.1, 0.34527915398142317, 0.6547208460185768),
            (1, 1, 0.6321205588285577, 0.36787944117144245),
            (2.5, 7, 0.9843905838997331, 0.01560941610026691),
            (10, 3, 0.0011024881301154815, 0.9988975118698845),
            (100, 110, 0.8417213299399129, 0.15827867006008706),
            (500_000, 501_000, 0.9212813386138704, 0.07871866138612969),
        ]
    )
    func gamma(_ shape: Double, _ x: Double, _ lower: Double, _ upper: Double) {
        let tails = IncompleteGamma.tails(shape, x)
        #expect(Self.agree(tails.lower, lower))
        #expect(Self.agree(tails.upper, upper))
    }

    @Test(
        "the incomplete beta function has its known values",
        arguments: [
            (0.5, 0.5, 0.25, 0.33333333333333337), (2, 3, 0.4, 0.5248), (10, 1, 0.9, 0.3486784401),
            (50, 70, 0.45, 0.7717610017525626), (100_000, 200_000, 0.3335, 0.5769368018947587),
            (3, 1_000_000, 5e-06, 0.8753494544434162),
        ]
    )
    func beta(_ a: Double, _ b: Double, _ x: Double, _ expected: Double) {
        #expect(Self.agree(BetaDistribution(a, b).probability(upTo: x), expected))
        let reflected = IncompleteBeta.tails(b, a, x: 1 - x, y: x)
        #expect(Self.agree(reflected.upper, expected))
    }

    @Test(
        "quantiles of chi-square are those of the tables",
        arguments: [
            (0.05, 2, 0.10258658877510106), (0.95, 2, 5.991464547107979), (0.05, 10, 3.9402991361190605),
            (0.95, 12, 21.02606981748307), (0.975, 100, 129.5611971858366), (0.005, 1, 3.9270422220515944e-05),
            (0.995, 1000, 1118.9480663231916), (1e-09, 4, 8.94440524606553e-05), (0.999999, 4, 33.37684158165888),
        ]
    )
    func chiSquare(_ probability: Double, _ degrees: Double, _ expected: Double) {
        #expect(Self.agree(ChiSquareDistribution(degrees: degrees).quantile(probability), expected, to: 1e-10))
    }

    @Test(
        "quantiles of beta are those of the tables",
        arguments: [
            (0.05, 2, 3, 0.09761146288641434), (0.95, 2, 3, 0.7513953742698181), (0.5, 0.5, 0.5, 0.5),
            (0.975, 5, 1_000_000, 1.0241515747614555e-05), (0.025, 4, 1_000_000, 1.0898631449302775e-06),
            (0.1, 200, 3, 0.9738677987031769), (1e-08, 3, 7, 0.0004922975191879924),
        ]
    )
    func betaQuantile(_ probability: Double, _ a: Double, _ b: Double, _ expected: Double) {
        #expect(Self.agree(BetaDistribution(a, b).quantile(probability), expected))
    }

    @Test(
        "quantiles of F are those of the tables",
        arguments: [
            (0.05, 12, 10, 0.3631890772914575), (0.95, 12, 10, 2.912976721582633), (0.95, 4, 2, 19.246794344808947),
            (0.975, 326, 324, 1.243410976991922), (0.01, 5, 60, 0.10867185151804835),
        ]
    )
    func fisher(_ probability: Double, _ numerator: Double, _ denominator: Double, _ expected: Double) {
        #expect(Self.agree(FDistribution(numerator, denominator).quantile(probability), expected))
    }

    @Test("a quantile has the probability that it was asked for", arguments: 1...4 as ClosedRange<UInt64>)
    func roundTrips(_ seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<150 {
            let probability = Double.random(in: 0.0001...0.9999, using: &generator)
            // Shapes over seven powers of ten.
            let a = pow10(.random(in: -1...6, using: &generator))
            let b = pow10(.random(in: -1...6, using: &generator))
            let chiSquare = ChiSquareDistribution(degrees: a)
            let x = chiSquare.quantile(probability)
            #expect(Self.agree(chiSquare.probability(upTo: x), probability, to: 1e-8), "χ² \(a) at \(probability)")
            let beta = BetaDistribution(a, b)
            let y = beta.quantile(probability)
            // Close to 1 the share has too few digits left to tell two probabilities apart.
            guard y < 0.999 else { continue }
            #expect(Self.agree(beta.probability(upTo: y), probability, to: 1e-8), "beta \(a), \(b) at \(probability)")
        }
    }

    private func pow10(_ exponent: Double) -> Double {
        var value = 1.0
        for _ in 0..<Int(exponent.magnitude * 100) { value *= 1.023292992280754 }
        return exponent < 0 ? 1 / value : value
    }

    @Test("a quantile rises with its probability, from nothing to everything")
    func rising() {
        let chiSquare = ChiSquareDistribution(degrees: 7)
        #expect(chiSquare.quantile(0) == 0)
        #expect(chiSquare.quantile(1) == .infinity)
        #expect(BetaDistribution(2, 5).quantile(0) == 0)
        #expect(BetaDistribution(2, 5).quantile(1) == 1)
        let probabilities = (1..<200).map { Double($0) / 200 }
        for (low, high) in zip(probabilities, probabilities.dropFirst()) {
            #expect(chiSquare.quantile(low) < chiSquare.quantile(high))
            #expect(BetaDistribution(2, 5).quantile(low) < BetaDistribution(2, 5).quantile(high))
            #expect(FDistribution(4, 6).quantile(low) < FDistribution(4, 6).quantile(high))
        }
    }
}
