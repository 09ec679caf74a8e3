import Testing
import Trading

/// Payments for tests: 1000 pence by card at a provider called `first`.
enum PaymentExamples {
    static let start = OrderExamples.start
    static let order = ID<Order>(high: 0x0199_0000_0000_7000, low: 0x8000_0000_0000_0001)
    static let proof = PaymentProof(reference: "ch_1")

    static func charge(_ capture: CaptureMode = .onShipment) -> Payment {
        .charge(
            order,
            number: 1,
            provider: "first",
            token: "tok_1",
            amount: Money(1000, .gbp),
            capture: capture,
            at: start
        )
    }

    /// A payment that is authorised or captured.
    static func authorised(_ capture: CaptureMode = .onShipment) -> Payment {
        var payment = charge(capture)
        answer(&payment, .done(proof))
        return payment
    }

    /// A payment of which `amount` was captured.
    static func captured(_ amount: Int64, isFinal: Bool = false) throws -> Payment {
        var payment = authorised()
        try payment.requestCapture(amount, isFinal: isFinal)
        answer(&payment, .done(proof))
        return payment
    }

    /// Claims the next operation and answers it.
    @discardableResult
    static func answer(
        _ payment: inout Payment,
        _ outcome: PaymentOutcome,
        at now: Timestamp = start
    ) -> PaymentEffect {
        guard let operation = payment.claim(at: now)?.operation else { return .none }
        return payment.record(outcome, for: operation, at: now)
    }
}

/// Compares the result of a mutating call; a macro's argument cannot mutate.
func expectSame<Value: Equatable>(
    _ value: Value,
    _ expected: Value,
    sourceLocation: SourceLocation = #_sourceLocation
) {
    #expect(value == expected, sourceLocation: sourceLocation)
}
