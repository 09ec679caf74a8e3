import Foundation
import TestSupport
import Testing

@testable import Availability

@Suite("Intervals")
struct IntervalTests {
    @Test(
        "720 h with a few failures give the known intervals of MTBF",
        arguments: [
            (1, 151.77499214169595, 14036.922537281058), (3, 92.85941380124119, 880.5277375680249),
            (5, 68.48640818279065, 365.45448714797493), (10, 42.44727591326626, 132.70896965106428),
            (20, 24.774603717421837, 54.320552649593296),
        ]
    )
    func upTime(_ failures: Int, _ lower: Double, _ upper: Double) throws {
        let interval = ExactIntervals.meanUpTime(720, failures: failures, confidence: 0.9)
        #expect(DistributionTests.agree(try #require(interval.lower), lower))
        #expect(DistributionTests.agree(try #require(interval.upper), upper))
    }

    @Test("720 h without a failure give a lower bound of 240 h at 95 %, and no upper one")
    func noFailure() throws {
        let interval = ExactIntervals.meanUpTime(720, failures: 0, confidence: 0.95)
        #expect(abs(try #require(interval.lower) - 240.34) < 0.01)
        #expect(interval.upper == nil)
    }

    @Test(
        "down time within 30 days gives the known intervals of availability",
        arguments: [
            (5, 60, 0.9999768518518518, 0.9999190886540323, 0.9999899112827655),
            (12, 132, 0.9999490740740741, 0.9998915001937428, 0.9999716552531878),
            (100, 1100, 0.9995756172839506, 0.9994591520308457, 0.9996602677142324),
        ]
    )
    func keesee(_ failures: Int, _ downSeconds: Int64, _ value: Double, _ lower: Double, _ upper: Double) throws {
        let each = Array(repeating: downSeconds * 1000 / Int64(failures), count: failures)
        let figures = ReliabilityFigures(windowMilliseconds: 30 * 86_400_000, incidentMilliseconds: each)
        let availability = figures.availability
        #expect(DistributionTests.agree(try #require(availability.value), value, to: 1e-13))
        #expect(DistributionTests.agree(1 - (try #require(availability.lower)), 1 - lower, to: 1e-9))
        #expect(DistributionTests.agree(1 - (try #require(availability.upper)), 1 - upper, to: 1e-9))
        let mtbf = try #require(figures.mtbfSeconds.value)
        let mttr = try #require(figures.mttrSeconds.value)
        #expect(DistributionTests.agree(mtbf / (mtbf + mttr), value, to: 1e-13))
    }

    @Test(
        "shares have the intervals of Clopper and Pearson",
        arguments: [
            (0, 100, 0.95, 0, 0.03621669264517641), (3, 100, 0.95, 0.006229971538306397, 0.08517605297428002),
            (5, 1_000_000, 0.9, 1.9701515676180164e-06, 1.0513005929398719e-05),
            (100, 100, 0.95, 0.9637833073548235, 1), (17, 2345, 0.99, 0.0035242257260878363, 0.013091715673957874),
        ]
    )
    func share(_ part: Int64, _ whole: Int64, _ confidence: Double, _ lower: Double, _ upper: Double) throws {
        let interval = try #require(ExactIntervals.share(part, of: whole, confidence: confidence))
        #expect(DistributionTests.agree(try #require(interval.lower), lower, to: 1e-10))
        #expect(DistributionTests.agree(try #require(interval.upper), upper, to: 1e-10))
    }

    @Test("a share of nothing, or of less than itself, has no interval")
    func noShare() {
        #expect(ExactIntervals.share(0, of: 0, confidence: 0.9) == nil)
        #expect(ExactIntervals.share(3, of: 2, confidence: 0.9) == nil)
    }

    @Test(
        "so many requests without a failure show an objective at 95 %",
        arguments: [(0.999, 2_995), (0.9999, 29_956), (0.99995, 59_914), (0.99999, 299_572), (0.9, 29)]
    )
    func zeroFailures(_ objective: Double, _ requests: Int) {
        #expect(ExactIntervals.trialsWithoutFailure(toShow: objective, confidence: 0.95) == requests)
    }

    /// An exponential time with a mean, drawn by its inverse.
    private static func exponential(_ mean: Double, _ generator: inout SeededGenerator) -> Double {
        -mean * log(1 - Double.random(in: 0..<1, using: &generator))
    }

    /// The share of 1,500 simulated months in which an interval contains the true value.
    private static func coverage(
        meanUp: Double,
        meanRepair: Double,
        seed: UInt64,
        _ holds: (ReliabilityFigures) -> Bool
    ) -> Double {
        var generator = SeededGenerator(seed: seed)
        let window = 30 * 86_400.0
        var held = 0
        let runs = 1500
        for _ in 0..<runs {
            var incidents: [Int64] = []
            var now = exponential(meanUp, &generator)
            while now < window {
                let repair = min(exponential(meanRepair, &generator), window - now)
                incidents.append(Int64(repair * 1000))
                now += repair + exponential(meanUp, &generator)
            }
            let figures = ReliabilityFigures(
                windowMilliseconds: Int64(window * 1000),
                incidentMilliseconds: incidents,
                bootstrap: Bootstrap(resamples: 1)
            )
            if holds(figures) { held += 1 }
        }
        return Double(held) / Double(runs)
    }

    /// Failures are whole numbers, so the interval of the MTBF contains the true value slightly more often than stated: 0.918
    /// with 40 expected failures, 0.911 with 100 (summed over the Poisson distribution).
    @Test(
        "intervals at 0.90 hold the truth nine times in ten",
        arguments: [(40.0, 0.918, 11 as UInt64), (100.0, 0.911, 12)]
    )
    func coverage(_ incidents: Double, _ exact: Double, _ seed: UInt64) {
        let meanUp = 30 * 86_400 / incidents
        let up = Self.coverage(meanUp: meanUp, meanRepair: 12, seed: seed) {
            $0.mtbfSeconds.interval.contains(meanUp)
        }
        #expect(abs(up - exact) < 0.02, "MTBF \(up)")
        let repair = Self.coverage(meanUp: meanUp, meanRepair: 12, seed: seed) {
            $0.mttrSeconds.interval.contains(12)
        }
        #expect(abs(repair - 0.9) < 0.03, "MTTR \(repair)")
        let availability = Self.coverage(meanUp: meanUp, meanRepair: 12, seed: seed) {
            $0.availability.interval.contains(meanUp / (meanUp + 12))
        }
        #expect(abs(availability - 0.9) < 0.03, "availability \(availability)")
    }
}
