import JSON
import Trading

/// Records the outcome of a call for a payment, with all consequences.
public struct RecordPayment: Command {
    /// `recordPayment`.
    public static let name = "recordPayment"
    /// True: a provider's action is a fact.
    public static let recordsFacts = true

    /// The payment.
    public let id: ID<Payment>
    /// The index of the call's operation; nil for a look-up.
    public let operation: Int?
    /// The outcome.
    public let outcome: PaymentOutcome
    /// The epoch of the claim under which the call was made.
    public let epoch: Int64
    /// The wait that the provider asked for, in seconds; 0 where it did not.
    public let retryAfterSeconds: Int64
    /// The fallback providers for an unreachable one.
    public let routing: PaymentRouting

    /// After how many tries that certainly did not reach a provider another one is used.
    public static let fallbackTries = 3
    /// The delay before a failed look-up is repeated, in seconds.
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

    /// Its subject.
    public func prefetch(_ set: WorkingSet) {
        set.payments.want(id)
    }

    /// The payment's order.
    public func prefetchLinked(_ set: WorkingSet) {
        set.wantOrder(of: id)
    }

    /// Decides the effect; a lapsed claim changes nothing.
    public func decide(_ set: WorkingSet) throws(TaskRefusal) -> PaymentEffect {
        guard let row = set.payments.get(id), row.epoch == epoch else { throw .lapsed }
        if row.payment.lostOrder != nil { return recordLost(row, set) }
        guard var order = set.orders.get(row.payment.order)?.order else { throw .lapsed }
        let version = order.version
        var payment = row.payment
        let effect = operation.map { payment.record(outcome, for: $0, at: set.now) } ?? .none
        set.follow(effect, row.payment, &payment, &order)
        if effect == .none { reconsider(&payment, &order, set) }
        if case .found(let charge?) = outcome { set.adopt(charge, &payment, &order) }
        let due = due(of: payment, after: effect, set.now)
        // The epoch is incremented, so that one claim records one outcome; a look-up that found nothing new is not a change.
        let isChanged = operation != nil || payment != row.payment
        set.payments.put(PaymentRow(isChanged ? payment.touched(at: set.now) : payment, due: due, epoch: epoch + 1))
        if order.version != version { set.orders.put(OrderRow(order)) }
        return effect
    }

    /// Records the outcome for a payment whose order was lost.
    private func recordLost(_ row: PaymentRow, _ set: WorkingSet) -> PaymentEffect {
        var payment = row.payment
        let effect = operation.map { payment.record(outcome, for: $0, at: set.now) } ?? .none
        set.record(effect, row.payment, payment)
        if case .found(let charge?) = outcome {
            set.adoptLost(charge, &payment, since: row.payment)
        } else if payment.captured > row.payment.captured || payment.authorised > row.payment.authorised {
            set.giveBackLost(&payment)
        }
        let due = due(of: payment, after: effect, set.now)
        let isChanged = operation != nil || payment != row.payment
        set.payments.put(PaymentRow(isChanged ? payment.touched(at: set.now) : payment, due: due, epoch: epoch + 1))
        return effect
    }

    private func due(of payment: Payment, after effect: PaymentEffect, _ now: Timestamp) -> Timestamp? {
        if operation == nil, payment.openOperation == nil, outcome.trouble != nil {
            return now.adding(seconds: max(retryAfterSeconds, Self.lookAgainSeconds))
        }
        return payment.due(after: effect, retryAfterSeconds: retryAfterSeconds, at: now)
    }

    /// An attempt that certainly did not reach its provider need not continue: the order may have ended, or another provider may
    /// be available.
    private func reconsider(_ payment: inout Payment, _ order: inout Order, _ set: WorkingSet) {
        guard payment.isProcessing, payment.operations[0].unresolved == 0 else { return }
        // Attempts of the lost future may not be known yet.
        guard !set.isSearched(for: order) || order.isCalledOff else { return }
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
