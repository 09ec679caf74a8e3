import TestSupport
import Testing

@testable import Availability

@Suite("Moments")
struct MomentTests {
    @Test(
        "times are read as lists have them",
        arguments: [
            ("1970-01-01T00:00:00Z", 0), ("2025-05-27T07:42:39Z", 1_748_331_759_000),
            ("2010-02-07T06:00:00.000Z", 1_265_522_400_000), ("2025-05-27 07:42:39z", 1_748_331_759_000),
            ("2025-05-27T09:42:39.1+02:00", 1_748_331_759_100), ("2025-05-27T07:42:39.123456789Z", 1_748_331_759_123),
            ("2025-05-27T02:12:39-05:30", 1_748_331_759_000), ("2025-05-27T07:42:39", 1_748_331_759_000),
            ("1748331759", 1_748_331_759_000), ("1748331759.25", 1_748_331_759_250),
            ("1748331759123", 1_748_331_759_123), ("0", 0), ("2024-02-29T00:00:00Z", 1_709_164_800_000),
            ("1969-12-31T23:59:59.999Z", -1), ("2016-12-31T23:59:60Z", 1_483_228_800_000),
        ]
    )
    func read(_ text: String, _ milliseconds: Int64) {
        #expect(Moment(text)?.milliseconds == milliseconds)
    }

    @Test(
        "what is not a time is not one",
        arguments: [
            "", "-", "yesterday", "2025-05-27", "2025-13-01T00:00:00Z", "2025-02-29T00:00:00Z", "2025-05-27T24:00:00Z",
            "2025-05-27T07:60:00Z", "2025-05-27T07:42:39+0200", "2025-05-27T07:42:39.Z", "2025-05-27T07:42:39Zulu",
            "1748331759 ", "17483317591234567890", "1e9", "-5", "27/05/2025 07:42", "1748331759.",
        ]
    )
    func refuse(_ text: String) {
        #expect(Moment(text) == nil)
    }

    @Test("every moment reads back as it was written", arguments: 1...3 as ClosedRange<UInt64>)
    func roundTrips(_ seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<300 {
            let moment = Moment(milliseconds: .random(in: Moment.bounds, using: &generator))
            #expect(Moment(moment.description) == moment)
        }
        #expect(Moment("2025-05-27T07:42:39Z")?.description == "2025-05-27T07:42:39Z")
        #expect(Moment(milliseconds: 5).description == "1970-01-01T00:00:00.005Z")
    }
}
