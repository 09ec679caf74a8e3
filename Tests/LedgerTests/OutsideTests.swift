import Testing
import Trading

@testable import Ledger

@Suite("What other hands did at a provider")
struct OutsideTests {
    /// A shop with one order paid by card, 10.00 authorised or captured.
    private func open(
        _ kind: EngineKind,
        captured: Bool,
        _ body: (TestShop, ID<Order>) async throws -> Void
    ) async throws {
        try await TestShop.open(kind) { shop in
            try await shop.stock(["MUG": 20])
            let id = try await shop.placeByCard(capture: captured ? .atOnce : .onShipment).id
            try await shop.answer(id, .done(TestShop.proof))
            try await body(shop, id)
            try await shop.expectSound()
        }
    }

    private func charge(
        held: Int64 = 0,
        captured: Int64 = 0,
        refunds: [FoundRefund] = [],
        disputed: Int64 = 0
    ) -> PaymentOutcome {
        .found(
            FoundCharge(
                reference: "ch_1",
                state: captured > 0 ? .taken : held > 0 ? .held : .gone,
                held: held,
                captured: captured,
                refunds: refunds,
                fees: 0,
                disputed: disputed
            )
        )
    }

    /// A webhook that reports a change, then the look at the charge.
    private func look(_ shop: TestShop, _ id: ID<Order>, _ outcome: PaymentOutcome, event: String) async throws {
        let payment = Payment.id(of: id, attempt: 1)
        try await shop.run(TakeNotice(InboxRow.Key("first", event), payment: payment))
        shop.clock.advance(seconds: 2)
        let claim = try await shop.claim(id)
        #expect(claim.step == .look)
        try await shop.record(claim, outcome)
        let isIdle = try await shop.payment(id).openOperation == nil
        #expect(try await (shop.row(PaymentRow.self, payment)?.due == nil) == isIdle)
    }

    @Test(
        "a refund there is booked and told, and a return of all gives back only what is left",
        arguments: EngineKind.allCases
    )
    func refund(_ kind: EngineKind) async throws {
        try await open(kind, captured: true) { shop, id in
            try await shop.run(ChangeOrder(id, .fulfil(nil)))
            let outside = FoundRefund(id: "re_1", amount: 300)
            try await look(shop, id, charge(captured: 1000, refunds: [outside]), event: "e1")
            #expect(try await shop.payment(id).refunded == 300)
            #expect(try await shop.balance(.clearing(provider: "first")) == 700)
            let told = try await shop.rows(EventRow.self).last { $0.type == .paymentRefunded }
            #expect(told.map { String(decoding: $0.data, as: UTF8.self).contains(#""outside":true"#) } == true)
            let lines = [ReturnRequestLine(line: 1, quantity: 2, disposition: .restock)]
            let taken = try await shop.run(TakeBack(order: id, lines: lines, reason: "r"))
            #expect(taken.refund == Money(700, .gbp))
            try await shop.answer(id, .done(PaymentProof(reference: "ch_1", action: "re_2")))
            #expect(try await shop.payment(id).status == .refunded)
            #expect(try await shop.balance(.clearing(provider: "first")) == 0)
            #expect(try await shop.balance(.receivable) == 0)
            try await shop.expectBooks()
        }
    }

    @Test(
        "a return that was asked for before the refund there was known is asked for again, for what is left",
        arguments: EngineKind.allCases
    )
    func refundUnknown(_ kind: EngineKind) async throws {
        try await open(kind, captured: true) { shop, id in
            try await shop.run(ChangeOrder(id, .fulfil(nil)))
            let lines = [ReturnRequestLine(line: 1, quantity: 2, disposition: .restock)]
            try await shop.run(TakeBack(order: id, lines: lines, reason: "r"))
            try await shop.answer(id, .refused(code: "charge_already_refunded", detail: "Too much."))
            #expect(try await shop.payment(id).operations.last?.detail == "Too much.")
            let claim = try await shop.claim(id)
            #expect(claim.step == .look, "what was refused is looked into at once")
            try await shop.record(claim, charge(captured: 1000, refunds: [FoundRefund(id: "re_1", amount: 300)]))
            let payment = try await shop.payment(id)
            #expect(payment.refunded == 300 && payment.operations.last?.amount == 700)
            try await shop.answer(id, .done(PaymentProof(reference: "ch_1", action: "re_2")))
            #expect(try await shop.payment(id).status == .refunded)
            #expect(try await shop.balance(.receivable) == 0)
            try await shop.expectBooks()
        }
    }

