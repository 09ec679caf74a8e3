import Foundation
import Testing

@testable import Availability

@Suite("Times of lists")
struct TimestampReaderTests {
    @Test(
        "times are read as lists have them",
        arguments: [
            ("1970-01-01T00:00:00Z", 0), ("2025-05-27T07:42:39Z", 1_748_331_759_000),
            ("2010-02-07T06:00:00.000Z", 1_265_522_400_000), ("2025-05-27 07:42:39z", 1_748_331_759_000),
            ("2025-05-27T09:42:39.1+02:00", 1_748_331_759_100), ("2025-05-27T07:42:39.123456789Z", 1_748_331_759_123),
            ("2025-05-27T02:12:39-05:30", 1_748_331_759_000), ("2025-05-27T07:42:39", 1_748_331_759_000),
            ("1748331759", 1_748_331_759_000), ("1748331759.25", 1_748_331_759_250),
            ("1748331759123", 1_748_331_759_123), ("946684800", 946_684_800_000), ("4102444799", 4_102_444_799_000),
            ("2024-02-29T00:00:00Z", 1_709_164_800_000),
            ("2025-05-27T07:42", 1_748_331_720_000), ("2025-05-27T09:42:39+0200", 1_748_331_759_000),
            ("2025-05-27 09:42:39 +02", 1_748_331_759_000), ("2025-05-27 07:42:39 UTC", 1_748_331_759_000),
            ("1969-12-31T23:59:59.999Z", -1), ("2016-12-31T23:59:60Z", 1_483_228_800_000),
        ]
    )
    func read(_ text: String, _ milliseconds: Int64) throws {
        #expect(try TimestampReader().readAny(text).time.milliseconds == milliseconds)
    }

    @Test(
        "what is not a time is not one",
        arguments: [
            "", "-", "yesterday", "2025-05-27", "2025-13-01T00:00:00Z", "2025-02-29T00:00:00Z", "2025-05-27T24:00:00Z",
            "2025-05-27T07:60:00Z", "0", "2025-05-27T07:42:39.Z", "2025-05-27T07:42:39Zulu",
            "1748331759 ", "17483317591234567890", "1e9", "-5", "27/05/2025 07:42", "1748331759.",
        ]
    )
    func refuse(_ text: String) {
        #expect(throws: TimestampProblem.self) { try TimestampReader().readAny(text) }
    }

    @Test(
        "a number that is no time since 1970, and a text that may be two times, are refused with what they are",
        arguments: [
            ("46082.00", .spreadsheetDay), ("46082", .spreadsheetDay), ("46082.5213", .spreadsheetDay),
            ("20260301", .dateOnly),
            ("2026-03-01", .dateOnly), ("20260301123000", .dateOnly), ("0", .implausible), ("100", .implausible),
            ("946684799", .implausible), ("4102444800", .implausible), ("0001-01-01T00:00:00Z", .implausible),
            ("1970-01-01T00:00:00Z", .implausible), ("1999-12-31 23:59:59", .implausible),
            ("2100-01-01T00:00:00Z", .implausible),
            ("9999-12-31T23:59:59Z", .implausible), ("1748331759000000", .notATime),
            ("27/05/2025 07:42", .dayAndMonth), ("5/6/25 7:42", .dayAndMonth), ("27.5.2025 07:42", .dayAndMonth),
            ("2025-05-27 07:42:39 CET", .zoneName("CET")), ("2025-05-27 07:42:39 PM", .zoneName("PM")),
            ("soon", .notATime),
        ] as [(String, TimestampProblem)]
    )
    func problems(_ text: String, _ problem: TimestampProblem) {
        #expect(throws: problem) { try TimestampReader().read(text) }
    }

    @Test("local times are read in their zone, in summer and in winter, and what has an offset keeps it")
    func zones() throws {
        let berlin = TimestampReader(zone: TimeZone(identifier: "Europe/Berlin"))
        #expect(try berlin.read("2026-01-15 12:00").time.briefText == "2026-01-15T11:00:00Z")
        #expect(try berlin.read("2026-07-15 12:00").time.briefText == "2026-07-15T10:00:00Z")
        #expect(try berlin.read("2026-07-15 12:00Z").time.briefText == "2026-07-15T12:00:00Z")
        #expect(try berlin.read("1773144000").time.briefText == "2026-03-10T12:00:00Z")
        #expect(try !berlin.read("2026-01-15 12:00").isAssumedUTC)
        #expect(try TimestampReader().read("2026-01-15 12:00").isAssumedUTC)
        let kathmandu = TimestampReader(zone: TimeZone(identifier: "Asia/Kathmandu"))
        #expect(try kathmandu.read("2026-01-15 12:00").time.briefText == "2026-01-15T06:15:00Z")
    }

    @Test(
        "a time that the clocks skip is refused; of one that they show twice the first is taken, unless that is too early"
    )
    func daylightSaving() throws {
        let berlin = TimestampReader(zone: TimeZone(identifier: "Europe/Berlin"))
        #expect(throws: TimestampProblem.skipped(zone: "Europe/Berlin")) { try berlin.read("2026-03-29 02:30") }
        #expect(try berlin.read("2026-03-29 03:00").time.briefText == "2026-03-29T01:00:00Z")
        let first = try berlin.read("2026-10-25 02:30")
        #expect(first.time.briefText == "2026-10-25T00:30:00Z" && first.isTwice)
        let down = try berlin.read("2026-10-25 02:50").time
        #expect(try berlin.read("2026-10-25 02:10", notBefore: down).time.briefText == "2026-10-25T01:10:00Z")
        let newYork = TimestampReader(zone: TimeZone(identifier: "America/New_York"))
        #expect(throws: TimestampProblem.skipped(zone: "America/New_York")) { try newYork.read("2026-03-08 02:00") }
        #expect(try newYork.read("2026-11-01 01:59:59").time.briefText == "2026-11-01T05:59:59Z")
    }
}
