// The saga of a payment: claim what is due, call outside, record what is known. Only claim and record touch the ledger, each in one
// transaction, so that whoever drives them (the worker, a simulator) may die, stall or repeat itself anywhere in between.

import Trading

/// A payment that was claimed, and the call that is to be made for it.
public struct PaymentClaim: Sendable {
    /// The payment, as it is once the call is under way.
    public let payment: Payment
    /// What to do.
    public let step: PaymentStep
    /// Names the claim; an outcome is recorded under it.
    public let epoch: Int64
}

/// Claims payments whose next step is due, and notes that it may have been done from then on.
public struct ClaimPayments: Command {
    /// `claimPayments`.
    public static let name = "claimPayments"

    /// Payments that a look at the ledger showed to be due.
    public let candidates: [ID<Payment>]
    /// For how long the claim holds, in seconds.
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

    /// Those that are still due, each with the call to make.
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
