import Foundation
import Testing

@testable import Availability

// The rows are from the outages of real shops that LimeCommerce watches (github.com/LimeCommerce/upptime), made available under the
// Open Database License 1.0. The expected figures were computed from them with SciPy 1.17.1.

@Suite("Availability reports")
struct AvailabilityReportTests {
    static let rows = """
        service,down_at_utc,up_at_utc,minutes,first_http_status
        #67394 Yeva,2025-08-22T11:07:21Z,2025-08-22T11:12:18Z,5.0,503
        #19836 CNF,2025-06-11T02:37:21Z,2025-07-14T09:26:17Z,47928.9,403
        #67394 Yeva,2025-11-13T18:14:19Z,2025-11-13T18:19:19Z,5.0,503
        #26981 Nihon,2025-06-14T05:46:20Z,2025-06-14T05:58:09Z,11.8,415
        #67394 Yeva,2025-12-03T02:14:23Z,2025-12-03T02:19:19Z,4.9,503
        #26981 Nihon,2025-06-11T09:58:42Z,2025-06-11T10:30:50Z,32.1,0
        #67394 Yeva,2025-12-05T08:49:20Z,2025-12-05T09:14:24Z,25.1,500
        """

    static func list(_ more: String...) throws -> OutageList {
        let lines = (rows.split(separator: "\n") + more.map { $0[...] }).map { line in
            line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
        }
        var list = try OutageList(header: lines[0], service: "list")
        for (place, fields) in lines.enumerated().dropFirst() { list.add(fields, line: place + 1) }
        return list
    }

    static func report(
        _ list: OutageList,
        _ change: (inout AvailabilityReportOptions) -> Void = { _ in }
    ) throws
        -> AvailabilityReport
    {
        var options = AvailabilityReportOptions()
        options.bootstrap = Bootstrap(resamples: 500)
        change(&options)
        return try AvailabilityReport(list, source: "shops <&> \"more\".csv", options: options)
    }

    @Test("a shop's figures over its own window are those of an independent computation")
    func figures() throws {
        let report = try Self.report(try Self.list()) { $0.leaveOut = ["CNF"] }
        #expect(report.services.map(\.service) == ["Yeva", "Nihon"])
        #expect(report.leftOut == ["CNF"])
        let yeva = report.services[0].figures
        func agrees(_ estimate: Estimate, _ value: Double, _ lower: Double, _ upper: Double) throws {
            #expect(DistributionTests.agree(try #require(estimate.value), value))
            #expect(DistributionTests.agree(try #require(estimate.lower), lower))
            #expect(DistributionTests.agree(try #require(estimate.upper), upper))
        }
        #expect(yeva.windowSeconds == 9_065_223)
        #expect(yeva.downtimeSeconds == 2_397)
        try agrees(yeva.mtbfSeconds, 2_265_706.5, 990_092.0043566143, 6_633_026.402600197)
        try agrees(yeva.mttrSeconds, 599.25, 309.1444651132988, 1754.3495027966633)
        try agrees(yeva.availability, 0.9997355828974092, 0.998894621641359, 0.999892379563372)
        #expect(DistributionTests.agree(try #require(yeva.faultsPerHour.value), 0.0015889083603723606))
    }

