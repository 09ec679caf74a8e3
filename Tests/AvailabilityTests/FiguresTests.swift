import TestSupport
import Testing

@testable import Availability

@Suite("Reliability figures")
struct FiguresTests {
    @Test("without an incident there is no MTBF but a bound, and no interval of availability")
    func none() throws {
        let figures = ReliabilityFigures(windowMilliseconds: 3_600_000, incidentMilliseconds: [], confidence: 0.95)
        #expect(figures.mtbfSeconds.value == nil)
        #expect(abs(try #require(figures.mtbfSeconds.lower) - 1201.7) < 0.1)
        #expect(figures.mtbfSeconds.upper == nil)
        #expect(figures.mttrSeconds == Estimate(nil))
        #expect(figures.availability == Estimate(1))
        #expect(figures.faultsPerHour.value == 0)
        #expect(figures.faultsPerHour.lower == 0)
        #expect(abs(try #require(figures.faultsPerHour.upper) - 3600 / 1201.7) < 0.001)
    }

    @Test("a service that was never seen up has no MTBF")
    func neverUp() {
        let figures = ReliabilityFigures(windowMilliseconds: 60_000, incidentMilliseconds: [60_000])
        #expect(figures.mtbfSeconds == Estimate(nil))
        #expect(figures.faultsPerHour == Estimate(nil))
        #expect(figures.availability == Estimate(0))
        #expect(figures.mttrSeconds.value == 60)
    }

    @Test("a window of no length has no figures, and does no harm")
    func noWindow() {
        let figures = ReliabilityFigures(windowMilliseconds: 0, incidentMilliseconds: [])
        #expect(figures.availability == Estimate(nil))
        #expect(figures.mtbfSeconds == Estimate(nil))
    }

    @Test("a repair that goes on bounds the mean from below, and from above only beside one that is finished")
    func open() throws {
        func mttr(_ times: [Int64], open: Int) -> Estimate {
            ReliabilityFigures(windowMilliseconds: 10_000_000, incidentMilliseconds: times, openIncidents: open)
                .mttrSeconds
        }
        let alone = mttr([600_000], open: 1)
        #expect(DistributionTests.agree(try #require(alone.lower), 600 / 2.302585092994046))
        #expect(alone.upper == nil)
        let closed = mttr([300_000, 300_000], open: 0)
        let half = mttr([300_000, 300_000], open: 1)
        #expect(half.lower == closed.lower)
        #expect(try #require(half.upper) > (try #require(closed.upper)))
    }

    @Test("figures do not depend on the order of the incidents", arguments: 1...5 as ClosedRange<UInt64>)
    func order(_ seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let times = (0..<40).map { _ in Int64.random(in: 1...5_000_000, using: &generator) }
        func figures(_ times: [Int64]) -> ReliabilityFigures {
            ReliabilityFigures(
                windowMilliseconds: 1_000_000_000,
                incidentMilliseconds: times,
                bootstrap: Bootstrap(resamples: 200)
            )
        }
        #expect(figures(times) == figures(times.shuffled(using: &generator)))
    }

    @Test("every interval holds its figure, and a surer one is wider", arguments: 1...5 as ClosedRange<UInt64>)
    func widths(_ seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let times = (0..<Int.random(in: 2...30, using: &generator)).map { _ in
            Int64.random(in: 1000...90_000, using: &generator)
        }
        let narrow = ReliabilityFigures(windowMilliseconds: 9_000_000, incidentMilliseconds: times, confidence: 0.8)
        let wide = ReliabilityFigures(windowMilliseconds: 9_000_000, incidentMilliseconds: times, confidence: 0.99)
        for figure: KeyPath<ReliabilityFigures, Estimate> in [
            \.mtbfSeconds, \.mttrSeconds, \.mttrResampledSeconds, \.faultsPerHour, \.availability,
        ] {
            let (inner, outer) = (narrow[keyPath: figure], wide[keyPath: figure])
            #expect(inner.interval.contains(try #require(inner.value)))
            #expect(try #require(outer.lower) < (try #require(inner.lower)))
            #expect(try #require(outer.upper) > (try #require(inner.upper)))
        }
    }

    @Test("faults that nobody saw are masked, with an interval")
    func masking() throws {
        let masking = FaultMasking(componentFaults: 100, serviceIncidents: 3, confidence: 0.95)
        #expect(masking.ratio.value == 0.97)
        #expect(DistributionTests.agree(try #require(masking.ratio.lower), 1 - 0.08517605297428002))
        #expect(DistributionTests.agree(try #require(masking.ratio.upper), 1 - 0.006229971538306397))
        #expect(FaultMasking(componentFaults: 0, serviceIncidents: 2).ratio == Estimate(nil))
        #expect(FaultMasking(componentFaults: 2, serviceIncidents: 3).ratio == Estimate(-0.5))
    }
}
