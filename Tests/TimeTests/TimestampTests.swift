import TestSupport
import Testing
import Time

@Suite("Instants")
struct TimestampTests {
    @Test(
        "RFC 3339 text is read to the millisecond",
        arguments: [
            ("1970-01-01T00:00:00Z", 0), ("1970-01-01T00:00:00.001Z", 1), ("1969-12-31T23:59:59.999Z", -1),
            ("2000-02-29T00:00:00Z", 951_782_400_000), ("2024-02-29T12:00:00Z", 1_709_208_000_000),
            ("2100-02-28T23:59:59Z", 4_107_542_399_000), ("2100-03-01T00:00:00Z", 4_107_542_400_000),
            ("1900-03-01T00:00:00Z", -2_203_891_200_000), ("2026-11-23T05:21:01.123Z", 1_795_411_261_123),
            ("2026-11-23t05:21:01.123z", 1_795_411_261_123), ("2026-11-23 05:21:01.123Z", 1_795_411_261_123),
            ("2026-11-23T05:21:01.1239Z", 1_795_411_261_123), ("2026-11-23T05:21:01.1Z", 1_795_411_261_100),
            ("2026-11-23T05:21:01.123456789012345678901234567890Z", 1_795_411_261_123),
            ("2026-11-23T06:21:01.123+01:00", 1_795_411_261_123), ("2026-11-22T23:51:01.123-05:30", 1_795_411_261_123),
            ("2026-11-23T05:21:01.123-00:00", 1_795_411_261_123), ("2026-11-24T05:20:01.123+23:59", 1_795_411_261_123),
            ("2016-12-31T23:59:60Z", 1_483_228_800_000), ("0000-01-01T00:00:00Z", -62_167_219_200_000),
            ("9999-12-31T23:59:59.999Z", 253_402_300_799_999),
        ] as [(String, Int64)]
    )
    func reads(_ text: String, _ milliseconds: Int64) {
        #expect(Timestamp(text)?.milliseconds == milliseconds)
    }

    @Test(
        "what is not RFC 3339 is not an instant",
        arguments: [
            "", "2026", "2026-11-23", "2026-11-23T05:21Z", "2026-11-23T05:21:01", "2026-11-23T05:21:01.Z",
            "2026-13-01T00:00:00Z", "2026-00-01T00:00:00Z", "2026-01-00T00:00:00Z", "2026-01-32T00:00:00Z",
            "2026-04-31T00:00:00Z", "2026-02-29T00:00:00Z", "2100-02-29T00:00:00Z", "1900-02-29T00:00:00Z",
            "2000-02-30T00:00:00Z", "2026-11-23T24:00:00Z", "2026-11-23T23:60:00Z", "2026-11-23T23:59:61Z",
            "2026-11-23T05:21:01+0100", "2026-11-23T05:21:01+24:00", "2026-11-23T05:21:01+01:60",
            "2026-11-23T05:21:01+1:00", "2026-11-23T05:21:01ZZ", "2026-11-23T05:21:01Z ", " 2026-11-23T05:21:01Z",
            "+026-11-23T05:21:01Z", "-026-11-23T05:21:01Z", "12026-11-23T05:21:01Z", "2026-1-23T05:21:01Z",
            "2026/11/23T05:21:01Z", "2026-11-23_05:21:01Z", "２026-11-23T05:21:01Z", "2026-11-23T05:21:01,5Z",
        ]
    )
    func refuses(_ text: String) {
        #expect(Timestamp(text) == nil)
    }

    @Test("every instant that RFC 3339 can write is read back as it was", arguments: 1...4 as ClosedRange<UInt64>)
    func roundTrip(_ seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        let range = Timestamp.earliest.milliseconds...Timestamp.latest.milliseconds
        for _ in 0..<5000 {
            let time = Timestamp(milliseconds: Int64.random(in: range, using: &generator))
            #expect(time.description.utf8.count == 24)
            #expect(Timestamp(time.description) == time, "seed \(seed)")
            #expect(Timestamp(time.briefText) == time, "seed \(seed)")
        }
    }

