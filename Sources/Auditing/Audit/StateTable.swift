// The auditor's own table of an order's states and payment states. It is duplicated on purpose: a wrong rule in the code that
// changes orders must not confirm itself.

import Trading

/// The allowed transitions and combinations.
enum StateTable {
    /// Whether an entry of a history may follow a state; nil before the first.
    static func follows(_ next: OrderHistoryEntry, _ before: OrderState?) -> Bool {
        switch (before, next.state) {
        case (nil, .pendingPayment): next.cancelled.isEmpty
        case (.pendingPayment, .pendingPayment): true
        case (.confirmed, .confirmed): !next.cancelled.isEmpty
        case (.pendingPayment, .confirmed), (.pendingPayment, .cancelled), (.pendingPayment, .expired),
            (.confirmed, .partlyFulfilled), (.confirmed, .fulfilled), (.confirmed, .cancelled),
            (.partlyFulfilled, .partlyFulfilled), (.partlyFulfilled, .fulfilled), (.fulfilled, .completed):
            true
        default: false
        }
    }

    /// Whether orders in a state hold units.
    static func holdsStock(_ state: OrderState) -> Bool {
        state == .pendingPayment || state == .confirmed || state == .partlyFulfilled
    }

    /// The payment state that follows from an order's payments, where there are any.
    static func word(_ order: Order) -> PaymentState {
        let sums = order.payments
        let worth = Worth(order)
        let isDone = order.lines.allSatisfy { $0.fulfilled + $0.cancelled == $0.quantity }
        let credited = Int128(sums.credited)
        if sums.captured > 0 {
            if sums.refunded >= sums.captured { return sums.authorised > sums.captured ? .partlyPaid : .refunded }
            return Int128(sums.captured) >= (isDone ? worth.kept : worth.payable) - credited ? .paid : .partlyPaid
        }
        if sums.authorised > 0 { return .authorised }
        switch order.state {
        case .cancelled, .expired: return .void
        case _ where worth.payable <= credited: return .paid
        case .fulfilled, .completed: return worth.kept > 0 ? sums.setback ?? .pending : .void
        case .pendingPayment, .confirmed, .partlyFulfilled: return sums.setback ?? .pending
        }
    }

    /// The amount that an order lacks by its own sums, negative where its customer is owed money; zero while it is waiting for
    /// payment.
    static func balance(_ order: Order) -> Int128 {
        let sums = order.payments
        let isOff = order.state == .cancelled || order.state == .expired
        let claim = (isOff ? 0 : Worth(order).kept) - Int128(sums.credited)
        let taken = Int128(sums.captured) - Int128(sums.refunded)
        let held = Int128(sums.authorised) - Int128(sums.captured)
        if taken + held < claim { return order.state == .pendingPayment ? 0 : claim - taken - held }
        return min(0, (claim < 0 ? claim : max(0, claim - held)) - taken)
    }

    /// The payment states that an order's state allows.
    ///
    /// Some states last only while an operation is open; the payments show whether one is.
    static func words(_ order: Order) -> [PaymentState] {
        let wasConfirmed = order.history.contains { $0.state == .confirmed }
        switch order.state {
        case .pendingPayment: return [.pending] + (order.payments.attempts == 0 ? [] : [.declined, .failed])
        case .confirmed, .partlyFulfilled, .fulfilled, .completed:
            guard order.payments.attempts > 0 else { return [.paid] }
            let words: [PaymentState] = [.paid, .authorised, .partlyPaid, .refunded, .pending, .declined, .failed]
            return Worth(order).kept == 0 ? words + [.void] : words
        case .cancelled, .expired:
            guard order.payments.attempts == 0 else { return [.void, .refunded, .authorised, .paid, .partlyPaid] }
            return [wasConfirmed ? .paid : .void]
        }
    }
}

/// The price of an order's units, in minor units of its currency.
struct Worth {
    /// All units.
    private(set) var total: Int128 = 0
    /// Units that were not cancelled.
    private(set) var payable: Int128 = 0
    /// Of those, units that were not returned.
    private(set) var kept: Int128 = 0

    init(_ order: Order) {
        for line in order.lines {
            let price = Int128(line.unitPrice.amount)
            total += price * Int128(line.quantity)
            payable += price * Int128(line.quantity - line.cancelled)
            kept += price * Int128(line.quantity - line.cancelled - line.returned)
        }
    }

    /// The booked sale of an order: zero before it is confirmed, and after it was cancelled.
    static func sold(_ order: Order) -> Int128 {
        let wasConfirmed = order.history.contains { $0.state == .confirmed }
        return wasConfirmed && order.state != .cancelled ? Worth(order).payable : 0
    }
}
