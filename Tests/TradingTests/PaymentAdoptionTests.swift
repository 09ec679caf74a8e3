import Testing
import Trading

@Suite("A payment follows what other hands did at its provider")
struct PaymentAdoptionTests {
    typealias Examples = PaymentExamples

    private func charge(
        held: Int64 = 0,
        captured: Int64 = 0,
        refunds: [FoundRefund] = [],
        disputed: Int64 = 0,
        state: FoundCharge.State = .taken
    ) -> FoundCharge {
        FoundCharge(
            reference: "ch_1",
            state: state,
            held: held,
            captured: captured,
            refunds: refunds,
            fees: 0,
            disputed: disputed
        )
    }

    /// Every change that follows, until there is none.
    private func adopt(_ payment: inout Payment, _ charge: FoundCharge) -> [PaymentEffect] {
        var effects: [PaymentEffect] = []
        while true {
            let before = payment
            let effect = payment.adopt(charge, at: Examples.start)
            guard payment != before else { return effects }
            effects.append(effect)
        }
    }

    @Test("a refund, a capture, a void and a dispute are each followed once, and stand in its history")
    func each() throws {
        var taken = try Examples.captured(1000, isFinal: true)
        let refund = FoundRefund(id: "re_1", amount: 500)
        #expect(adopt(&taken, charge(captured: 1000, refunds: [refund])) == [.refunded(500)])
        #expect(adopt(&taken, charge(captured: 1000, refunds: [refund])) == [])
        #expect(taken.refunded == 500 && taken.refundable == 500)
        #expect(taken.operations.last?.isOutside == true && taken.operations.last?.action == "re_1")

        var held = Examples.authorised()
        #expect(adopt(&held, charge(held: 0, captured: 700)) == [.captured(700)])
        #expect((held.authorised, held.captured) == (700, 700))
        #expect(held.status == .captured)

        var gone = Examples.authorised()
        #expect(adopt(&gone, charge(state: .gone)) == [.voided(1000)])
        #expect(gone.status == .voided && gone.operations.last?.isOutside == true)

        var disputed = try Examples.captured(1000, isFinal: true)
        #expect(adopt(&disputed, charge(captured: 1000, disputed: 400)) == [.disputed(400)])
        #expect(disputed.disputed == 400 && disputed.refundable == 600)
        #expect(adopt(&disputed, charge(captured: 1000)) == [.disputed(-400)])
    }

    @Test("nothing is followed while an operation of its own may be a part of what was found")
    func unknown() throws {
        var payment = try Examples.captured(1000, isFinal: true)
        _ = try payment.requestRefund(500)
        Examples.answer(&payment, .unknown(code: "reset"))
        let refund = FoundRefund(id: "re_1", amount: 300)
        #expect(adopt(&payment, charge(captured: 1000, refunds: [refund])) == [])
        var waiting = Examples.charge()
        #expect(adopt(&waiting, charge(captured: 1000)) == [])
    }

    @Test("a refund of its own is known by its key or its id, whatever else was given back")
    func identity() throws {
        var payment = try Examples.captured(1000, isFinal: true)
        _ = try payment.requestRefund(500)
        Examples.answer(&payment, .unknown(code: "reset"))
        let late = Examples.start.adding(seconds: PaymentOperation.keySeconds)
        let key = payment.operations[2].key
        // A refund of the same amount made in the dashboard: the shop's own refund was never made and can be sent as new.
        var other = payment
        let outside = FoundRefund(id: "re_9", amount: 500)
        let effect = Examples.answer(&other, .found(charge(captured: 1000, refunds: [outside])), at: late)
        #expect(effect == .none && other.refunded == 0)
        #expect(other.claim(at: late) == .send(2))
        let ours = FoundRefund(id: "re_8", key: key, amount: 500)
        let found = Examples.answer(&payment, .found(charge(captured: 1000, refunds: [outside, ours])), at: late)
        #expect(found == .refunded(500) && payment.operations[2].action == "re_8")
        #expect(adopt(&payment, charge(captured: 1000, refunds: [outside, ours])) == [.refunded(500)])
        #expect(payment.refunded == 1000)
    }

