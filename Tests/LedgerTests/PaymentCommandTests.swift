import Testing
import Trading

@testable import Ledger

@Suite("Paying without a provider, and what operators do")
struct PaymentCommandTests {
    private func open(_ kind: EngineKind, _ body: (TestShop, ID<Customer>) async throws -> Void) async throws {
        try await TestShop.open(kind) { shop in
            try await shop.stock(["MUG": 20])
            let customer = try await shop.run(PutCustomer(CustomerDetails(email: "a@example.com"))).id
            try await body(shop, customer)
            try await shop.expectSound()
            try await shop.expectBooks()
        }
    }

    private static func gift(_ amount: Int64, _ number: UInt64 = 1) -> IssueGiftCard {
        IssueGiftCard(ID(high: number, low: 1), amount: Money(amount, .gbp), funding: .sold, reference: nil)
    }

    @Test("a gift card pays at once, gets its money back, and is never overdrawn", arguments: EngineKind.allCases)
    func giftCards(_ kind: EngineKind) async throws {
        try await open(kind) { shop, _ in
            let card = try await shop.run(Self.gift(1200)).id
            let wish = TestShop.wish([("MUG", 2)], .giftCard(card))
            let order = try await shop.run(wish).order
            #expect(order.state == .confirmed)
            #expect(order.paymentState == .paid)
            try await shop.expect(.payment(.insufficientFunds(available: Money(200, .gbp))), of: wish)
            try await shop.expectBalances([.bank: 1200, .giftCards: -200, .revenue: -1000])
            try await shop.run(ChangeOrder(order.id, .fulfil(nil)))
            let line = ReturnRequestLine(line: 1, quantity: 1, disposition: .restock)
            try await shop.run(TakeBack(order: order.id, lines: [line], reason: "r"))
            #expect(try await shop.row(GiftCardRow.self, card)?.card.balance == Money(700, .gbp))
            try await shop.expectBalances([.bank: 1200, .giftCards: -700, .revenue: -1000, .returns: 500])
            let other = try await shop.run(TestShop.wish([("MUG", 1)], .giftCard(card))).order.id
            try await shop.run(ChangeOrder(other, .cancel(reason: nil)))
            #expect(try await shop.order(other).paymentState == .refunded)
            #expect(try await shop.row(GiftCardRow.self, card)?.card.balance == Money(700, .gbp))
        }
    }

    @Test("orders of one batch cannot spend the same gift card twice", arguments: EngineKind.allCases)
    func sameBatch(_ kind: EngineKind) async throws {
        try await open(kind) { shop, _ in
            let card = try await shop.run(Self.gift(1000)).id
            let order: @Sendable () async -> Void = {
                _ = try? await shop.run(TestShop.wish([("MUG", 1)], .giftCard(card)))
            }
            try await shop.asOneBatch([order, order, order])
            #expect(try await shop.rows(OrderRow.self).count == 2)
            #expect(try await shop.row(GiftCardRow.self, card)?.card.balance == .zero(.gbp))
        }
    }

    @Test("store credit is a customer's own, in one currency", arguments: EngineKind.allCases)
    func storeCredit(_ kind: EngineKind) async throws {
        try await open(kind) { shop, customer in
            let stranger = ID<Customer>(high: 1, low: 1)
            try await shop.expect(.customerNotFound, of: GrantStoreCredit(to: stranger, Money(1, .gbp), reason: "r"))
            let most = Money(OrderLimits.maxAmount, .gbp)
            try await shop.run(GrantStoreCredit(to: customer, Money(600, .gbp), reason: "sorry"))
            let room = Money(OrderLimits.maxAmount - 600, .gbp)
            try await shop.expect(.tooMuch(room: room), of: GrantStoreCredit(to: customer, most, reason: "r"))
            let buyer = OrderCustomer(id: customer)
            let order = try await shop.place([("MUG", 1)], .storeCredit, customer: buyer)
            #expect(order.paymentState == .paid)
            try await shop.expectBalances([.goodwill: 600, .storeCredit: -100, .revenue: -500])
            try await shop.run(ChangeOrder(order.id, .cancel(reason: nil)))
            try await shop.expectBalances([.goodwill: 600, .storeCredit: -600])
        }
    }