    @Test("services are chosen by their name, with or without its number")
    func choice() throws {
        let list = try Self.list()
        #expect(try Self.report(list) { $0.only = ["Nihon"] }.services.map(\.service) == ["Nihon"])
        #expect(try Self.report(list) { $0.only = ["#26981 Nihon"] }.services.map(\.service) == ["Nihon"])
        #expect(throws: AvailabilityReportRefusal.unknownService("Nippon", known: ["CNF", "Nihon", "Yeva"])) {
            try Self.report(list) { $0.only = ["Nippon"] }
        }
        #expect(throws: AvailabilityReportRefusal.unknownService("Coral", known: ["CNF", "Nihon", "Yeva"])) {
            try Self.report(list) { $0.leaveOut = ["Coral"] }
        }
        #expect(throws: AvailabilityReportRefusal.nothingToReport(rejected: [])) {
            try Self.report(list) { $0.leaveOut = ["CNF", "Nihon", "Yeva"] }
        }
    }

    @Test("a list without a usable row is refused with the first reason")
    func nothing() throws {
        var list = try OutageList(header: ["down", "up"], service: "shop")
        list.add(["soon", "later"], line: 2)
        list.add(["", "2025-05-27T07:42:39Z"], line: 3)
        let refusal = #expect(throws: AvailabilityReportRefusal.self) { try Self.report(list) }
        #expect(refusal?.description.contains("2 rows were not used, first line 2: down is not a time: soon") == true)
    }

    @Test("planned maintenance is not counted as down, and is stated apart")
    func maintenance() throws {
        func list(_ header: String, _ rows: String...) throws -> OutageList {
            func cells(_ text: String) -> [String] {
                text.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
            }
            var list = try OutageList(header: cells(header), service: "shop")
            for (place, row) in rows.enumerated() { list.add(cells(row), line: place + 2) }
            #expect(list.rejected.isEmpty)
            return list
        }
        let outages = try list(
            "service,down,up,planned",
            "A,2026-03-01T00:00Z,2026-03-01T01:00Z,",
            "A,2026-03-02T00:00Z,2026-03-02T02:00Z,no",
            "A,2026-03-03T00:00Z,2026-03-03T05:00Z,yes",
            "A,2026-03-04T00:00Z,2026-03-04T03:00Z,",
            "B,2026-03-02T00:00Z,2026-03-02T02:00Z,"
        )
        let all = try list(
            "start,end",
            "2026-02-28T23:00Z,2026-03-01T01:00Z",
            "2026-03-02T01:00Z,2026-03-02T09:00Z",
            "2026-03-04T01:00Z,2026-03-04T02:00Z"
        )
        let report = try Self.report(outages) { $0.maintenance = all }
        let a = try #require(report.services.first { $0.service == "A" })
        #expect(
            a.incidents.map(\.start.briefText) == [
                "2026-03-02T00:00:00Z", "2026-03-04T00:00:00Z", "2026-03-04T02:00:00Z",
            ]
        )
        #expect(a.figures.downtimeSeconds == 3 * 3600)
        #expect(a.plannedSeconds == 3 * 3600)
        #expect(a.count(.planned) == 2)
        #expect(report.text.contains("A: 2 outages (lines 2, 4): planned, not counted as down"))
        #expect(report.text.contains("A: 3.00 h of its outages lie within planned maintenance"))
        let ofA = try list("service,start,end", "A,2026-03-02T00:00Z,2026-03-02T03:00Z")
        let partly = try Self.report(outages) { $0.maintenance = ofA }
        #expect(try #require(partly.services.first { $0.service == "B" }).figures.downtimeSeconds == 7200)
        #expect(try #require(partly.services.first { $0.service == "A" }).figures.downtimeSeconds == 14_400)
    }

    @Test("a window given by hand clips outages and leaves out others")
    func window() throws {
        let from = try #require(Timestamp("2025-11-13T18:17:19Z"))
        let to = try #require(Timestamp("2025-12-05T00:00:00Z"))
        let report = try Self.report(try Self.list()) {
            $0.only = ["Yeva"]
            $0.from = from
            $0.to = to
        }
        let yeva = report.services[0]
        #expect(yeva.figures.incidents == 2)
        #expect(yeva.figures.downtimeSeconds == 120 + 296)
        #expect(yeva.figures.windowSeconds == 1_834_961)
        #expect(yeva.count(.outside) == 2)
        #expect(report.text.contains("Yeva: 2 outages (lines 2, 8): outside the window, left out"))
        #expect(throws: AvailabilityReportRefusal.reversedWindow(from: to, to: from)) {
            try Self.report(try Self.list()) {
                $0.from = to
                $0.to = from
            }
        }
    }

    @Test("one edge beyond all outages leaves a window of no length, and no figures")
    func emptyWindow() throws {
        let early = try #require(Timestamp("2020-01-01T00:00:00Z"))
        let report = try Self.report(try Self.list()) { $0.to = early }
        #expect(report.services.allSatisfy { $0.incidents.isEmpty && $0.figures.availability.value == nil })
        #expect(!report.html.contains("class=\"down\""))
        #expect(report.text.contains("outside the window, left out"))
    }

    @Test("the text tells figures with their intervals, and what became of every other row")
    func text() throws {
        let list = try Self.list("#67394 Yeva,2025-12-05T08:49:20Z,", "Yeva,2025-12-05T08:49:20Z,x,1,2", "Nihon")
        let text = try Self.report(list) { $0.leaveOut = ["CNF"] }.text
        #expect(text.contains("629.36 [275.03, 1842.51]"))
        #expect(text.contains("9.99 [5.15, 29.24]"))
        #expect(text.contains("0.99974 [0.99889, 0.99989]"))
        #expect(text.contains("Yeva: 1 outage (line 9): listed twice, counted once"))
        #expect(text.contains("left out as asked: CNF"))
        #expect(text.contains("line 10 was not used: up_at_utc is not a time: x;"))
        #expect(text.contains("line 11 was not used: it has only 1 field"))
    }

    @Test("JSON has every figure by name, and what is not known is not there")
    func json() throws {
        let list = try Self.list("Open,2025-12-05T09:14:24Z,", "Yeva,never,")
        let data = try Self.report(list) { $0.leaveOut = ["CNF"] }.json()
        let report = try #require(try JSONSerialization.jsonObject(with: data) as? [String: Any])
        #expect(
            Set(report.keys) == [
                "confidence", "leftOut", "reading", "rejected", "rejectedMaintenance", "services", "source",
            ]
        )
        let services = try #require(report["services"] as? [[String: Any]])
        #expect(services.map { $0["service"] as? String } == ["Yeva", "Nihon", "Open"])
        let figures = try #require(services[0]["figures"] as? [String: Any])
        #expect(
            Set(figures.keys) == [
                "availability", "confidence", "downtimeSeconds", "faultsPerHour", "incidents", "mtbfSeconds",
                "mttrResampledSeconds", "mttrSeconds", "openIncidents", "uptimeSeconds", "windowSeconds",
            ]
        )
        #expect((figures["mtbfSeconds"] as? [String: Double])?["value"] == 2_265_706.5)
        let window = try #require(services[0]["window"] as? [String: String])
        #expect(window == ["from": "2025-08-22T11:07:21Z", "to": "2025-12-05T09:14:24Z"])
        let rejected = try #require(report["rejected"] as? [[String: Any]])
        #expect(rejected.map { $0["line"] as? Int } == [10])
        let remarks = try #require((services[2]["outages"] as? [String: Any])?["remarks"] as? [[String: Any]])
        #expect(remarks.map { $0["line"] as? Int } == [9])
        #expect(remarks[0]["up"] == nil)
    }

    @Test("the page needs nothing else, has a title for every chart, and lets no name become markup")
    func html() throws {
        let page = try Self.report(
            try Self.list("<script>alert(1)</script> & 'co',2025-12-05T08:49:20Z,2025-12-05T09:00:00Z")
        ).html
        #expect(!page.contains("<script"))
        #expect(page.contains("&lt;script&gt;alert(1)&lt;/script&gt; &amp; &#39;co&#39;"))
        #expect(page.contains("shops &lt;&amp;&gt; &quot;more&quot;.csv"))
        for forbidden in ["src=", "href=", "@import", "url("] { #expect(!page.contains(forbidden)) }
        let charts = page.components(separatedBy: "<svg ").count - 1
        // Expected: the timeline, the intervals and the repair times of each of four services.
        #expect(charts == 6)
        #expect(page.components(separatedBy: "role=\"img\" aria-labelledby=").count - 1 == charts)
        #expect(page.contains("prefers-color-scheme: dark"))
        #expect(page.components(separatedBy: "class=\"down\"").count - 1 == 8)
        #expect(page.components(separatedBy: "class=\"value\"").count - 1 == 4)
    }
}
