// The saga of a payment: claim due payments, call the provider, record the outcome. Only claim and record use the ledger, each in
// one transaction, so the driver (the worker, a simulator) may die, stall or repeat itself anywhere in between.

import Trading

/// A claimed payment, and the call to make for it.
public struct PaymentClaim: Sendable {
    /// The payment, with the call recorded as under way.
    public let payment: Payment
    /// The call to make.
    public let step: PaymentStep
    /// Identifies the claim; the outcome is recorded under it.
    public let epoch: Int64
}

/// Claims payments whose next step is due, and records that it may have been done from then on.
public struct ClaimPayments: Command {
    /// `claimPayments`.
    public static let name = "claimPayments"

    /// Payments that a read of the ledger found to be due.
    public let candidates: [ID<Payment>]
    /// How long the claim is valid, in seconds.
    public let seconds: Int64

    /// A claim on payments.
    public init(_ candidates: [ID<Payment>], seconds: Int64) {
        self.candidates = candidates
        self.seconds = seconds
    }

    /// The candidates.
    public func prefetch(_ set: WorkingSet) {
        for id in candidates { set.payments.want(id) }
    }

    /// Decides which are still due, each with the call to make.
    public func decide(_ set: WorkingSet) throws(Never) -> [PaymentClaim] {
        var claims: [PaymentClaim] = []
        for id in candidates {
            guard let row = set.payments.get(id), let due = row.due, due <= set.now else { continue }
            var payment = row.payment
            guard let step = payment.claim(at: set.now) else { continue }
            let epoch = row.epoch + 1
            set.payments.put(PaymentRow(payment, due: set.now.adding(seconds: seconds), epoch: epoch))
            claims.append(PaymentClaim(payment: payment, step: step, epoch: epoch))
        }
        return claims
    }
}
