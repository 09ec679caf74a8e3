import Foundation
import Testing

@testable import Availability

@Suite("Lists of outages")
struct OutageListTests {
    @Test(
        "columns are found by name, whatever their order and spelling",
        arguments: [
            "service,down_at_utc,up_at_utc,minutes,first_http_status", "up,minutes,down,service",
            "Site,Started At,Resolved At", "end,monitor,start", "component,startTime,endTime", "HOST,FROM,TO",
            "id,impact,started_at,resolved_at,minutes,name,shop", "Monitor,Status code,Started (UTC),Resolved (UTC)",
            "check_name,timefrom,timeto,x", "website,createdAt,closedAt",
        ]
    )
    func columns(_ header: String) throws {
        let names = header.split(separator: ",").map(String.init)
        var list = try OutageList(header: names, service: "file")
        let columns = try OutageColumns(names)
        var row = Array(repeating: "x", count: names.count)
        row[try #require(columns.service)] = "Jade"
        row[columns.down.place] = "2025-05-27T07:42:39Z"
        guard case .time(let end) = columns.end else { throw OutageListRefusal.noEndColumn(names) }
        row[end.place] = "1748331819"
        list.add(row, line: 2)
        #expect(list.rejected.isEmpty)
        let outage = try #require(list.outages.first)
        #expect(outage.service == "Jade")
        #expect(try #require(outage.up).milliseconds - outage.down.milliseconds == 60_000)
    }

    @Test("a list without a column for the service is of one service")
    func oneService() throws {
        var list = try OutageList(header: ["id", "started_at", "resolved_at", "name"], service: "github")
        list.add(["1", "2010-02-07T06:00:00.000Z", "2010-02-07T07:00:00.000Z", "Incident"], line: 2)
        #expect(list.services == ["github"])
    }

    @Test("a list that does not say when outages began or ended is refused with its columns")
    func refusals() {
        #expect(throws: OutageListRefusal.noStartColumn(["a", "up"])) {
            try OutageList(header: ["a", "up"], service: "")
        }
        #expect(throws: OutageListRefusal.noEndColumn(["down", "b"])) {
            try OutageList(header: ["down", "b"], service: "")
        }
        #expect(throws: OutageListRefusal.empty) { try OutageList(header: [""], service: "") }
        #expect(OutageListRefusal.noEndColumn(["down", "b"]).description.contains("down, b"))
    }

    @Test("a row that cannot be used is kept with its line and its reason")
    func rejected() throws {
        var list = try OutageList(header: ["service", "down", "up"], service: "")
        list.add(["A", "2025-05-27T07:42:39Z", ""], line: 2)
        list.add(["A", "2025-05-27T07:42:39Z"], line: 3)
        list.add([" ", "2025-05-27T07:42:39Z", ""], line: 4)
        list.add(["A", "", "2025-05-27T07:42:39Z"], line: 5)
        list.add(["A", "27.5.2025", ""], line: 6)
        list.add(["A", "2025-05-27T07:42:39Z", "soon"], line: 7)
        list.reject(line: 8, .malformed("a quoted field is not closed"))
        #expect(list.outages.map(\.line) == [2])
        #expect(list.outages.first?.up == nil)
        #expect(
            list.rejected == [
                RejectedRow(line: 3, problem: .tooFewFields(2)), RejectedRow(line: 4, problem: .noService),
                RejectedRow(line: 5, problem: .noStart),
                RejectedRow(line: 6, problem: .notATime(column: "down", text: "27.5.2025", .dayAndMonth)),
                RejectedRow(line: 7, problem: .notATime(column: "up", text: "soon", .notATime)),
                RejectedRow(line: 8, problem: .malformed("a quoted field is not closed")),
            ]
        )
    }

    @Test(
        "the number of an issue in front of a service's name is not part of it",
        arguments: [
            ("#71530 Jade", "Jade"), ("#19836 CNF", "CNF"), ("#46721 New Site", "New Site"), ("Jade", "Jade"),
            ("#71530", "#71530"), ("# Jade", "# Jade"), ("#x1 Jade", "#x1 Jade"), ("71530 Jade", "71530 Jade"),
        ]
    )
    func names(_ text: String, _ name: String) {
        #expect(OutageList.name(of: text) == name)
    }

    @Test("a service's window is from its first start to its last end, and to the list's end where that is not noted")
    func windows() throws {
        var list = try OutageList(header: ["service", "down", "up"], service: "")
        // Seconds since 1970, large enough to be read as a plausible time.
        let origin: Int64 = 1_700_000_000
        let rows: [(String, Int64, Int64?)] = [
            ("A", 100, 160), ("B", 50, nil), ("A", 20, 30), ("A", 900, 10), ("C", 300, 400), ("C", 390, nil),
            ("D", 5, 5),
        ]
        for (line, row) in rows.enumerated() {
            list.add([row.0, "\(origin + row.1)", row.2.map { "\(origin + $0)" } ?? ""], line: line + 2)
        }
        #expect(list.window(of: "A") == .seconds(origin + 20, origin + 160))
        #expect(list.window(of: "B") == .seconds(origin + 50, origin + 900))
        #expect(list.window(of: "C") == .seconds(origin + 300, origin + 900))
        #expect(list.window(of: "D") == .seconds(origin + 5, origin + 5))
        #expect(list.window(of: "E") == nil)
    }

    @Test("an end may be a duration that names its unit, and rows of what was up are passed over")
    func durations() throws {
        var list = try OutageList(
            header: ["Event", "Date-Time", "Reason", "Duration", "Duration (in mins.)"],
            service: "shop"
        )
        list.add(["Down", "2026-03-01 12:00:00", "Timeout", "0 hrs, 5 mins", "5"], line: 2)
        list.add(["Up", "2026-03-01 12:05:00", "OK", "70 hrs", "4200"], line: 3)
        list.add(["Started", "2026-02-01 00:00:00", "", "", ""], line: 4)
        list.add(["Down", "2026-03-02 12:00:00", "Timeout", "", "1,5"], line: 5)
        list.add(["", "", "", "", ""], line: 6)
        #expect(list.outages.map { $0.up?.briefText } == ["2026-03-01T12:05:00Z"])
        #expect(list.remarks.notDown == 2)
        #expect(list.remarks.assumedUTC == 2)
        #expect(list.rejected.map(\.problem) == [.notADuration(column: "Duration (in mins.)", text: "1,5")])
        #expect(throws: OutageListRefusal.columnTwice("up")) {
            try OutageList(header: ["down", "up", "Up At"], service: "")
        }
    }

    @Test(
        "times that stand for none are none, at the start and at the end",
        arguments: ["0001-01-01T00:00:00Z", "1970-01-01T00:00:00Z", "9999-12-31T23:59:59Z"]
    )
    func noTimes(_ text: String) throws {
        for header in [["down", "up"], ["down", "up", "minutes"]] {
            var list = try OutageList(header: header, service: "shop")
            list.add([text, "2026-03-01T12:00:00Z", ""], line: 2)
            list.add(["2026-03-01T12:00:00Z", text, ""], line: 3)
            #expect(list.outages.isEmpty)
            #expect(
                list.rejected.map(\.problem) == [
                    .notATime(column: "down", text: text, .implausible),
                    .notATime(column: "up", text: text, .implausible),
                ]
            )
        }
    }

    @Test("a start, an end and a duration that do not agree are refused, and a duration stands for an end that lacks")
    func contradictions() throws {
        var list = try OutageList(header: ["down", "up", "minutes"], service: "shop")
        list.add(["2026-03-01T12:00:00Z", "2026-03-01T12:05:31Z", "5"], line: 2)
        list.add(["2026-03-01T12:00:00Z", "2026-03-01T12:05:31Z", "6"], line: 3)
        list.add(["2026-03-01T12:00:00Z", "2026-03-01T12:05:31Z", ""], line: 4)
        list.add(["2026-03-01T12:00:00Z", "2026-03-01T12:05:31Z", "five"], line: 5)
        list.add(["2026-03-01T12:00:00Z", "2026-03-01T12:05:31Z"], line: 6)
        list.add(["2026-03-01T12:00:00Z", "", "5"], line: 7)
        list.add(["2026-03-01T12:00:00Z", "", ""], line: 8)
        list.add(["2026-03-01T12:00:00Z", "2026-03-01T12:05:31Z", "50"], line: 9)
        #expect(list.outages.map(\.line) == [2, 3, 4, 5, 6, 7, 8])
        #expect(list.outages.map { $0.up?.briefText }.suffix(2) == ["2026-03-01T12:05:00Z", nil])
        #expect(
            list.rejected == [
                RejectedRow(line: 9, problem: .contradiction(column: "minutes", text: "50", seconds: 331))
            ]
        )
        #expect(throws: OutageListRefusal.ambiguous("began", ["Start", "Down At"])) {
            try OutageList(header: ["Start", "up", "Down At"], service: "")
        }
        #expect(throws: OutageListRefusal.ambiguous("ended", ["end", "resolved_at"])) {
            try OutageList(header: ["start", "end", "resolved_at"], service: "")
        }
        // Columns of other tools beside the start and the end are ignored.
        _ = try OutageList(
            header: ["created_at", "started_at", "resolved_at", "closed_at", "scheduled_for"],
            service: ""
        )
    }

    @Test("what has not happened yet is refused, and a column that says UTC is UTC whatever the zone")
    func futures() throws {
        let now = try #require(Timestamp("2026-03-01T12:00:00Z"))
        let reading = OutageReading(zone: TimeZone(identifier: "Asia/Tokyo"), now: now)
        var list = try OutageList(header: ["down", "up_at_utc"], service: "shop", reading: reading)
        list.add(["2026-03-01 20:00", "2026-03-01 11:30"], line: 2)
        list.add(["2026-03-01 11:00Z", "2026-03-01 12:01"], line: 3)
        list.add(["2026-03-01T12:00:01Z", ""], line: 4)
        #expect(list.outages.map(\.down.briefText) == ["2026-03-01T11:00:00Z"])
        #expect(
            list.rejected.map(\.problem) == [
                .inFuture(column: "up_at_utc", text: "2026-03-01 12:01"),
                .inFuture(column: "down", text: "2026-03-01T12:00:01Z"),
            ]
        )
        #expect(list.remarks.assumedUTC == 0)
    }
}