    @Test(
        "a grant leaves room for what orders may give back, so that store credit can always be counted",
        arguments: EngineKind.allCases
    )
    func storeCreditRoom(_ kind: EngineKind) async throws {
        try await open(kind) { shop, customer in
            let most = OrderLimits.maxAmount
            func grant(_ amount: Int64) -> GrantStoreCredit {
                GrantStoreCredit(to: customer, Money(amount, .gbp), reason: "r")
            }
            func row() async throws -> StoreCreditRow? {
                try await shop.row(StoreCreditRow.self, StoreCreditRow.Key(customer, .gbp))
            }
            try await shop.run(grant(most))
            let buyer = OrderCustomer(id: customer)
            let first = try await shop.place([("MUG", 2)], .storeCredit, customer: buyer).id
            let second = try await shop.place([("MUG", 1)], .storeCredit, customer: buyer).id
            #expect(try await row()?.amount == most - 1500)
            try await shop.expect(.tooMuch(room: .zero(.gbp)), of: grant(1))
            try await shop.run(ChangeOrder(first, .cancel(reason: nil)))
            try await shop.expect(.tooMuch(room: .zero(.gbp)), of: grant(1))
            try await shop.run(ChangeOrder(second, .cancel(reason: nil)))
            #expect(try await row()?.amount == most)
            #expect(try await row()?.spent == 0)
        }
    }

    @Test("an order that cannot be paid that way is refused in the order of precedence", arguments: EngineKind.allCases)
    func refusals(_ kind: EngineKind) async throws {
        try await open(kind) { shop, customer in
            let card = try await shop.run(Self.gift(10)).id
            let euros = IssueGiftCard(ID(high: 2, low: 1), amount: Money(9, .eur), funding: .given, reference: "r")
            let foreign = try await shop.run(euros).id
            let buyer = OrderCustomer(id: customer)
            let cases: [(PlaceOrder, PlaceOrderRefusal)] = [
                (
                    TestShop.wish([("MUG", 99)], .giftCard(card)),
                    .insufficientStock(index: 0, sku: SKU(stored: "MUG"), requested: 99, available: 20)
                ),
                (TestShop.wish([("MUG", 1)], .card(token: "t", provider: "none")), .payment(.notOffered)),
                (TestShop.wish([("MUG", 1)], .storeCredit), .payment(.customerNeeded)),
                (
                    TestShop.wish([("MUG", 1)], .storeCredit, customer: buyer),
                    .payment(.insufficientFunds(available: .zero(.gbp)))
                ),
                (TestShop.wish([("MUG", 1)], .giftCard(ID(high: 9, low: 9))), .payment(.giftCardNotFound)),
                (TestShop.wish([("MUG", 1)], .giftCard(foreign)), .payment(.currencyMismatch(.eur))),
                (
                    TestShop.wish([("MUG", 1)], .giftCard(card)),
                    .payment(.insufficientFunds(available: Money(10, .gbp)))
                ),
            ]
            for (command, refusal) in cases { try await shop.expect(refusal, of: command) }
        }
    }

    @Test("cash is collected once, when the goods arrive", arguments: EngineKind.allCases)
    func cash(_ kind: EngineKind) async throws {
        try await open(kind) { shop, _ in
            let order = try await shop.place([("MUG", 2)], .cashOnDelivery)
            #expect(order.state == .confirmed)
            #expect(order.paymentState == .pending)
            try await shop.run(ChangeOrder(order.id, .fulfil(nil)))
            try await shop.run(ChangeOrder(order.id, .collected))
            #expect(try await shop.order(order.id).paymentState == .paid)
            try await shop.expectBalances([.cashInTransit: 1000, .revenue: -1000])
            try await shop.expect(.nothingToCollect(.paid), of: ChangeOrder(order.id, .collected))
            let other = try await shop.place([("MUG", 2)], .cashOnDelivery).id
            try await shop.run(ChangeOrder(other, .cancel(reason: nil)))
            #expect(try await shop.order(other).paymentState == .void)
            #expect(try await shop.payment(other).status == .voided)
            try await shop.expect(.wrongState(.cancelled), of: ChangeOrder(other, .collected))
            try await shop.expectBalances([.cashInTransit: 1000, .revenue: -1000])
        }
    }

