import TestSupport
import Testing

@testable import Availability

@Suite("Series of outcomes")
struct OutcomeSeriesTests {
    /// Buckets of a hundred requests: `#` all bad, `+` two bad, `.` all good, a space no bucket.
    static func series(_ picture: String, missing: OutcomeSeries.MissingBuckets = .down) -> OutcomeSeries {
        let parts = picture.enumerated().compactMap { place, mark -> OutcomeBucket? in
            let bad: Int64 = mark == "#" ? 100 : mark == "+" ? 2 : 0
            guard mark != " " else { return nil }
            return OutcomeBucket(at: Timestamp(seconds: Int64(place) * 10), key: "api", good: 100 - bad, bad: bad)
        }
        return OutcomeSeries(parts, key: "api", window: .seconds(0, Int64(picture.count) * 10), missing: missing)
    }

    @Test("down and degraded time are told apart, and missing buckets are down time")
    func time() {
        let time = Self.series("..##+.  ..").time
        #expect(time.totalSeconds == 100)
        #expect(time.downSeconds == 40)
        #expect(time.degradedSeconds == 10)
        #expect(time.missingSeconds == 20)
        #expect(time.value == 0.6)
        let watched = Self.series("..##+.  ..", missing: .unwatched).time
        #expect(watched.totalSeconds == 80)
        #expect(watched.downSeconds == 20)
        #expect(watched.missingSeconds == 20)
        #expect(Self.series("  ", missing: .unwatched).time.value == nil)
    }

    @Test("incidents are runs of down buckets, merged across less than a minute")
    func incidents() {
        func spans(_ picture: String) -> [[Int64?]] {
            Self.series(picture).incidents.map { incident in
                [incident.start.milliseconds / 1000, incident.recovered.map { $0.milliseconds / 1000 }]
            }
        }
        #expect(spans("....").isEmpty)
        #expect(spans(".##.") == [[10, 30]])
        // Five good buckets (50 s) do not separate two outages; six (a minute) do.
        #expect(spans(".#.....#.") == [[10, 80]])
        #expect(spans(".#......#.") == [[10, 20], [80, 90]])
        #expect(spans("#++++++#.") == [[0, 10], [70, 80]])
        // An outage that reaches the end of the window has no end; missing buckets count as an outage.
        #expect(spans("..##") == [[20, nil]])
        #expect(spans(".  .") == [[10, 30]])
    }

    @Test("a merged incident knows its parts and every bad request in it")
    func parts() throws {
        let incident = try #require(Self.series(".##.++#.").incidents.first)
        #expect(incident.parts == 2)
        #expect(incident.badRequests == 304)
        #expect(incident.milliseconds(within: .seconds(0, 80)) == 60_000)
    }

    @Test("figures of incidents and their window agree with MTBF / (MTBF + MTTR)")
    func figures() throws {
        let series = Self.series("...##..........#.......")
        let figures = ReliabilityFigures(window: series.window, incidents: series.incidents)
        #expect(figures.incidents == 2)
        #expect(figures.mtbfSeconds.value == 100)
        #expect(figures.mttrSeconds.value == 15)
        #expect(figures.availability.value == 200.0 / 230)
    }

    @Test("a series does not depend on the order of its parts, nor on who counted them")
    func order() {
        var generator = SeededGenerator(seed: 3)
        let parts = (0..<200).map { _ in
            OutcomeBucket(
                at: Timestamp(seconds: .random(in: 0..<300, using: &generator)),
                key: Bool.random(using: &generator) ? "browse" : "checkout",
                good: .random(in: 0...20, using: &generator),
                bad: .random(in: 0...20, using: &generator)
            )
        }
        let series = OutcomeSeries(parts, key: "shop", window: .seconds(0, 300))
        #expect(series == OutcomeSeries(parts.shuffled(using: &generator), key: "shop", window: .seconds(0, 300)))
        #expect(series.buckets.reduce(0) { $0 + ($1?.counted ?? 0) } == parts.reduce(0) { $0 + $1.counted })
    }

