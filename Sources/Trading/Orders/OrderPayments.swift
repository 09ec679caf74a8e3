// The part of an order's payments that is stored with the order: the number of attempts and their sums. The attempts themselves
// are stored beside the order, and the sums here are their sums.

/// The sums of an order's payments, in minor units of its currency.
public struct OrderPayments: Hashable, Sendable {
    /// Number of attempts.
    public var attempts: Int
    /// The provider that authorised or captured the money; nil where there is none.
    public var provider: String?
    /// Authorised, captured amounts included.
    public var authorised: Int64
    /// Captured.
    public var captured: Int64
    /// Refunded.
    public var refunded: Int64
    /// Taken back by the customer's bank in disputes.
    public var disputed: Int64
    /// Credited without returned goods, less payouts; negative where more is to be paid.
    public var credited: Int64
    /// How the last attempt of an unpaid order failed; nil where it did not.
    public var setback: PaymentState?

    /// Sums; zeros by default, as before the first attempt.
    public init(
        attempts: Int = 0,
        provider: String? = nil,
        authorised: Int64 = 0,
        captured: Int64 = 0,
        refunded: Int64 = 0,
        disputed: Int64 = 0,
        credited: Int64 = 0,
        setback: PaymentState? = nil
    ) {
        self.setback = setback
        self.attempts = attempts
        self.provider = provider
        self.authorised = authorised
        self.captured = captured
        self.refunded = refunded
        self.disputed = disputed
        self.credited = credited
    }

    /// One attempt for the whole of `amount`, completely captured.
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

    /// Whether it is confirmed as soon as it is placed, without waiting for a payment.
    public var isConfirmedAtOnce: Bool { paymentMethod.confirmsAtOnce || total.isZero }

    /// The sums and the state of its payments when it was placed.
    var paymentsAsPlaced: (payments: OrderPayments, state: PaymentState) {
        switch paymentMethod {
        case _ where total.isZero: (OrderPayments(), .paid)
        case .manual: (OrderPayments(), .pending)
        case .card, .cashOnDelivery: (OrderPayments(attempts: 1), .pending)
        case .storeCredit, .giftCard: (.settled(total.amount), .paid)
        }
    }

    /// Begins its first payment when it is placed; an order that needs no payment first is confirmed.
    public mutating func beginPayment(at now: Timestamp) {
        (payments, paymentState) = paymentsAsPlaced
        if isConfirmedAtOnce { confirm(reason: nil, at: now) }
    }

    /// Counts a further attempt, which is made where money is lacking.
    public mutating func beginAttempt(at now: Timestamp) throws(OrderRefusal) {
        guard !isCalledOff else { throw .wrongState(state) }
        payments.attempts += 1
        payments.setback = nil
        followSums()
        touch(at: now)
    }

    /// Counts the attempts of the lost future up to a number.
    package mutating func countAttempts(upTo number: Int, at now: Timestamp) {
        guard number > payments.attempts else { return }
        payments.attempts = number
        payments.setback = nil
        followSums()
        touch(at: now)
    }

    /// Counts a credit without returned goods; negative for a payout.
    public mutating func credit(_ amount: Int64, at now: Timestamp) {
        payments.credited += amount
        followSums()
        touch(at: now)
    }

    /// Applies a change of one of its payments; no effect where neither its sums nor its failure changed.
    public mutating func follow(_ before: Payment, _ after: Payment, at now: Timestamp) {
        var sums = payments
        sums.authorised += after.authorised - before.authorised
        sums.captured += after.captured - before.captured
        sums.refunded += after.refunded - before.refunded
        sums.disputed += after.disputed - before.disputed
        if after.id == currentPayment { sums.setback = after.status.setback }
        if after.authorised > 0, sums != payments { sums.provider = after.provider }
        var changed = self
        changed.payments = sums
        changed.followSums()
        guard changed.payments != payments else { return }
        self = changed
        touch(at: now)
    }

    /// Updates the state of its payments after a change of its units.
    public mutating func followWord(at now: Timestamp) {
        let word = paymentState
        followSums()
        if word != paymentState { touch(at: now) }
    }

    /// Derives the state from the sums; the failure of the last attempt is kept only while it is the state.
    mutating func followSums() {
        guard payments.attempts > 0 else {
            if payable.isZero, !isCalledOff { paymentState = .paid }
            return
        }
        paymentState = stateOfPayments
        payments.setback = paymentState.setback
    }

    /// The state of the payments, where there are any.
    public var stateOfPayments: PaymentState {
        if payments.captured > 0 {
            let isHeld = payments.authorised > payments.captured
            if payments.refunded >= payments.captured { return isHeld ? .partlyPaid : .refunded }
            // Once no more units are to ship, units that were returned before they were paid for need not be paid.
            let asked = (isDone ? worthKept : payable.amount) - payments.credited
            return payments.captured >= asked ? .paid : .partlyPaid
        }
        if payments.authorised > 0 { return .authorised }
        if isCalledOff { return .void }
        if payable.amount <= payments.credited { return .paid }
        return isDone && worthKept == 0 ? .void : payments.setback ?? .pending
    }

    /// The cash that the carrier has still to collect for an attempt, in minor units.
    public func collectable(of payment: Payment) -> Int64 {
        guard payment.method == .cashOnDelivery, payment.status == .awaited || payment.status == .captured else {
            return 0
        }
        return max(0, min(lacking(settledFunds), payment.amount.amount - payment.captured))
    }
}
