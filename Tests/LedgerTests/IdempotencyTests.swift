import LedgerSQLite
import Synchronization
import Testing
import Trading

@testable import Ledger

@Suite("A request that is sent again")
struct IdempotencyTests {
    @Test(
        "has no second effect, and the very bytes of the first answer, even after the order has moved on",
        arguments: EngineKind.allCases
    )
    func replay(_ kind: EngineKind) async throws {
        try await TestShop.open(kind) { shop in
            try await shop.stock(["MUG": 9])
            let wish = TestShop.wish([("MUG", 2), ("MUG", 1)], customer: OrderCustomer(email: "a@b", name: "A"))
            let first = try await shop.committer.submit(wish, key: .test(1))
            #expect(!first.replayed)
            let id = first.outcome.order.id
            try await shop.run(ChangeOrder(id, .extend(seconds: 5000)))
            try await shop.run(ChangeOrder(id, .pay(reason: "cash")))
            try await shop.run(ChangeOrder(id, .fulfil([LineQuantity(line: 1, quantity: 1)])))
            try await shop.run(ChangeOrder(id, .fulfil(nil)))
            try await shop.run(
                TakeBack(
                    order: id,
                    lines: [ReturnRequestLine(line: 1, quantity: 1, disposition: .restock)],
                    reason: "r"
                )
            )
            try await shop.run(ChangeOrder(id, .complete))
            let before = try await shop.dump()
            shop.clock.advance(seconds: 60)
            let again = try await shop.committer.submit(wish, key: .test(1))
            #expect(again.replayed)
            #expect(again.outcome.document == first.outcome.document)
            #expect(again.outcome.order == first.outcome.order)
            #expect(try await shop.dump() == before)
        }
    }

    @Test("has no second effect in the same batch either", arguments: EngineKind.allCases)
    func sameBatch(_ kind: EngineKind) async throws {
        try await TestShop.open(kind) { shop in
            try await shop.stock(["MUG": 9])
            let answers = Mutex<[Committed<AnsweredOrder>]>([])
            let submit: @Sendable () async -> Void = {
                do {
                    let answer = try await shop.committer.submit(TestShop.wish([("MUG", 1)]), key: .test(1))
                    answers.withLock { $0.append(answer) }
                } catch {
                    Issue.record("\(error)")
                }
            }
            try await shop.asOneBatch([submit, submit, submit])
            let all = answers.withLock { $0 }
            #expect(all.map(\.replayed).filter { !$0 }.count == 1)
            #expect(Set(all.map(\.outcome.document)).count == 1)
            #expect(try await shop.rows(OrderRow.self).count == 1)
            #expect(try await shop.level("MUG")?.reserved == 1)
        }
    }

    @Test("with another body is refused and changes nothing; the first answer stays", arguments: EngineKind.allCases)
    func otherBody(_ kind: EngineKind) async throws {
        try await TestShop.open(kind) { shop in
            try await shop.stock(["MUG": 9])
            let first = try await shop.run(TestShop.wish([("MUG", 1)]), key: .test(1))
            let before = try await shop.dump()
            do throws(CommitError<PlaceOrderRefusal>) {
                _ = try await shop.committer.submit(TestShop.wish([("MUG", 2)]), key: .test(1, body: 2))
                Issue.record("the key was taken twice")
            } catch {
                guard case .keyReused = error else {
                    Issue.record("\(error)")
                    return
                }
            }
            #expect(try await shop.dump() == before)
            #expect(try await shop.run(TestShop.wish([("MUG", 1)]), key: .test(1)).document == first.document)
        }
    }

