import Testing
import Trading

@testable import Ledger

@Suite("What an order's money is enough for")
struct FundsTests {
    private func open(_ kind: EngineKind, _ body: (TestShop) async throws -> Void) async throws {
        try await TestShop.open(kind) { shop in
            try await shop.stock(["MUG": 100], price: 1000)
            try await shop.stock(["CARD": 100], price: 0)
            try await body(shop)
            try await shop.expectSound()
            try await shop.expectBooks()
        }
    }

    @Test("what is held is taken for what ships after a return", arguments: EngineKind.allCases)
    func shipAfterReturn(_ kind: EngineKind) async throws {
        try await open(kind) { shop in
            let id = try await shop.held(2)
            try await shop.ship(id, 1)
            try await shop.run(TestShop.back(id, 1))
            try await shop.settle(id)
            #expect(try await shop.payment(id).status == .partlyCaptured)
            #expect(try await shop.order(id).paymentState == .partlyPaid)
            try await shop.ship(id, 1)
            let order = try await shop.order(id)
            #expect(order.payments.captured == 2000 && order.paymentState == .paid)
            #expect(order.due.isZero && order.owed.isZero)
            #expect(try await shop.balance(.receivable) == 0)
        }
    }

    @Test("what is held is taken for what ships after a refund by other hands", arguments: EngineKind.allCases)
    func shipAfterRefundOutside(_ kind: EngineKind) async throws {
        try await open(kind) { shop in
            let id = try await shop.held(2)
            try await shop.ship(id, 1)
            let refund = FoundRefund(id: "re_1", amount: 1000)
            try await shop.look(id, .taken, held: 1000, captured: 1000, refunds: [refund])
            try await shop.ship(id, 1)
            let order = try await shop.order(id)
            #expect(order.payments.captured == 2000)
            #expect(order.due == Money(1000, .gbp), "what was given back for goods that were kept can be paid again")
            try await shop.run(ChangeOrder(id, .pay(reason: nil)))
            #expect(try await shop.balance(.receivable) == 0)
        }
    }

    @Test("what is left after a void there is paid anew and shipped", arguments: EngineKind.allCases)
    func payTheRest(_ kind: EngineKind) async throws {
        try await open(kind) { shop in
            let id = try await shop.held(3)
            try await shop.ship(id, 1)
            try await shop.look(id, .taken, captured: 1000)
            try await shop.expect(.paymentNeeded(Payment.id(of: id, attempt: 1)), of: TestShop.shipping(id, 1))
            try await shop.expect(
                PackRefusal.paymentNeeded(Payment.id(of: id, attempt: 1)),
                of: CreateShipment(order: id)
            )
            #expect(try await shop.order(id).due == Money(2000, .gbp))
            let payment = try await shop.run(TestShop.paying(id))
            #expect(payment.amount == Money(2000, .gbp))
            try await shop.answer(id, .done(PaymentProof(reference: "ch_2")), attempt: 2)
            try await shop.ship(id, 1, attempt: 2)
            #expect(try await shop.order(id).payments.captured == 2000)
            try await shop.ship(id, 1, attempt: 2)
            #expect(try await shop.order(id).paymentState == .paid)
            #expect(try await shop.payment(id).refunded == 0)
            #expect(try await shop.balance(.receivable) == 0)
        }
    }

    @Test(
        "goods that a part pays for ship, the others once that is paid",
        arguments: EngineKind.allCases,
        [false, true]
    )
    func partPaid(_ kind: EngineKind, isOutside: Bool) async throws {
        try await open(kind) { shop in
            let id = try await shop.held(3)
            if isOutside {
                try await shop.look(id, .taken, captured: 1000)
            } else {
                let part = Money(1000, .gbp)
                try await shop.run(ChangePayment(Payment.id(of: id, attempt: 1), .capture(part, isFinal: true)))
                try await shop.settle(id)
            }
            let refusal = OrderRefusal.paymentNeeded(Payment.id(of: id, attempt: 1))
            try await shop.expect(refusal, of: ChangeOrder(id, .fulfil(nil)))
            try await shop.ship(id, 1)
            try await shop.expect(refusal, of: TestShop.shipping(id, 1))
            try await shop.run(TestShop.paying(id))
            try await shop.answer(id, .done(PaymentProof(reference: "ch_2")), attempt: 2)
            try await shop.expect(.wrongState(.partlyFulfilled), of: TestShop.paying(id))
            try await shop.ship(id, 2, attempt: 2)
            #expect(try await shop.order(id).paymentState == .paid)
            #expect(try await shop.balance(.receivable) == 0)
        }
    }