    @Test("what an operator took by hand is given back by hand", arguments: EngineKind.allCases)
    func manual(_ kind: EngineKind) async throws {
        try await open(kind) { shop, _ in
            let id = try await shop.place([("MUG", 2)]).id
            #expect(try await shop.rows(PaymentRow.self).isEmpty)
            #expect(try await shop.rows(JournalRow.self).isEmpty)
            try await shop.run(ChangeOrder(id, .pay(reason: "transfer")))
            try await shop.run(ChangeOrder(id, .cancel(reason: nil)))
            #expect(try await shop.order(id).paymentState == .paid)
            try await shop.expectBalances([.bank: 1000, .receivable: -1000])
            let payment = Payment.id(of: id, attempt: 1)
            try await shop.run(ChangePayment(payment, .refund(Money(400, .gbp))))
            #expect(try await shop.order(id).paymentState == .paid)
            try await shop.run(ChangePayment(payment, .refund(nil)))
            #expect(try await shop.order(id).paymentState == .refunded)
            try await shop.expectBalances([:])
        }
    }

    @Test("credits and adjustments are posted", arguments: EngineKind.allCases)
    func credits(_ kind: EngineKind) async throws {
        try await open(kind) { shop, _ in
            try await shop.run(GiveCredit(kind: .credit, amount: Money(5, .gbp), reason: "r"))
            try await shop.run(GiveCredit(kind: .adjustment, amount: Money(-7, .gbp), reason: "r"))
            try await shop.expectBalances([.goodwill: 5, .adjustments: -7, .receivable: 2])
        }
    }

    @Test("what an operator asks of a payment is refused in the order of precedence", arguments: EngineKind.allCases)
    func changes(_ kind: EngineKind) async throws {
        try await open(kind) { shop, _ in
            let id = try await shop.placeByCard().id
            let payment = Payment.id(of: id, attempt: 1)
            try await shop.expect(.notFound, of: ChangePayment(ID(high: 1, low: 1), .void))
            try await shop.expect(.wrongStatus(.processing), of: ChangePayment(payment, .capture(nil, isFinal: true)))
            try await shop.expect(.wrongStatus(.processing), of: ChangePayment(payment, .refund(nil)))
            try await shop.answer(id, .done(TestShop.proof))
            try await shop.expect(.needed(.confirmed), of: ChangePayment(payment, .void))
            try await shop.expect(
                .currencyMismatch(.gbp),
                of: ChangePayment(payment, .capture(Money(1, .eur), isFinal: false))
            )
            try await shop.expect(
                .tooMuch(left: Money(1000, .gbp)),
                of: ChangePayment(payment, .capture(Money(1001, .gbp), isFinal: false))
            )
            try await shop.run(ChangePayment(payment, .capture(Money(300, .gbp), isFinal: true)))
            try await shop.answer(id, .done(TestShop.proof))
            try await shop.expect(
                .tooMuch(left: Money(300, .gbp)),
                of: ChangePayment(payment, .refund(Money(301, .gbp)))
            )
            try await shop.run(ChangePayment(payment, .refund(nil)))
            try await shop.answer(id, .refused(code: "charge_disputed"))
            #expect(try await shop.payment(id).refunded == 0)
            #expect(try await shop.rows(EventRow.self).contains { $0.type == .paymentStuck })
        }
    }

    @Test("an answer about a payment or an order is told again as it was", arguments: EngineKind.allCases)
    func replay(_ kind: EngineKind) async throws {
        try await open(kind) { shop, customer in
            let card = try await shop.run(Self.gift(9000)).id
            try await shop.run(GrantStoreCredit(to: customer, Money(9000, .gbp), reason: "r"))
            let buyer = OrderCustomer(id: customer)
            let choices: [PaymentChoice] = [
                .manual, .card(token: "t", provider: nil), .cashOnDelivery, .storeCredit, .giftCard(card),
            ]
            for (number, choice) in zip(UInt64(1)..., choices) {
                let wish = TestShop.wish([("MUG", 1)], choice, customer: buyer)
                let first = try await shop.committer.submit(wish, key: .test(number))
                let id = first.outcome.order.id
                if choice.method == .card { try await shop.answer(id, .done(TestShop.proof)) }
                if choice.method == .manual { try await shop.run(ChangeOrder(id, .pay(reason: nil))) }
                let ship = ChangeOrder(id, .fulfil(nil))
                let shipped = try await shop.committer.submit(ship, key: .test(100 + number))
                if choice.method == .card { try await shop.answer(id, .done(TestShop.proof)) }
                if choice.method == .cashOnDelivery { try await shop.run(ChangeOrder(id, .collected)) }
                let again = try await shop.committer.submit(wish, key: .test(number))
                #expect(again.replayed && again.outcome.document == first.outcome.document, "\(choice)")
                let shippedAgain = try await shop.committer.submit(ship, key: .test(100 + number))
                #expect(shippedAgain.outcome.document == shipped.outcome.document, "\(choice)")
            }
        }
    }
}
