import Testing
import Trading

@testable import Ledger

@Suite("The saga of a payment")
struct PaymentSagaTests {
    private static let first = Account.clearing(provider: "first")

    private func open(_ kind: EngineKind, _ body: (TestShop) async throws -> Void) async throws {
        try await TestShop.open(kind) { shop in
            try await shop.stock(["MUG": 20])
            try await body(shop)
            try await shop.expectSound()
            try await shop.expectBooks()
        }
    }

    @Test(
        "goes from the order through shipment to the refund, and the books tell each step",
        arguments: EngineKind.allCases
    )
    func wholeLife(_ kind: EngineKind) async throws {
        try await open(kind) { shop in
            let id = try await shop.placeByCard([("MUG", 3)]).id
            #expect(try await shop.payment(id).token == "tok_1")
            try await shop.expectBalances([:])
            try await shop.answer(id, .done(TestShop.proof))
            #expect(try await shop.order(id).state == .confirmed)
            #expect(try await shop.order(id).paymentState == .authorised)
            #expect(try await shop.payment(id).token == nil)
            #expect(try await shop.rows(TaskRow.self).isEmpty)
            try await shop.expectBalances([.receivable: 1500, .revenue: -1500])

            try await shop.run(ChangeOrder(id, .fulfil([LineQuantity(line: 1, quantity: 1)])))
            try await shop.answer(id, .done(PaymentProof(reference: "ch_1", action: "cap_1", fee: 20)))
            #expect(try await shop.order(id).paymentState == .partlyPaid)
            try await shop.run(ChangeOrder(id, .fulfil(nil)))
            let last = try await shop.claim(id)
            #expect(last.payment.operations.last?.isFinal == true)
            try await shop.record(last, .done(PaymentProof(reference: "ch_1", action: "cap_2", fee: 20)))
            #expect(try await shop.order(id).paymentState == .paid)
            try await shop.expectBalances([Self.first: 1460, .fees: 40, .revenue: -1500])

            for quantity: Int64 in [1, 2] {
                let line = ReturnRequestLine(line: 1, quantity: quantity, disposition: .restock)
                try await shop.run(TakeBack(order: id, lines: [line], reason: "r"))
                try await shop.answer(id, .done(TestShop.proof))
            }
            #expect(try await shop.order(id).paymentState == .refunded)
            try await shop.expectBalances([Self.first: -40, .fees: 40, .revenue: -1500, .returns: 1500])
            #expect(try await shop.row(PaymentRow.self, Payment.id(of: id, attempt: 1))?.due == nil)
        }
    }

    @Test("takes the money at once where the shop's terms say so", arguments: EngineKind.allCases)
    func atOnce(_ kind: EngineKind) async throws {
        try await open(kind) { shop in
            let id = try await shop.placeByCard(capture: .atOnce).id
            try await shop.answer(id, .done(TestShop.proof))
            #expect(try await shop.order(id).paymentState == .paid)
            try await shop.run(ChangeOrder(id, .fulfil(nil)))
            try await shop.expectBalances([Self.first: 1000, .revenue: -1000])
        }
    }

    @Test("all is taken with the first goods where the provider takes in one piece", arguments: EngineKind.allCases)
    func wholeCapture(_ kind: EngineKind) async throws {
        try await open(kind) { shop in
            let id = try await shop.placeByCard([("MUG", 3)], capture: .onFirstShipment).id
            try await shop.answer(id, .done(TestShop.proof))
            try await shop.run(ChangeOrder(id, .fulfil([LineQuantity(line: 1, quantity: 1)])))
            let claim = try await shop.claim(id)
            #expect(claim.payment.operations.last?.isFinal == true)
            try await shop.record(claim, .done(TestShop.proof))
            #expect(try await shop.order(id).paymentState == .paid)
            try await shop.run(ChangeOrder(id, .fulfil(nil)))
            #expect(try await shop.payment(id).openOperation == nil)
            try await shop.expectBalances([Self.first: 1500, .revenue: -1500])
        }
    }

