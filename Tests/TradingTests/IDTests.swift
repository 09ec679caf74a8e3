import TestSupport
import Testing
import Trading

@Suite("Ids")
struct IDTests {
    private static let now = Timestamp(milliseconds: 1_795_411_261_123)

    @Test("an id is read back from its text", arguments: 1...4 as ClosedRange<UInt64>)
    func roundTrip(_ seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<1000 {
            let id = ID<Order>(high: generator.next(), low: generator.next())
            #expect(id.description.utf8.count == 36)
            #expect(ID<Order>(id.description) == id, "seed \(seed)")
            #expect(ID<Order>(id.bits) == id, "seed \(seed)")
        }
    }

    @Test("an id is written with its prefix and all of its digits")
    func text() {
        #expect(ID<Order>(high: 0x0123_4567_89AB_CDEF, low: 1).description == "ord_0123456789abcdef0000000000000001")
        #expect(ID<Cart>(high: 0, low: 0).description == "crt_00000000000000000000000000000000")
        #expect(ID<Customer>(high: .max, low: .max).description == "cus_ffffffffffffffffffffffffffffffff")
    }

    @Test(
        "what is not an id of the kind is not read",
        arguments: [
            "", "ord", "ord_", "ord_0123456789abcdef000000000000000", "ord_0123456789abcdef00000000000000011",
            "ord_0123456789ABCDEF0000000000000001", "crt_0123456789abcdef0000000000000001",
            "0123456789abcdef0000000000000001", "ord-0123456789abcdef0000000000000001",
            "ord_0123456789abcdeg0000000000000001", "Ord_0123456789abcdef0000000000000001",
            " ord_0123456789abcdef000000000000001", "ord_0123456789abcdef000000000000000é",
        ]
    )
    func refuses(_ text: String) {
        #expect(ID<Order>(text) == nil)
    }

    @Test("a fresh id is a UUIDv7 of its time, whatever the random bits")
    func fresh() {
        for bits in [UInt64.min, .max, 0x5555_5555_5555_5555] {
            let id = ID<Order>(at: Self.now, random: (bits, bits))
            #expect(id.high >> 16 == 1_795_411_261_123)
            #expect(id.high >> 12 & 0xF == 7)
            #expect(id.low >> 62 == 2)
        }
    }

    @Test("ids and their texts sort by time, then by their bits")
    func sorting() {
        var generator = SeededGenerator(seed: 7)
        let ids = (0..<500).map { step in
            ID<Order>(
                at: Timestamp(milliseconds: Self.now.milliseconds + step),
                random: (generator.next(), generator.next())
            )
        }
        #expect(ids.shuffled(using: &generator).sorted() == ids)
        #expect(ids.map(\.description).sorted() == ids.map(\.description))
        #expect(ids.map(\.bits).sorted() == ids.map(\.bits))
        #expect(ID<Order>(high: 1, low: 2) < ID<Order>(high: 1, low: 3))
        #expect(ID<Order>(high: 1, low: .max) < ID<Order>(high: 2, low: 0))
    }
}
