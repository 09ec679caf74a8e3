// A charge of the lost future belongs to an order that exists, or to one that was lost with it. The order's rules decide on the
// first; the money of the second is given back, or kept until a person has decided.

/// What becomes of the money of a charge whose order was lost.
public enum LostMoneyRule: String, Hashable, Sendable, CaseIterable {
    /// It is released or refunded.
    case refund
    /// It is kept for a person.
    case hold
}

extension Payment {
    /// A payment that takes a charge of the lost future into the books; its authorisation is still to be recorded as found.
    ///
    /// - Parameters:
    ///   - reference: the provider's id of the charge.
    ///   - rule: what becomes of its money where its order was lost; nil where the order exists.
    package static func recovered(
        _ order: ID<Order>,
        number: Int,
        provider: String,
        amount: Money,
        capture: CaptureMode,
        reference: String,
        rule: LostMoneyRule?,
        epoch: Int64,
        at now: Timestamp
    ) -> Payment {
        var payment = Payment(
            order: order,
            number: number,
            method: .card,
            provider: provider,
            amount: amount,
            capture: capture,
            reference: reference,
            createdAt: now,
            updatedAt: now
        )
        payment.lostOrder = rule
        payment.epoch = epoch
        // The provider has it already, so it is only ever looked up.
        payment.operations = [
            PaymentOperation(
                .authorise,
                key: "\(payment.id)-1",
                amount: amount.amount,
                unresolved: 1,
                firstTriedAt: now,
                code: pending,
                action: reference
            )
        ]
        return payment
    }

    /// The place of an attempt of the lost future of which no provider has told; it moved no money that could be found.
    package static func missing(
        _ order: ID<Order>,
        number: Int,
        amount: Money,
        epoch: Int64,
        at now: Timestamp
    ) -> Payment {
        var payment = Payment(
            order: order,
            number: number,
            method: .card,
            amount: amount,
            createdAt: now,
            updatedAt: now
        )
        payment.epoch = epoch
        payment.operations = [
            PaymentOperation(
                .authorise,
                key: "\(payment.id)-\(epoch)-1",
                amount: amount.amount,
                state: .refused,
                code: lost
            )
        ]
        return payment
    }

    /// The code of an attempt that was lost with a restore.
    public static let lost = "lost"

    /// Whether it only keeps the place of an attempt of the lost future.
    public var isMissing: Bool { provider == nil && operations.first?.code == Self.lost }
}
