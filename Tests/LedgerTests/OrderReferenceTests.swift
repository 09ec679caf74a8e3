import LedgerSQLite
import Synchronization
import Testing
import Trading

@testable import Ledger

@Suite("References that no two orders have")
struct OrderReferenceTests {
    private static func wish(
        _ reference: String?,
        _ rule: ReferenceRule = .unique(tellsOrder: true),
        of sku: String = "MUG",
        customer: OrderCustomer? = nil,
        metadata: [String: String] = [:]
    ) -> PlaceOrder {
        PlaceOrder(
            source: .lines([OrderRequestLine(sku: SKU(stored: sku), quantity: 1)], .gbp),
            customer: customer,
            reference: reference,
            references: rule,
            metadata: metadata,
            holdSeconds: 900,
            authority: .shop
        )
    }

    @Test("a second order with one is refused, and is told which has it where it may", arguments: EngineKind.allCases)
    func taken(_ kind: EngineKind) async throws {
        try await TestShop.open(kind) { shop in
            try await shop.stock(["MUG": 100])
            let first = try await shop.run(Self.wish("PO 7")).order.id
            try await shop.expect(.referenceTaken(order: first), of: Self.wish("PO 7"))
            try await shop.expect(.referenceTaken(order: nil), of: Self.wish("PO 7", .unique(tellsOrder: false)))
            // The taken reference is reported before any other refusal, whatever the rest of the order contains.
            try await shop.expect(.referenceTaken(order: first), of: Self.wish("PO 7", of: "NONE"))
            for other in ["PO 70", "po 7", "PO  7", nil, nil] { try await shop.run(Self.wish(other)) }
            // A client that does not require unique references may use one twice; a later request that requires uniqueness is
            // refused.
            try await shop.run(Self.wish("PO 7", .shared))
            try await shop.expect(.referenceTaken(order: first), of: Self.wish("PO 7"))
            #expect(try await shop.rows(OrderRow.self).count == 7)
        }
    }

    @Test("the same request again is told its order, and is not refused", arguments: EngineKind.allCases)
    func again(_ kind: EngineKind) async throws {
        try await TestShop.open(kind) { shop in
            try await shop.stock(["MUG": 100])
            let first = try await shop.committer.submit(Self.wish("PO 7"), key: .test(1))
            let second = try await shop.committer.submit(Self.wish("PO 7"), key: .test(1))
            #expect(second.replayed && second.outcome.order == first.outcome.order)
            try await shop.run(ChangeOrder(first.outcome.order.id, .cancel(reason: nil)))
            let third = try await shop.committer.submit(Self.wish("PO 7"), key: .test(1))
            #expect(third.replayed && third.outcome.order == first.outcome.order)
        }
    }

    @Test("an order keeps its own once it was called off or has expired", arguments: EngineKind.allCases)
    func ended(_ kind: EngineKind) async throws {
        try await TestShop.open(kind) { shop in
            try await shop.stock(["MUG": 100])
            let cancelled = try await shop.run(Self.wish("A")).order.id
            try await shop.run(ChangeOrder(cancelled, .cancel(reason: nil)))
            let expired = try await shop.run(Self.wish("B")).order.id
            shop.clock.advance(seconds: 900)
            #expect(try await shop.run(ExpireOrder(expired)))
            try await shop.expect(.referenceTaken(order: cancelled), of: Self.wish("A"))
            try await shop.expect(.referenceTaken(order: expired), of: Self.wish("B"))
        }
    }

    @Test("erasure frees it, as nobody knows it any more", arguments: EngineKind.allCases)
    func erased(_ kind: EngineKind) async throws {
        try await TestShop.open(kind) { shop in
            try await shop.stock(["MUG": 100])
            let customer = try await shop.run(PutCustomer(CustomerDetails(email: "a@example.com"))).id
            let order = try await shop.run(Self.wish("PO 7", customer: OrderCustomer(id: customer))).order.id
            try await shop.run(ChangeOrder(order, .cancel(reason: nil)))
            try await shop.run(EraseCustomer(customer))
            try await shop.expect(.referenceTaken(order: order), of: Self.wish("PO 7"))
            let claimed = try await shop.run(ClaimTasks([TaskRow.Key(.eraseOrders, customer.bits)], seconds: 30))
            let epoch = try #require(claimed.first).epoch
            try await shop.run(ErasePersonalData(customer, PersonalKeys(orders: [order]), next: .ends, epoch: epoch))
            #expect(try await shop.order(order).reference == nil)
            try await shop.run(Self.wish("PO 7"))
        }
    }

    @Test("a prober's orders neither take one nor are refused one", arguments: EngineKind.allCases)
    func probes(_ kind: EngineKind) async throws {
        try await TestShop.open(kind) { shop in
            try await shop.stock(["MUG": 100])
            let mark = [Order.probeMark: "1"]
            try await shop.run(Self.wish("PO 7", metadata: mark))
            let first = try await shop.run(Self.wish("PO 7")).order.id
            try await shop.run(Self.wish("PO 7", metadata: mark))
            try await shop.expect(.referenceTaken(order: first), of: Self.wish("PO 7"))
        }
    }

    @Test("of one batch the first has it, and one that was refused takes none", arguments: EngineKind.allCases)
    func batch(_ kind: EngineKind) async throws {
        try await TestShop.open(kind) { shop in
            try await shop.stock(["MUG": 100])
            let ends = Mutex<[String]>([])
            func place(_ command: PlaceOrder) -> @Sendable () async -> Void {
                {
                    do throws(CommitError<PlaceOrderRefusal>) {
                        _ = try await shop.committer.submit(command)
                        ends.withLock { $0.append("placed") }
                    } catch {
                        guard case .refused(let refusal) = error else { return }
                        ends.withLock { $0.append("\(refusal)".prefix { $0 != "(" }.description) }
                    }
                }
            }
            let wishes = [Self.wish("A", of: "NONE"), Self.wish("A"), Self.wish("A"), Self.wish("B"), Self.wish("A")]
            try await shop.asOneBatch(wishes.map(place))
            let expected = ["placed", "placed", "referenceTaken", "referenceTaken", "unknownProduct"]
            #expect(ends.withLock { $0.sorted() } == expected)
            #expect(try await shop.rows(OrderRow.self).compactMap(\.order.reference).sorted() == ["A", "B"])
        }
    }

    @Test("two processes that race for the same references give each to one order")
    func twoProcesses() async throws {
        try await TestShop.withFile { path in
            let clock = TestClock()
            let engines = [
                try SQLiteEngine(SQLiteSettings(path: path)), try SQLiteEngine(SQLiteSettings(path: path)),
            ]
            let shops = try engines.enumerated().map { try TestShop($1, clock: clock, seed: UInt64($0) + 1) }
            try await shops[0].stock(["MUG": 1000])
            let placed = try await withThrowingTaskGroup(of: Bool.self) { group in
                for number in 0..<200 {
                    group.addTask {
                        do throws(CommitError<PlaceOrderRefusal>) {
                            _ = try await shops[number % 2].committer.submit(Self.wish("PO \(number / 4)"))
                            return true
                        } catch {
                            guard case .refused(.referenceTaken) = error else { throw error }
                            return false
                        }
                    }
                }
                return try await group.reduce(into: 0) { $0 += $1 ? 1 : 0 }
            }
            #expect(placed == 50)
            let references = try await shops[1].rows(OrderRow.self).compactMap(\.order.reference)
            #expect(references.count == 50 && Set(references).count == 50)
            for shop in shops { shop.committer.close() }
            for engine in engines { await engine.close() }
        }
    }
}