    @Test("buckets outside the window do not count, and the window is widened to whole buckets")
    func window() {
        let parts = [-10, 0, 10, 20, 30].map { OutcomeBucket(at: Timestamp(seconds: $0), key: "api", good: 1) }
        let series = OutcomeSeries(parts, key: "api", window: .seconds(5, 21))
        #expect(series.window == .seconds(0, 30))
        #expect(series.buckets.count == 3)
        #expect(series.buckets.allSatisfy { $0?.good == 1 })
    }

    @Test("availability by request has both intervals; without a failure the exact one is all there is")
    func requests() throws {
        let picture = String(repeating: "....+......#", count: 20)
        let some = RequestAvailability(Self.series(picture), bootstrap: Bootstrap(resamples: 500))
        #expect(some.good == 24_000 - 2040)
        #expect(some.bad == 2040)
        #expect(some.ratio.value == 0.915)
        #expect(some.ratio.interval.contains(0.915))
        #expect(some.ratio.interval != some.ifIndependent.interval)
        let none = RequestAvailability(Self.series("....."), confidence: 0.95)
        #expect(none.ratio.value == 1)
        #expect(none.ratio == none.ifIndependent)
        #expect(DistributionTests.agree(1 - (try #require(none.ratio.lower)), 0.00735062, to: 1e-5))
        #expect(RequestAvailability(Self.series("  ")).ratio == Estimate(nil))
    }

    @Test("the worst window of each length is found, and lengths that do not fit are left out")
    func worst() throws {
        let picture = String(repeating: ".", count: 50) + "######" + String(repeating: ".", count: 20) + "#...."
        let windows = Self.series(picture).worstWindows
        #expect(windows.map(\.windowSeconds) == [60, 600])
        #expect(windows[0].ratio == 0)
        #expect(windows[0].from == Timestamp(seconds: 500))
        #expect(windows[0].counted == 600)
        #expect(windows[1].bad == 700)
        #expect(windows[1].ratio == 1 - 700.0 / 6000)
        #expect(windows[1].from == Timestamp(seconds: 170))
    }

    @Test("the worst windows are those of a search over all windows", arguments: 1...3 as ClosedRange<UInt64>)
    func worstBySearch(_ seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let parts = (0..<90).map { place in
            OutcomeBucket(
                at: Timestamp(seconds: Int64(place) * 10),
                key: "api",
                good: .random(in: 0...9, using: &generator),
                bad: .random(in: 0...9, using: &generator)
            )
        }
        let series = OutcomeSeries(parts, key: "api", window: .seconds(0, 900))
        for window in series.worstWindows {
            let length = Int(window.windowSeconds / 10)
            let ratios = (0...(90 - length)).map { first in
                let slice = parts[first..<first + length]
                return Double(slice.reduce(0) { $0 + $1.good }) / Double(slice.reduce(0) { $0 + $1.counted })
            }
            #expect(window.ratio == ratios.min())
        }
    }

    @Test("notes give an incident its fault, its detection and its cause; those of another time do not")
    func notes() throws {
        let incident = try #require(Self.series("......##...").incidents.first)
        let noted = incident.noting([
            IncidentNote(at: Timestamp(seconds: 71), .mitigated, recovery: .automatic),
            IncidentNote(at: Timestamp(seconds: 64), .detected, cause: "process"),
            IncidentNote(at: Timestamp(seconds: 66), .detected, cause: "node"),
            IncidentNote(at: Timestamp(seconds: 59), .fault),
            IncidentNote(at: Timestamp(milliseconds: -1), .fault, cause: "long ago"),
            IncidentNote(at: Timestamp(seconds: 81), .detected, cause: "later"),
        ])
        #expect(noted.fault == Timestamp(seconds: 59))
        #expect(noted.detected == Timestamp(seconds: 64))
        #expect(noted.mitigated == Timestamp(seconds: 71))
        #expect(noted.cause == "process")
        #expect(noted.recovery == .automatic)
        #expect([noted, incident].meanSecondsToDetect == 4)
        #expect([noted].meanSecondsToMitigate == 11)
        #expect([incident].meanSecondsToDetect == nil)
    }
}
