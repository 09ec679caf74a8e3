import Dispatch
import Foundation
import Ledger
import Synchronization
import Trading

extension AuditPass {
    /// Reads every order; a page is judged on all cores, and what it says about other tables is followed up in order.
    func auditOrders(expected: Int?) throws(LedgerFailure) {
        try findWorker()
        let tasks = TaskMerge(view)
        try view.pages(AuditedOrder.self, rows: 8192) { (page) throws(LedgerFailure) in
            for judge in Self.judge(page, listMax: options.listMax) { try followUp(judge, tasks) }
            for row in page { receipts.pass(row.key) { missingOrder(of: $0) } }
            count("orders", page.count, of: expected)
        }
        receipts.finish { missingOrder(of: $0) }
        try tasks.finish { (orphan) throws(LedgerFailure) in try checkOrphan(orphan) }
    }

    /// Judges a page of orders in slices, side by side.
    static func judge(_ page: [AuditedOrder], listMax: Int) -> [OrderJudge] {
        let width = max(1, min(ProcessInfo.processInfo.activeProcessorCount, 8))
        let size = max(64, (page.count + width - 1) / width)
        let slices = stride(from: 0, to: page.count, by: size).map { page[$0..<min($0 + size, page.count)] }
        let judges = Mutex<[Int: OrderJudge]>([:])
        DispatchQueue.concurrentPerform(iterations: slices.count) { index in
            var judge = OrderJudge(listMax: listMax)
            for row in slices[index] { judge.judge(row) }
            judges.withLock { $0[index] = judge }
        }
        let done = judges.withLock { $0 }
        return slices.indices.compactMap { done[$0] }
    }

    private func followUp(_ judge: OrderJudge, _ tasks: TaskMerge) throws(LedgerFailure) {
        findings.merge(judge.findings)
        for (key, units) in judge.held { held[key, default: 0] += units }
        for share in judge.flows { flows.subtract(share) }
        for (order, share) in judge.happenings where isInFeed(order) { happenings.subtract(share) }
        for (order, cart) in judge.fromCarts { try checkCart(cart, of: order) }
        for (order, units) in judge.returned { try checkReturned(order, units) }
        for (order, until) in judge.unpaid {
            let task = try tasks.task(of: order) { (orphan) throws(LedgerFailure) in try checkOrphan(orphan) }
            checkExpiry(order, until, task)
        }
    }

    /// Until when the order that was expired last had been held: whoever was due long before it was passed by.
    func findWorker() throws(LedgerFailure) {
        guard let lastExpired, let row = try view.row(AuditedOrder.self, lastExpired),
            let order = Order(document: row.document)
        else { return }
        expiredUntil = order.history.last { $0.reservedUntil != nil }?.reservedUntil
    }

    /// An unpaid order has a task that ends its reservation, and is not long past it.
    func checkExpiry(_ order: Bits128, _ until: Timestamp, _ task: TaskRow?) {
        let id = ID<Order>(order)
        if let task {
            // A claim moves the due time, so only a task that nobody claimed shows when it was meant to be.
            if task.epoch == 0, task.due != until {
                add(.reservationLifecycle, "tasks", id, "expiry due \(until)", "\(task.due)")
            }
        } else {
            add(.reservationLifecycle, "orders", id, "a task that ends its reservation", "none")
        }
        let limit = until.adding(seconds: Self.overdueSeconds)
        guard limit < now else { return }
        let passedBy = expiredUntil.map { limit < $0 } ?? false
        guard options.isShopRunning || passedBy else {
            waitingForWorker += 1
            return
        }
        let found =
            passedBy ? "still held; the worker expired an order that was due \(expiredUntil ?? until)" : "still held"
        add(.reservationLifecycle, "orders", id, "expired within \(Self.overdueSeconds) s of \(until)", found)
    }

    /// A task for an order that does not wait for payment is harmless; one for no order at all is not.
    func checkOrphan(_ task: TaskRow) throws(LedgerFailure) {
        guard try view.row(OrderPresence.self, task.key.subject) == nil else { return }
        add(.noPhantom, "tasks", ID<Order>(task.key.subject), "its order", "none")
    }

    /// A cart that became an order names it; a cart that is gone was pruned.
    func checkCart(_ cart: ID<Cart>, of order: Bits128) throws(LedgerFailure) {
        guard let row = try view.row(AuditedCart.self, cart.bits), let found = Cart(document: row.document),
            found.order?.bits != order
        else { return }
        let other = found.order?.description ?? "none"
        add(.stateAgreement, "orders", ID<Order>(order), "to be the one order of \(cart)", "the cart names \(other)")
    }

    /// The returns of an order come to what its lines say.
    func checkReturned(_ order: Bits128, _ units: [Int64]) throws(LedgerFailure) {
        var sums = [Int64](repeating: 0, count: units.count)
        for taken in try returns(of: order) where taken.stage == .inspected {
            for line in taken.lines where line.line >= 1 && line.line <= Int64(units.count) {
                sums[Int(line.line) - 1] &+= line.quantity
            }
        }
        for (index, sum) in sums.enumerated() where sum != units[index] {
            let expected = "line \(index + 1) with \(sum) units returned, by its returns"
            add(.stateAgreement, "orders", ID<Order>(order), expected, "\(units[index])")
        }
    }

    /// The returns of an order that can be read.
    func returns(of order: Bits128) throws(LedgerFailure) -> [Return] {
        var found: [Return] = []
        let condition = Condition("order_id", .equal, .bits(order))
        try view.pages(AuditedReturn.self, [condition]) { (page) throws(LedgerFailure) in
            found += page.compactMap { Return(document: $0.document) }
        }
        return found
    }
}

/// Expiry tasks in the order of their orders, read beside the orders.
final class TaskMerge {
    private let view: any LedgerView
    private var page: ArraySlice<TaskRow> = []
    private var last: TaskRow.Key?
    private var isAtEnd = false

    init(_ view: any LedgerView) {
        self.view = view
    }

    /// The task of an order, which is later than the order asked for before; those in between are handed to `orphan`.
    func task(
        of order: Bits128,
        _ orphan: (TaskRow) throws(LedgerFailure) -> Void
    ) throws(LedgerFailure) -> TaskRow? {
        while let next = try peek(), next.key.subject <= order {
            page.removeFirst()
            if next.key.subject == order { return next }
            try orphan(next)
        }
        return nil
    }

    /// Hands over all that is left.
    func finish(_ orphan: (TaskRow) throws(LedgerFailure) -> Void) throws(LedgerFailure) {
        while let next = try peek() {
            page.removeFirst()
            try orphan(next)
        }
    }

    private func peek() throws(LedgerFailure) -> TaskRow? {
        if page.isEmpty, !isAtEnd {
            let kind = Condition("kind", .equal, .integer(TaskKind.expireOrder.rawValue))
            page = try view.rows(RowQuery<TaskRow>([kind], after: last, limit: 4096))[...]
            last = page.last?.key
            isAtEnd = page.isEmpty
        }
        return page.first
    }
}
