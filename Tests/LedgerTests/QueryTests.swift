import Testing
import Trading

@testable import Ledger

@Suite("Every engine answers queries alike")
struct QueryTests {
    @Test(
        "rows come in the order of their keys, by bytes, from a key on, either way, up to a limit",
        arguments: EngineKind.allCases
    )
    func order(_ kind: EngineKind) async throws {
        try await TestShop.withEngine(kind) { engine in
            let names = ["", "A", "B", "Z", "a", "aa", "b", "z", "é", "日", "👩"]
            try Self.save(names.reversed().map { SettingRow($0, value: [1]) }, engine)
            #expect(try await Self.keys(RowQuery<SettingRow>(limit: .max), engine) == names)
            #expect(try await Self.keys(RowQuery<SettingRow>(limit: 3), engine) == ["", "A", "B"])
            #expect(try await Self.keys(RowQuery<SettingRow>(limit: 0), engine) == [])
            #expect(try await Self.keys(RowQuery<SettingRow>(after: "a", limit: 2), engine) == ["aa", "b"])
            #expect(try await Self.keys(RowQuery<SettingRow>(after: "C", limit: 1), engine) == ["Z"])
            #expect(try await Self.keys(RowQuery<SettingRow>(after: "👩", limit: 1), engine) == [])
            #expect(try await Self.keys(RowQuery<SettingRow>(descending: true, limit: 2), engine) == ["👩", "日"])
            #expect(
                try await Self.keys(RowQuery<SettingRow>(after: "b", descending: true, limit: 2), engine) == [
                    "aa", "a",
                ]
            )
        }
    }

    @Test("keys of several columns are ordered and continued as one", arguments: EngineKind.allCases)
    func compoundKeys(_ kind: EngineKind) async throws {
        try await TestShop.withEngine(kind) { engine in
            let keys = [("A", "x"), ("A", "y"), ("AB", "a"), ("B", ""), ("B", "z"), ("a", "A")]
            let all = keys.map { StockRow.Key(SKU(stored: $0.0), $0.1) }
            try Self.save(all.shuffled().map { StockRow($0, level: StockLevel(onHand: 1)) }, engine)
            #expect(try await Self.keys(RowQuery<StockRow>(limit: .max), engine) == all)
            for index in all.indices {
                let forward = RowQuery<StockRow>(after: all[index], limit: .max)
                #expect(try await Self.keys(forward, engine) == Array(all[(index + 1)...]))
                let backward = RowQuery<StockRow>(after: all[index], descending: true, limit: .max)
                #expect(try await Self.keys(backward, engine) == all[..<index].reversed())
            }
            let between = RowQuery<StockRow>(after: StockRow.Key(SKU(stored: "AA"), ""), limit: 1)
            #expect(try await Self.keys(between, engine) == [all[2]])
            let ofA = RowQuery<StockRow>([Condition("sku", .equal, .text("A"))], limit: .max)
            #expect(try await Self.keys(ofA, engine) == Array(all[..<2]))
        }
    }

    @Test("numbers and bits sort by value, the negative ones first", arguments: EngineKind.allCases)
    func numbers(_ kind: EngineKind) async throws {
        try await TestShop.withEngine(kind) { engine in
            let now = Timestamp(milliseconds: 0)
            let numbers: [Int64] = [.min, -1, 0, 1, .max]
            try Self.save(
                numbers.shuffled().map { EventRow(seq: $0, at: now, type: .groupPut, subject: "", data: []) },
                engine
            )
            #expect(try await Self.keys(RowQuery<EventRow>(limit: .max), engine) == numbers)
            #expect(try await Self.keys(RowQuery<EventRow>(after: 0, limit: 1), engine) == [1])
            let bits = [(0, 0), (0, 1), (0, .max), (1, 0), (0x7FFF, 5), (1 << 63, 0), (.max, .max)]
                .map { Bits128(high: $0.0, low: $0.1) }
            try Self.save(
                bits.shuffled().map { IdempotencyRow(key: $0, fingerprint: 0, at: now, receipt: []) },
                engine
            )
            #expect(try await Self.keys(RowQuery<IdempotencyRow>(limit: .max), engine) == bits)
            #expect(try await Self.keys(RowQuery<IdempotencyRow>(after: bits[2], limit: 1), engine) == [bits[3]])
        }
    }

    @Test(
        "conditions compare a column with a value, all of them hold, and nothing is never equal or more",
        arguments: EngineKind.allCases
    )
    func conditions(_ kind: EngineKind) async throws {
        try await TestShop.withEngine(kind) { engine in
            let now = Timestamp(milliseconds: 0)
            let owner = ID<Customer>(high: 9, low: 9)
            let credits = (1...6).map { number in
                Credit(
                    id: ID(high: 0, low: UInt64(number)),
                    kind: number % 2 == 0 ? .credit : .adjustment,
                    amount: Money(1, .gbp),
                    reason: "",
                    customer: number <= 4 ? owner : nil,
                    createdAt: now
                )
            }
            try Self.save(credits.map { CreditRow($0) }, engine)
            let kindIsCredit = Condition("kind", .equal, .integer(CreditKind.credit.rawValue))
            let isOwner = Condition("customer", .equal, .bits(owner.bits))
            func numbers(
                _ conditions: [Condition],
                after: UInt64? = nil,
                descending: Bool = false
            ) async throws -> [UInt64] {
                let query = RowQuery<CreditRow>(
                    conditions,
                    after: after.map { ID(high: 0, low: $0) },
                    descending: descending,
                    limit: .max
                )
                return try await Self.keys(query, engine).map(\.low)
            }
            #expect(try await numbers([kindIsCredit]) == [2, 4, 6])
            #expect(try await numbers([kindIsCredit, isOwner]) == [2, 4])
            #expect(try await numbers([kindIsCredit], after: 2) == [4, 6])
            #expect(try await numbers([kindIsCredit], after: 6, descending: true) == [4, 2])
            #expect(try await numbers([Condition("id", .atLeast, .bits(Bits128(high: 0, low: 5)))]) == [5, 6])
            #expect(try await numbers([Condition("id", .below, .bits(Bits128(high: 0, low: 3)))]) == [1, 2])
            #expect(try await numbers([Condition("kind", .atLeast, .integer(2))]) == [1, 3, 5])
            #expect(try await numbers([Condition("kind", .below, .integer(2))]) == [2, 4, 6])
            #expect(
                try await numbers([Condition("customer", .atLeast, .bits(Bits128(high: 0, low: 0)))]) == [1, 2, 3, 4]
            )
            #expect(
                try await numbers([Condition("customer", .below, .bits(Bits128(high: .max, low: 0)))]) == [1, 2, 3, 4]
            )
        }
    }

    @Test(
        "a search finds words by their beginnings, whatever their case and accents, all of them, the best first",
        arguments: EngineKind.allCases
    )
    func search(_ kind: EngineKind) async throws {
        try await TestShop.open(kind) { shop in
            var cup = Product(sku: SKU(stored: "C1"), name: "Café cup", description: "A red mug for tea", prices: [])
            cup.options = ["size": "Grande"]
            let products = [
                cup,
                Product(sku: SKU(stored: "85123A"), name: "White mug", prices: []),
                Product(sku: SKU(stored: "T1"), name: "Teapot", categories: ["kitchen/pots"], prices: []),
                Product(sku: SKU(stored: "Z"), name: "\"Odd\" -name* (AND) 100%", prices: []),
            ]
            try await shop.run(PutProducts(products))
            for (text, found) in [
                ("mug", ["85123A", "C1"]), ("MU", ["85123A", "C1"]), ("cafe", ["C1"]), ("CAFÉ", ["C1"]),
                ("cafe\u{301}", ["C1"]), ("red mug", ["C1"]), ("mug white", ["85123A"]), ("85123", ["85123A"]),
                ("kitchen", ["T1"]), ("pots", ["T1"]), ("ot", []), ("grande", ["C1"]), ("tea", ["T1", "C1"]),
                ("", []), ("  ", []), ("\"", []), ("*", []), ("mug*", ["85123A", "C1"]), ("odd AND name", ["Z"]),
                ("NOT mug", []), ("mug OR teapot", []), ("100%", ["Z"]), ("name:mug", []), ("nothing", []),
            ] {
                #expect(try await Self.search(text, shop.engine) == found, "\(text)")
            }
            #expect(
                try await Self.search("mug", shop.engine, after: SearchHit(rank: 9, sku: SKU(stored: "85123A"))) == [
                    "C1"
                ]
            )
            // The product's former text no longer finds it.
            try await shop.run(PutProducts([Product(sku: SKU(stored: "85123A"), name: "White bowl", prices: [])]))
            #expect(try await Self.search("mug", shop.engine) == ["C1"])
            #expect(try await Self.search("bowl", shop.engine) == ["85123A"])
        }
    }

    @Test(
        "due tasks of the kinds asked for come the longest due first, up to a limit of each, and none before its time",
        arguments: EngineKind.allCases
    )
    func dueTasks(_ kind: EngineKind) async throws {
        try await TestShop.withEngine(kind) { engine in
            let dues: [Int64] = [500, 100, 300, 200, 400]
            try Self.save(
                dues.enumerated().map { index, due in
                    TaskRow(
                        TaskRow.Key(index == 1 ? .eraseOrders : .deliverWebhook, .test(UInt64(index))),
                        due: Timestamp(milliseconds: due)
                    )
                },
                engine
            )
            func due(_ kinds: [TaskKind], _ time: Int64, _ limit: Int) async throws -> [Int64] {
                try await engine.read { (view) throws(LedgerFailure) in
                    try view.dueTasks(kinds, at: Timestamp(milliseconds: time), limit: limit).map(\.due.milliseconds)
                }
            }
            let both: [TaskKind] = [.deliverWebhook, .eraseOrders]
            #expect(try await due(both, 99, 10) == [])
            #expect(try await due(both, 300, 10) == [100, 200, 300])
            #expect(try await due([.deliverWebhook], 300, 10) == [200, 300])
            // Many tasks of one kind do not hide the others.
            #expect(try await due(both, 1000, 2) == [100, 200, 300])
            #expect(try await due([.eraseOrders], 1000, 2) == [100])
            #expect(try await due([], 1000, 2) == [])
        }
    }

    @Test("a read sees one moment, however long it takes", arguments: EngineKind.allCases)
    func snapshot(_ kind: EngineKind) async throws {
        try await TestShop.withEngine(kind) { engine in
            try Self.save([CounterRow("a", value: 1)], engine)
            let seen = try await engine.read { (view) throws(LedgerFailure) in
                let count = try view.counter("a")
                let writer = try engine.makeWriter()
                let before = try writer.begin()
                try writer.save(CounterRow("a", value: 2))
                try writer.commit(after: before)
                return (count, try view.counter("a"))
            }
            #expect(seen == (1, 1))
            let after = try await engine.read { (view) throws(LedgerFailure) in try view.counter("a") }
            #expect(after == 2)
        }
    }

    private static func save(_ rows: [some LedgerRow], _ engine: any LedgerEngine) throws {
        let writer = try engine.makeWriter()
        let before = try writer.begin()
        for row in rows { try writer.save(row) }
        try writer.commit(after: before)
    }

    private static func keys<R: RowPart>(_ query: RowQuery<R>, _ engine: any LedgerEngine) async throws -> [R.Key] {
        try await engine.read { (view) throws(LedgerFailure) in try view.rows(query).map(\.key) }
    }

    private static func search(
        _ text: String,
        _ engine: any LedgerEngine,
        after hit: SearchHit? = nil
    ) async throws -> [String] {
        try await engine.read { (view) throws(LedgerFailure) in
            try view.searchProducts(SearchQuery(text), after: hit).map(\.sku.description)
        }
    }
}