    @Test("is decided anew where the first was refused: a refusal leaves no record", arguments: EngineKind.allCases)
    func refusedFirst(_ kind: EngineKind) async throws {
        try await TestShop.open(kind) { shop in
            try await shop.stock(["MUG": 0])
            await #expect(throws: CommitError<PlaceOrderRefusal>.self) {
                try await shop.run(TestShop.wish([("MUG", 1)]), key: .test(1))
            }
            #expect(try await shop.rows(IdempotencyRow.self).isEmpty)
            try await shop.stock(["MUG": 1])
            let placed = try await shop.committer.submit(TestShop.wish([("MUG", 1)]), key: .test(1))
            #expect(!placed.replayed)
        }
    }

    @Test("gets its first answer from every kind of command", arguments: EngineKind.allCases)
    func everyCommand(_ kind: EngineKind) async throws {
        try await TestShop.open(kind) { shop in
            try await shop.stock(["MUG": 9])
            let order = try await shop.place([("MUG", 2)])
            try await expectReplay(ChangeOrder(order.id, .pay(reason: nil)), shop) { $0.document }
            try await expectReplay(ChangeOrder(order.id, .fulfil(nil)), shop) { $0.document }
            let back = [ReturnRequestLine(line: 1, quantity: 1, disposition: .writeOff)]
            try await expectReplay(TakeBack(order: order.id, lines: back, reason: "r"), shop) { $0.document }
            let credit = GiveCredit(kind: .credit, amount: Money(5, .gbp), reason: "r", order: order.id)
            try await expectReplay(credit, shop) { $0.document }
            try await expectReplay(PutGroup(ProductGroup(code: "G", name: "g")), shop) { $0.value.document }
            try await expectReplay(PutLocation(Location(code: "b", name: "B")), shop) { $0.value.document }
            try await expectReplay(PutProducts([TestShop.product("NEW"), TestShop.product("MUG")]), shop) { put in
                put.flatMap { $0.row.document + Array($0.change.rawValue.utf8) }
            }
            let adjust = AdjustStock(
                sku: SKU(stored: "MUG"),
                location: "main",
                kind: .received,
                delta: 1,
                reason: "r"
            )
            try await expectReplay(adjust, shop) { $0.document }
            let cart = CreateCart(currency: .gbp, customer: nil, lines: [], bounds: CartBounds(lifetimeSeconds: 60))
            let made = try await expectReplay(cart, shop) { $0.document }
            let change = ChangeCart(made.id, .add(SKU(stored: "MUG"), 1), bounds: CartBounds(lifetimeSeconds: 60))
            try await expectReplay(change, shop) { $0.document }
            let customer = try await expectReplay(PutCustomer(CustomerDetails(email: "a@b")), shop) { $0.document }
            try await expectReplay(EraseCustomer(customer.id), shop) { $0.document }
            let key = CreateKey(id: ID(high: 1, low: 1), digest: [1], name: "k", scopes: ["a:b"])
            try await expectReplay(key, shop) { $0.document }
            try await expectReplay(RevokeKey(ID(high: 1, low: 1)), shop) { $0.document }
        }
    }

    @Test("is known after the ledger was closed and opened again")
    func restart() async throws {
        try await TestShop.withFile { path in
            let clock = TestClock()
            let wish = TestShop.wish([("MUG", 1)])
            var first: Committed<AnsweredOrder>?
            for seed in 1...3 as ClosedRange<UInt64> {
                let engine = try SQLiteEngine(SQLiteSettings(path: path))
                let shop = try TestShop(engine, clock: clock, seed: seed)
                if first == nil { try await shop.stock(["MUG": 9]) }
                let answer = try await shop.committer.submit(wish, key: .test(1))
                #expect(answer.replayed == (first != nil))
                #expect(answer.outcome.document == (first ?? answer).outcome.document)
                first = first ?? answer
                try await shop.expectSound()
                #expect(try await shop.level("MUG") == StockLevel(onHand: 9, reserved: 1))
                shop.committer.close()
                await engine.close()
            }
        }
    }

    @discardableResult
    private func expectReplay<C: IdempotentCommand>(
        _ command: C,
        _ shop: TestShop,
        sourceLocation: SourceLocation = #_sourceLocation,
        bytes: (C.Outcome) -> [UInt8]
    ) async throws -> C.Outcome {
        let key = IdempotencyKey.test(
            UInt64(bitPattern: Int64(C.name.hashValue)) ^ shop.batches.all.reduce(0) { $0 + UInt64($1.commands) }
        )
        let first = try await shop.committer.submit(command, key: key)
        let before = try await shop.dump()
        shop.clock.advance(seconds: 1)
        let again = try await shop.committer.submit(command, key: key)
        #expect(!first.replayed && again.replayed, "\(C.name)", sourceLocation: sourceLocation)
        #expect(bytes(first.outcome) == bytes(again.outcome), "\(C.name)", sourceLocation: sourceLocation)
        #expect(try await shop.dump() == before, "\(C.name)", sourceLocation: sourceLocation)
        return first.outcome
    }
}
