// What an order itself keeps of its payments: how many attempts there were and what they came to. The attempts themselves stand
// beside the order, and the sums here are their sums.

/// What an order's payments come to, in minor units of its currency.
public struct OrderPayments: Hashable, Sendable {
    /// How many attempts were made.
    public var attempts: Int
    /// Who holds or took the money; nil where no provider does.
    public var provider: String?
    /// What is held or was taken.
    public var authorised: Int64
    /// What was taken.
    public var captured: Int64
    /// What was given back.
    public var refunded: Int64
    /// What the customer's bank took back, disputing it.
    public var disputed: Int64
    /// How the last attempt of an unpaid order came to nothing; nil where it did not.
    public var setback: PaymentState?

    /// What payments come to; nothing, as it is before the first.
    public init(
        attempts: Int = 0,
        provider: String? = nil,
        authorised: Int64 = 0,
        captured: Int64 = 0,
        refunded: Int64 = 0,
        disputed: Int64 = 0,
        setback: PaymentState? = nil
    ) {
        self.setback = setback
        self.attempts = attempts
        self.provider = provider
        self.authorised = authorised
        self.captured = captured
        self.refunded = refunded
        self.disputed = disputed
    }

    /// One attempt for the whole of `amount`, all of it taken.
    public static func settled(_ amount: Int64) -> OrderPayments {
        OrderPayments(attempts: 1, authorised: amount, captured: amount)
    }
}

extension Order {
    /// The last attempt to pay it.
    public var currentPayment: ID<Payment>? {
        payments.attempts > 0 ? Payment.id(of: id, attempt: payments.attempts) : nil
    }

    /// Every attempt to pay it, the oldest first.
    public var allPayments: [ID<Payment>] {
        (0..<payments.attempts).map { Payment.id(of: id, attempt: $0 + 1) }
    }

    /// Whether nothing has to be waited for: it is confirmed in the moment in which it is placed.
    public var isConfirmedAtOnce: Bool { paymentMethod.confirmsAtOnce || total.isZero }

    /// What its payments came to when it was placed, and the word for it.
    var paymentsAsPlaced: (payments: OrderPayments, state: PaymentState) {
        switch paymentMethod {
        case _ where total.isZero: (OrderPayments(), .paid)
        case .manual: (OrderPayments(), .pending)
        case .card, .cashOnDelivery: (OrderPayments(attempts: 1), .pending)
        case .storeCredit, .giftCard: (.settled(total.amount), .paid)
        }
    }

    /// Begins its first payment, in the moment in which it is placed; an order that nothing is waited for is confirmed.
    public mutating func beginPayment(at now: Timestamp) {
        (payments, paymentState) = paymentsAsPlaced
        if isConfirmedAtOnce { confirm(reason: nil, at: now) }
    }

    /// Whether it went on because a provider held its money, and none does any more: other hands let go of it there.
    public var hasLostItsMoney: Bool {
        paymentMethod.needsProvider && !payable.isZero && payments.authorised == 0 && state != .pendingPayment
    }

    /// Counts a further attempt, which is made after the ones before came to nothing, or were undone at the provider.
    public mutating func beginAttempt(at now: Timestamp) throws(OrderRefusal) {
        guard state == .pendingPayment || (state == .confirmed && hasLostItsMoney) else {
            throw .wrongState(state)
        }
        payments.attempts += 1
        payments.setback = nil
        paymentState = stateOfPayments
        touch(at: now)
    }

    /// Takes over what changed in one of its payments; nothing where neither its sums did nor whether it came to nothing.
    public mutating func follow(_ before: Payment, _ after: Payment, at now: Timestamp) {
        var sums = payments
        sums.authorised += after.authorised - before.authorised
        sums.captured += after.captured - before.captured
        sums.refunded += after.refunded - before.refunded
        sums.disputed += after.disputed - before.disputed
        if after.id == currentPayment { sums.setback = state == .pendingPayment ? after.status.setback : nil }
        guard sums != payments else { return }
        if after.authorised > 0 { sums.provider = after.provider }
        payments = sums
        paymentState = stateOfPayments
        touch(at: now)
    }

    /// Takes over the word for what its payments come to, where that changed by what became of its units.
    public mutating func followWord(at now: Timestamp) {
        let word = payments.attempts > 0 ? stateOfPayments : payable.isZero ? .paid : paymentState
        guard word != paymentState else { return }
        paymentState = word
        touch(at: now)
    }

    /// The word for what the payments come to, where there are any.
    public var stateOfPayments: PaymentState {
        if payments.captured > 0 {
            if payments.refunded >= payments.captured { return .refunded }
            // Units that came back before they were paid for are not waited for, once no others are to ship.
            return payments.captured >= (isDone ? worthKept : payable.amount) ? .paid : .partlyPaid
        }
        if payments.authorised > 0 { return .authorised }
        if state == .cancelled || state == .expired { return .void }
        return isDone && (worthKept == 0 || paymentMethod != .cashOnDelivery) ? .void : payments.setback ?? .pending
    }

    /// What whoever delivers still has to collect of an attempt in cash, in minor units.
    public func collectable(of payment: Payment) -> Int64 {
        guard payment.method == .cashOnDelivery, payment.status == .awaited || payment.status == .captured,
            state != .cancelled, state != .expired
        else { return 0 }
        let owed = worthKept - (payment.captured - payment.refunded)
        return max(0, min(owed, payment.amount.amount - payment.captured))
    }
}
