import Testing
import Trading

@testable import Ledger

@Suite("Tasks, leases and what is past keeping")
struct TaskTests {
    @Test("an unpaid order ends when its time is over, once, and frees its units", arguments: EngineKind.allCases)
    func expiry(_ kind: EngineKind) async throws {
        try await TestShop.open(kind) { shop in
            try await shop.stock(["MUG": 3])
            let order = try await shop.place([("MUG", 3)]).id
            #expect(try await shop.dueOrders().isEmpty)
            #expect(try await !shop.run(ExpireOrder(order)))
            shop.clock.advance(seconds: 900)
            #expect(try await shop.dueOrders() == [order])
            #expect(try await shop.run(ExpireOrder(order)))
            #expect(try await shop.row(OrderRow.self, order)?.order.state == .expired)
            #expect(try await shop.level("MUG")?.reserved == 0)
            #expect(try await shop.dueOrders().isEmpty)
            #expect(try await !shop.run(ExpireOrder(order)))
            try await shop.expectSound()
        }
    }

    @Test(
        "a claim that lapsed goes to another worker, and the first one changes nothing any more",
        arguments: EngineKind.allCases
    )
    func lapse(_ kind: EngineKind) async throws {
        try await TestShop.open(kind) { shop in
            let customer = try await shop.run(PutCustomer(CustomerDetails(email: "a@example.com"))).id
            try await shop.run(EraseCustomer(customer))
            let key = TaskRow.Key(.eraseOrders, customer.bits)
            let first = try #require(try await shop.run(ClaimTasks([key, key], seconds: 60)).first)
            #expect(try await shop.run(ClaimTasks([key], seconds: 60)).isEmpty)
            shop.clock.advance(seconds: 60)
            let second = try #require(try await shop.run(ClaimTasks([key], seconds: 60)).first)
            #expect(second.epoch == first.epoch + 1)
            func erase(_ epoch: Int64) -> ErasePersonalData {
                ErasePersonalData(customer, PersonalKeys(), next: .ends, epoch: epoch)
            }
            try await shop.expect(.lapsed, of: erase(first.epoch))
            try await shop.run(erase(second.epoch))
            try await shop.expect(.lapsed, of: erase(second.epoch))
        }
    }

    @Test("an order that was extended or paid meanwhile is not ended", arguments: EngineKind.allCases)
    func overtaken(_ kind: EngineKind) async throws {
        try await TestShop.open(kind) { shop in
            try await shop.stock(["MUG": 3])
            let extended = try await shop.place([("MUG", 1)]).id
            let paid = try await shop.place([("MUG", 1)]).id
            shop.clock.advance(seconds: 900)
            #expect(try await Set(shop.dueOrders()) == [extended, paid])
            try await shop.run(ChangeOrder(extended, .extend(seconds: 300)))
            try await shop.run(ChangeOrder(paid, .pay(reason: nil)))
            #expect(try await !shop.run(ExpireOrder(extended)))
            #expect(try await !shop.run(ExpireOrder(paid)))
            #expect(try await shop.row(OrderRow.self, extended)?.order.state == .pendingPayment)
            #expect(try await shop.dueOrders().isEmpty)
            shop.clock.advance(seconds: 300)
            #expect(try await shop.dueOrders() == [extended])
            #expect(try await shop.run(ExpireOrder(extended)))
        }
    }

    @Test(
        "the orders of an erased customer are emptied once they are done with, under a claim",
        arguments: EngineKind.allCases
    )
    func erasure(_ kind: EngineKind) async throws {
        try await TestShop.open(kind) { shop in
            try await shop.stock(["MUG": 3])
            let customer = try await shop.run(PutCustomer(CustomerDetails(email: "a@example.com", name: "Ann Person")))
                .id
            let buyer = OrderCustomer(id: customer, email: "a@example.com", name: "Ann Person")
            let orders = [
                try await shop.place([("MUG", 1)], customer: buyer).id,
                try await shop.place([("MUG", 1)], customer: buyer).id,
            ]
            func erase(_ orders: [ID<Order>], _ next: ErasePersonalData.Next, _ epoch: Int64) -> ErasePersonalData {
                ErasePersonalData(customer, PersonalKeys(orders: orders), next: next, epoch: epoch)
            }
            try await shop.expect(.lapsed, of: erase(orders, .ends, 0))
            try await shop.run(EraseCustomer(customer))
            let key = TaskRow.Key(.eraseOrders, customer.bits)
            let claim = try #require(try await shop.run(ClaimTasks([key], seconds: 60)).first)
            try await shop.expect(.lapsed, of: erase(orders, .ends, 0))
            try await shop.run(ChangeOrder(orders[0], .cancel(reason: "Ann moved")))
            let first = try await shop.run(erase(orders, .waits(seconds: 900), claim.epoch))
            #expect(first.erased == 1 && first.open == 1)
            #expect(try await shop.row(OrderRow.self, orders[1])?.order.customer?.name == "Ann Person")
            #expect(try await shop.row(TaskRow.self, key)?.due == shop.clock.now.adding(seconds: 900))
            try await shop.run(ChangeOrder(orders[1], .cancel(reason: nil)))
            let missing = ID<Order>(high: 1, low: 1)
            #expect(try await shop.run(erase(orders + [missing], .goesOn, claim.epoch)).erased == 1)
            #expect(try await shop.row(TaskRow.self, key)?.epoch == claim.epoch)
            #expect(try await shop.run(erase(orders, .ends, claim.epoch)) == ErasePersonalData.Step())
            #expect(try await shop.row(TaskRow.self, key)?.epoch == nil)
            let everything = "\(try await shop.rows(OrderRow.self)) \(try await shop.rows(CustomerRow.self))"
            #expect(!everything.contains("Ann") && !everything.contains("a@example.com"))
            let bytes = try await shop.rows(EventRow.self).flatMap(\.data)
            #expect(!String(decoding: bytes, as: UTF8.self).contains("@"))
        }
    }

