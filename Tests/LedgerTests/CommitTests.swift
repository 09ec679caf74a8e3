import Synchronization
import Testing
import Trading

@testable import Ledger

@Suite("Committing")
struct CommitTests {
    @Test("what is rolled back was never there; what is committed is", arguments: EngineKind.allCases)
    func rollback(_ kind: EngineKind) async throws {
        try await TestShop.withEngine(kind) { engine in
            let writer = try engine.makeWriter()
            _ = try writer.begin()
            try writer.save(CounterRow("a", value: 1))
            writer.rollback()
            writer.rollback()
            let before = try writer.begin()
            #expect(try writer.row(CounterRow.self, "a")?.value == nil)
            try writer.save(CounterRow("a", value: 2))
            #expect(try await Self.counter("a", engine) == 0)
            try writer.commit(after: before)
            #expect(try await Self.counter("a", engine) == 2)
        }
    }

    @Test(
        "a writer is told which turn was the last, whoever had it, and which was its own",
        arguments: EngineKind.allCases
    )
    func twoWriters(_ kind: EngineKind) async throws {
        try await TestShop.withEngine(kind) { engine in
            let writers = [try engine.makeWriter(), try engine.makeWriter()]
            func commit(_ index: Int, _ value: Int64) throws -> Int64? {
                let before = try writers[index].begin()
                try writers[index].save(CounterRow("a", value: value))
                try writers[index].commit(after: before, by: UInt64(index))
                return before?.number
            }
            #expect(try commit(0, 1) == nil)
            #expect(try commit(0, 2) == 1)
            #expect(try commit(1, 3) == 2)
            #expect(try commit(0, 4) == 3)
            // A turn in which no commit happens gets no number.
            #expect(try writers[1].begin()?.number == 4)
            let own = try (0...2).map { try writers[1].lastTurn(of: Bits128(high: UInt64($0), low: 0))?.number }
            #expect(own == [4, 3, nil])
            writers[1].rollback()
            #expect(try commit(1, 5) == 4)
        }
    }

    @Test("time does not go back from one turn to the next, but with a clock that was far ahead")
    func turnTimes() {
        let (first, other) = (Bits128(high: 1, low: 0), Bits128(high: 2, low: 0))
        func time(_ clock: Int64, after before: Int64) -> Int64 {
            let turn = LedgerTurn(number: 7, at: Timestamp(milliseconds: before), writer: first)
            let next = LedgerTurn.following(turn, at: Timestamp(milliseconds: clock), writer: other)
            #expect(next.number == 8 && next.writer == other)
            return next.at.milliseconds
        }
        #expect(time(1001, after: 1000) == 1001)
        #expect(time(1000, after: 1000) == 1000)
        #expect(time(999, after: 1000) == 1000)
        #expect(time(1000, after: 6000) == 6000)
        #expect(time(1000, after: 6001) == 1000)
    }

    @Test("rows kept in memory never hide what another committer did", arguments: EngineKind.allCases)
    func keptRows(_ kind: EngineKind) async throws {
        try await TestShop.withEngine(kind) { engine in
            let one = try TestShop(engine, seed: 1)
            let two = try TestShop(engine, clock: one.clock, seed: 2)
            try await one.stock(["MUG": 10])
            for round in 1...5 {
                _ = try await one.place([("MUG", 1)])
                _ = try await two.place([("MUG", 1)])
                #expect(try await one.level("MUG") == StockLevel(onHand: 10, reserved: Int64(2 * round)))
            }
            for shop in [one, two] {
                try await shop.expect(
                    .insufficientStock(index: 0, sku: SKU(stored: "MUG"), requested: 1, available: 0),
                    of: TestShop.wish([("MUG", 1)])
                )
            }
            try await one.expectSound()
            one.committer.close()
            two.committer.close()
        }
    }

    @Test(
        "a refused command leaves nothing behind, and its neighbours in the batch succeed",
        arguments: EngineKind.allCases
    )
    func neighbours(_ kind: EngineKind) async throws {
        try await TestShop.open(kind) { shop in
            try await shop.stock(["MUG": 10, "CUP": 1])
            let before = shop.batches.all.count
            let answers = Mutex<[String]>([])
            let wishes: [[(String, Int64)]] = [
                [("MUG", 3)], [("MUG", 2), ("CUP", 2)], [("MUG", 4)], [("MUG", 4)], [("MUG", 3)], [("CUP", 1)],
            ]
            try await shop.asOneBatch(
                wishes.map { lines -> @Sendable () async -> Void in
                    {
                        do throws(CommitError<PlaceOrderRefusal>) {
                            let placed = try await shop.committer.submit(TestShop.wish(lines))
                            answers.withLock { $0.append("ok \(placed.outcome.order.lines[0].quantity)") }
                        } catch {
                            answers.withLock {
                                $0.append("\(error)".contains("insufficientStock") ? "short" : "\(error)")
                            }
                        }
                    }
                }
            )
            #expect(answers.withLock { $0.sorted() } == ["ok 1", "ok 3", "ok 3", "ok 4", "short", "short"])
            #expect(shop.batches.all.count == before + 1)
            #expect(shop.batches.all.last?.commands == wishes.count)
            #expect(try await shop.level("MUG") == StockLevel(onHand: 10, reserved: 10))
            #expect(try await shop.level("CUP") == StockLevel(onHand: 1, reserved: 1))
            #expect(try await shop.rows(OrderRow.self).count == 4)
            try await shop.expectSound()
        }
    }

