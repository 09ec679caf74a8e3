// How far an order had come at one of its versions. What was agreed never changes and the history is only ever added to, so an order
// of any earlier version can be told exactly from the order as it is now and this. That is what an answer given once is kept as.

/// How far an order had come at one of its versions.
public struct OrderProgress: Hashable, Sendable {
    /// The version.
    public var version: Int64
    /// Where it stood.
    public var state: OrderState
    /// Whether it was paid.
    public var paymentState: PaymentState
    /// What its payments came to.
    public var payments: OrderPayments
    /// Until when its units were held.
    public var reservedUntil: Timestamp?
    /// When it had last changed.
    public var updatedAt: Timestamp
    /// How many entries its history had.
    public var historyCount: Int
    /// Units shipped of each line; empty where none were of any.
    public var fulfilled: [Int64]
    /// Units returned of each line; empty where none were of any.
    public var returned: [Int64]
    /// From where units of each line left, where that was out of turn; empty where it was not for any.
    public var shippedFrom: [[Allocation]]
    /// Units called off of each line; empty where none were of any.
    public var cancelled: [Int64]
    /// Where units of each line that were called off had been held; empty where none were of any.
    public var released: [[Allocation]]

    /// Progress with every field.
    public init(
        version: Int64,
        state: OrderState,
        paymentState: PaymentState,
        payments: OrderPayments = OrderPayments(),
        reservedUntil: Timestamp?,
        updatedAt: Timestamp,
        historyCount: Int,
        fulfilled: [Int64],
        returned: [Int64],
        shippedFrom: [[Allocation]] = [],
        cancelled: [Int64] = [],
        released: [[Allocation]] = []
    ) {
        self.version = version
        self.state = state
        self.paymentState = paymentState
        self.payments = payments
        self.reservedUntil = reservedUntil
        self.updatedAt = updatedAt
        self.historyCount = historyCount
        self.fulfilled = fulfilled
        self.returned = returned
        self.shippedFrom = shippedFrom
        self.cancelled = cancelled
        self.released = released
    }
}

extension Order {
    /// How far it has come.
    public var progress: OrderProgress {
        OrderProgress(
            version: version,
            state: state,
            paymentState: paymentState,
            payments: payments,
            reservedUntil: reservedUntil,
            updatedAt: updatedAt,
            historyCount: history.count,
            fulfilled: lines.contains { $0.fulfilled > 0 } ? lines.map(\.fulfilled) : [],
            returned: lines.contains { $0.returned > 0 } ? lines.map(\.returned) : [],
            shippedFrom: lines.contains { !$0.shippedFrom.isEmpty } ? lines.map(\.shippedFrom) : [],
            cancelled: lines.contains { $0.cancelled > 0 } ? lines.map(\.cancelled) : [],
            released: lines.contains { !$0.released.isEmpty } ? lines.map(\.released) : []
        )
    }

    /// The order as it was, exact but for personal data erased since.
    public func at(_ progress: OrderProgress) -> Order {
        var order = self
        for index in order.lines.indices {
            order.lines[index].fulfilled = progress.fulfilled.isEmpty ? 0 : progress.fulfilled[index]
            order.lines[index].returned = progress.returned.isEmpty ? 0 : progress.returned[index]
            order.lines[index].shippedFrom = progress.shippedFrom.isEmpty ? [] : progress.shippedFrom[index]
            order.lines[index].cancelled = progress.cancelled.isEmpty ? 0 : progress.cancelled[index]
            order.lines[index].released = progress.released.isEmpty ? [] : progress.released[index]
        }
        order.version = progress.version
        order.state = progress.state
        order.paymentState = progress.paymentState
        order.payments = progress.payments
        order.reservedUntil = progress.reservedUntil
        order.updatedAt = progress.updatedAt
        order.history = Array(history.prefix(progress.historyCount))
        return order
    }

    /// The order as it was when it was placed: what its first answer said.
    public var asPlaced: Order {
        let (payments, paymentState) = paymentsAsPlaced
        let isConfirmed = isConfirmedAtOnce
        return at(
            OrderProgress(
                version: isConfirmed ? 2 : 1,
                state: isConfirmed ? .confirmed : .pendingPayment,
                paymentState: paymentState,
                payments: payments,
                reservedUntil: isConfirmed ? nil : history.first?.reservedUntil,
                updatedAt: createdAt,
                historyCount: isConfirmed ? 2 : 1,
                fulfilled: [],
                returned: []
            )
        )
    }
}
