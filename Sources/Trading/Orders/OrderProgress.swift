// The progress of an order at one of its versions. The agreement never changes and the history is only ever added to, so any
// earlier version can be reconstructed exactly from the current order and this. An answer that was given is stored in this form.

/// The progress of an order at one of its versions.
public struct OrderProgress: Hashable, Sendable {
    /// The version.
    public var version: Int64
    /// The state.
    public var state: OrderState
    /// The state of its payments.
    public var paymentState: PaymentState
    /// The sums of its payments.
    public var payments: OrderPayments
    /// The end of the reservation.
    public var reservedUntil: Timestamp?
    /// When it had last changed.
    public var updatedAt: Timestamp
    /// The number of entries in its history.
    public var historyCount: Int
    /// Units shipped of each line; empty where none were.
    public var fulfilled: [Int64]
    /// Units returned of each line; empty where none were.
    public var returned: [Int64]
    /// From where units of each line left, where that differs from the order of the allocations; empty where it never does.
    public var shippedFrom: [[Allocation]]
    /// Units cancelled of each line; empty where none were.
    public var cancelled: [Int64]
    /// The allocations of cancelled units of each line; empty where there are none.
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
    /// The current progress.
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

    /// The order at an earlier version, exact except for personal data erased since.
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

    /// The order as it was placed, which was its first answer.
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