    @Test("products refused half way leave none of them, and the batch goes on", arguments: EngineKind.allCases)
    func undo(_ kind: EngineKind) async throws {
        try await TestShop.open(kind) { shop in
            try await shop.run(PutProducts([TestShop.product("OLD")]))
            let before = try await shop.dump()
            try await shop.asOneBatch([
                {
                    _ = try? await shop.committer.submit(
                        PutProducts([TestShop.product("NEW"), TestShop.product("OLD")], expectedVersion: 0)
                    )
                },
                { _ = try? await shop.committer.submit(PutGroup(ProductGroup(code: "G", name: "g"))) },
            ])
            #expect(try await shop.dump().changes(since: before) == ["counters", "events", "product_groups"])
            #expect(try await shop.rows(EventRow.self).map(\.key) == [1, 2])
        }
    }

    @Test(
        "a refusal gives rows back as the commands before it left them, and later ones build on that",
        arguments: EngineKind.allCases
    )
    func undoAfterChange(_ kind: EngineKind) async throws {
        try await TestShop.open(kind) { shop in
            try await shop.run(PutProducts([TestShop.product("OLD", price: 1)]))
            let put: @Sendable ([Product], Int64?) async -> Void = { products, version in
                _ = try? await shop.committer.submit(PutProducts(products, expectedVersion: version))
            }
            try await shop.asOneBatch([
                { await put([TestShop.product("OLD", price: 2)], 1) },
                { await put([TestShop.product("OLD", price: 3), TestShop.product("NEW")], 2) },
                { await put([TestShop.product("NEW", price: 4), TestShop.product("OLD")], 0) },
                { await put([TestShop.product("OLD", price: 5)], 2) },
                { await put([TestShop.product("OLD", price: 6), TestShop.product("NEW")], 3) },
            ])
            let products = try await shop.rows(ProductRow.self).map(\.product)
            #expect(products.map(\.sku.description) == ["OLD"])
            #expect(products.map(\.version) == [3])
            #expect(products.flatMap(\.prices) == [Money(5, .gbp)])
            #expect(try await shop.rows(EventRow.self).map(\.key) == [1, 2, 3])
            // The next batch decides from the same state, whatever the working set keeps in memory.
            #expect(try await shop.run(PutProducts([TestShop.product("OLD", price: 5)])).map(\.change) == [.unchanged])
            #expect(try await shop.run(PutProducts([TestShop.product("NEW")])).map(\.change) == [.created])
        }
    }

    @Test(
        "an observer hears of a batch before anyone is answered, with all that it did",
        arguments: EngineKind.allCases
    )
    func observer(_ kind: EngineKind) async throws {
        try await TestShop.open(kind) { shop in
            try await shop.stock(["MUG": 5])
            let placed = try await shop.committer.submit(TestShop.wish([("MUG", 1)]))
            let batch = try #require(shop.batches.all.last)
            #expect(batch.events.map(\.type) == [.orderPlaced])
            #expect(batch.events.last?.subject == placed.outcome.order.id.description)
            #expect(batch.movements.map(\.kind) == [.reserved])
            #expect(shop.batches.all.flatMap(\.events).map(\.key) == [1, 2, 3])
            #expect(shop.batches.all.first?.products.map(\.key.description) == ["MUG"])
            try await shop.run(PutLocation(Location(code: "b", name: "B")))
            #expect(shop.batches.all.last?.locations?.map(\.code) == ["b", "main"])
        }
    }

    @Test("a command that changes nothing commits nothing", arguments: EngineKind.allCases)
    func noChange(_ kind: EngineKind) async throws {
        try await TestShop.open(kind) { shop in
            try await shop.run(PutProducts([TestShop.product("MUG")]))
            let before = try await shop.dump()
            let count = shop.batches.all.count
            let again = try await shop.run(PutProducts([TestShop.product("MUG")]))
            #expect(again.map(\.change) == [.unchanged])
            #expect(shop.batches.all.count == count)
            #expect(try await shop.dump() == before)
        }
    }

    private static func counter(_ name: String, _ engine: any LedgerEngine) async throws -> Int64 {
        try await engine.read { (view) throws(LedgerFailure) in try view.counter(name) }
    }
}