    @Test(
        "a decline leaves the order waiting, and another attempt may be made; never while one is open",
        arguments: EngineKind.allCases
    )
    func decline(_ kind: EngineKind) async throws {
        try await open(kind) { shop in
            let id = try await shop.placeByCard().id
            let first = Payment.id(of: id, attempt: 1)
            let retry = StartPayment(id, .card(token: "tok_2", provider: "second"), terms: TestShop.terms)
            try await shop.expect(.open(first), of: retry)
            try await shop.expect(.paymentOpen, of: ChangeOrder(id, .pay(reason: nil)))
            try await shop.answer(id, .unknown(code: "timeout"))
            try await shop.expect(.open(first), of: retry)
            shop.clock.advance(seconds: 1)
            try await shop.answer(id, .refused(code: "card_declined"))
            #expect(try await shop.order(id).state == .pendingPayment)
            #expect(try await shop.run(retry).number == 2)
            try await shop.expect(.open(Payment.id(of: id, attempt: 2)), of: retry)
            try await shop.answer(id, .done(PaymentProof(reference: "ch_2")), attempt: 2)
            #expect(try await shop.order(id).state == .confirmed)
            #expect(try await shop.order(id).payments.provider == "second")
            try await shop.expect(.wrongState(.confirmed), of: retry)
        }
    }

    @Test("a lapsed claim changes nothing, and a recorded one records once", arguments: EngineKind.allCases)
    func fencing(_ kind: EngineKind) async throws {
        try await open(kind) { shop in
            let id = try await shop.placeByCard().id
            let slow = try await shop.claim(id)
            #expect(try await shop.run(ClaimPayments([slow.payment.id], seconds: 30)).isEmpty)
            shop.clock.advance(seconds: 30)
            let second = try await shop.claim(id)
            #expect(second.epoch == slow.epoch + 1)
            #expect(second.payment.operations[0].key == slow.payment.operations[0].key)
            func record(_ claim: PaymentClaim) -> RecordPayment {
                RecordPayment(claim.payment.id, operation: 0, .done(TestShop.proof), epoch: claim.epoch)
            }
            try await shop.expect(.lapsed, of: record(slow))
            try await shop.run(record(second))
            try await shop.expect(.lapsed, of: record(second))
            #expect(try await shop.order(id).payments.authorised == 1000)
        }
    }

    @Test(
        "the units are held on while the outcome is not known, and freed once there will be no money",
        arguments: EngineKind.allCases
    )
    func hold(_ kind: EngineKind) async throws {
        try await open(kind) { shop in
            let id = try await shop.placeByCard().id
            try await shop.answer(id, .unknown(code: "timeout"))
            for _ in 0..<3 {
                shop.clock.advance(seconds: 900)
                #expect(try await !shop.run(ExpireOrder(id)))
                #expect(try await shop.order(id).state == .pendingPayment)
                #expect(try await shop.order(id).reservedUntil == shop.clock.now.adding(seconds: 900))
            }
            try await shop.answer(id, .refused(code: "card_declined"))
            shop.clock.advance(seconds: 900)
            #expect(try await shop.run(ExpireOrder(id)))
            #expect(try await shop.order(id).paymentState == .void)
        }
    }

    @Test(
        "money that arrives after the order was called off is let go, or given back",
        arguments: EngineKind.allCases,
        CaptureMode.allCases
    )
    func lateSuccess(_ kind: EngineKind, _ mode: CaptureMode) async throws {
        try await open(kind) { shop in
            let id = try await shop.placeByCard(capture: mode).id
            let claim = try await shop.claim(id)
            try await shop.run(ChangeOrder(id, .cancel(reason: nil)))
            #expect(try await shop.payment(id).status == .processing)
            try await shop.record(claim, .done(TestShop.proof))
            let undo = try await shop.claim(id)
            let operation = try #require(undo.step.operation)
            #expect(undo.payment.operations[operation].kind == (mode == .atOnce ? .refund : .void))
            try await shop.record(undo, .done(TestShop.proof))
            #expect(try await shop.order(id).state == .cancelled)
            #expect(try await shop.order(id).paymentState == (mode == .atOnce ? .refunded : .void))
            try await shop.expectBalances([:])
        }
    }

    @Test("an attempt that was never sent is dropped with its order, and never sent", arguments: EngineKind.allCases)
    func dropped(_ kind: EngineKind) async throws {
        try await open(kind) { shop in
            let id = try await shop.placeByCard().id
            try await shop.run(ChangeOrder(id, .cancel(reason: nil)))
            #expect(try await shop.payment(id).status == .voided)
            #expect(try await shop.row(PaymentRow.self, Payment.id(of: id, attempt: 1))?.due == nil)
            let other = try await shop.placeByCard().id
            let claim = try await shop.claim(other)
            try await shop.run(ChangeOrder(other, .cancel(reason: nil)))
            try await shop.record(claim, .notDone(code: "connect"))
            #expect(try await shop.payment(other).status == .voided)
        }
    }

