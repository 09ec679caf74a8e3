import Testing
import Trading

@Suite("A payment")
struct PaymentTests {
    typealias Examples = PaymentExamples

    @Test("goes to the status that the provider's answer says", arguments: CaptureMode.allCases)
    func authorisation(_ mode: CaptureMode) {
        let answers: [(PaymentOutcome, PaymentStatus, PaymentEffect)] = [
            (
                .done(Examples.proof), mode == .atOnce ? .captured : .authorised,
                .authorised(captured: mode == .atOnce ? 1000 : 0)
            ),
            (.refused(code: "card_declined"), .declined, .declined(code: "card_declined")),
            (.notDone(code: "connect"), .processing, .none),
            (.unknown(code: "timeout"), .processing, .none),
        ]
        for (outcome, status, effect) in answers {
            var payment = Examples.charge(mode)
            #expect(payment.status == .processing)
            expectSame(Examples.answer(&payment, outcome), effect)
            #expect(payment.status == status)
            #expect((payment.token == nil) == (status != .processing), "a token is kept no longer than it is needed")
        }
    }

    @Test("is sent under one key however often it is tried, and its key says whose it is")
    func keys() {
        var payment = Examples.charge()
        let key = payment.operations[0].key
        #expect(key == "\(payment.id)-1")
        for _ in 0..<20 { Examples.answer(&payment, .unknown(code: "timeout")) }
        #expect(payment.operations.map(\.key) == [key])
        #expect(payment.operations[0].tries == 20)
    }

    @Test("is looked up, not sent, once the provider may have forgotten its key")
    func oldKey() {
        var payment = Examples.charge()
        let hour: Int64 = 3600
        expectSame(payment.claim(at: Examples.start), .send(0))
        expectSame(payment.claim(at: Examples.start.adding(seconds: 23 * hour - 1)), .send(0))
        expectSame(payment.claim(at: Examples.start.adding(seconds: 23 * hour)), .find(0))
        // An operation that certainly never reached the provider has no key that could have been forgotten.
        var untried = Examples.charge()
        Examples.answer(&untried, .notDone(code: "connect"))
        #expect(untried.claim(at: Examples.start.adding(seconds: 23 * hour)) == .send(0))
    }

    @Test("is unknown as long as one of its tries may have got through, whatever the others met")
    func unresolved() {
        var payment = Examples.charge()
        Examples.answer(&payment, .notDone(code: "connect"))
        #expect(!payment.operations[0].isUnknown)
        _ = payment.claim(at: Examples.start)  // The worker died: nothing is recorded.
        Examples.answer(&payment, .notDone(code: "connect"))
        #expect(payment.operations[0].isUnknown)
        expectSame(payment.giveUp(), false)
        #expect(payment.status == .processing)
    }

    @Test("that never got through is given up after a day, and not before")
    func patience() {
        let day: Int64 = 86_400
        var payment = Examples.charge()
        let before = Examples.answer(&payment, .notDone(code: "connect"), at: Examples.start.adding(seconds: day - 1))
        #expect(before == .none)
        let after = Examples.answer(&payment, .notDone(code: "connect"), at: Examples.start.adding(seconds: day))
        #expect(after == .declined(code: Payment.unreachable))
        #expect(payment.status == .failed)
    }

    @Test("believes a look-up: held, taken, refused, let go, or never heard of")
    func lookUp() {
        func charge(_ state: FoundCharge.State, captured: Int64 = 0) -> PaymentOutcome {
            .found(FoundCharge(reference: "ch_9", state: state, held: 1000 - captured, captured: captured, fees: 3))
        }
        let found: [(PaymentOutcome, CaptureMode, PaymentStatus, Int64)] = [
            (charge(.held), .onShipment, .authorised, 0), (charge(.taken, captured: 1000), .atOnce, .captured, 1000),
            (charge(.held), .atOnce, .authorised, 0), (charge(.declined), .onShipment, .declined, 0),
            (charge(.gone), .onShipment, .declined, 0), (.found(nil), .onShipment, .declined, 0),
            (charge(.pending), .onShipment, .processing, 0),
        ]
        for (outcome, mode, status, captured) in found {
            var payment = Examples.charge(mode)
            Examples.answer(&payment, .unknown(code: "timeout"))
            Examples.answer(&payment, outcome)
            #expect(payment.status == status)
            #expect(payment.captured == captured)
            // If the amount should have been captured at once but was only authorised, a capture follows.
            if mode == .atOnce, status == .authorised { #expect(payment.operations.last?.kind == .capture) }
        }
    }

    @Test("a late repeat of an answer changes nothing")
    func repeats() {
        var payment = Examples.charge()
        let step = payment.claim(at: Examples.start)
        #expect(step == .send(0))
        expectSame(payment.record(.done(Examples.proof), for: 0, at: Examples.start), .authorised(captured: 0))
        let settled = payment
        for outcome in [PaymentOutcome.done(Examples.proof), .refused(code: "x"), .unknown(code: "x")] {
            expectSame(payment.record(outcome, for: 0, at: Examples.start), .none)
            #expect(payment == settled)
        }
    }

    @Test("waits 1, 2, 4 … 60 seconds, shortened by at most half, and at least as long as it is told")
    func backoff() {
        var payment = Examples.charge()
        for (tries, seconds) in zip(1..., [1, 2, 4, 8, 16, 32, 60, 60, 60])
            as Zip2Sequence<PartialRangeFrom<Int>, [Int64]>
        {
            Examples.answer(&payment, .unknown(code: "timeout"))
            #expect(payment.operations[0].tries == tries)
            let due = payment.due(after: .none, at: Examples.start)
            let wait = (due?.milliseconds ?? 0) - Examples.start.milliseconds
            #expect((seconds * 500...seconds * 1000).contains(wait), "after \(tries) tries: \(wait)")
        }
        let told = payment.due(after: .none, retryAfterSeconds: 60, at: Examples.start)
        #expect(told == Examples.start.adding(seconds: 60))
        Examples.answer(&payment, .done(Examples.proof))
        #expect(payment.due(after: .authorised(captured: 0), at: Examples.start) == nil)
    }
}

@Suite("What may be asked of a payment")
struct PaymentRequestTests {
    typealias Examples = PaymentExamples

