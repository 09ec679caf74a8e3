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
    /// What was credited for it without goods that came back, less what of that was paid out; below nothing where more is to be paid.
    public var credited: Int64
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

    /// Counts a further attempt, which is made where money is lacking.
    public mutating func beginAttempt(at now: Timestamp) throws(OrderRefusal) {
        guard !isCalledOff else { throw .wrongState(state) }
        payments.attempts += 1
        payments.setback = nil
        followSums()
        touch(at: now)
    }

    /// Counts a credit that was given for it without goods that came back; below nothing, one that was paid out.
    public mutating func credit(_ amount: Int64, at now: Timestamp) {
        payments.credited += amount
        followSums()
        touch(at: now)
    }

    /// Takes over what changed in one of its payments; nothing where neither its sums did nor whether it came to nothing.
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

    /// Takes over the word for what its payments come to, where that changed by what became of its units.
    public mutating func followWord(at now: Timestamp) {
        let word = paymentState
        followSums()
        if word != paymentState { touch(at: now) }
    }

    /// The word follows the sums, and how the last attempt came to nothing is kept only while it is the word.
    mutating func followSums() {
        guard payments.attempts > 0 else {
            if payable.isZero, !isCalledOff { paymentState = .paid }
            return
        }
        paymentState = stateOfPayments
        payments.setback = paymentState.setback
    }

    /// The word for what the payments come to, where there are any.
    public var stateOfPayments: PaymentState {
        if payments.captured > 0 {
            let isHeld = payments.authorised > payments.captured
            if payments.refunded >= payments.captured { return isHeld ? .partlyPaid : .refunded }
            // Units that came back before they were paid for are not waited for, once no others are to ship.
            let asked = (isDone ? worthKept : payable.amount) - payments.credited
            return payments.captured >= asked ? .paid : .partlyPaid
        }
        if payments.authorised > 0 { return .authorised }
        if isCalledOff { return .void }
        if payable.amount <= payments.credited { return .paid }
        return isDone && worthKept == 0 ? .void : payments.setback ?? .pending
    }

    /// What whoever delivers still has to collect of an attempt in cash, in minor units.
    public func collectable(of payment: Payment) -> Int64 {
        guard payment.method == .cashOnDelivery, payment.status == .awaited || payment.status == .captured else {
            return 0
        }
        return max(0, min(lacking(settledFunds), payment.amount.amount - payment.captured))
    }
}
