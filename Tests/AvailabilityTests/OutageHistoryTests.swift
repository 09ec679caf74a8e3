import TestSupport
import Testing

@testable import Availability

@Suite("Histories of outages")
struct OutageHistoryTests {
    /// Outages by their start and end in seconds; an end of nil means the end was not recorded.
    static func outages(_ spans: [(Int64, Int64?)]) -> [Outage] {
        spans.enumerated().map { place, span in
            Outage(
                service: "shop",
                down: Timestamp(seconds: span.0),
                up: span.1.map(Timestamp.init(seconds:)),
                line: place + 2
            )
        }
    }

    static func history(_ spans: [(Int64, Int64?)], window: TimeWindow? = nil) -> OutageHistory {
        OutageHistory(outages(spans), service: "shop", window: window)
    }

    static func spans(_ history: OutageHistory) -> [[Int64?]] {
        history.incidents.map { [$0.start.milliseconds / 1000, $0.recovered.map { $0.milliseconds / 1000 }] }
    }

    @Test("outages apart from one another are an incident each, however short the time between")
    func apart() {
        let history = Self.history([(10, 20), (21, 30)])
        #expect(Self.spans(history) == [[10, 20], [21, 30]])
        #expect(history.treated.map(\.treatment) == [.counted, .counted])
    }

    @Test("those that overlap, touch or lie within another are one incident, and their time counts once")
    func merged() {
        let history = Self.history([(10, 20), (15, 30), (30, 40), (12, 13), (50, 60)])
        #expect(Self.spans(history) == [[10, 40], [50, 60]])
        #expect(history.incidents.map(\.parts) == [4, 1])
        #expect(history.treated.map(\.treatment) == [.counted, .merged, .merged, .merged, .counted])
    }

    @Test("one listed twice counts once, also where one row lacks the end")
    func duplicates() {
        let history = Self.history([(10, nil), (10, 20), (10, 20), (40, 50)])
        #expect(Self.spans(history) == [[10, 20], [40, 50]])
        #expect(history.treated.map(\.treatment) == [.duplicate, .counted, .duplicate, .counted])
    }

    @Test("those that run backwards or take no time are left out")
    func impossible() {
        let history = Self.history([(20, 10), (30, 30), (40, 50)])
        #expect(Self.spans(history) == [[40, 50]])
        #expect(history.treated.map(\.treatment) == [.reversed, .zeroLength, .counted])
    }

    @Test("one without an end lasts until the next begins, and the last one goes on")
    func open() {
        let history = Self.history([(10, nil), (40, 50), (70, nil)])
        #expect(Self.spans(history) == [[10, 40], [40, 50], [70, nil]])
        #expect(history.treated.map(\.treatment) == [.counted, .counted, .counted])
        #expect(history.treated.map(\.isOpen) == [true, false, true])
    }

    @Test("one without an end that begins within another extends it to where the next begins")
    func openWithin() {
        #expect(Self.spans(Self.history([(10, 30), (20, nil), (60, 70)])) == [[10, 60], [60, 70]])
        #expect(Self.spans(Self.history([(10, 30), (20, nil)])) == [[10, nil]])
        #expect(Self.spans(Self.history([(10, 30), (20, nil), (25, 28)])) == [[10, 30]])
    }

    @Test("a window leaves out what lies outside, and clips what reaches over its edges")
    func window() {
        let window = TimeWindow.seconds(15, 60)
        let history = Self.history([(0, 5), (12, 20), (30, 40), (55, nil), (6, 11)], window: window)
        #expect(history.treated.map(\.treatment) == [.outside, .counted, .counted, .counted, .outside])
        let figures = ReliabilityFigures(window: window, incidents: history.incidents)
        #expect(figures.incidents == 3)
        #expect(figures.openIncidents == 1)
        #expect(figures.downtimeSeconds == 20)
        #expect(figures.windowSeconds == 45)
    }

    @Test("an incident that is over only after the window counts as not over")
    func clipped() {
        let history = Self.history([(10, 20), (50, 90)], window: .seconds(0, 60))
        let figures = ReliabilityFigures(window: .seconds(0, 60), incidents: history.incidents)
        #expect(figures.openIncidents == 1)
        #expect(figures.downtimeSeconds == 20)
    }

    @Test("a history does not depend on the order of the list", arguments: 1...20 as ClosedRange<UInt64>)
    func order(_ seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let spans: [(Int64, Int64?)] = (0..<30).map { _ in
            let down = Int64.random(in: 0..<100, using: &generator)
            let isOpen = Int.random(in: 0..<8, using: &generator) == 0
            return (down, isOpen ? nil : down + .random(in: -2...6, using: &generator))
        }
        let straight = Self.history(spans)
        let shuffled = Self.history(spans.shuffled(using: &generator))
        #expect(straight.incidents == shuffled.incidents)
        for treatment in OutageTreatment.allCases {
            #expect(
                straight.treated.count { $0.treatment == treatment }
                    == shuffled.treated.count { $0.treatment == treatment }
            )
        }
    }

    @Test("down time is that of a second-by-second count", arguments: 1...20 as ClosedRange<UInt64>)
    func downTime(_ seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let spans: [(Int64, Int64?)] = (0..<25).map { _ in
            let down = Int64.random(in: 0..<200, using: &generator)
            return (down, down + .random(in: -2...6, using: &generator))
        }
        let down = (0..<210).count { second in spans.contains { $0.0 <= second && second < $0.1 ?? 0 } }
        let window = TimeWindow.seconds(0, 210)
        let history = Self.history(spans, window: window)
        let figures = ReliabilityFigures(
            window: window,
            incidents: history.incidents,
            bootstrap: Bootstrap(resamples: 1)
        )
        #expect(figures.downtimeSeconds == Double(down))
    }
}
