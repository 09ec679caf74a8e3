import LedgerSQLite
import Testing
import Trading

@testable import Ledger

@Suite("Many at once")
struct ConcurrencyTests {
    @Test("two processes on one file number events and movements without a gap, and sell each unit once")
    func twoProcesses() async throws {
        try await TestShop.withFile { path in
            let clock = TestClock()
            let engines = [
                try SQLiteEngine(SQLiteSettings(path: path)), try SQLiteEngine(SQLiteSettings(path: path)),
            ]
            let shops = try engines.enumerated().map { try TestShop($1, clock: clock, seed: UInt64($0) + 1) }
            try await shops[0].stock(["MUG": 500, "CUP": 1000])
            let sold = try await withThrowingTaskGroup(of: Bool.self) { group in
                for number in 0..<600 {
                    let shop = shops[number % 2]
                    group.addTask { try await Self.buy(number, shop) }
                }
                return try await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
            }
            #expect(sold == 500)
            for shop in shops {
                #expect(try await shop.level("MUG") == StockLevel(onHand: 500, reserved: 500))
                #expect(try await shop.level("CUP") == StockLevel(onHand: 1000, reserved: 500))
            }
            #expect(try await shops[0].rows(OrderRow.self).count == 500)
            #expect(try await shops[0].rows(MovementRow.self).count == 1002)
            #expect(try await shops[1].rows(EventRow.self).count == 504)
            #expect(try await shops[0].dump() == shops[1].dump())
            try await shops[1].expectSound()
            for shop in shops { shop.committer.close() }
            for engine in engines { await engine.close() }
        }
    }

    @Test("hundreds of buyers of the last units get each of them once", arguments: EngineKind.allCases)
    func lastUnits(_ kind: EngineKind) async throws {
        try await TestShop.open(kind, bounds: CommitterBounds(maxBatch: 16)) { shop in
            try await shop.stock(["MUG": 37, "CUP": 1000])
            let sold = try await withThrowingTaskGroup(of: Bool.self) { group in
                for number in 0..<200 { group.addTask { try await Self.buy(number, shop) } }
                return try await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
            }
            #expect(sold == 37)
            #expect(try await shop.level("MUG") == StockLevel(onHand: 37, reserved: 37))
            try await shop.expectSound()
        }
    }

    /// Buys one of each product and sends half of the requests twice; returns whether there was stock.
    private static func buy(_ number: Int, _ shop: TestShop) async throws -> Bool {
        let key = IdempotencyKey.test(UInt64(number))
        do throws(CommitError<PlaceOrderRefusal>) {
            let first = try await shop.committer.submit(TestShop.wish([("MUG", 1), ("CUP", 1)]), key: key)
            if number % 2 == 0 {
                let again = try await shop.committer.submit(TestShop.wish([("MUG", 1), ("CUP", 1)]), key: key)
                #expect(again.outcome.document == first.outcome.document)
            }
            return true
        } catch {
            guard case .refused(.insufficientStock) = error else { throw error }
            return false
        }
    }
}
