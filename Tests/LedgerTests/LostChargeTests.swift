import Testing
import Trading

@testable import Ledger

@Suite("Charges of the lost future")
struct LostChargeTests {
    /// A shop with one order whose first attempt was declined, restored to that moment.
    private func open(_ body: (TestShop, Order) async throws -> Void) async throws {
        try await TestShop.open(.memory) { shop in
            try await shop.stock(["MUG": 50])
            let order = try await shop.placeByCard()
            try await shop.answer(order.id, .refused(code: "card_declined"))
            let moment = shop.clock.now
            shop.clock.advance(seconds: 600)
            try await shop.run(MarkRestored(RestoreTests.id, to: moment))
            try await body(shop, order)
            try await shop.expectBooks()
        }
    }

    private func charge(
        _ order: ID<Order>,
        _ number: Int = 2,
        amount: Int64 = 1000,
        held: Int64 = 0,
        captured: Int64 = 0,
        refunds: [FoundRefund] = [],
        state: FoundCharge.State? = nil
    ) -> ListedCharge {
        ListedCharge(
            payment: Payment.id(of: order, attempt: number),
            order: order,
            amount: Money(amount, .gbp),
            charge: FoundCharge(
                reference: "ch_\(number)_\(order.description.suffix(4))",
                state: state ?? (captured > 0 ? .taken : .held),
                held: held,
                captured: captured,
                refunds: refunds,
                fees: 0
            )
        )
    }

    private func recover(
        _ shop: TestShop,
        _ charges: [ListedCharge],
        _ rule: LostMoneyRule = .refund
    ) async throws -> [ChargeRecovery] {
        try await shop.run(RecoverCharges("first", charges, rule: rule))
    }

    private func found(_ shop: TestShop) async throws -> Restoration.Findings {
        try #require(try await shop.rows(RestoreRow.self).last).restore.found
    }

    @Test("an order that waits for the amount takes it, once, and is confirmed")
    func adopted() async throws {
        try await open { shop, order in
            let listed = charge(order.id, held: 1000)
            #expect(try await recover(shop, [listed]) == [.adopted])
            #expect(try await recover(shop, [listed]) == [.known])
            let payment = try await shop.payment(order.id, 2)
            #expect(payment.status == .authorised && payment.reference == listed.charge.reference)
            let now = try #require(try await shop.row(OrderRow.self, order.id)).order
            #expect(now.state == .confirmed && now.payments.attempts == 2)
            #expect(try await found(shop).adopted == 1)
            #expect(try await shop.rows(EventRow.self).count { $0.type == .paymentRecovered } == 1)
            // A shop without carriers has none to search.
            let epoch = try #require(try await shop.rows(RestoreRow.self).last).key
            try await shop.run(RecordSearch(epoch, at: nil, of: ["payments/first"]))
            try await shop.run(ChangeOrder(order.id, .fulfil(nil)))
            try await shop.answer(order.id, .done(TestShop.proof), attempt: 2)
            #expect(try await shop.payment(order.id, 2).captured == 1000)
        }
    }

    @Test("another amount, or an order that was cancelled since, gives it back; so does money that came and went")
    func notNeeded() async throws {
        try await open { shop, order in
            #expect(try await recover(shop, [charge(order.id, amount: 700, captured: 700)]) == [.notNeeded])
            let claim = try await shop.claim(order.id, 2)
            #expect(claim.payment.operations.last?.kind == .refund)
            try await shop.record(claim, .done(TestShop.proof))
            #expect(try await shop.payment(order.id, 2).status == .refunded)
            #expect(try #require(try await shop.row(OrderRow.self, order.id)).order.state == .pendingPayment)
            try await shop.run(ChangeOrder(order.id, .cancel(nil, reason: "r")))
            #expect(try await recover(shop, [charge(order.id, 3, held: 1000)]) == [.notNeeded])
            let void = try await shop.claim(order.id, 3)
            #expect(void.payment.operations.last?.kind == .void)
            try await shop.record(void, .done(TestShop.proof))
            #expect(try await shop.payment(order.id, 3).status == .voided)
            let given = FoundRefund(id: "re_1", amount: 1000)
            #expect(try await recover(shop, [charge(order.id, 4, captured: 1000, refunds: [given])]) == [.notNeeded])
            #expect(try await shop.payment(order.id, 4).openOperation == nil, "it was given back already")
            #expect(try await found(shop).notNeeded == 3)
        }
    }

    @Test("attempts that no provider tells of keep their place, which a charge found later takes")
    func gaps() async throws {
        try await open { shop, order in
            let declined = charge(order.id, 4, state: .declined)
            let first = try await recover(shop, [declined])
            #expect(first == [.notNeeded])
            #expect(try await shop.payment(order.id, 2).isMissing)
            #expect(try await shop.payment(order.id, 3).isMissing)
            #expect(try #require(try await shop.row(OrderRow.self, order.id)).order.payments.attempts == 4)
            #expect(try await recover(shop, [charge(order.id, 3, captured: 1000)]) == [.notNeeded])
            #expect(try await shop.payment(order.id, 3).provider == "first")
        }
    }

