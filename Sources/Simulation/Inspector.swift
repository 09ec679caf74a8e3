// Checks the ledger after every commit: the changes against the earlier state, and from time to time everything. It computes all
// sums itself.

import Ledger
import Trading

final class Inspector {
    unowned let world: World
    private var levels: [StockRow.Key: StockLevel] = [:]
    private var lastMovements: [StockRow.Key: Int64] = [:]
    private var lastMovement: Int64 = 0
    private(set) var lastEvent: Int64 = 0
    private var lastEntry: Int64 = 0
    private var balances: [BalanceRow.Key: Int64] = [:]
    /// Orders with an event since the last check.
    private var changed: Set<ID<Order>> = []

    init(world: World) {
        self.world = world
    }

    /// Checks the changes of a commit, which it reads from the ledger itself.
    func inspect(everything: Bool) {
        for movement in world.rows(MovementRow.self, after: lastMovement) { count(movement) }
        for event in world.rows(EventRow.self, after: lastEvent) {
            world.expect(event.key == lastEvent + 1, .events, "event \(event.key) follows \(lastEvent)")
            lastEvent = event.key
            if let id = ID<Order>(event.subject) {
                changed.insert(id)
            } else if let id = ID<Payment>(event.subject), let row = world.row(PaymentRow.self, id) {
                changed.insert(row.payment.order)
            }
        }
        inspectBooks()
        for id in changed.sorted() { inspect(id) }
        changed = []
        if everything { inspectEverything() }
    }

    func inspectEverything() {
        for row in world.rows(StockRow.self) {
            let isSum = row.level == levels[row.key] && row.lastMovement == lastMovements[row.key]
            world.expect(isSum, .stock, "\(row) is not the sum of its movements")
        }
        for row in world.rows(BalanceRow.self) {
            world.expect(row.amount == balances[row.key] ?? 0, .books, "\(row) is not the sum of its entries")
        }
        var held: [StockRow.Key: Int64] = [:]
        var references: Set<String> = []
        for order in world.rows(OrderRow.self).map(\.order) {
            inspect(order)
            world.expect(references.insert(order.reference ?? "").inserted, .once, "\(order.reference ?? "") twice")
            guard order.state.holdsStock else { continue }
            for line in order.lines {
                for part in line.unshipped { held[StockRow.Key(line.sku, part.location), default: 0] += part.quantity }
            }
        }
        for (key, level) in levels {
            world.expect(
                level.reserved == held[key] ?? 0,
                .reservations,
                "\(key): \(level), orders hold \(held[key] ?? 0)"
            )
        }
        let returns = world.rows(ReturnRow.self).map(\.value.reason)
        world.expect(Set(returns).count == returns.count, .once, "something was sent back twice")
    }

    // MARK: Stock and books

    private func count(_ movement: MovementRow) {
        world.expect(movement.key == lastMovement + 1, .stock, "movement \(movement.key) follows \(lastMovement)")
        lastMovement = movement.key
        world.expect(
            movement.previous == lastMovements[movement.stock] ?? 0,
            .stock,
            "movement \(movement.key) is not chained to the one before"
        )
        lastMovements[movement.stock] = movement.key
        do throws(StockRefusal) {
            try levels[movement.stock, default: StockLevel()].apply(movement.kind, movement.quantity)
        } catch {
            world.fail(.stock, "movement \(movement.key): \(error)")
        }
        world.expect(levels[movement.stock] == movement.level, .stock, "movement \(movement.key) tells another level")
    }

    private func inspectBooks() {
        var touched: Set<BalanceRow.Key> = []
        for row in world.rows(JournalRow.self, after: lastEntry) {
            world.expect(row.key == lastEntry + 1, .books, "entry \(row.key) follows \(lastEntry)")
            lastEntry = row.key
            for posting in row.entry.postings {
                let key = BalanceRow.Key(posting.account, posting.amount.currency)
                balances[key, default: 0] += posting.amount.amount
                touched.insert(key)
            }
            world.expect(
                row.entry.postings.reduce(0) { $0 + $1.amount.amount } == 0,
                .books,
                "entry \(row.key) does not balance"
            )
        }
        for key in touched {
            let told = world.row(BalanceRow.self, key)?.amount
            world.expect(
                told == balances[key],
                .books,
                "\(key) is \(told ?? 0), its entries come to \(balances[key] ?? 0)"
            )
        }
    }

    // MARK: Orders and payments

    private func inspect(_ id: ID<Order>) {
        guard let order = world.row(OrderRow.self, id)?.order else {
            return world.fail(.payments, "there is an event of \(id), and no such order")
        }
        inspect(order)
    }

    private func inspect(_ order: Order) {
        let payments = order.allPayments.compactMap { world.row(PaymentRow.self, $0)?.payment }
        func expect(_ holds: Bool, _ what: @autoclosure () -> String) {
            world.expect(holds, .payments, "\(order.id): \(what()): \(order.payments), \(payments)")
        }
        expect(payments.count == order.payments.attempts, "an attempt is missing")
        for payment in payments {
            let isRising =
                0 <= payment.refunded && payment.refunded <= payment.captured
                && payment.captured <= payment.authorised && payment.authorised <= payment.amount.amount
            expect(isRising, "\(payment.id) gave back, took or held too much")
            expect(payment.capturable >= 0 && payment.refundable >= 0, "\(payment.id) has promised too much")
        }
        expect(payments.reduce(0) { $0 + $1.authorised } == order.payments.authorised, "held")
        expect(payments.reduce(0) { $0 + $1.captured } == order.payments.captured, "taken")
        expect(payments.reduce(0) { $0 + $1.refunded } == order.payments.refunded, "given back")
        expect(payments.count { $0.isProcessing } <= 1, "two attempts are open")
        expect(order.payments.authorised - order.payments.refunded <= order.total.amount, "paid twice")
        let isPaidFirst = order.paymentMethod == .card && order.state.isUnderWay
        expect(!isPaidFirst || order.payments.authorised > 0, "it goes on without money")
        expect(order.payments == OrderPayments() || order.paymentState == order.stateOfPayments, "its word for it")
    }
}

extension OrderState {
    /// Whether it is confirmed and not finished.
    fileprivate var isUnderWay: Bool {
        switch self {
        case .confirmed, .partlyFulfilled, .fulfilled, .completed: true
        case .pendingPayment, .cancelled, .expired: false
        }
    }
}
