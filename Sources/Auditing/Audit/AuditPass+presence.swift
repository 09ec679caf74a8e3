import Ledger
import Trading

extension AuditPass {
    /// The number of ids that are sorted and looked up together, so that neighbours are found on the same page.
    private static let lookupRows = 262_144

    /// Reads every cart.
    func auditCarts() throws(LedgerFailure) {
        try view.pages(AuditedCart.self) { (page) throws(LedgerFailure) in
            for row in page { try check(row) }
            count("carts", page.count)
        }
    }

    private func check(_ row: AuditedCart) throws(LedgerFailure) {
        let id = ID<Cart>(row.key)
        guard let cart = Cart(document: row.document) else {
            return add(.structure, "carts", id, "a readable cart", "\(row.document.count) bytes that are not one")
        }
        if cart.id != id { add(.stateAgreement, "carts", id, "id \(id)", "\(cart.id)") }
        if cart.expiresAt.milliseconds != row.expiresAt {
            let found = row.expiresAt.map { "\(Timestamp(milliseconds: $0))" } ?? "none"
            add(.stateAgreement, "carts", id, "column expires_at \(cart.expiresAt)", found)
        }
        guard (cart.order != nil) == (cart.state == .ordered) else {
            let found = cart.order?.description ?? "none"
            return add(.stateAgreement, "carts", id, cart.state == .ordered ? "its order" : "no order", found)
        }
        guard let order = cart.order else { return }
        guard let found = try view.row(AuditedOrder.self, order.bits) else {
            return add(.noPhantom, "carts", id, "its order", "no \(order)")
        }
        if let named = Order(document: found.document), named.cart != id {
            let other = named.cart?.description ?? "none"
            add(.stateAgreement, "carts", id, "\(order) to be made from it", "the order names \(other)")
        }
    }

    /// Reads every idempotency record; those of orders are compared with the orders when these are read.
    func auditReceipts() throws(LedgerFailure) {
        var overflow: [Bits128] = []
        try view.pages(AuditedReceipt.self) { (page) throws(LedgerFailure) in
            for row in page {
                guard let order = row.order else { continue }
                if receipts.isFull { overflow.append(order) } else { receipts.add(order) }
            }
            count("idempotency", page.count)
            if overflow.count >= Self.lookupRows { try lookUp(&overflow) }
        }
        try lookUp(&overflow)
        receipts.sort()
    }

    private func lookUp(_ orders: inout [Bits128]) throws(LedgerFailure) {
        orders.sort()
        for order in orders where try !view.has(OrderRow.self, ID(order)) { missingOrder(of: order) }
        orders.removeAll(keepingCapacity: true)
    }

    /// Reports a receipt whose order does not exist.
    func missingOrder(of receipt: Bits128) {
        add(.noPhantom, "idempotency", ID<Order>(receipt), "the order that the receipt names", "none")
    }

    /// Checks that every order acknowledged to a client exists.
    func auditJournal(_ journal: AuditJournal) throws(LedgerFailure) {
        var waiting: [(order: Bits128, line: Int)] = []
        var lines = 0
        try journal.eachLine { (line, text) throws(LedgerFailure) in
            lines = line
            let fields = text.split(separator: "\t", omittingEmptySubsequences: false)
            guard fields.count == 2, let id = ID<Order>(String(fields[1])) else {
                let found = String(text.prefix(80))
                return findings.add(
                    .structure,
                    "journal",
                    "line \(line)",
                    expected: "a key and an order's id",
                    found: found
                )
            }
            waiting.append((id.bits, line))
            if waiting.count >= Self.lookupRows { try checkJournal(&waiting) }
        }
        try checkJournal(&waiting)
        count("journal", lines)
    }

    private func checkJournal(_ waiting: inout [(order: Bits128, line: Int)]) throws(LedgerFailure) {
        waiting.sort { $0.order < $1.order }
        for (order, line) in waiting where try !view.has(OrderRow.self, ID(order)) {
            add(.acknowledgedOrders, "orders", ID<Order>(order), "the order acknowledged in line \(line)", "none")
        }
        waiting.removeAll(keepingCapacity: true)
    }
}

/// The orders that receipts name, merged with the orders in the order of their ids.
struct ReceiptMerge {
    /// The most that are kept, 64 MiB; further ones are looked up one by one.
    private static let keepMax = 4 << 20

    private var orders: [Bits128] = []
    private var position = 0

    /// Whether no more are kept.
    var isFull: Bool { orders.count >= Self.keepMax }

    mutating func add(_ order: Bits128) {
        orders.append(order)
    }

    mutating func sort() {
        orders.sort()
    }

    /// Passes an existing order; receipts before it name orders that do not exist.
    mutating func pass(_ order: Bits128, missing: (Bits128) -> Void) {
        while position < orders.count, orders[position] <= order {
            if orders[position] < order { missing(orders[position]) }
            position += 1
        }
    }

    /// Reports the rest, which name orders that do not exist.
    mutating func finish(missing: (Bits128) -> Void) {
        for order in orders[position...] { missing(order) }
        orders = []
        position = 0
    }
}
