import Foundation
import JSON
import Synchronization
import Testing
import Trading

@testable import ProviderClients
@testable import Providers

/// The whole life cycle of payments against a server that speaks Stripe's API and validates every request against Stripe's
/// document.
@Suite("Stripe")
struct StripeLifeTests {
    private func withStripe(
        _ body: @escaping @Sendable (StripePayments, StripeServer) async throws -> Void
    ) async throws {
        try await StripeServer.with(body)
    }

    private func authorise(
        _ payment: String = "pay_1",
        token: String = "pm_card_visa",
        captureAtOnce: Bool = false,
        amount: Money = Money(1000, .gbp)
    ) -> PaymentRequest {
        PaymentRequest(
            .authorise(token: token, captureAtOnce: captureAtOnce),
            key: "\(payment)-1",
            payment: payment,
            amount: amount,
            metadata: ["order": "ord_1"]
        )
    }

    private func step(
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

    @Test("a payment is authorised, captured in part and refunded twice, and no more than was captured")
    func wholeLife() async throws {
        try await withStripe { stripe, server in
            let held = try await stripe.perform(authorise(), deadline: .soon()).value()
            #expect(held.amount == Money(1000, .gbp))
            let reference = held.reference
            let kept = try #require(server.state.withLock { $0.intents.first })
            #expect(kept.metadata == ["order": "ord_1", "payment": "pay_1"])
            #expect(kept.currency == "gbp")

            let capture = step(.capture(isFinal: true), 2, of: reference, 800)
            let captured = try await stripe.perform(capture, deadline: .soon()).value()
            #expect(captured.amount == Money(800, .gbp))
            #expect(captured.fee == Money(34, .gbp))
            let first = try await stripe.perform(step(.refund, 3, of: reference, 300), deadline: .soon()).value()
            let second = try await stripe.perform(step(.refund, 4, of: reference, 500), deadline: .soon()).value()
            #expect(first.action != second.action && first.reference == reference && !first.isPending)
            let third = await stripe.perform(step(.refund, 5, of: reference, 1), deadline: .soon())
            #expect(third.known == .refused("charge_already_refunded"))

            let charge = try #require(
                try await stripe.find(payment: "pay_1", reference: reference, deadline: .soon()).value()
            )
            #expect(charge.state == .captured)
            #expect(charge.amount == Money(1000, .gbp) && charge.captured == Money(800, .gbp))
            #expect(charge.refunded == Money(800, .gbp) && charge.held == .zero(.gbp))
            #expect(charge.refunds.map(\.key) == ["pay_1-4", "pay_1-3"])
            #expect(charge.payment == "pay_1")
        }
    }

    @Test("what is held can be let go, and then not captured")
    func void() async throws {
        try await withStripe { stripe, _ in
            let held = try await stripe.perform(authorise(), deadline: .soon()).value()
            let void = step(.void, 2, of: held.reference, 1000)
            #expect(try await stripe.perform(void, deadline: .soon()).value().reference == held.reference)
            let capture = step(.capture(isFinal: true), 3, of: held.reference, 1000)
            let answer = await stripe.perform(capture, deadline: .soon())
            #expect(answer.known == .refused("payment_intent_unexpected_state"))
            let charge = try await stripe.find(payment: "pay_1", reference: held.reference, deadline: .soon()).value()
            #expect(charge?.state == .voided)
        }
    }

    @Test("a declined card is refused with the bank's reason, and stays declined")
    func decline() async throws {
        try await withStripe { stripe, server in
            let request = authorise(token: "pm_card_chargeDeclined")
            for _ in 0..<2 {
                let answer = await stripe.perform(request, deadline: .soon())
                #expect(answer.known == .refused("insufficient_funds"))
                let known = PaymentKnowledge(answer, to: request).outcome
                let words = "Your card has insufficient funds."
                #expect(known == .refused(code: "insufficient_funds", detail: words))
            }
            #expect(server.state.withLock { $0.intents.count } == 1)
            let charge = try await stripe.find(payment: "pay_1", reference: nil, deadline: .soon()).value()
            #expect(charge?.state == .declined)
        }
    }

