// Requests that wait for the outcome of a payment (`Prefer: wait`). The committer reports every payment event of this process, so
// most of them are answered at once; slow polling of the ledger finds the changes of other processes.

import API
import JSON
import Ledger
import Synchronization
import Trading

/// Requests that wait for the outcome of an order's payment.
///
/// Thread-safe.
public final class PaymentWaiters: Sendable {
    private let bells = Mutex<[ID<Order>: (bell: Bell, count: Int)]>([:])
    /// How often a waiting request polls the ledger.
    static let interval = Duration.seconds(1)

    /// No requests wait.
    public init() {}

    /// Wakes the requests that wait for a payment which the batch changed; called on the committer's thread, must not block.
    public func apply(_ batch: CommittedBatch) {
        guard bells.withLock({ !$0.isEmpty }) else { return }
        for event in batch.events {
            guard let order = event.paidOrder else { continue }
            bells.withLock { $0[order]?.bell }?.ring()
        }
    }

    /// Calls `isDecided` at once, after every event of the order's payments, and every ``interval``, until it returns true or the
    /// time is over.
    ///
    /// - Returns: whether `isDecided` returned true.
    /// - Throws: the error of `isDecided`.
    func wait<Failure: Error>(
        for order: ID<Order>,
        seconds: Int,
        isDecided: () async throws(Failure) -> Bool
    ) async throws(Failure) -> Bool {
        let bell = enter(order)
        defer { leave(order) }
        let stream = bell.listen()
        let deadline = ContinuousClock.now + .seconds(seconds)
        while true {
            if try await isDecided() { return true }
            let left = deadline - .now
            guard left > .zero, !Task.isCancelled else { return false }
            await Self.wait(stream, atMost: min(left, Self.interval))
        }
    }

    private static func wait(_ stream: AsyncStream<Void>, atMost duration: Duration) async {
        await withTaskGroup(of: Void.self) { group in
            group.addTask { for await _ in stream { return } }
            // Cancellation ends the sleep when the bell rings first; the sleep throws nothing else.
            group.addTask { try? await Task.sleep(for: duration) }
            await group.next()
            group.cancelAll()
        }
    }

    private func enter(_ order: ID<Order>) -> Bell {
        bells.withLock { bells in
            let entry = bells[order] ?? (Bell(), 0)
            bells[order] = (entry.bell, entry.count + 1)
            return entry.bell
        }
    }

    private func leave(_ order: ID<Order>) {
        bells.withLock { bells in
            guard let entry = bells[order] else { return }
            bells[order] = entry.count > 1 ? (entry.bell, entry.count - 1) : nil
        }
    }
}

extension EventRow {
    /// The order whose payment the event is about; nil for other events.
    fileprivate var paidOrder: ID<Order>? {
        switch type {
        case .paymentAuthorised, .paymentDeclined, .paymentVoided, .paymentCaptured, .paymentRefunded, .paymentStuck:
            break
        default: return nil
        }
        var order: ID<Order>?
        var json = JSONReader(data, limits: .stored)
        do throws(JSONError) {
            try json.object { (json, member) throws(JSONError) in
                if member == "order" { order = try json.id(Order.self) } else { try json.skip() }
            }
        } catch {
            return nil
        }
        return order
    }
}

extension Shop {
    /// The payment once none of its operations is open, waiting for at most `seconds`; nil where one is still open then.
    ///
    /// Cost: a read of one row for each poll.
    func paymentOnceDone(_ payment: Payment, seconds: Int) async throws(Problem) -> Payment? {
        var found = payment
        let isDone = try await payments.waiters.wait(for: payment.order, seconds: seconds) {
            () async throws(Problem) -> Bool in
            found = try await row(PaymentRow.self, payment.id, "payment").payment
            return found.openOperation == nil
        }
        return isDone ? found : nil
    }

    /// The order once its payment is decided, waiting for at most `seconds`; nil where it is still open then.
    ///
    /// Cost: a read of one row for each poll.
    func orderOncePaid(_ id: ID<Order>, seconds: Int) async throws(Problem) -> OrderRow? {
        var found: OrderRow?
        let isDecided = try await payments.waiters.wait(for: id, seconds: seconds) { () async throws(Problem) -> Bool in
            let (order, isOpen) = try await read { (view) throws(LedgerFailure) -> (OrderRow?, Bool) in
                let row = try view.row(OrderRow.self, id)
                let payment = try row?.order.currentPayment.flatMap { (id) throws(LedgerFailure) in
                    try view.row(PaymentRow.self, id)?.payment
                }
                return (row, payment?.isProcessing ?? false)
            }
            found = order
            return !isOpen
        }
        return isDecided ? found : nil
    }
}

extension Order {
    /// Whether a provider was asked for its money when it was placed.
    var isCharged: Bool { paymentMethod.needsProvider && payments.attempts > 0 }
}