    @Test("captures never exceed what is held, and the last one lets go of the rest")
    func captures() throws {
        var payment = Examples.authorised()
        #expect(throws: PaymentRefusal.tooMuch(left: Money(1000, .gbp))) {
            try payment.requestCapture(1001, isFinal: false)
        }
        #expect(throws: PaymentRefusal.tooMuch(left: Money(1000, .gbp))) {
            try payment.requestCapture(0, isFinal: true)
        }
        try payment.requestCapture(300, isFinal: false)
        #expect(payment.capturable == 700)
        #expect(throws: PaymentRefusal.tooMuch(left: Money(700, .gbp))) {
            try payment.requestCapture(701, isFinal: false)
        }
        expectSame(Examples.answer(&payment, .done(Examples.proof)), .captured(300))
        #expect(payment.status == .partlyCaptured)
        try payment.requestCapture(200, isFinal: true)
        #expect(payment.capturable == 0)
        Examples.answer(&payment, .done(Examples.proof))
        #expect(payment.status == .captured)
        #expect((payment.authorised, payment.captured) == (500, 500))
    }

    @Test("refunds never exceed what was taken, those under way included")
    func refunds() throws {
        var payment = try Examples.captured(400)
        try expectSame(payment.requestRefund(150), .none)
        #expect(throws: PaymentRefusal.tooMuch(left: Money(250, .gbp))) { try payment.requestRefund(251) }
        try expectSame(payment.requestRefund(250), .none)
        #expect(throws: PaymentRefusal.wrongStatus(.partlyCaptured)) { try payment.requestRefund(1) }
        expectSame(Examples.answer(&payment, .done(Examples.proof)), .refunded(150))
        #expect(payment.status == .partlyCaptured)
        Examples.answer(&payment, .done(Examples.proof))
        #expect(payment.refunded == 400)
        #expect(payment.status == .partlyCaptured, "a payment of which a part is held is not given back")
        try expectSame(payment.requestVoid(), .none)
        Examples.answer(&payment, .done(Examples.proof))
        #expect(payment.status == .refunded)
    }

    @Test("a refund of money that is still to be taken waits for it, and is dropped where it never comes")
    func refundBeforeCapture() throws {
        var payment = Examples.authorised()
        try payment.requestCapture(400, isFinal: false)
        _ = try payment.requestRefund(400)
        expectSame(payment.claim(at: Examples.start), .send(1))
        let effect = payment.record(.refused(code: "expired"), for: 1, at: Examples.start)
        #expect(effect == .refused(.capture, code: "expired"))
        #expect(payment.operations.map(\.state) == [.done, .refused, .dropped])
        #expect(payment.openOperation == nil)
        #expect(payment.status == .authorised)
    }

    @Test(
        "a void is asked for where money is held, dropped where nothing was sent, and waits where something may have been"
    )
    func voids() throws {
        var held = Examples.authorised()
        try expectSame(held.requestVoid(), .none)
        #expect(held.capturable == 0)
        expectSame(Examples.answer(&held, .done(Examples.proof)), .voided(1000))
        #expect(held.status == .voided)
        var unsent = Examples.charge()
        try expectSame(unsent.requestVoid(), .voided(0))
        #expect(unsent.status == .voided)
        #expect(unsent.token == nil)
        var unknown = Examples.charge()
        Examples.answer(&unknown, .unknown(code: "timeout"))
        #expect(throws: PaymentRefusal.wrongStatus(.processing)) { try unknown.requestVoid() }
        var taken = try Examples.captured(1000, isFinal: true)
        #expect(throws: PaymentRefusal.wrongStatus(.captured)) { try taken.requestVoid() }
    }

    @Test("what is held beyond a captured part is let go, and the part stays taken")
    func voidsTheRest() throws {
        var partly = try Examples.captured(400, isFinal: false)
        try expectSame(partly.requestVoid(), .none)
        #expect(partly.capturable == 0)
        expectSame(Examples.answer(&partly, .done(Examples.proof)), .voided(600))
        #expect(partly.status == .captured && partly.captured == 400 && partly.authorised == 400)
        #expect(throws: PaymentRefusal.wrongStatus(.captured)) { try partly.requestVoid() }
    }

    @Test("what the shop itself keeps is taken and given back in the same moment")
    func immediate() throws {
        var payment = Payment.settled(
            Examples.order,
            number: 1,
            method: .giftCard,
            source: .giftCard(ID(high: 1, low: 1)),
            amount: Money(700, .gbp),
            at: Examples.start
        )
        #expect(payment.status == .captured)
        try expectSame(payment.requestRefund(200), .refunded(200))
        try expectSame(payment.requestRefund(500), .refunded(500))
        #expect(payment.status == .refunded)
        var cash = Payment.awaited(Examples.order, number: 1, amount: Money(700, .gbp), at: Examples.start)
        #expect(cash.status == .awaited)
        expectSame(cash.collect(), .captured(700))
        #expect(cash.status == .captured)
    }

    @Test("ids of an order's attempts differ, and the first has the order's own bits")
    func ids() {
        let ids = (1...Payment.maxAttempts).map { Payment.id(of: Examples.order, attempt: $0) }
        #expect(Set(ids).count == ids.count)
        #expect(ids[0].bits == Examples.order.bits)
    }
}
