import Foundation
import Ledger
import LedgerEngines
import Testing
import Trading

@testable import Auditing

extension Plant {
    static let payments: [Plant] = [
        Plant(
            name: "an order has two open attempts",
            invariant: .oneCharge,
            table: "orders",
            sql: """
                UPDATE payments SET state = 1, due = 1,
                    document = CAST(replace(replace(CAST(document AS TEXT), '"state":"refused"', '"state":"open"'),
                        '"state":"declined"', '"state":"processing"') AS BLOB)
                WHERE state = 6
                """
        ),
        Plant(
            name: "a payment waits for nothing",
            invariant: .oneCharge,
            table: "payments",
            sql: "UPDATE payments SET due = NULL WHERE state = 1"
        ),
        Plant(
            name: "more was given back than was taken",
            invariant: .oneCharge,
            table: "payments",
            sql: document("payments", "reference = 'ch_1'", #""captured":{"amount":500"#, #""captured":{"amount":100"#)
        ),
        Plant(
            name: "more was taken than the provider was asked for",
            invariant: .providerAgreement,
            table: "payments",
            sql: document("payments", "state = 4", #""captured":{"amount":500"#, #""captured":{"amount":400"#)
        ),
        Plant(
            name: "two payments name the same charge",
            invariant: .providerAgreement,
            table: "payments",
            sql: """
                UPDATE payments SET reference = 'ch_1',
                    document = CAST(replace(CAST(document AS TEXT), '"reference":"ch_2"', '"reference":"ch_1"') AS BLOB)
                WHERE reference = 'ch_2'
                """
        ),
        Plant(
            name: "money is held without the provider's reference",
            invariant: .providerAgreement,
            table: "payments",
            sql: """
                UPDATE payments SET reference = NULL,
                    document = CAST(replace(CAST(document AS TEXT), '"reference":"ch_2",', '') AS BLOB)
                WHERE reference = 'ch_2'
                """
        ),
        Plant(
            name: "a payment's column of states differs",
            invariant: .stateAgreement,
            table: "payments",
            sql: "UPDATE payments SET state = 2 WHERE state = 4"
        ),
        Plant(
            name: "a payment vanished",
            invariant: .stateAgreement,
            table: "orders",
            sql: "DELETE FROM payments WHERE reference = 'ch_2'"
        ),
        Plant(
            name: "an order says more was taken than its payments",
            invariant: .stateAgreement,
            table: "orders",
            sql: document("orders", "state = 4", #""captured":{"amount":500"#, #""captured":{"amount":250"#)
        ),
        Plant(
            name: "a shipped order's money was never taken",
            invariant: .stateAgreement,
            table: "orders",
            sql: document("orders", "state = 4", #""state":"paid","current""#, #""state":"authorised","current""#)
        ),
        Plant(
            name: "a cancelled order's money is still held",
            invariant: .stateAgreement,
            table: "orders",
            sql: """
                UPDATE payments SET document = CAST(replace(CAST(document AS TEXT),
                    '"authorised":{"amount":0', '"authorised":{"amount":250') AS BLOB) WHERE state = 7;
                UPDATE orders SET document = CAST(replace(CAST(document AS TEXT),
                    '"method":"card","state":"void"', '"method":"card","state":"authorised","authorised":{"amount":250,"currency":"GBP"}') AS BLOB)
                WHERE state = 6
                """
        ),
    ]

    static let books: [Plant] = [
        Plant(
            name: "an entry's debit is changed",
            invariant: .doubleEntry,
            table: "journal",
            sql: """
                UPDATE journal SET postings = CAST(replace(CAST(postings AS TEXT), '"amount":500', '"amount":501') AS BLOB)
                WHERE kind = 1
                """,
            isSeenIncrementally: false
        ),
        Plant(
            name: "an entry is lost",
            invariant: .doubleEntry,
            table: "journal",
            sql: "DELETE FROM journal WHERE number = 2",
            isSeenIncrementally: false
        ),
        Plant(
            name: "the last entry is lost",
            invariant: .doubleEntry,
            table: "journal",
            sql: "DELETE FROM journal WHERE number = (SELECT max(number) FROM journal)",
            isSeenIncrementally: false
        ),
        Plant(
            name: "a balance is changed",
            invariant: .doubleEntry,
            table: "balances",
            sql: "UPDATE balances SET amount = amount + 1 WHERE account = 20"
        ),
        Plant(
            name: "balances sum to nothing only modulo 2^64",
            invariant: .doubleEntry,
            table: "balances",
            sql: """
                UPDATE balances SET amount = 9223372036854775807 WHERE account IN (1, 20);
                UPDATE balances SET amount = 0 WHERE account NOT IN (1, 20);
                UPDATE balances SET amount = 2 WHERE account = 3
                """
        ),
        Plant(
            name: "a sale was posted at another price, balanced and summed up",
            invariant: .doubleEntry,
            table: "balances",
            sql: """
                UPDATE journal SET postings = CAST(replace(replace(CAST(postings AS TEXT), '"amount":250,', '"amount":200,'),
                    '"amount":-250,', '"amount":-200,') AS BLOB) WHERE number = (SELECT min(number) FROM journal
                    WHERE kind = 1 AND instr(CAST(postings AS TEXT), '"amount":250,') > 0);
                UPDATE balances SET amount = amount - 50 WHERE account = 1;
                UPDATE balances SET amount = amount + 50 WHERE account = 20
                """,
            isSeenIncrementally: false
        ),
        Plant(
            name: "a balance is lost",
            invariant: .doubleEntry,
            table: "balances",
            sql: "DELETE FROM balances WHERE account = 2"
        ),
        Plant(
            name: "a gift card is worth more than the books say",
            invariant: .doubleEntry,
            table: "balances",
            sql: """
                UPDATE gift_cards SET balance = balance + 100,
                    document = CAST(replace(CAST(document AS TEXT), '"balance":{"amount":750', '"balance":{"amount":850') AS BLOB)
                """,
            isSeenIncrementally: false
        ),
        Plant(
            name: "a customer has more store credit than the books say",
            invariant: .doubleEntry,
            table: "balances",
            sql: "UPDATE store_credits SET amount = amount + 1",
            isSeenIncrementally: false
        ),
        Plant(
            name: "a gift card is overdrawn",
            invariant: .doubleEntry,
            table: "gift_cards",
            sql: "UPDATE gift_cards SET balance = -1",
            isSeenIncrementally: false
        ),
        Plant(
            name: "an entry cannot be read",
            invariant: .structure,
            table: "journal",
            sql: "UPDATE journal SET postings = x'7b7d' WHERE number = 2",
            isSeenIncrementally: false
        ),
    ]
}

extension AuditShop {
    /// Orders paid by every method, with a payment in every state.
    func tradeWithPayments(_ customer: ID<Customer>) async throws {
        let card = try await submit(
            IssueGiftCard(ID(high: 7, low: 7), amount: Money(1000, Self.gbp), funding: .sold, reference: nil)
        ).id
        try await submit(GrantStoreCredit(to: customer, Money(900, Self.gbp), reason: "sorry"))
        try await pay(.giftCard(card), 1)
        try await pay(.storeCredit, 1, customer: customer)
        let cash = try await pay(.cashOnDelivery, 2)
        try await change(cash, [.fulfil(nil), .collected])
        try await pay(.cashOnDelivery, 1)
        let refused = try await pay(.cashOnDelivery, 2)
        try await change(refused, [.fulfil(nil)])
        try await takeBack(refused, [(1, 2, .restock)])
        let door = try await pay(.cashOnDelivery, 2)
        try await change(door, [.fulfil(nil)])
        try await takeBack(door, [(1, 1, .restock)])
        try await change(door, [.collected])
        let rest = try await byCard(3)
        try await answer(rest, .done(PaymentProof(reference: "ch_4")))
        try await change(rest, [.fulfil([LineQuantity(line: 1, quantity: 2)])])
        try await answer(rest, .done(PaymentProof(reference: "ch_4")))
        try await change(rest, [.cancel(reason: nil)])
        try await answer(rest, .done(PaymentProof(reference: "ch_4")))

        let sold = try await byCard(2)
        try await answer(sold, .done(PaymentProof(reference: "ch_1", fee: 7)))
        try await change(sold, [.fulfil(nil)])
        try await answer(sold, .done(PaymentProof(reference: "ch_1", fee: 3)))
        try await takeBack(sold, [(1, 1, .restock)])
        try await answer(sold, .done(PaymentProof(reference: "ch_1")))

        let held = try await byCard(2)
        try await answer(held, .done(PaymentProof(reference: "ch_2")))
        let called = try await byCard(1)
        try await answer(called, .done(PaymentProof(reference: "ch_3")))
        try await change(called, [.cancel(reason: nil)])
        try await answer(called, .done(PaymentProof(reference: "ch_3")))

        let declined = try await byCard(1)
        try await answer(declined, .refused(code: "card_declined"))
        try await submit(StartPayment(declined, .card(token: "tok", provider: nil), terms: Self.terms))
        try await answer(declined, .unknown(code: "timeout"), attempt: 2)
    }

    /// Orders that are over- or underpaid, and their settlement.
    func tradeOffBalance() async throws {
        let free = Product(sku: SKU(stored: "FREE"), name: "FREE", prices: [Money(0, Self.gbp)], tracked: false)
        try await submit(PutProducts([free]))
        // Marked as paid by the merchant and then cancelled: the shop owes the money.
        try await change(try await order([("TEA", 1)]), [.pay(reason: nil), .cancel(reason: nil)])
        try await change(try await pay(.cashOnDelivery, 1), [.collected, .cancel(reason: nil)])
        // After a declined card nothing is left to pay.
        let gift = try await pay(.card(token: "tok", provider: nil), 1, with: "FREE")
        try await answer(gift, .refused(code: "card_declined"))
        try await change(gift, [.cancel([UnitsToCancel(.line(1), 1)], reason: nil)])
        // A debt that is waived, an amount that is paid out, and an order that is paid twice.
        let late = try await byCard(2)
        try await answer(late, .done(PaymentProof(reference: "ch_9")))
        try await change(late, [.fulfil([LineQuantity(line: 1, quantity: 1)])])
        try await answer(late, .done(PaymentProof(reference: "ch_9")))
        try await takeBack(late, [(1, 1, .restock)])
        try await answer(late, .done(PaymentProof(reference: "ch_9")))
        try await change(late, [.fulfil(nil)])
        try await answer(late, .done(PaymentProof(reference: "ch_9")))
        for kind in [CreditKind.credit, .payout] {
            try await submit(GiveCredit(kind: kind, amount: Money(50, Self.gbp), reason: "late", order: late))
        }
    }

    private static let terms = PaymentTerms(
        routing: PaymentRouting([PaymentRoute("first")]),
        cashOnDelivery: true
    )

    @discardableResult
    private func pay(
        _ choice: PaymentChoice,
        _ units: Int64,
        customer: ID<Customer>? = nil,
        with other: String? = nil
    ) async throws -> ID<Order> {
        var lines = [("TEA", units)]
        if let other { lines.append((other, 1)) }
        return try await submit(
            PlaceOrder(
                source: .lines(lines.map { OrderRequestLine(sku: SKU(stored: $0.0), quantity: $0.1) }, Self.gbp),
                customer: customer.map { OrderCustomer(id: $0) },
                payment: choice,
                terms: Self.terms,
                holdSeconds: 86_400,
                authority: .shop
            )
        ).order.id
    }

    private func byCard(_ units: Int64) async throws -> ID<Order> {
        try await pay(.card(token: "tok", provider: nil), units)
    }

    private func answer(_ order: ID<Order>, _ outcome: PaymentOutcome, attempt: Int = 1) async throws {
        wait(seconds: 60)
        let id = Payment.id(of: order, attempt: attempt)
        let claims = try await submit(ClaimPayments([id], seconds: 30))
        let claim = try #require(claims.first, "attempt \(attempt) of \(order) is not due")
        try await submit(RecordPayment(id, operation: claim.step.operation, outcome, epoch: claim.epoch))
    }
}

@Suite("The audit of payments and books")
struct AuditPaymentTests {
    private func open() async throws -> AuditShop {
        let shop = try AuditShop()
        try await shop.tradeWithPayments(try await shop.open())
        return shop
    }

    @Test("a shop with payments in every state is clean, whole and by what is new")
    func cleanShop() async throws {
        let shop = try AuditShop()
        let customer = try await shop.open()
        #expect(try await shop.audit(incrementally: true).isClean)
        try await shop.tradeWithPayments(customer)
        let new = try await shop.audit(incrementally: true)
        #expect(new.isClean, "\(new.text)")
        #expect(new.scope == .incremental)
        let report = try await shop.audit()
        #expect(report.isClean, "\(report.text)")
        #expect(report.checked["payments"] == 12)
        #expect((report.checked["journal"] ?? 0) > 10)
        await shop.close()
    }

    @Test("money that is owed or was let off breaks no rule, and what is owed is told")
    func offBalance() async throws {
        let shop = try AuditShop()
        _ = try await shop.open()
        #expect(try await shop.audit(incrementally: true).isClean)
        try await shop.tradeOffBalance()
        let new = try await shop.audit(incrementally: true)
        #expect(new.isClean, "\(new.text)")
        let report = try await shop.audit()
        #expect(report.isClean, "\(report.text)")
        #expect(report.notices.contains { $0.hasPrefix("2 orders owe their customers") }, "\(report.text)")
        try shop.spoil("UPDATE orders SET balance = NULL")
        #expect(try await shop.audit().violations.contains { $0.table == "orders" && $0.invariant == .stateAgreement })
        await shop.close()
    }

    @Test("each broken rule is found, and named", arguments: Plant.payments + Plant.books)
    func plants(_ plant: Plant) async throws {
        let shop = try await open()
        try shop.spoil(plant.sql)
        let report = try await shop.audit()
        let found = report.violations.contains { $0.invariant == plant.invariant && $0.table == plant.table }
        #expect(found, "\(report.text)")
        await shop.close()
    }

    @Test(
        "an audit of what is new finds it where it can",
        arguments: (Plant.payments + Plant.books).filter(\.isSeenIncrementally)
    )
    func incremental(_ plant: Plant) async throws {
        let shop = try AuditShop()
        let customer = try await shop.open()
        #expect(try await shop.audit(incrementally: true).isClean)
        try await shop.tradeWithPayments(customer)
        try shop.spoil(plant.sql)
        let report = try await shop.audit(incrementally: true)
        #expect(report.scope == .incremental)
        #expect(report.counts[plant.invariant] != nil, "\(report.text)")
        await shop.close()
    }

    @Test("a payment that waits for its provider for long is told, and breaks no rule")
    func waiting() async throws {
        let shop = try await open()
        shop.wait(seconds: 3600)
        let report = try await shop.audit()
        #expect(report.isClean, "\(report.text)")
        #expect(report.notices.contains { $0.contains("wait for their provider") })
        await shop.close()
    }

    @Test("the trial balance balances, and an order's entries are told")
    func books() async throws {
        let shop = try await open()
        let report = try await BooksReport.read(LedgerLocation(path: shop.path))
        #expect(report.isBalanced)
        #expect(report.text.hasSuffix("balanced\n"))
        #expect(report.text.contains("clearing/first"))
        let order = try #require(report.lines.isEmpty ? nil : try await shop.anyBookedOrder())
        let entries = try await BooksReport.read(LedgerLocation(path: shop.path), order: order)
        #expect(entries.text.contains("orderConfirmed"))
        #expect(entries.entries.allSatisfy { $0.entry.order == order })
        await shop.close()
    }
}

extension AuditShop {
    fileprivate func anyBookedOrder() async throws -> ID<Order>? {
        try await engine.read { (view) throws(LedgerFailure) in
            try view.rows(RowQuery<JournalRow>(limit: 100)).compactMap(\.entry.order).first
        }
    }
}
