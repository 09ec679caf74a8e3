import Testing
import Trading

@testable import ProviderClients
@testable import Providers
@testable import Sandbox

@Suite("The payment sandbox")
struct SandboxPaymentsTests {
    @Test("a payment is held, captured in parts, refunded and let go, and the list says the same")
    func wholeLife() async throws {
        try await SandboxRun.with(.payments) {
            $0.fees = FeeRule(basisPoints: 140, fixed: 20)
        } _: { run in
            let held = try await run.payments.perform(SandboxRun.charge(captureAtOnce: false), deadline: .soon())
                .value()
            let id = held.reference
            func step(
                _ action: PaymentRequest.Action,
                _ number: Int,
                _ amount: Int64
            ) async
                -> ProviderAnswer<PaymentReceipt>
            {
                await run.payments.perform(SandboxRun.step(action, number, of: id, amount), deadline: .soon())
            }
            let first = try await step(.capture(isFinal: false), 2, 500).value()
            #expect(first.fee == Money(27, .gbp) && first.action != nil)
            let second = try await step(.capture(isFinal: false), 3, 300).value()
            #expect(second.fee == Money(4, .gbp))
            #expect(await step(.capture(isFinal: false), 4, 201).known == .refused("amount_too_large"))
            #expect(try await step(.void, 5, 200).value().amount == Money(200, .gbp))
            #expect(await step(.capture(isFinal: true), 6, 1).known == .refused("amount_too_large"))
            #expect(try await step(.refund, 7, 100).value().amount == Money(100, .gbp))
            #expect(try await step(.refund, 8, 700).value().amount == Money(700, .gbp))
            #expect(await step(.refund, 9, 1).known == .refused("amount_too_large"))

            let charge = try #require(
                try await run.payments.find(payment: "pay_1", reference: nil, deadline: .soon()).value()
            )
            #expect(charge.state == .captured && charge.captured == Money(800, .gbp))
            #expect(charge.refunded == Money(800, .gbp) && charge.fee == Money(31, .gbp))
            let same = try await run.payments.find(payment: "pay_1", reference: id, deadline: .soon()).value()
            #expect(same == charge)
        }
    }

    @Test("the same key has one effect and one answer; another body is not taken for it")
    func idempotency() async throws {
        try await SandboxRun.with(.payments) { run in
            let request = SandboxRun.charge()
            let answers = try await withThrowingTaskGroup(of: PaymentReceipt.self) { group in
                for _ in 0..<20 {
                    group.addTask { try await run.payments.perform(request, deadline: .soon()).value() }
                }
                return try await group.reduce(into: Set<PaymentReceipt>()) { $0.insert($1) }
            }
            #expect(answers.count == 1)
            let other = await run.payments.perform(SandboxRun.charge(amount: 1001), deadline: .soon())
            #expect(other.known == .unknown("status_422"))
            let charges = try await run.payments.charges(from: .earliest, to: .latest, after: nil, deadline: .soon())
                .value()
            #expect(charges.charges.count == 1)
        }
    }

    @Test("a refusal is not remembered under its key, but a declined charge is")
    func refusals() async throws {
        try await SandboxRun.with(.payments) { run in
            for token in ["tok_declined", "tok_insufficient_funds"] {
                let request = SandboxRun.charge("pay_\(token)", token: token)
                let code = token == "tok_declined" ? "card_declined" : "insufficient_funds"
                for _ in 0..<2 {
                    #expect(await run.payments.perform(request, deadline: .soon()).known == .refused(code))
                }
                let charge = try await run.payments.find(payment: "pay_\(token)", reference: nil, deadline: .soon())
                    .value()
                #expect(charge?.state == .declined)
            }
            let early = SandboxRun.step(.refund, 2, of: "chg_none", 10)
            #expect(await run.payments.perform(early, deadline: .soon()).known == .refused("not_found"))
            #expect(try await run.payments.find(payment: "pay_none", reference: nil, deadline: .soon()).value() == nil)
            #expect(try await run.payments.find(payment: "x", reference: "chg_none", deadline: .soon()).value() == nil)
        }
    }

    @Test("a pending charge is unknown until it succeeds, by its key and by looking")
    func pending() async throws {
        try await SandboxRun.with(.payments) { run in
            try await run.faults(#"{"lateSuccess":{"probability":0,"milliseconds":300}}"#)
            let request = SandboxRun.charge(token: "tok_pending")
            #expect(await run.payments.perform(request, deadline: .soon()).known == .unknown("pending"))
            let early = try await run.payments.find(payment: "pay_1", reference: nil, deadline: .soon()).value()
            #expect(early?.state == .pending && early?.captured == Money(0, .gbp))
            try await Task.sleep(for: .milliseconds(500))
            let receipt = try await run.payments.perform(request, deadline: .soon()).value()
            let late = try await run.payments.find(payment: "pay_1", reference: nil, deadline: .soon()).value()
            #expect(late?.state == .captured && late?.reference == receipt.reference)
        }
    }

    @Test("a pending charge can be let go, and then never succeeds")
    func pendingVoided() async throws {
        try await SandboxRun.with(.payments) { run in
            try await run.faults(#"{"lateSuccess":{"probability":0,"milliseconds":200}}"#)
            let request = SandboxRun.charge(token: "tok_pending")
            _ = await run.payments.perform(request, deadline: .soon())
            let charge = try #require(
                try await run.payments.find(payment: "pay_1", reference: nil, deadline: .soon()).value()
            )
            let void = SandboxRun.step(.void, 2, of: charge.reference, 1000)
            _ = try await run.payments.perform(void, deadline: .soon()).value()
            try await Task.sleep(for: .milliseconds(400))
            #expect(await run.payments.perform(request, deadline: .soon()).known == .refused("voided"))
            let later = try await run.payments.find(payment: "pay_1", reference: nil, deadline: .soon()).value()
            #expect(later?.state == .voided)
        }
    }

    @Test("the list comes in pages, the oldest first, and in a span of time")
    func list() async throws {
        try await SandboxRun.with(.payments) { run in
            for number in 0..<450 {
                _ = try await run.payments.perform(SandboxRun.charge("pay_\(number)"), deadline: .soon()).value()
            }
            var (seen, cursor): ([ProviderCharge], String?) = ([], nil)
            repeat {
                let page = try await run.payments.charges(
                    from: .earliest,
                    to: .latest,
                    after: cursor,
                    deadline: .soon()
                ).value()
                seen += page.charges
                cursor = page.next
            } while cursor != nil
            #expect(seen.compactMap(\.payment) == (0..<450).map { "pay_\($0)" })
            let middle = seen[200].createdAt
            let rest = try await run.payments.charges(from: middle, to: .latest, after: nil, deadline: .soon()).value()
            #expect(rest.charges.first?.createdAt == middle)
            let none = try await run.payments.charges(from: .earliest, to: .earliest, after: nil, deadline: .soon())
                .value()
            #expect(none.charges.isEmpty && none.next == nil)
        }
    }

    @Test(
        "what makes no sense is refused, and changes nothing",
        arguments: [
            ("/charges", #"{"payment":"p","token":"tok_ok","amount":0,"currency":"GBP"}"#, 400),
            ("/charges", #"{"payment":"p","token":"4242424242424242","amount":1,"currency":"GBP"}"#, 400),
            ("/charges", #"{"payment":"p","token":"tok_ok","amount":1,"currency":"XXX"}"#, 400),
            ("/charges", #"{"payment":"p","token":"tok_ok","amount":1}"#, 400),
            ("/charges", #"{"payment":"p","token":"tok_ok","amount":1,"currency":"GBP","cvc":"123"}"#, 400),
            ("/charges", "{", 400),
            ("/charges/chg_1/captures", #"{"amount":1,"currency":"GBP"}"#, 404),
            ("/charges/chg_1/void", #"{"amount":1}"#, 400),
            ("/nothing", "{}", 404),
        ]
    )
    func nonsense(path: String, body: String, status: Int) async throws {
        try await SandboxRun.with(.payments) { run async throws in
            #expect(try await run.send("POST", path, body, key: "k").status == status)
            #expect(try await run.send("POST", path, body).status >= 400)
            #expect(try await run.send("GET", "/charges").body == #"{"charges":[],"next":null}"#)
        }
    }

    @Test("a body or headers beyond the limits are refused")
    func limits() async throws {
        try await SandboxRun.with(.payments) { run async throws in
            let long = String(repeating: " ", count: 70_000)
            #expect(try await run.send("POST", "/charges", long, key: "k").status == 413)
            #expect(try await run.send("GET", "/charges", key: String(repeating: "k", count: 20_000)).status == 431)
        }
    }
}