    @Test(
        "a confirmed order that is called off gets its money back, and the sale is taken back",
        arguments: EngineKind.allCases
    )
    func cancelled(_ kind: EngineKind) async throws {
        try await open(kind) { shop in
            for mode in CaptureMode.allCases {
                let id = try await shop.placeByCard(capture: mode).id
                try await shop.answer(id, .done(TestShop.proof))
                try await shop.run(ChangeOrder(id, .cancel(reason: nil)))
                try await shop.answer(id, .done(TestShop.proof))
                #expect(try await shop.order(id).paymentState == (mode == .atOnce ? .refunded : .void))
                try await shop.expectBalances([:])
            }
        }
    }

    @Test(
        "another provider is tried where one certainly was not reached, and only then",
        arguments: EngineKind.allCases
    )
    func fallback(_ kind: EngineKind) async throws {
        try await open(kind) { shop in
            let id = try await shop.placeByCard().id
            let unknown = try await shop.placeByCard().id
            try await shop.answer(unknown, .unknown(code: "timeout"))
            for _ in 0..<RecordPayment.fallbackTries {
                shop.clock.advance(seconds: 60)
                try await shop.answer(id, .notDone(code: "connect"))
                try await shop.answer(unknown, .notDone(code: "connect"))
            }
            #expect(try await shop.payment(id).status == .failed)
            #expect(try await shop.payment(id, 2).provider == "second")
            #expect(try await shop.order(unknown).payments.attempts == 1)
            for _ in 0..<RecordPayment.fallbackTries + 1 {
                shop.clock.advance(seconds: 60)
                try await shop.answer(id, .notDone(code: "connect"), attempt: 2)
            }
            #expect(try await shop.order(id).payments.attempts == 2)
            shop.clock.advance(seconds: 60)
            try await shop.answer(id, .done(TestShop.proof), attempt: 2)
            #expect(try await shop.order(id).state == .confirmed)
        }
    }

    @Test("due payments are listed by provider, the longest due first", arguments: EngineKind.allCases)
    func queue(_ kind: EngineKind) async throws {
        try await open(kind) { shop in
            let early = try await shop.placeByCard().id
            shop.clock.advance(seconds: 1)
            let late = try await shop.placeByCard().id
            let other = try await shop.place([("MUG", 1)], .card(token: "t", provider: "second")).id
            func due(_ provider: String, limit: Int = 9) async throws -> [ID<Order>] {
                let now = shop.clock.now
                return try await shop.engine.read { (view) throws(LedgerFailure) in
                    try view.duePayments(provider, now, limit: limit).map(\.payment.order)
                }
            }
            #expect(try await due("first") == [early, late])
            #expect(try await due("first", limit: 1) == [early])
            #expect(try await due("second") == [other])
            #expect(try await due("none").isEmpty)
            _ = try await shop.claim(early)
            #expect(try await due("first") == [late])
        }
    }

    @Test(
        "a webhook brings the next look forward once; its repeats and strangers change nothing",
        arguments: EngineKind.allCases
    )
    func notices(_ kind: EngineKind) async throws {
        try await open(kind) { shop in
            let id = try await shop.placeByCard().id
            let payment = Payment.id(of: id, attempt: 1)
            for _ in 0..<7 {
                try await shop.answer(id, .unknown(code: "timeout"))
                shop.clock.advance(seconds: 60)
            }
            try await shop.answer(id, .unknown(code: "timeout"))
            let notice = TakeNotice(InboxRow.Key("first", "evt_1"), payment: payment)
            #expect(try await shop.run(notice))
            let soon = shop.clock.now.adding(seconds: TakeNotice.graceSeconds)
            #expect(try await shop.row(PaymentRow.self, payment)?.due == soon)
            let before = try await shop.dump()
            #expect(try await !shop.run(notice))
            #expect(try await shop.dump() == before)
            let settled = try await shop.place([("MUG", 1)], .cashOnDelivery)
            let stranger = TakeNotice(InboxRow.Key("first", "evt_2"), payment: settled.currentPayment)
            #expect(try await shop.run(stranger))
            #expect(try await shop.row(PaymentRow.self, Payment.id(of: settled.id, attempt: 1))?.due == nil)
            shop.clock.advance(seconds: 10)
            let keys = [InboxRow.Key("first", "evt_1"), InboxRow.Key("first", "evt_2"), InboxRow.Key("x", "y")]
            #expect(try await shop.run(PruneInbox(keys, before: shop.clock.now)) == 2)
        }
    }
}