    @Test("each day of four centuries follows the day before it")
    func everyDay() {
        var day = Timestamp(milliseconds: -11_676_096_000_000)
        #expect(day.description == "1600-01-01T00:00:00.000Z")
        for _ in 0..<146_097 {
            let next = day.adding(seconds: 86_400)
            #expect(day.description < next.description)
            day = next
        }
        #expect(day.description == "2000-01-01T00:00:00.000Z")
    }

    @Test("texts sort as instants do, and instants beyond the range are written as its ends")
    func order() {
        #expect(Timestamp.earliest.description == "0000-01-01T00:00:00.000Z")
        #expect(Timestamp.latest.description == "9999-12-31T23:59:59.999Z")
        #expect(Timestamp(milliseconds: .min).description == Timestamp.earliest.description)
        #expect(Timestamp(milliseconds: .max).description == Timestamp.latest.description)
        #expect(Timestamp(milliseconds: -1) < Timestamp(milliseconds: 0))
    }

    @Test("adding seconds never overflows")
    func adding() {
        let time = Timestamp(milliseconds: 1_795_411_261_123)
        #expect(time.adding(seconds: 1).milliseconds == 1_795_411_262_123)
        #expect(time.adding(seconds: -1).milliseconds == 1_795_411_260_123)
        #expect(time.adding(seconds: .max) == .latest)
        #expect(time.adding(seconds: .min) == .earliest)
        #expect(time.adding(seconds: .max / 1000) == .latest)
        #expect(Timestamp(milliseconds: .max).adding(seconds: 0) == .latest)
    }

    @Test("adding milliseconds never overflows either")
    func addingMilliseconds() {
        #expect(Timestamp(milliseconds: 5).adding(milliseconds: -6).milliseconds == -1)
        #expect(Timestamp.latest.adding(milliseconds: 1) == .latest)
        #expect(Timestamp(milliseconds: .max).adding(milliseconds: .max) == .latest)
        #expect(Timestamp.earliest.adding(milliseconds: .min) == .earliest)
        #expect(Timestamp(seconds: -1).milliseconds == -1000 && Timestamp(seconds: .min) == .earliest)
    }

    @Test(
        "the brief text leaves out milliseconds that are none",
        arguments: [(0, "1970-01-01T00:00:00Z"), (5, "1970-01-01T00:00:00.005Z"), (-1000, "1969-12-31T23:59:59Z")]
            as [(Int64, String)]
    )
    func brief(_ milliseconds: Int64, _ text: String) {
        #expect(Timestamp(milliseconds: milliseconds).briefText == text)
    }

    @Test(
        "dates of HTTP are written and read",
        arguments: [
            (784_111_777_000, "Sun, 06 Nov 1994 08:49:37 GMT"), (0, "Thu, 01 Jan 1970 00:00:00 GMT"),
            (-1000, "Wed, 31 Dec 1969 23:59:59 GMT"), (951_782_400_000, "Tue, 29 Feb 2000 00:00:00 GMT"),
        ] as [(Int64, String)]
    )
    func http(_ milliseconds: Int64, _ text: String) {
        #expect(Timestamp(milliseconds: milliseconds).httpDate == text)
        #expect(Timestamp(httpDate: text)?.milliseconds == milliseconds)
    }

    @Test(
        "what is no date of HTTP is not read",
        arguments: [
            "", "Sun, 06 Nov 1994 08:49:37", "Sun, 06 Nov 1994 08:49:37 UTC", "06 Nov 1994 08:49:37 GMT",
            "Sun, 31 Feb 1994 08:49:37 GMT",
        ]
    )
    func noDateOfHTTP(_ text: String) {
        #expect(Timestamp(httpDate: text) == nil)
    }
}
