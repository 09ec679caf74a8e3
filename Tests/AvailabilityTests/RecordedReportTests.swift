import Foundation
import Testing

@testable import Availability

@Suite("Records of a service")
struct RecordedReportTests {
    private static let start = Timestamp(seconds: 1_795_411_260)

    private static func moment(_ seconds: Int64) -> Timestamp { start.adding(milliseconds: seconds * 1000) }

    private static func bucket(
        _ place: Int64,
        _ key: String = "transaction",
        good: Int64 = 0,
        bad: Int64 = 0,
        excluded: Int64 = 0,
        probes: ProbeTally = ProbeTally()
    ) -> OutcomeBucket {
        OutcomeBucket(at: moment(place * 10), key: key, good: good, bad: bad, excluded: excluded, probes: probes)
    }

    private static func window(_ places: Int64) throws -> TimeWindow {
        try #require(TimeWindow(from: start, to: moment(places * 10)))
    }

    @Test("classes and replicas add up to one service, and probers' requests do not count")
    func service() throws {
        let outcomes = RecordedOutcomes([
            Self.bucket(0, good: 30, bad: 1), Self.bucket(0, "interactive", good: 9, excluded: 4),
            Self.bucket(0, "probe", good: 50, bad: 7), Self.bucket(0, good: 5),
        ])
        let series = outcomes.service(named: "shop", over: try Self.window(1))
        #expect(series.buckets.first??.good == 44)
        #expect(series.buckets.first??.bad == 1)
        #expect(series.buckets.first??.excluded == 4)
        #expect(outcomes.classes == ["interactive", "transaction"])
        #expect(outcomes.tally(of: "probe", in: try Self.window(1)).bad == 7)
    }

    @Test("ten seconds in which nobody counted are down, whether or not a prober failed in them")
    func absence() throws {
        let failed = ProbeTally(passed: 0, failed: 1, longestFailure: 1)
        let outcomes = RecordedOutcomes([
            Self.bucket(0), Self.bucket(2, "probe", probes: failed), Self.bucket(3),
        ])
        let series = outcomes.service(named: "shop", over: try Self.window(4))
        #expect(series.incidents.map(\.start) == [Self.moment(10)])
        #expect(series.incidents.map(\.recovered) == [Self.moment(30)])
        #expect(series.time.missingSeconds == 20)
    }

    @Test("a probe that went well shows that the service was there, two that failed running that it was not")
    func probes() throws {
        let outcomes = RecordedOutcomes([
            Self.bucket(0, "probe", probes: ProbeTally(passed: 10, failed: 0, longestFailure: 0)),
            Self.bucket(1, probes: ProbeTally(passed: 7, failed: 3, longestFailure: 3)),
            Self.bucket(2, good: 25, probes: ProbeTally(passed: 7, failed: 3, longestFailure: 3)),
        ])
        let series = outcomes.service(named: "shop", over: try Self.window(3))
        #expect(series.buckets.map { $0?.condition } == [.up, .down, .up])
    }

    @Test("a fault of a part that lies in an incident says what caused it; one that does not is masked")
    func faults() throws {
        let buckets = (0..<60).filter { !(20..<23).contains($0) }.map { Self.bucket($0, good: 40) }
        let faults = [
            ComponentFault(
                at: Self.moment(203),
                component: "replica-1",
                kind: .crash,
                cause: "signal 9",
                action: "another one is started",
                recovered: Self.moment(229)
            ),
            ComponentFault(
                at: Self.moment(500),
                component: "replica-2",
                kind: .hang,
                cause: "no heartbeat",
                action: "it is aborted",
                recovered: Self.moment(504)
            ),
            ComponentFault(at: Self.moment(900), component: "replica-3", kind: .crash, cause: "", action: ""),
        ]
        let report = RecordedReport(
            RecordedOutcomes(buckets),
            faults: faults,
            window: try Self.window(60),
            source: "test"
        )
        let incident = try #require(report.service.incidents.first)
        #expect(report.service.incidents.count == 1)
        #expect(incident.start == Self.moment(200))
        #expect(incident.recovered == Self.moment(230))
        #expect(incident.cause == "crash: signal 9")
        #expect(incident.detected == Self.moment(203))
        #expect(incident.recovery == .automatic)
        #expect(report.components.faults == 2)
        #expect(report.components.byKind == ["crash": 1, "hang": 1])
        #expect(report.components.recoverySeconds.value == 15)
        #expect(report.components.betweenSeconds.value == 300)
        #expect(report.components.masking.ratio.value == 0.5)
    }

    @Test("the budget is that of the window, by time and by request")
    func budget() throws {
        let buckets = (0..<100).map { Self.bucket($0, good: $0 == 7 ? 10 : 20, bad: $0 == 7 ? 10 : 0) }
        var options = RecordedReportOptions()
        options.objective = 0.99
        let report = RecordedReport(
            RecordedOutcomes(buckets),
            faults: [],
            window: try Self.window(100),
            source: "test",
            options: options
        )
        #expect(abs(report.budget.allowedSeconds - 10) < 1e-9)
        #expect(abs(try #require(report.budget.remainingByTime)) < 1e-9)
        #expect(abs(try #require(report.budget.remainingByRequest) - 0.5) < 1e-9)
        #expect(report.budget.burn.map(\.windowSeconds) == [300, 1800, 3600, 7200, 21_600, 86_400, 259_200])
        #expect(report.budget.burn.first?.rate == 0)
        let hour = try #require(report.budget.burn.first { $0.windowSeconds == 3600 }?.rate)
        #expect(abs(hour - 0.5) < 1e-9)
    }

    @Test("text, JSON and page tell the same, and a name cannot break the page")
    func forms() throws {
        let report = RecordedReport(
            RecordedOutcomes([Self.bucket(0, good: 40), Self.bucket(3, good: 40, bad: 1)]),
            faults: [],
            window: try Self.window(4),
            source: "<b>",
            options: RecordedReportOptions()
        )
        let json = try JSONSerialization.jsonObject(with: report.json()) as? [String: Any]
        let incidents = try #require(json?["incidents"] as? [[String: Any]])
        #expect(incidents.first?["seconds"] as? Double == 20)
        #expect((json?["time"] as? [String: Any])?["ratio"] as? Double == 0.5)
        let list = try JSONSerialization.jsonObject(with: report.incidentJSON()) as? [String: Any]
        #expect((list?["items"] as? [Any])?.count == 1)
        #expect(report.text.contains("80 good, 1 bad"))
        #expect(report.text.contains("down 20 s"))
        #expect(report.html.contains("&lt;b&gt;"))
        #expect(!report.html.contains("<b>"))
    }

    @Test("a window without a moment has no figures, and no fault")
    func empty() throws {
        let report = RecordedReport(RecordedOutcomes([]), faults: [], window: try Self.window(0), source: "test")
        #expect(report.time.value == nil)
        #expect(report.requests.ratio.value == nil)
        #expect(report.budget.remainingByTime == nil)
        #expect(try !report.json().isEmpty)
        #expect(!report.html.isEmpty)
    }
}
