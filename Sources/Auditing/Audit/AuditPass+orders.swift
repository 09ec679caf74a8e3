import Dispatch
import Foundation
import Ledger
import Synchronization
import Trading

extension AuditPass {
    /// Reads every order; a page is checked on all cores, and its references to other tables are followed in order.
    func auditOrders(expected: Int?) throws(LedgerFailure) {
        try findWorker()
        try view.pages(AuditedOrder.self, rows: 8192) { (page) throws(LedgerFailure) in
            for judge in Self.judge(page, listMax: options.listMax) { try followUp(judge) }
            for row in page { receipts.pass(row.key) { missingOrder(of: $0) } }
            count("orders", page.count, of: expected)
        }
        receipts.finish { missingOrder(of: $0) }
    }

    /// Checks a page of orders in slices, in parallel.
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

    private func followUp(_ judge: OrderJudge) throws(LedgerFailure) {
        findings.merge(judge.findings)
        for (key, units) in judge.held { held[key, default: 0] += units }
        unpaid.merge(judge.heldUnpaid)
        attempts += judge.attempts
        owing += judge.owing
        for (currency, amount) in judge.sold { books.sell(amount, currency) }
        for share in judge.flows { flows.subtract(share) }
        for (order, share) in judge.happenings where isInFeed(order) { happenings.subtract(share) }
        for (order, cart) in judge.fromCarts { try checkCart(cart, of: order) }
        for (order, units) in judge.returned { try checkReturned(order, units) }
        for (order, until) in judge.unpaid { checkExpiry(order, until) }
    }

    /// Finds the end of the reservation of the order that was expired last: any order due long before that was passed over.
    func findWorker() throws(LedgerFailure) {
        guard let lastExpired, let row = try view.row(AuditedOrder.self, lastExpired),
            let order = Order(document: row.document)
        else { return }
        expiredUntil = order.history.last { $0.reservedUntil != nil }?.reservedUntil
    }

    /// Checks that an unpaid order is not long past the end of its reservation.
    func checkExpiry(_ order: Bits128, _ until: Timestamp) {
        let id = ID<Order>(order)
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

    /// Checks that the cart of an order refers to the order; a missing cart was pruned.
    func checkCart(_ cart: ID<Cart>, of order: Bits128) throws(LedgerFailure) {
        guard let row = try view.row(AuditedCart.self, cart.bits), let found = Cart(document: row.document),
            found.order?.bits != order
        else { return }
        let other = found.order?.description ?? "none"
        add(.stateAgreement, "orders", ID<Order>(order), "to be the one order of \(cart)", "the cart names \(other)")
    }

    /// Checks that the returns of an order match its lines.
    func checkReturned(_ order: Bits128, _ units: [Int64]) throws(LedgerFailure) {
        var sums = [Int128](repeating: 0, count: units.count)
        for taken in try returns(of: order) where taken.stage == .inspected {
            for line in taken.lines where line.line >= 1 && line.line <= Int64(units.count) {
                sums[Int(line.line) - 1] += Int128(line.quantity)
            }
        }
        for (index, sum) in sums.enumerated() where sum != Int128(units[index]) {
            let expected = "line \(index + 1) with \(sum) units returned, by its returns"
            add(.stateAgreement, "orders", ID<Order>(order), expected, "\(units[index])")
        }
    }

    /// The readable returns of an order.
    func returns(of order: Bits128) throws(LedgerFailure) -> [Return] {
        var found: [Return] = []
        let condition = Condition("order_id", .equal, .bits(order))
        try view.pages(AuditedReturn.self, [condition]) { (page) throws(LedgerFailure) in
            found += page.compactMap { Return(document: $0.document) }
        }
        return found
    }
}