    @Test("the money of a lost order is given back, or kept for a person, and is in the books either way")
    func lost() async throws {
        try await open { shop, _ in
            let lost = (1...3).map { ID<Order>(at: shop.clock.now, random: (UInt64($0), UInt64($0) << 8), after: 0) }
            let listed = [
                charge(lost[0], 1, captured: 1000), charge(lost[1], 2, held: 1000),
                charge(lost[2], 1, state: .declined),
            ]
            #expect(try await recover(shop, listed) == [.givenBack, .givenBack, .harmless])
            #expect(try await recover(shop, listed) == [.known, .known, .harmless])
            try await shop.expectBalances([.clearing(provider: "first"): 1000, .receivable: -1000])
            for (order, number) in [(lost[0], 1), (lost[1], 2)] {
                try await shop.answer(order, .done(TestShop.proof), attempt: number)
            }
            #expect(try await shop.payment(lost[0]).status == .refunded)
            #expect(try await shop.payment(lost[1], 2).status == .voided)
            try await shop.expectBalances([:])

            let kept = ID<Order>(at: shop.clock.now, random: (9, 9 << 8), after: 0)
            #expect(try await recover(shop, [charge(kept, 1, captured: 500)], .hold) == [.held])
            let payment = try await shop.payment(kept)
            #expect(payment.openOperation == nil && payment.lostOrder == .hold)
            try await shop.run(ChangePayment(payment.id, .refund(nil)))
            // What the provider refuses is not asked for for ever.
            try await shop.answer(kept, .refused(code: "no"))
            let seen = FoundCharge(reference: payment.reference ?? "", state: .taken, captured: 500, fees: 0)
            let look = try await shop.claim(kept)
            #expect(look.step == .look)
            try await shop.record(look, .found(seen))
            #expect(try await shop.payment(kept).openOperation == nil)
            let sums = try await found(shop)
            #expect(sums.givenBack == 2 && sums.held == 1)
            try await shop.run(ChangePayment(payment.id, .refund(nil)))
            try await shop.answer(kept, .done(TestShop.proof))
            try await shop.expectBalances([:])
        }
    }

    @Test("what names no payment of the shop, or an order from before the moment, is left to a person")
    func foreign() async throws {
        try await open { shop, _ in
            let old = ID<Order>(at: shop.clock.now.adding(seconds: -86_400), random: (1, 1 << 8), after: 0)
            var unnamed = charge(old, 1, captured: 1000)
            unnamed.payment = nil
            let before = try await shop.rows(PaymentRow.self).count
            #expect(try await recover(shop, [charge(old, 1, captured: 1000), unnamed]) == [.foreign, .foreign])
            #expect(try await shop.rows(PaymentRow.self).count == before)
        }
    }

    @Test("until the search is settled no attempt is made for an order from before, and none expires")
    func searching() async throws {
        try await open { shop, order in
            let again = StartPayment(
                order.id,
                .card(token: "tok_2", provider: nil),
                terms: TestShop.terms,
                authority: .shop
            )
            let early = await #expect(throws: CommitError<StartPaymentRefusal>.self) { try await shop.run(again) }
            if case .refused(.searching)? = early {} else { Issue.record("\(String(describing: early))") }
            let byHand = await #expect(throws: CommitError<OrderRefusal>.self) {
                try await shop.run(ChangeOrder(order.id, .pay(reason: "cash")))
            }
            if case .refused(.paymentOpen)? = byHand {} else { Issue.record("\(String(describing: byHand))") }
            shop.clock.advance(seconds: 86_400)
            #expect(try await !shop.run(ExpireOrder(order.id)))
            let new = try await shop.placeByCard()
            try await shop.answer(new.id, .refused(code: "card_declined"))
            let epoch = try #require(try await shop.rows(RestoreRow.self).last).restore.epoch
            let places = ["payments/first", "payments/second"]
            #expect(try await !shop.run(RecordSearch(epoch, at: places[0], of: places)))
            #expect(try await shop.run(RecordSearch(epoch, at: places[1], of: places, foreign: 3)))
            #expect(try await shop.run(RecordSearch(epoch, at: places[1], of: places, foreign: 3)))
            #expect(try await found(shop).foreign == 3)
            #expect(try await shop.rows(EventRow.self).count { $0.type == .shopSearched } == 1)
            let next = try await shop.run(again)
            #expect(next.number == 2 && next.operations[0].key == "\(next.id)-\(epoch)-1")
        }
    }

    @Test("a charge waits while an earlier attempt of its order may have been made")
    func waits() async throws {
        try await TestShop.open(.memory) { shop in
            try await shop.stock(["MUG": 50])
            let order = try await shop.placeByCard()
            let moment = shop.clock.now
            shop.clock.advance(seconds: 600)
            try await shop.run(MarkRestored(RestoreTests.id, to: moment))
            #expect(try await recover(shop, [charge(order.id, held: 1000)]) == [.waits])
            try await shop.answer(order.id, .refused(code: "card_declined"))
            #expect(try await recover(shop, [charge(order.id, held: 1000)]) == [.adopted])
        }
    }
}
