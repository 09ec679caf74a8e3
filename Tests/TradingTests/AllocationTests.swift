import TestSupport
import Testing
import Trading

@Suite("From which locations an order is served")
struct AllocationTests {
    /// The free units per location, the demand, and the expected allocation; locations are a, b, c in this order.
    struct Case: Sendable, CustomTestStringConvertible {
        var testDescription: String
        var free: [String: [Int64]]
        var wanted: [(String, Int64)]
        var taken: [[(String, Int64)]]
    }

    static let cases = [
        Case(
            testDescription: "the first location that serves the whole order does, though an earlier one serves a line",
            free: ["X": [9, 9, 9], "Y": [0, 5, 9]],
            wanted: [("X", 1), ("Y", 2)],
            taken: [[("b", 1)], [("b", 2)]]
        ),
        Case(
            testDescription: "one parcel wins over the order of the locations",
            free: ["X": [5, 0, 5], "Y": [0, 5, 5]],
            wanted: [("X", 5), ("Y", 5)],
            taken: [[("c", 5)], [("c", 5)]]
        ),
        Case(
            testDescription: "without one parcel each line goes whole to the first location that can",
            free: ["X": [2, 5, 0], "Y": [0, 0, 4]],
            wanted: [("X", 3), ("Y", 4)],
            taken: [[("b", 3)], [("c", 4)]]
        ),
        Case(
            testDescription: "only a line that no location serves whole is split, the preferred location first",
            free: ["X": [2, 0, 3], "Y": [1, 1, 1]],
            wanted: [("Y", 1), ("X", 4)],
            taken: [[("a", 1)], [("a", 2), ("c", 2)]]
        ),
        Case(
            testDescription: "two lines of one SKU share a location only while it lasts",
            free: ["X": [3, 2, 0]],
            wanted: [("X", 3), ("X", 2)],
            taken: [[("a", 3)], [("b", 2)]]
        ),
        Case(
            testDescription: "two lines of one SKU fit in one location together",
            free: ["X": [4, 5, 0]],
            wanted: [("X", 3), ("X", 2)],
            taken: [[("b", 3)], [("b", 2)]]
        ),
        Case(
            testDescription: "the last units of every location can all be taken",
            free: ["X": [1, 1, 1]],
            wanted: [("X", 3)],
            taken: [[("a", 1), ("b", 1), ("c", 1)]]
        ),
        Case(testDescription: "nothing is asked for", free: [:], wanted: [], taken: []),
    ]

    @Test("one parcel first, then whole lines, then split lines", arguments: cases)
    func table(_ example: Case) throws {
        var stock = try Self.stock(example.free)
        let taken = try stock.allocate(try example.wanted.map(Self.request))
        #expect(
            taken == example.taken.map { $0.map { Allocation(location: $0.0, quantity: $0.1) } },
            "\(example.testDescription)"
        )
    }

    @Test(
        "the first line that stock cannot serve is named, with what the lines before left of it",
        arguments: [
            (["X": [2, 1, 0]], [("X", 4)], 0, 3),
            (["X": [2, 1, 0], "Y": [9, 9, 9]], [("Y", 1), ("X", 4)], 1, 3),
            // A bundle: each line alone could be served, but not both.
            (["X": [2, 1, 0]], [("X", 2), ("X", 2)], 1, 1),
            (["X": [3, 0, 0]], [("X", 3), ("X", 1)], 1, 0),
            (["Y": [1, 1, 1]], [("X", 1)], 0, 0),
            (["X": [0, 0, 0]], [("X", 1), ("Y", 1)], 0, 0),
        ] as [([String: [Int64]], [(String, Int64)], Int, Int64)]
    )
    func shortages(_ free: [String: [Int64]], _ wanted: [(String, Int64)], _ index: Int, _ available: Int64) throws {
        var stock = try Self.stock(free)
        let requests = try wanted.map(Self.request)
        let shortage = #expect(throws: Shortage.self) { try stock.allocate(requests) }
        #expect(shortage?.index == index)
        #expect(shortage?.available == available)
    }

    @Test("what is free of a SKU is stated once: a second line of it does not bring the units back")
    func statedOnce() throws {
        var stock = try Self.stock(["X": [2, 0, 0]])
        let request = try Self.request(("X", 2))
        _ = try stock.allocate([request])
        stock.add(try Self.sku("X")) { _ in 9 }
        #expect(throws: Shortage.self) { try stock.allocate([request]) }
    }

    @Test("without a location there is no stock")
    func noLocations() throws {
        var stock = FreeStock(locations: [])
        stock.add(try Self.sku("X")) { _ in 5 }
        let request = try Self.request(("X", 1))
        #expect(throws: Shortage.self) { try stock.allocate([request]) }
    }

    @Test(
        "random orders never take more than is free, always what was asked for, and only fail for want of units",
        arguments: 1...6 as ClosedRange<UInt64>
    )
    func properties(_ seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<400 {
            var free: [String: [Int64]] = [:]
            // Few and many SKUs: the lookup differs.
            let names = (0..<Int.random(in: 1...12, using: &generator)).map { "S\($0)" }
            for name in names {
                free[name] = (0..<3).map { _ in Int64.random(in: 0...6, using: &generator) }
            }
            let wanted = (0..<Int.random(in: 1...4, using: &generator)).map { _ in
                (names.randomElement(using: &generator) ?? "S0", Int64.random(in: 1...7, using: &generator))
            }
            var stock = try Self.stock(free)
            let asked = Dictionary(wanted.map { ($0.0, $0.1) }, uniquingKeysWith: +)
            let fits = asked.allSatisfy { $1 <= (free[$0] ?? []).reduce(0, +) }
            do {
                let taken = try stock.allocate(try wanted.map(Self.request))
                #expect(fits, "seed \(seed)")
                for (line, parts) in zip(wanted, taken) {
                    #expect(parts.map(\.quantity).reduce(0, +) == line.1, "seed \(seed)")
                    #expect(parts.allSatisfy { $0.quantity >= 1 }, "seed \(seed)")
                    for part in parts {
                        let location = try #require(["a", "b", "c"].firstIndex(of: part.location))
                        free[line.0]?[location] -= part.quantity
                    }
                }
                #expect(free.values.allSatisfy { $0.allSatisfy { $0 >= 0 } }, "seed \(seed)")
            } catch is Shortage {
                #expect(!fits, "seed \(seed)")
            }
        }
    }

    private static func sku(_ text: String) throws -> SKU { try #require(SKU(text)) }

    private static func request(_ line: (String, Int64)) throws -> AllocationRequest {
        AllocationRequest(sku: try sku(line.0), quantity: line.1)
    }

    private static func stock(_ free: [String: [Int64]]) throws -> FreeStock {
        var stock = FreeStock(locations: ["a", "b", "c"])
        for (name, units) in free { stock.add(try sku(name)) { units[$0 == "a" ? 0 : $0 == "b" ? 1 : 2] } }
        return stock
    }
}
