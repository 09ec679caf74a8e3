import Trading

// Payments whose order was lost with a restore: the books and the feed follow them as any other, and no order does.
extension WorkingSet {
    /// Adopts what was done at the provider, and gives new money back unless it is kept for a person.
    ///
    /// - Parameter known: the payment before the look: what the provider refused to give back is not asked for again.
    func adoptLost(_ charge: FoundCharge, _ payment: inout Payment, since known: Payment) {
        while true {
            let before = payment
            let effect = payment.adopt(charge, at: now)
            guard payment != before else { break }
            record(effect, before, payment, isOutside: true)
        }
        if payment.captured > known.captured || payment.authorised > known.authorised { giveBackLost(&payment) }
        _ = payment.askAgainForWhatIsLeft()
    }

    /// Asks for the reversal of a payment whose order was lost, by its rule.
    func giveBackLost(_ payment: inout Payment) {
        guard payment.lostOrder == .refund else { return }
        reverse(&payment, payment.refundable)
    }

    /// Asks for the release of what is held, and for the refund of an amount.
    private func reverse(_ payment: inout Payment, _ taken: Int64) {
        if payment.capturable > 0 {
            ask(&payment) { (payment) throws(PaymentRefusal) in try payment.requestVoid() }
        }
        if taken > 0 {
            ask(&payment) { (payment) throws(PaymentRefusal) in try payment.requestRefund(taken) }
        }
    }

    private func ask(
        _ payment: inout Payment,
        _ change: (inout Payment) throws(PaymentRefusal) -> PaymentEffect
    ) {
        let before = payment
        do throws(PaymentRefusal) {
            let effect = try change(&payment)
            record(effect, before, payment)
        } catch {
            // There is nothing to reverse, or not yet.
            return
        }
    }

    /// Whether attempts to pay an order have to wait: the lost future may have made some that were not found yet.
    func isSearched(for order: Order) -> Bool {
        guard let restore = lastRestore, !restore.paymentsAreSearched else { return false }
        return order.createdAt <= restore.at
    }
}
