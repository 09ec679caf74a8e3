import Testing
import Trading

@testable import ProviderClients
@testable import Providers

/// Real refunds, and entries that only look like refunds, against a Stripe that follows its contract.
@Suite("Stripe's refunds")
struct StripeRefundTests {
    /// A charge of 30.00 of which `amount` was captured.
    private func captured(_ amount: Int64, _ stripe: StripePayments) async throws -> String {
        let held = PaymentRequest(
            .authorise(token: "pm_card_visa", captureAtOnce: false),
            key: "pay_1-1",
            payment: "pay_1",
            amount: Money(3000, .gbp)
        )
        let reference = try await stripe.perform(held, deadline: .soon()).value().reference
        let capture = request(.capture(isFinal: true), 2, of: reference, amount)
        #expect(try await stripe.perform(capture, deadline: .soon()).value().amount == Money(amount, .gbp))
        return reference
    }

    private func request(
        _ action: PaymentRequest.Action,
        _ number: Int,
        of reference: String,
        _ amount: Int64
    ) -> PaymentRequest {
        PaymentRequest(
            action,
            key: "pay_1-\(number)",
            payment: "pay_1",
            reference: reference,
            amount: Money(amount, .gbp)
        )
    }

    private func find(_ reference: String, _ stripe: StripePayments) async throws -> ProviderCharge {
        try #require(try await stripe.find(payment: "pay_1", reference: reference, deadline: .soon()).value())
    }

    /// The shop's payment with the same history.
    private func payment(captured amount: Int64, reference: String) throws -> Payment {
        var payment = Payment.charge(
            ID(high: 1, low: 1),
            number: 1,
            provider: "stripe",
            token: "pm",
            amount: Money(3000, .gbp),
            capture: .onFirstShipment,
            at: .earliest
        )
        _ = payment.claim(at: .earliest)
        _ = payment.record(.done(PaymentProof(reference: reference)), for: 0, at: .earliest)
        try payment.requestCapture(amount, isFinal: true)
        _ = payment.claim(at: .earliest)
        _ = payment.record(.done(PaymentProof(reference: reference, fee: 34)), for: 1, at: .earliest)
        return payment
    }

    @Test(
        "what is let go by a capture of a part was not given back, whether or not it is listed",
        arguments: [false, true]
    )
    func release(_ isListed: Bool) async throws {
        try await StripeServer.with { stripe, server in
            server.state.withLock { $0.books.listsReleases = isListed }
            let reference = try await captured(1000, stripe)
            #expect(server.state.withLock { $0.intents[0].refunded } == 2000, "as the contract counts it")
            let charge = try await find(reference, stripe)
            #expect(charge.refunds.isEmpty && charge.held == .zero(.gbp) && charge.captured == Money(1000, .gbp))
            var theirs = charge
            let ours = try payment(captured: 1000, reference: reference)
            theirs.payment = ours.id.description
            let result = Reconciliation(ours: [ours], theirs: [theirs])
            #expect(result.isClean && result.matched == 1 && result.unmatched == [:])
        }
    }

    @Test(
        "a refund that other hands made is told from what was let go, even of the same amount",
        arguments: [false, true]
    )
    func sameAmount(_ isListed: Bool) async throws {
        try await StripeServer.with { stripe, server in
            server.state.withLock { $0.books.listsReleases = isListed }
            let reference = try await captured(2000, stripe)
            server.state.withLock { _ = $0.books.refund(0, 1000) }
            let charge = try await find(reference, stripe)
            #expect(charge.refunds.map(\.amount) == [Money(1000, .gbp)])
            #expect(charge.refunds.first?.key == nil && charge.refunds.first?.id.hasPrefix("re_release") == false)
        }
    }

