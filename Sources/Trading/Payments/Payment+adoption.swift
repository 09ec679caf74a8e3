// What other hands did at the provider is true as well: a refund from its dashboard, a hold that was let go, money that was taken or
// that the customer's bank took back. A look finds the charge as the provider has it, and the payment follows it, one change at a
// time, so that each is booked and told like one of our own. Nothing is followed while an operation of ours may be a part of what was
// found, and nothing that would break what a payment promises: that stays a difference for the reconciliation to show.

extension Payment {
    /// Follows the next change that other hands made to the charge; the payment is unchanged where none is left.
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

    /// Money that was taken there.
    private mutating func adoptCapture(_ charge: FoundCharge) -> PaymentEffect? {
        let amount = min(charge.captured, self.amount.amount) - captured
        guard amount > 0 else { return nil }
        note(.capture, amount, isFinal: charge.held == 0)
        captured += amount
        authorised = charge.held == 0 ? captured : max(authorised, captured)
        return .captured(amount)
    }

    /// A hold that was let go there, or that ran out.
    private mutating func adoptRelease(_ charge: FoundCharge) -> PaymentEffect? {
        guard charge.held == 0, held > 0 else { return nil }
        let amount = held
        note(.void, amount)
        authorised = captured
        return .voided(amount)
    }

    /// A refund that was made there, or one that failed after it had been done; nil where it is as it is known.
    private mutating func adopt(_ refund: FoundRefund, at now: Timestamp) -> PaymentEffect? {
        guard let index = operations.firstIndex(where: { $0.isSame(refund) }) else {
            guard refund.state != .failed, refund.amount > 0, refund.amount <= captured - refunded else { return nil }
            note(.refund, refund.amount, action: refund.id)
            guard refund.state == .done else {
                // It is found out about like one of ours that the provider has taken on.
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

    /// Drops what was asked for and not sent yet, and is no longer possible after what other hands did.
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

    /// Asks again for what is left of a refund that came to nothing because other hands had given a part back already.
    ///
    /// - Returns: how much is asked for; nil where no refund of ours is the last that was asked for and was too much.
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