    @Test("a refund that the provider has taken on is asked about, not sent again, until it is decided")
    func takenOn() throws {
        for state in FoundRefund.State.allCases {
            var payment = try Examples.captured(1000, isFinal: true)
            _ = try payment.requestRefund(500)
            Examples.answer(&payment, .takenOn(PaymentProof(reference: "ch_1", action: "re_1")))
            #expect(payment.refunded == 0 && payment.refundable == 500)
            #expect(payment.claim(at: Examples.start) == .find(2))
            let refund = FoundRefund(id: "re_1", amount: 500, state: state)
            let found = PaymentOutcome.found(charge(captured: 1000, refunds: [refund]))
            let effect = payment.record(found, for: 2, at: Examples.start)
            switch state {
            case .pending: #expect(effect == .none && payment.openOperation == 2)
            case .done: #expect(effect == .refunded(500) && payment.refunded == 500)
            case .failed:
                #expect(effect == .refused(.refund, code: Payment.refundFailed))
                #expect(payment.refunded == 0 && payment.refundable == 1000)
            }
        }
    }

    @Test("an authorisation that the provider has taken on is asked about, not sent again")
    func pendingCharge() {
        var payment = Examples.charge()
        Examples.answer(&payment, .takenOn(PaymentProof(reference: "ch_1")))
        #expect(payment.status == .processing && payment.reference == "ch_1")
        #expect(payment.claim(at: Examples.start) == .find(0))
        let found = PaymentOutcome.found(charge(held: 1000, state: .held))
        expectSame(payment.record(found, for: 0, at: Examples.start), .authorised(captured: 0))
    }

    @Test("a refund that fails after it was done is the shop's money again")
    func failedLater() throws {
        var payment = try Examples.captured(1000, isFinal: true)
        _ = try payment.requestRefund(500)
        Examples.answer(&payment, .done(PaymentProof(reference: "ch_1", action: "re_1")))
        let failed = FoundRefund(id: "re_1", amount: 500, state: .failed)
        let effects = adopt(&payment, charge(captured: 1000, refunds: [failed]))
        #expect(effects == [.refundFailed(500, code: Payment.refundFailed)])
        #expect(payment.refunded == 0 && payment.refundable == 1000)
        #expect(adopt(&payment, charge(captured: 1000, refunds: [failed])) == [])
    }

    @Test("a refund by other hands that is not decided is asked about, and never sent as one of ours")
    func pendingOutside() throws {
        var payment = try Examples.captured(1000, isFinal: true)
        let pending = FoundRefund(id: "re_1", amount: 500, state: .pending)
        #expect(adopt(&payment, charge(captured: 1000, refunds: [pending])) == [.none])
        #expect(payment.refunded == 0 && payment.refundable == 500)
        #expect(payment.claim(at: Examples.start) == .find(2))
        var vanished = payment
        let gone = vanished.record(.found(charge(captured: 1000)), for: 2, at: Examples.start)
        #expect(gone == .refused(.refund, code: Payment.refundFailed) && vanished.openOperation == nil)
        let done = FoundRefund(id: "re_1", amount: 500)
        let found = PaymentOutcome.found(charge(captured: 1000, refunds: [done]))
        expectSame(payment.record(found, for: 2, at: Examples.start), .refunded(500))
    }

    @Test("what is left of a refund that was refused for its amount is asked for again, once")
    func again() throws {
        var payment = try Examples.captured(1000, isFinal: true)
        _ = try payment.requestRefund(1000, for: ID(high: 7, low: 7))
        Examples.answer(&payment, .refused(code: "charge_already_refunded"))
        #expect(payment.askAgainForWhatIsLeft() == nil, "all of it is left, so the amount was not why")
        let outside = FoundRefund(id: "re_1", amount: 400)
        #expect(adopt(&payment, charge(captured: 1000, refunds: [outside])) == [.refunded(400)])
        #expect(payment.askAgainForWhatIsLeft() == 600)
        #expect(payment.operations.last?.takenBack == ID(high: 7, low: 7))
        #expect(payment.askAgainForWhatIsLeft() == nil)
    }

