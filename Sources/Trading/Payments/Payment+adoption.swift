// Changes that others made at the provider are valid too: a refund from its dashboard, an authorisation that was voided, money
// that was captured or that the customer's bank took back. A look-up finds the charge as the provider has it, and the payment
// adopts it, one change at a time, so that each is booked and reported like one of our own. Nothing is adopted while an operation
// of ours may be a part of what was found, and nothing that would break the payment's invariants: that stays a difference for the
// reconciliation to show.

extension Payment {
    /// Adopts the next change that others made to the charge; the payment is unchanged where none is left.
    public mutating func adopt(_ charge: FoundCharge, at now: Timestamp) -> PaymentEffect {
        guard canBeLookedAt, operations.first?.kind == .authorise, operations[0].state == .done,
            !operations.contains(where: \.isUnknown), charge.state != .pending, charge.state != .declined
        else { return .none }
        fees = max(fees, charge.fees)
        defer { dropWhatOthersDid() }
        if let effect = adoptCapture(charge) ?? adoptRelease(charge) { return effect }
        for refund in charge.refunds {
            if let effect = adopt(refund, at: now) { return effect }
        }
        let more = min(max(charge.disputed, 0), captured) - disputed
        guard more != 0 else { return .none }
        disputed += more
        return .disputed(more)
    }

    /// Adopts a capture.
    private mutating func adoptCapture(_ charge: FoundCharge) -> PaymentEffect? {
        let amount = min(charge.captured, self.amount.amount) - captured
        guard amount > 0 else { return nil }
        note(.capture, amount, isFinal: charge.held == 0)
        captured += amount
        authorised = charge.held == 0 ? captured : max(authorised, captured)
        return .captured(amount)
    }

    /// Adopts a void, or the expiry of an authorisation.
    private mutating func adoptRelease(_ charge: FoundCharge) -> PaymentEffect? {
        guard charge.held == 0, held > 0 else { return nil }
        let amount = held
        note(.void, amount)
        authorised = captured
        return .voided(amount)
    }

    /// Adopts a refund, or its failure after it had been done; nil where nothing is new.
    private mutating func adopt(_ refund: FoundRefund, at now: Timestamp) -> PaymentEffect? {
        guard let index = operations.firstIndex(where: { $0.isSame(refund) }) else {
            guard refund.state != .failed, refund.amount > 0, refund.amount <= captured - refunded else { return nil }
            note(.refund, refund.amount, action: refund.id)
            guard refund.state == .done else {
                // From now on its outcome is looked up, as for one of our own that the provider has accepted.
                operations[operations.count - 1].state = .open
                operations[operations.count - 1].unresolved = 1
                operations[operations.count - 1].firstTriedAt = now
                operations[operations.count - 1].code = Self.pending
                return PaymentEffect.none
            }
            refunded += refund.amount
            return .refunded(refund.amount)
        }
        guard operations[index].state == .done, refund.state == .failed else { return nil }
        operations[index].state = .refused
        operations[index].code = Self.refundFailed
        refunded -= operations[index].amount
        return .refundFailed(operations[index].amount, code: Self.refundFailed)
    }

    /// Drops operations that were not sent yet and are no longer possible after others' changes.
    private mutating func dropWhatOthersDid() {
        for index in operations.indices.reversed() where operations[index].isOpen && !operations[index].isUnknown {
            switch operations[index].kind {
            case .capture where openSum(.capture) > held: operations[index].state = .dropped
            case .void where held == 0: operations[index].state = .dropped
            case .refund where refundable < 0: operations[index].state = .dropped
            case .authorise, .capture, .void, .refund: break
            }
        }
    }

    /// Asks again for the rest of a refund that was refused because others had refunded a part already.
    ///
    /// - Returns: the amount; nil where the last operation is not such a refund.
    public mutating func askAgainForWhatIsLeft() -> Int64? {
        guard provider != nil, refundable > 0, let last = operations.last(where: { !$0.isOutside }),
            last.kind == .refund,
            last.state == .refused || last.state == .dropped, last.amount > refundable
        else { return nil }
        let left = refundable
        add(.refund, left, for: last.takenBack)
        return left
    }

    private mutating func note(
        _ kind: PaymentOperation.Kind,
        _ amount: Int64,
        isFinal: Bool = false,
        action: String? = nil
    ) {
        operations.append(
            PaymentOperation(
                kind,
                key: nextKey,
                amount: amount,
                isFinal: isFinal,
                state: .done,
                action: action,
                isOutside: true
            )
        )
    }
}
