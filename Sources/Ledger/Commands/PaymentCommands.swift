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

/// Records what is known after a call for a payment, and everything that follows from it.
public struct RecordPayment: Command {
    /// `recordPayment`.
    public static let name = "recordPayment"
    /// What a provider did has happened.
    public static let recordsFacts = true

    /// Which payment.
    public let id: ID<Payment>
    /// The index of the operation that the call was for; nil for a look.
    public let operation: Int?
    /// What is known.
    public let outcome: PaymentOutcome
    /// The claim under which the call was made.
    public let epoch: Int64
    /// After how many seconds the provider wants to be asked again; 0 where it did not say.
    public let retryAfterSeconds: Int64
    /// Where to fall back to when the provider cannot be reached.
    public let routing: PaymentRouting

    /// After how many tries that certainly did not reach a provider another one is tried.
    public static let fallbackTries = 3
    /// After how many seconds a look that met trouble is made again.
    public static let lookAgainSeconds: Int64 = 60

    /// An outcome to record.
    public init(
        _ id: ID<Payment>,
        operation: Int?,
        _ outcome: PaymentOutcome,
        epoch: Int64,
        retryAfterSeconds: Int64 = 0,
        routing: PaymentRouting = PaymentRouting()
    ) {
        self.id = id
        self.operation = operation
        self.outcome = outcome
        self.epoch = epoch
        self.retryAfterSeconds = retryAfterSeconds
        self.routing = routing
    }

    /// The row that it is about.
    public func prefetch(_ set: WorkingSet) {
        set.payments.want(id)
    }

    /// The payment's order.
    public func prefetchLinked(_ set: WorkingSet) {
        set.wantOrder(of: id)
    }

    /// What it changed; a claim that lapsed changes nothing.
    public func decide(_ set: WorkingSet) throws(TaskRefusal) -> PaymentEffect {
        guard let row = set.payments.get(id), row.epoch == epoch, var order = set.orders.get(row.payment.order)?.order
        else { throw .lapsed }
        let version = order.version
        var payment = row.payment
        let effect = operation.map { payment.record(outcome, for: $0, at: set.now) } ?? .none
        set.follow(effect, row.payment, &payment, &order)
        if effect == .none { reconsider(&payment, &order, set) }
        if case .found(let charge?) = outcome { set.adopt(charge, &payment, &order) }
        let due = due(of: payment, after: effect, set.now)
        // The epoch goes on, so that one claim records one outcome; a look that found nothing new is no change.
        let isChanged = operation != nil || payment != row.payment
        set.payments.put(PaymentRow(isChanged ? payment.touched(at: set.now) : payment, due: due, epoch: epoch + 1))
        if order.version != version { set.orders.put(OrderRow(order)) }
        return effect
    }

    private func due(of payment: Payment, after effect: PaymentEffect, _ now: Timestamp) -> Timestamp? {
        if operation == nil, payment.openOperation == nil, outcome.trouble != nil {
            return now.adding(seconds: max(retryAfterSeconds, Self.lookAgainSeconds))
        }
        return payment.due(after: effect, retryAfterSeconds: retryAfterSeconds, at: now)
    }

    /// An attempt that certainly did not reach its provider need not go on: the order may be over, or another provider there.
    private func reconsider(_ payment: inout Payment, _ order: inout Order, _ set: WorkingSet) {
        guard payment.isProcessing, payment.operations[0].unresolved == 0 else { return }
        let lacking = set.lacking(order, with: payment)
        guard lacking > 0, !order.isCalledOff, order.currentPayment == payment.id else {
            return set.callOff(&payment, &order)
        }
        guard payment.operations[0].tries >= Self.fallbackTries, order.payments.attempts < Payment.maxAttempts,
            let token = payment.token
        else { return }
        let tried = order.allPayments.compactMap { set.payments.get($0)?.payment.provider }
        guard
            let route = routing.fallback(
                payment.method,
                Money(lacking, order.currency),
                units: order.lines.map(\.unitPrice),
                tried: tried
            )
        else { return }
        let before = payment
        guard payment.giveUp() else { return }
        set.follow(.declined(code: Payment.unreachable), before, &payment, &order)
        do throws(OrderRefusal) {
            try order.beginAttempt(at: set.now)
        } catch {
            preconditionFailure("an order that waits for payment takes another attempt: \(error)")
        }
        let charge = PreparedPayment.charge(
            provider: route.provider,
            token: token,
            capture: route.capture(payment.capture)
        )
        if let next = set.begin(charge, of: order, Money(lacking, order.currency)) {
            set.paymentEvent(.paymentStarted, next, next.amount.amount)
        }
    }
}

/// Takes a provider's webhook into the inbox; the payment that it is about is looked at soon, where it may say something new.
public struct TakeNotice: Command {
    /// `takeNotice`.
    public static let name = "takeNotice"

    /// Which event of which provider.
    public let key: InboxRow.Key
    /// The payment that it is about, where that is known.
    public let payment: ID<Payment>?
    /// What it says happened there.
    public let news: ChargeNews

    /// After how many seconds the payment is looked at: the answer to a call that is under way most likely comes before.
    public static let graceSeconds: Int64 = 1

    /// A webhook to take.
    public init(_ key: InboxRow.Key, payment: ID<Payment>?, _ news: ChargeNews = ChargeNews()) {
        self.key = key
        self.payment = payment
        self.news = news
    }

    /// Whether it was new; a repeat changes nothing.
    public func decide(_ set: WorkingSet) throws(Never) -> Bool {
        guard set.inbox.get(key) == nil else { return false }
        set.inbox.put(InboxRow(key, at: set.now))
        guard let payment, let row = set.payments.get(payment), row.payment.provider == key.provider else {
            return true
        }
        if row.due != nil || (row.payment.canBeLookedAt && row.payment.isNews(news)) {
            set.makeDue(row, at: set.now.adding(seconds: Self.graceSeconds))
        }
        return true
    }
}

/// Has charges looked at that a comparison with their provider's list showed to differ.
public struct LookAtPayments: Command {
    /// `lookAtPayments`.
    public static let name = "lookAtPayments"

    /// Which payments.
    public let ids: [ID<Payment>]

    /// Payments to look at.
    public init(_ ids: [ID<Payment>]) {
        self.ids = ids
    }

    /// How many are looked at now.
    public func decide(_ set: WorkingSet) throws(Never) -> Int {
        var count = 0
        for id in ids {
            guard let row = set.payments.get(id), row.due == nil, row.payment.canBeLookedAt else { continue }
            set.makeDue(row, at: set.now)
            count += 1
        }
        return count
    }
}

/// Removes webhooks that are past keeping from the inbox.
public struct PruneInbox: Command {
    /// `pruneInbox`.
    public static let name = "pruneInbox"

    /// Which.
    public let keys: [InboxRow.Key]
    /// Only those that were taken before then.
    public let before: Timestamp

    /// Webhooks to remove.
    public init(_ keys: [InboxRow.Key], before: Timestamp) {
        self.keys = keys
        self.before = before
    }

    /// How many are gone.
    public func decide(_ set: WorkingSet) throws(Never) -> Int {
        var count = 0
        for key in keys {
            guard let row = set.inbox.get(key), row.at < before else { continue }
            set.inbox.delete(key)
            count += 1
        }
        return count
    }
}