    @Test("goods of which all was given back do not ship until they are paid again", arguments: EngineKind.allCases)
    func refundedWhole(_ kind: EngineKind) async throws {
        try await open(kind) { shop in
            let code = ID<GiftCard>(high: 9, low: 9)
            try await shop.run(IssueGiftCard(code, amount: Money(5000, .gbp), funding: .sold, reference: nil))
            for choice in [PaymentChoice.giftCard(code), .card(token: "t", provider: nil)] {
                let id = try await shop.place([("MUG", 2), ("CARD", 1)], choice, capture: .atOnce).id
                let payment = Payment.id(of: id, attempt: 1)
                if choice.method == .card { try await shop.settle(id) }
                try await shop.run(ChangePayment(payment, .refund(Money(1000, .gbp))))
                if choice.method == .card { try await shop.settle(id) }
                try await shop.expect(.paymentNeeded(payment), of: ChangeOrder(id, .fulfil(nil)))
                try await shop.run(ChangePayment(payment, .refund(nil)))
                try await shop.expect(
                    .paymentNeeded(payment),
                    of: TestShop.shipping(id, 1),
                    "before the refund is made"
                )
                if choice.method == .card { try await shop.settle(id) }
                try await shop.expect(.paymentNeeded(payment), of: TestShop.shipping(id, 1))
                try await shop.run(ChangeOrder(id, .pay(reason: "by transfer")))
                #expect(try await shop.order(id).paymentState == .paid)
                try await shop.run(ChangeOrder(id, .fulfil(nil)))
            }
            #expect(try await shop.balance(.receivable) == 0)
        }
    }

    @Test("what was let off by a credit need not be paid", arguments: EngineKind.allCases)
    func letOff(_ kind: EngineKind) async throws {
        try await open(kind) { shop in
            let order = try await shop.place([("MUG", 2)], .manual)
            try await shop.run(TestShop.goodwill(order.id, 500))
            try await shop.run(ChangeOrder(order.id, .pay(reason: nil)))
            #expect(try await shop.payment(order.id).captured == 1500)
            try await shop.run(ChangeOrder(order.id, .fulfil(nil)))
            let after = try await shop.order(order.id)
            #expect(after.paymentState == .paid && after.due.isZero && after.owed.isZero)
            #expect(try await shop.balance(.receivable) == 0)
        }
    }

    @Test("goods that left unpaid can still be paid for, and say so", arguments: EngineKind.allCases)
    func factUnpaid(_ kind: EngineKind) async throws {
        try await open(kind) { shop in
            let id = try await shop.held(1)
            let parcel = try await shop.pack(id, by: Shipment.manualCarrier)
            try await shop.look(id, .gone)
            try await shop.expect(.order(.paymentNeeded(Payment.id(of: id, attempt: 1))), of: HandOver(parcel.id))
            try await shop.run(RecordEvents(parcel.id, [shop.event(.delivered)], completesOrder: true))
            let order = try await shop.order(id)
            #expect(order.state == .fulfilled, "an order is not closed for news while it is unpaid")
            #expect(order.paymentState == .pending && order.due == Money(1000, .gbp))
            try await shop.run(ChangeOrder(id, .complete))
            try await shop.run(TestShop.paying(id))
            try await shop.answer(id, .refused(code: "no"), attempt: 2)
            #expect(try await shop.order(id).paymentState == .declined)
            try await shop.run(TestShop.paying(id))
            try await shop.answer(id, .done(PaymentProof(reference: "ch_3")), attempt: 3)
            try await shop.answer(id, .done(PaymentProof(reference: "ch_3")), attempt: 3)
            #expect(try await shop.order(id).paymentState == .paid, "what has left already is taken at once")
            #expect(try await shop.balance(.receivable) == 0)
        }
    }