    @Test("a void there keeps the goods in until the order is paid anew", arguments: EngineKind.allCases)
    func void(_ kind: EngineKind) async throws {
        try await open(kind, captured: false) { shop, id in
            try await look(shop, id, charge(), event: "e1")
            let payment = try await shop.payment(id)
            #expect(payment.status == .voided)
            #expect(try await shop.order(id).paymentState == .pending)
            #expect(try await shop.rows(EventRow.self).contains { $0.type == .paymentVoided })
            try await shop.expect(.paymentNeeded(payment.id), of: ChangeOrder(id, .fulfil(nil)))
            try await shop.expect(PackRefusal.paymentNeeded(payment.id), of: CreateShipment(order: id))
            let again = StartPayment(id, .card(token: "tok_2", provider: nil), terms: TestShop.terms)
            try await shop.run(again)
            try await shop.expect(.paymentNeeded(Payment.id(of: id, attempt: 2)), of: ChangeOrder(id, .fulfil(nil)))
            try await shop.answer(id, .done(PaymentProof(reference: "ch_2")), attempt: 2)
            try await shop.run(ChangeOrder(id, .fulfil(nil)))
            try await shop.answer(id, .done(PaymentProof(reference: "ch_2")), attempt: 2)
            #expect(try await shop.order(id).paymentState == .paid)
            #expect(try await shop.balance(.receivable) == 0)
            try await shop.expectBooks()
        }
    }

    @Test("an order whose money was let go there can be called off", arguments: EngineKind.allCases)
    func voidThenCancel(_ kind: EngineKind) async throws {
        try await open(kind, captured: false) { shop, id in
            try await look(shop, id, charge(), event: "e1")
            try await shop.run(ChangeOrder(id, .cancel(reason: nil)))
            #expect(try await shop.payment(id).openOperation == nil)
            #expect(try await shop.balance(.receivable) == 0)
        }
    }

    @Test(
        "a capture there is booked; what was taken for an order that is over is given back",
        arguments: EngineKind.allCases
    )
    func capture(_ kind: EngineKind) async throws {
        try await open(kind, captured: false) { shop, id in
            try await look(shop, id, charge(captured: 1000), event: "e1")
            #expect(try await shop.order(id).paymentState == .paid)
            #expect(try await shop.balance(.clearing(provider: "first")) == 1000)
            try await shop.run(ChangeOrder(id, .fulfil(nil)))
            #expect(try await shop.payment(id).openOperation == nil)
            try await shop.expectBooks()
        }
        try await open(kind, captured: false) { shop, id in
            try await shop.run(ChangeOrder(id, .cancel(reason: nil)))
            try await shop.answer(id, .refused(code: "payment_intent_unexpected_state"))
            let claim = try await shop.claim(id)
            try await shop.record(claim, charge(captured: 1000))
            #expect(try await shop.payment(id).operations.last?.kind == .refund)
            try await shop.answer(id, .done(PaymentProof(reference: "ch_1", action: "re_1")))
            #expect(try await shop.balance(.clearing(provider: "first")) == 0)
            try await shop.expectBooks()
        }
    }

    @Test(
        "a dispute takes money out of the provider's account, and a won one brings it back",
        arguments: EngineKind.allCases
    )
    func dispute(_ kind: EngineKind) async throws {
        try await open(kind, captured: true) { shop, id in
            try await look(shop, id, charge(captured: 1000, disputed: 1000), event: "e1")
            #expect(try await shop.balance(.clearing(provider: "first")) == 0)
            #expect(try await shop.balance(.disputes) == 1000)
            #expect(try await shop.order(id).payments.disputed == 1000)
            #expect(try await shop.rows(EventRow.self).contains { $0.type == .paymentDisputed })
            try await shop.expect(
                .wrongStatus(.captured),
                of: ChangePayment(Payment.id(of: id, attempt: 1), .refund(nil))
            )
            try await look(shop, id, charge(captured: 1000), event: "e2")
            #expect(try await shop.balance(.disputes) == 0)
            try await shop.expectBooks()
        }
    }

    @Test(
        "a look that found nothing new changes nothing, and one that met trouble is made again",
        arguments: EngineKind.allCases
    )
    func nothing(_ kind: EngineKind) async throws {
        try await open(kind, captured: true) { shop, id in
            let before = try await shop.payment(id)
            let events = try await shop.rows(EventRow.self).count
            try await look(shop, id, charge(captured: 1000), event: "e1")
            #expect(try await shop.payment(id) == before)
            #expect(try await shop.rows(EventRow.self).count == events)
            try await shop.run(LookAtPayments([before.id]))
            try await shop.record(try await shop.claim(id), .unknown(code: "timeout"))
            #expect(try await shop.row(PaymentRow.self, before.id)?.due == shop.clock.now.adding(seconds: 60))
        }
    }

    @Test("a webhook that says only what is known makes no look", arguments: EngineKind.allCases)
    func known(_ kind: EngineKind) async throws {
        try await open(kind, captured: true) { shop, id in
            let payment = Payment.id(of: id, attempt: 1)
            try await shop.run(TakeNotice(InboxRow.Key("first", "e1"), payment: payment, ChargeNews(.captured)))
            #expect(try await shop.row(PaymentRow.self, payment)?.due == nil)
            try await shop.run(TakeNotice(InboxRow.Key("other", "e2"), payment: payment))
            #expect(try await shop.row(PaymentRow.self, payment)?.due == nil, "another provider's word is none")
        }
    }
}