    @Test("a refund whose answer was lost is known by its own key, never by sums", arguments: [false, true])
    func lost(_ wasMade: Bool) async throws {
        try await StripeServer.with { stripe, server in
            let reference = try await captured(1000, stripe)
            let asked = request(.refund, 3, of: reference, 500)
            if wasMade {
                server.state.withLock { $0.lostReplies = 1 }
                #expect(await stripe.perform(asked, deadline: .soon()).known == .unknown("reset"))
            }
            // Another refund of the same amount, made in the dashboard.
            server.state.withLock { _ = $0.books.refund(0, 500) }
            var payment = try payment(captured: 1000, reference: reference)
            _ = try payment.requestRefund(500)
            _ = payment.claim(at: .earliest)
            _ = payment.record(.unknown(code: "reset"), for: 2, at: .earliest)
            let late = Timestamp.earliest.adding(seconds: PaymentOperation.keySeconds)
            var charge = try await find(reference, stripe)
            let key = payment.operations[2].key
            if wasMade {
                let place = try #require(charge.refunds.firstIndex { $0.key == asked.key })
                charge.refunds[place].key = key
            }
            #expect(payment.claim(at: late) == .find(2))
            let effect = payment.record(.found(FoundCharge(charge)), for: 2, at: late)
            #expect(effect == (wasMade ? .refunded(500) : .none))
            #expect(payment.refunded == (wasMade ? 500 : 0))
            #expect(payment.operations[2].state == (wasMade ? .done : .open))
            #expect(!payment.operations[2].isUnknown)
        }
    }

    @Test(
        "a refund is what its status says",
        arguments: [
            ("succeeded", ProviderRefund.State.succeeded), ("pending", .pending), ("requires_action", .pending),
            ("failed", .failed), ("canceled", .failed),
        ]
    )
    func status(_ word: String, _ state: ProviderRefund.State) async throws {
        try await StripeServer.with { stripe, server in
            let reference = try await captured(3000, stripe)
            server.state.withLock { $0.books.refundStatus = word }
            let asked = request(.refund, 3, of: reference, 500)
            let answer = await stripe.perform(asked, deadline: .soon())
            switch state {
            case .failed: #expect(answer.known == .refused("refund_\(word)"))
            case .pending, .succeeded:
                let receipt = try answer.value()
                #expect(receipt.isPending == (state == .pending) && receipt.action == "re_1")
                if case .takenOn(let proof) = PaymentKnowledge(answer, to: asked).outcome {
                    #expect(state == .pending && proof.action == "re_1")
                }
            }
            let charge = try await find(reference, stripe)
            #expect(charge.refunds.map(\.state) == [state])
            #expect(charge.refunded == Money(state == .succeeded ? 500 : 0, .gbp))
        }
    }

    @Test("more refunds than a charge has with it are read to the last")
    func many() async throws {
        try await StripeServer.with { stripe, server in
            let reference = try await captured(3000, stripe)
            server.state.withLock { state in for _ in 0..<123 { state.books.refund(0, 10) } }
            let charge = try await find(reference, stripe)
            #expect(charge.refunded == Money(1230, .gbp) && charge.refunds.count == 123)
            let page = try await stripe.charges(from: .earliest, to: .latest, after: nil, deadline: .soon()).value()
            #expect(page.charges.map(\.refunded) == [Money(1230, .gbp)])
        }
    }

    @Test("a dispute counts once funds are withdrawn, and no longer once they are reinstated")
    func dispute() async throws {
        try await StripeServer.with { stripe, server in
            let reference = try await captured(3000, stripe)
            server.state.withLock { $0.books.dispute(0, 3000, withdraws: false) }
            #expect(try await find(reference, stripe).disputed == .zero(.gbp))
            server.state.withLock { $0.books.intents[0].disputes[0].transactions = [-3000] }
            #expect(try await find(reference, stripe).disputed == Money(3000, .gbp))
            server.state.withLock { $0.books.intents[0].disputes[0].transactions = [-3000, 3000] }
            #expect(try await find(reference, stripe).disputed == .zero(.gbp))
        }
    }

    @Test("what other hands took or let go is found: nothing is held any more")
    func outside() async throws {
        for letsGo in [false, true] {
            try await StripeServer.with { stripe, server in
                let held = PaymentRequest(
                    .authorise(token: "pm_card_visa", captureAtOnce: false),
                    key: "pay_1-1",
                    payment: "pay_1",
                    amount: Money(3000, .gbp)
                )
                let reference = try await stripe.perform(held, deadline: .soon()).value().reference
                #expect(try await find(reference, stripe).held == Money(3000, .gbp))
                server.state.withLock { _ = letsGo ? $0.books.cancel(0) : $0.books.capture(0, 1200) }
                let charge = try await find(reference, stripe)
                #expect(charge.held == .zero(.gbp) && charge.refunds.isEmpty)
                #expect(charge.captured == Money(letsGo ? 0 : 1200, .gbp))
                #expect(charge.state == (letsGo ? .voided : .captured))
            }
        }
    }
}