    @Test("what was taken by hand for an order called off is owed, and given back", arguments: EngineKind.allCases)
    func owedByHand(_ kind: EngineKind) async throws {
        try await open(kind) { shop in
            for choice in [PaymentChoice.manual, .cashOnDelivery] {
                let id = try await shop.place([("MUG", 2)], choice).id
                try await shop.run(ChangeOrder(id, choice.method == .manual ? .pay(reason: nil) : .collected))
                try await shop.run(ChangeOrder(id, .cancel(reason: nil)))
                #expect(try await shop.order(id).owed == Money(2000, .gbp))
                let owed = RowQuery<OrderRow>([Condition("balance", .equal, .integer(OrderRow.isOwed))], limit: 9)
                #expect(
                    try await shop.engine.read { (view) throws(LedgerFailure) in try view.rows(owed) }.map(\.key) == [
                        id
                    ]
                )
                try await shop.run(ChangePayment(Payment.id(of: id, attempt: 1), .refund(nil)))
                #expect(try await shop.order(id).owed.isZero)
            }
            #expect(try await shop.balance(.receivable) == 0)
        }
    }

    @Test(
        "an order that comes to cost nothing is paid, whatever became of its attempts",
        arguments: EngineKind.allCases
    )
    func nothingLeftToPay(_ kind: EngineKind) async throws {
        try await open(kind) { shop in
            let ends: [PaymentOutcome?] = [
                .refused(code: "no"), .notDone(code: "unreachable"), .done(TestShop.proof), nil,
            ]
            for outcome in ends {
                let id = try await shop.place([("MUG", 1), ("CARD", 1)], .card(token: "t", provider: nil)).id
                if let outcome { try await shop.answer(id, outcome) }
                try await shop.run(ChangeOrder(id, .cancel([UnitsToCancel(.line(1), 1)], reason: nil)))
                if case .done = outcome {
                    #expect(try await shop.order(id).paymentState == .authorised)
                    try await shop.run(ChangeOrder(id, .fulfil(nil)))
                    try await shop.settle(id)
                }
                let order = try await shop.order(id)
                #expect(order.paymentState == .paid && order.payments.setback == nil, "\(String(describing: outcome))")
                #expect(order.state == .confirmed || order.state == .fulfilled)
            }
        }
    }

    @Test(
        "a goodwill that was paid out does not come off a return, and the rest is paid by hand",
        arguments: EngineKind.allCases
    )
    func goodwill(_ kind: EngineKind) async throws {
        try await open(kind) { shop in
            let id = try await shop.held(2)
            try await shop.ship(id, 2)
            try await shop.run(TestShop.goodwill(id, 500))
            #expect(try await shop.order(id).owed == Money(500, .gbp))
            try await shop.run(ChangePayment(Payment.id(of: id, attempt: 1), .refund(Money(500, .gbp))))
            try await shop.settle(id)
            #expect(try await shop.order(id).owed.isZero)
            #expect(try await shop.run(TestShop.back(id, 1)).refund == Money(1000, .gbp))
            try await shop.settle(id)
            #expect(try await shop.run(TestShop.back(id, 1)).refund == Money(500, .gbp))
            try await shop.settle(id)
            #expect(try await shop.order(id).owed == Money(500, .gbp))
            #expect(try await shop.balance(.receivable) == -500)
            try await shop.expect(
                CreditRefusal.tooMuch(owed: Money(500, .gbp)),
                of: TestShop.goodwill(id, 501, .payout)
            )
            try await shop.expect(
                CreditRefusal.orderNeeded,
                of: GiveCredit(kind: .payout, amount: Money(1, .gbp), reason: "r")
            )
            try await shop.run(TestShop.goodwill(id, 500, .payout))
            #expect(try await shop.order(id).owed.isZero)
            #expect(try await shop.balance(.receivable) == 0)
        }
    }
}

extension TestShop {
    fileprivate static func back(_ order: ID<Order>, _ quantity: Int64) -> TakeBack {
        let line = ReturnRequestLine(line: 1, quantity: quantity, disposition: .restock)
        return TakeBack(order: order, lines: [line], reason: "r")
    }

    fileprivate static func shipping(_ order: ID<Order>, _ quantity: Int64) -> ChangeOrder {
        ChangeOrder(order, .fulfil([LineQuantity(line: 1, quantity: quantity)]))
    }

    fileprivate static func paying(_ order: ID<Order>) -> StartPayment {
        StartPayment(order, .card(token: "tok_2", provider: nil), terms: terms)
    }

    fileprivate static func goodwill(_ order: ID<Order>, _ amount: Int64, _ kind: CreditKind = .credit) -> GiveCredit {
        GiveCredit(kind: kind, amount: Money(amount, .gbp), reason: "late", order: order)
    }

    /// An order of mugs paid by card whose amount is authorised.
    fileprivate func held(_ quantity: Int64) async throws -> ID<Order> {
        let id = try await placeByCard([("MUG", quantity)]).id
        try await answer(id, .done(Self.proof))
        return id
    }

    /// Ships mugs and performs the payment operations that follow.
    fileprivate func ship(_ order: ID<Order>, _ quantity: Int64, attempt: Int = 1) async throws {
        try await run(Self.shipping(order, quantity))
        try await settle(order, attempt: attempt)
    }

    /// Performs every open payment operation.
    fileprivate func settle(_ order: ID<Order>, attempt: Int = 1) async throws {
        var count = 0
        while try await payment(order, attempt).openOperation != nil {
            count += 1
            try #require(count < 9)
            let proof = PaymentProof(reference: "ch_\(attempt)", action: "act_\(order)_\(attempt)_\(count)")
            try await answer(order, .done(proof), attempt: attempt)
        }
    }

    /// Records a look at a charge that was changed in the provider's dashboard.
    fileprivate func look(
        _ order: ID<Order>,
        _ state: FoundCharge.State,
        held: Int64 = 0,
        captured: Int64 = 0,
        refunds: [FoundRefund] = []
    ) async throws {
        let charge = FoundCharge(
            reference: "ch_1",
            state: state,
            held: held,
            captured: captured,
            refunds: refunds,
            fees: 0
        )
        try await run(TakeNotice(InboxRow.Key("first", "\(order)"), payment: Payment.id(of: order, attempt: 1)))
        clock.advance(seconds: 2)
        try await record(try await claim(order), .found(charge))
    }
}