    @Test("what was asked for and not sent is dropped where other hands left too little for it")
    func dropped() throws {
        var held = Examples.authorised()
        try held.requestCapture(400, isFinal: true)
        #expect(adopt(&held, charge(captured: 700)) == [.captured(700)])
        #expect(held.operations.map(\.state) == [.done, .dropped, .done] && held.openOperation == nil)
        var taken = try Examples.captured(1000, isFinal: true)
        _ = try taken.requestRefund(1000)
        #expect(
            adopt(&taken, charge(captured: 1000, refunds: [FoundRefund(id: "re_1", amount: 300)])) == [.refunded(300)]
        )
        #expect(taken.operations[2].state == .dropped)
        #expect(taken.askAgainForWhatIsLeft() == 700)
        var gone = Examples.authorised()
        _ = try gone.requestVoid()
        #expect(adopt(&gone, charge(state: .gone)) == [.voided(1000)])
        #expect(gone.openOperation == nil && gone.status == .voided)
    }

    @Test("what would break a payment's promises is not followed")
    func impossible() throws {
        var payment = try Examples.captured(400, isFinal: true)
        let tooMuch = FoundRefund(id: "re_1", amount: 401)
        #expect(adopt(&payment, charge(captured: 400, refunds: [tooMuch])) == [])
        #expect(adopt(&payment, charge(captured: 300)) == [])
        #expect(adopt(&payment, charge(captured: 400, state: .pending)) == [])
        #expect(adopt(&payment, charge(captured: 400, state: .declined)) == [])
    }

    @Test("a webhook spares a look where all that it says is known")
    func news() throws {
        var payment = try Examples.captured(1000, isFinal: true)
        _ = try payment.requestRefund(500)
        Examples.answer(&payment, .done(PaymentProof(reference: "ch_1", action: "re_1")))
        #expect(!payment.isNews(ChargeNews(.authorised)) && !payment.isNews(ChargeNews(.captured)))
        #expect(!payment.isNews(ChargeNews(.voided)) && !payment.isNews(ChargeNews(.refunded, action: "re_1")))
        #expect(payment.isNews(ChargeNews(.refunded, action: "re_2")) && payment.isNews(ChargeNews(.refunded)))
        #expect(payment.isNews(ChargeNews()))
        let held = Examples.authorised()
        #expect(held.isNews(ChargeNews(.captured)) && held.isNews(ChargeNews(.voided)))
    }
}

@Suite("A provider's own words")
struct ProviderWordsTests {
    @Test("are kept on one line, bounded, without control characters, keys or card numbers")
    func clean() {
        #expect(ProviderWords.clean("Your card has\tinsufficient\r\nfunds.") == "Your card has insufficient funds.")
        #expect(ProviderWords.clean("\u{1B}[31mred\u{202E}\u{0}") == "[31mred")
        #expect(ProviderWords.clean("bad key sk_live_abc given") == "bad key … given")
        #expect(ProviderWords.clean("4242 4242 4242 4242 is no token") == "…is no token")
        #expect(ProviderWords.clean("order 12345, amount 100") == "order 12345, amount 100")
        #expect(ProviderWords.clean(" \n\u{7F}") == nil && ProviderWords.clean("") == nil)
        let long = ProviderWords.clean(String(repeating: "é", count: 10_000))
        #expect(long?.unicodeScalars.count == ProviderWords.maxScalars)
        let marks = ProviderWords.clean("e" + String(repeating: "\u{301}", count: 10_000))
        #expect(marks.map { $0.unicodeScalars.count <= ProviderWords.maxScalars } == true)
    }
}