    @Test("a lease is held by one; a new holder counts the epoch up", arguments: EngineKind.allCases)
    func leases(_ kind: EngineKind) async throws {
        try await TestShop.open(kind) { shop in
            let first = try await shop.run(AcquireLease("job", holder: "a", seconds: 10))
            #expect(first.epoch == 1)
            try await shop.expect(.held(until: first.expiresAt), of: AcquireLease("job", holder: "b", seconds: 10))
            shop.clock.advance(seconds: 5)
            let renewed = try await shop.run(AcquireLease("job", holder: "a", seconds: 10))
            #expect(renewed.epoch == 1)
            #expect(renewed.expiresAt == shop.clock.now.adding(seconds: 10))
            #expect(try await shop.run(AcquireLease("other", holder: "b", seconds: 10)).epoch == 1)
            shop.clock.advance(seconds: 10)
            #expect(try await shop.run(AcquireLease("job", holder: "b", seconds: 10)).epoch == 2)
            try await shop.expect(
                .held(until: shop.clock.now.adding(seconds: 10)),
                of: AcquireLease("job", holder: "a", seconds: 10)
            )
        }
    }

    @Test(
        "a lease that is let go is the next one's at once; none but its holder lets go of it",
        arguments: EngineKind.allCases
    )
    func release(_ kind: EngineKind) async throws {
        try await TestShop.open(kind) { shop in
            let first = try await shop.run(AcquireLease("job", holder: "a", seconds: 660))
            #expect(try await !shop.run(ReleaseLease("job", holder: "b")))
            try await shop.expect(.held(until: first.expiresAt), of: AcquireLease("job", holder: "b", seconds: 10))
            #expect(try await shop.run(ReleaseLease("job", holder: "a")))
            #expect(try await !shop.run(ReleaseLease("job", holder: "a")))
            #expect(try await shop.run(AcquireLease("job", holder: "b", seconds: 10)).epoch == 2)
        }
    }

    @Test("a holder whose lease was taken over changes nothing any more", arguments: EngineKind.allCases)
    func fencing(_ kind: EngineKind) async throws {
        try await TestShop.open(kind) { shop in
            try await shop.stock(["MUG": 3])
            let wish = TestShop.wish([("MUG", 1)])
            let old = Fence(
                lease: "job",
                epoch: try await shop.run(AcquireLease("job", holder: "a", seconds: 10)).epoch
            )
            try await shop.run(wish, fence: old)
            shop.clock.advance(seconds: 10)
            let epoch = try await shop.run(AcquireLease("job", holder: "b", seconds: 10)).epoch
            try await shop.expect(.fenced, .never, of: wish, fence: old)
            try await shop.expect(.fenced, .never, of: wish, fence: Fence(lease: "job", epoch: epoch + 1))
            try await shop.expect(.fenced, .never, of: wish, fence: Fence(lease: "none", epoch: 0))
            try await shop.run(wish, fence: Fence(lease: "job", epoch: epoch))
            #expect(try await shop.rows(OrderRow.self).count == 2)
        }
    }

    @Test("a lease that is taken over in a batch fences off what follows in it", arguments: EngineKind.allCases)
    func fencingInBatch(_ kind: EngineKind) async throws {
        try await TestShop.open(kind) { shop in
            try await shop.stock(["MUG": 3])
            let old = Fence(lease: "job", epoch: try await shop.run(AcquireLease("job", holder: "a", seconds: 0)).epoch)
            try await shop.asOneBatch([
                { _ = try? await shop.run(TestShop.wish([("MUG", 1)]), fence: old) },
                { _ = try? await shop.run(AcquireLease("job", holder: "b", seconds: 10)) },
                { _ = try? await shop.run(TestShop.wish([("MUG", 1)]), fence: old) },
            ])
            #expect(try await shop.rows(OrderRow.self).count == 1)
            #expect(try await shop.rows(LeaseRow.self).map(\.epoch) == [2])
        }
    }

    @Test("pruning removes what is past keeping, and only that", arguments: EngineKind.allCases)
    func pruning(_ kind: EngineKind) async throws {
        try await TestShop.open(kind) { shop in
            try await shop.stock(["MUG": 3])
            try await shop.run(TestShop.wish([("MUG", 1)]), key: .test(1))
            let cart = try await shop.run(
                CreateCart(currency: .gbp, customer: nil, lines: [], bounds: CartBounds(lifetimeSeconds: 10))
            ).id
            shop.clock.advance(seconds: 10)
            try await shop.run(TestShop.wish([("MUG", 1)]), key: .test(2))
            let keys = [Bits128.test(1), .test(2), .test(3)]
            let before = try await shop.dump()
            let early = Prune(
                idempotency: (keys, shop.clock.now.adding(seconds: -10)),
                carts: [cart, ID(high: 1, low: 1)],
                events: [99]
            )
            #expect(try await shop.run(early).removed == 0)
            #expect(try await shop.dump() == before)
            shop.clock.advance(seconds: 1)
            let due = Prune(idempotency: (keys, shop.clock.now.adding(seconds: -1)), carts: [cart], events: [1, 2])
            #expect(try await shop.run(due).removed == 4)
            #expect(try await shop.rows(IdempotencyRow.self).map(\.key) == [.test(2)])
            #expect(try await shop.rows(CartRow.self).isEmpty)
            // Numbering continues.
            #expect(try await shop.rows(EventRow.self).map(\.key) == [3, 4])
            _ = try await shop.place([("MUG", 1)])
            #expect(try await shop.rows(EventRow.self).map(\.key) == [3, 4, 5])
        }
    }
}
