import TestSupport
import Testing
import Trading

@Suite("A payment through any sequence of requests and answers")
struct PaymentWalkTests {
    @Test(
        "taken ≤ held, given back ≤ taken, one key for one operation, and sums that its operations come to",
        arguments: 1...200 as ClosedRange<UInt64>
    )
    func walk(_ seed: UInt64) {
        var generator = SeededGenerator(seed: seed)
        var payment = PaymentExamples.charge(Bool.random(using: &generator) ? .atOnce : .onShipment)
        var now = PaymentExamples.start
        for _ in 0..<60 {
            now = now.adding(seconds: Int64.random(in: 0...40_000, using: &generator))
            let before = payment
            step(&payment, at: now, using: &generator)
            #expect(0 <= payment.refunded && payment.refunded <= payment.captured, "seed \(seed)")
            #expect(payment.captured <= payment.authorised || payment.status == .voided, "seed \(seed)")
            #expect(payment.authorised <= payment.amount.amount, "seed \(seed)")
            #expect(payment.refundable >= 0 && payment.capturable >= 0, "seed \(seed)")
            #expect(Set(payment.operations.map(\.key)).count == payment.operations.count, "seed \(seed)")
            #expect(payment.operations.map(\.key).starts(with: before.operations.map(\.key)), "seed \(seed)")
            #expect(sum(payment, .refund) == payment.refunded, "seed \(seed)")
            let taken = sum(payment, .capture) + payment.operations[0].taken
            #expect(taken == payment.captured, "seed \(seed)")
            #expect(before.status == .processing || payment.status != .processing, "seed \(seed)")
        }
    }

    private func sum(_ payment: Payment, _ kind: PaymentOperation.Kind) -> Int64 {
        payment.operations.filter { $0.kind == kind && $0.state == .done }.map(\.amount).reduce(0, +)
    }

    private func step(_ payment: inout Payment, at now: Timestamp, using generator: inout SeededGenerator) {
        let amount = Int64.random(in: 0...700, using: &generator)
        switch Int.random(in: 0..<8, using: &generator) {
        case 0: try? payment.requestCapture(amount, isFinal: Bool.random(using: &generator))
        case 1: _ = try? payment.requestRefund(amount)
        case 2: _ = Int.random(in: 0..<9, using: &generator) == 0 ? try? payment.requestVoid() : nil
        case 3: _ = payment.claim(at: now)
        default:
            guard let step = payment.claim(at: now) else { return }
            let outcome: PaymentOutcome
            switch (step, Int.random(in: 0..<5, using: &generator)) {
            case (.find, 0), (.look, 0): outcome = .found(nil)
            case (.find, _), (.look, _): outcome = .found(found(payment, using: &generator))
            case (_, 0): outcome = .refused(code: "no")
            case (_, 1): outcome = .notDone(code: "connect")
            case (_, 2): outcome = .unknown(code: "timeout")
            default: outcome = .done(PaymentProof(reference: "ch_1", fee: 1))
            }
            if let operation = step.operation { _ = payment.record(outcome, for: operation, at: now) }
            guard case .found(let charge?) = outcome else { return }
            for _ in 0..<20 { _ = payment.adopt(charge, at: now) }
            _ = payment.askAgainForWhatIsLeft()
        }
    }

    private func found(_ payment: Payment, using generator: inout SeededGenerator) -> FoundCharge {
        FoundCharge(
            reference: "ch_1",
            state: FoundCharge.State.allCases.randomElement(using: &generator) ?? .held,
            held: Bool.random(using: &generator) ? 0 : Int64.random(in: 0...1000, using: &generator),
            captured: Int64.random(in: 0...1000, using: &generator),
            refunds: (0..<Int.random(in: 0...2, using: &generator)).map { number in
                FoundRefund(
                    id: "re_\(number)",
                    key: payment.operations.randomElement(using: &generator).map(\.key),
                    amount: Int64.random(in: 1...400, using: &generator),
                    state: FoundRefund.State.allCases.randomElement(using: &generator) ?? .done
                )
            },
            fees: 2
        )
    }
}