    @Test(
        "a charge that Stripe still works on is taken on, and looked up from then on: its key tells the same for ever"
    )
    func processing() async throws {
        try await withStripe { stripe, server in
            let request = authorise(token: "pm_processing")
            let taken = try await stripe.perform(request, deadline: .soon()).value()
            #expect(taken.isPending)
            server.state.withLock { $0.books.intents[0].status = "requires_capture" }
            #expect(try await stripe.perform(request, deadline: .soon()).value().isPending)
            let found = try await stripe.find(payment: "pay_1", reference: taken.reference, deadline: .soon()).value()
            #expect(found?.state == .authorised && found?.held == Money(1000, .gbp))
        }
    }

    @Test("after a lost reply the same key finds what was done, and does nothing anew")
    func lostReply() async throws {
        try await withStripe { stripe, server in
            server.state.withLock { $0.lostReplies = 1 }
            let request = authorise(captureAtOnce: true)
            #expect(await stripe.perform(request, deadline: .soon()).known == .unknown("reset"))
            let again = try await stripe.perform(request, deadline: .soon()).value()
            #expect(server.state.withLock { $0.intents.map(\.id) } == [again.reference])
            let found = try await stripe.find(payment: "pay_1", reference: nil, deadline: .soon()).value()
            #expect(found?.reference == again.reference && found?.state == .captured)
        }
    }

    @Test("a key with another body is unknown: its first use may have been done")
    func reusedKey() async throws {
        try await withStripe { stripe, _ in
            _ = try await stripe.perform(authorise(), deadline: .soon()).value()
            let other = await stripe.perform(authorise(amount: Money(1001, .gbp)), deadline: .soon())
            #expect(other.known == .unknown("status_400"))
        }
    }

    @Test("a charge is found by our own id although the search is behind, and its absence is certain")
    func lookUp() async throws {
        try await withStripe { stripe, server in
            server.state.withLock { $0.isSearchBehind = true }
            let milliseconds = Int64(Date().timeIntervalSince1970 * 1000)
            let digits = String(milliseconds, radix: 16)
            let stamp = String(repeating: "0", count: 12 - digits.count) + digits
            let payment = "pay_\(stamp)7000800000000000000a"
            #expect(PaymentTime.of(payment) == Timestamp(milliseconds: milliseconds))
            for number in 0..<120 {
                _ = try await stripe.perform(authorise("pay_other\(number)"), deadline: .soon()).value()
                guard number == 5 else { continue }
                _ = try await stripe.perform(authorise(payment), deadline: .soon()).value()
            }
            let found = try await stripe.find(payment: payment, reference: nil, deadline: .soon()).value()
            #expect(found?.reference == "pi_7")
            let none = try await stripe.find(payment: "pay_none", reference: nil, deadline: .soon()).value()
            #expect(none == nil)
            let noReference = try await stripe.find(payment: "pay_x", reference: "pi_none", deadline: .soon()).value()
            #expect(noReference == nil)
        }
    }

    @Test("the list of a span of time comes in pages without a gap")
    func list() async throws {
        try await withStripe { stripe, server in
            for number in 0..<250 {
                _ = try await stripe.perform(authorise("pay_\(number)"), deadline: .soon()).value()
            }
            let now = Timestamp(milliseconds: Int64(Date().timeIntervalSince1970 * 1000))
            var (seen, cursor): ([String], String?) = ([], nil)
            repeat {
                let page = try await stripe.charges(
                    from: now.adding(seconds: -60),
                    to: now.adding(seconds: 60),
                    after: cursor,
                    deadline: .soon()
                ).value()
                seen += page.charges.compactMap(\.payment)
                cursor = page.next
            } while cursor != nil
            #expect(Set(seen).count == 250 && seen.count == 250)
            let before = try await stripe.charges(
                from: .earliest,
                to: now.adding(seconds: -60),
                after: nil,
                deadline: .soon()
            ).value()
            #expect(before.charges.isEmpty && before.next == nil)
        }
    }

    @Test(
        "each error of Stripe's is known for what it says of the charge",
        arguments: [
            (500, #"{"error":{"type":"api_error"}}"#, Known.unknown("status_500")),
            (502, "<html>bad gateway</html>", .unknown("status_502")),
            (
                409, #"{"error":{"type":"invalid_request_error","code":"idempotency_key_in_use"}}"#,
                .unknown("status_409")
            ),
            (429, #"{"error":{"type":"invalid_request_error","code":"rate_limit"}}"#, .notDone("status_429")),
            (401, #"{"error":{"type":"invalid_request_error"}}"#, .notDone("status_401")),
            (
                400, #"{"error":{"type":"invalid_request_error","code":"parameter_invalid"}}"#,
                .refused("parameter_invalid")
            ),
            (402, #"{"error":{"type":"card_error","code":"expired_card"}}"#, .refused("expired_card")),
            (404, "nginx", .unknown("status_404")),
            (200, "{}", .unknown("nonsense")),
            (200, #"{"id":"pi_1","status":"surprise","amount":1,"currency":"gbp","created":1}"#, .unknown("nonsense")),
            (200, #"{"id":"pi_1","status":"succeeded","amount":1,"#, .unknown("nonsense")),
        ]
    )
    func errors(status: Int, json: String, expected: Known) async throws {
        try await withStripe { stripe, server in
            server.state.withLock { $0.canned = [(status, json)] }
            let answer = await stripe.perform(authorise(), deadline: .soon())
            #expect(answer.known == expected)
            if status == 429 { #expect(answer.retryAfter == .seconds(2)) }
        }
    }

    @Test("nothing is sent that Stripe cannot do as asked")
    func unsendable() async throws {
        try await withStripe { stripe, server in
            let fils = await stripe.perform(authorise(amount: Money(1001, .kwd)), deadline: .soon())
            #expect(fils.known == .refused("amount_not_representable"))
            let part = await stripe.perform(step(.capture(isFinal: false), 2, of: "pi_1", 500), deadline: .soon())
            #expect(part.known == .refused("captures_once"))
            let loose = PaymentRequest(.refund, key: "k", payment: "pay_1", amount: Money(1, .gbp))
            #expect(await stripe.perform(loose, deadline: .soon()).known == .refused("no_reference"))
            #expect(server.state.withLock { $0.answers.isEmpty && $0.intents.isEmpty })
        }
    }

    @Test("the server notices a request that is not in the contract")
    func contract() throws {
        let contract = try StripeContract.load()
        func problems(_ form: String) -> [String] {
            contract.problems("POST", "/v1/payment_intents", query: "", form: form)
        }
        #expect(contract.version == StripePayments.version)
        #expect(problems("amount=1&currency=gbp&metadata[a]=b&expand[]=x") == [])
        #expect(problems("amount=1.5&currency=gbp") == ["form.amount: 1.5 is no integer"])
        #expect(problems("currency=gbp") == ["form: amount is missing"])
        #expect(problems("amount=1&currency=gbp&final_capture=true") == ["form: there is no final_capture"])
        #expect(problems("amount=1&currency=gbp&confirm=1") == ["form.confirm: 1 is no boolean"])
        #expect(problems("amount=1&currency=gbp&capture_method=never").count == 1)
        #expect(contract.problems("GET", "/v1/nothing", query: "", form: "").count == 1)
    }

    @Test("Stripe's own examples are read")
    func examples() throws {
        var json = JSONReader(try StripeContract.example("payment_intent"))
        let intent = try StripeIntent(&json)
        #expect(intent.amount == Money(1099, .usd) && intent.state == .declined)
        json = JSONReader(try StripeContract.example("refund"))
        #expect(try StripeRefund(&json).answer(reference: "pi_1").known == .done)
    }
}
