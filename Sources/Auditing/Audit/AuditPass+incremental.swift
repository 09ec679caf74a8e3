// The rows since the cursor: new events name the orders, returns and credits that changed, new movements the stock that moved.
// Each of these objects is then checked completely. An older order is compared with its movements by following its stock's chain
// back to the reservation of its units.

import Ledger
import Trading

/// The objects that the rows since the cursor concern.
struct AuditWindow {
    /// Number of events by order and type.
    var happenings: [Bits128: [EventType: Int64]] = [:]
    var returns: Set<Bits128> = []
    var credits: Set<Bits128> = []
    var shipments: Set<Bits128> = []
    /// New movements of orders.
    var flows: [Bits128: [Flow: Int64]] = [:]

    /// Orders that changed.
    var orders: Set<Bits128> { Set(happenings.keys).union(flows.keys) }

    /// Whether an order was placed since the cursor, so that all of its events are in the window.
    func isNew(_ order: Bits128) -> Bool {
        happenings[order]?[.orderPlaced] != nil
    }
}

extension AuditPass {
    /// The longest part of a stock's chain that is followed for one order.
    private static let chainMax = 50_000

    /// Checks what is new or changed since the cursor, and every stock counter.
    func runIncrementally(from cursor: AuditCursor) throws(LedgerFailure) {
        var window = AuditWindow()
        try readEvents(after: cursor.events, &window)
        try readMovements(after: cursor.movements, &window)
        try checkStock(upTo: cursor.movements)
        try findUnannounced(since: cursor.at, &window)
        try findWorker()
        for id in window.returns.sorted() {
            guard let row = try view.row(AuditedReturn.self, id) else { continue }
            if let (taken, _) = try checkReturn(row), window.happenings[taken.order.bits] == nil {
                window.happenings[taken.order.bits] = [:]
            }
        }
        count("returns", window.returns.count)
        for id in window.credits.sorted() {
            if let row = try view.row(AuditedCredit.self, id) { try checkCredit(row) }
        }
        count("credits", window.credits.count)
        try checkShipments(&window)
        let orders = window.orders.sorted()
        for order in orders {
            try checkTouched(order, window)
            count("orders", 1, of: orders.count)
        }
        try checkOverdue(except: window.orders)
        try checkBalances()
    }

    private func readEvents(after cursor: Int64, _ window: inout AuditWindow) throws(LedgerFailure) {
        var number = cursor
        report.events = try view.counter(CounterRow.events)
        try view.pages(AuditedEvent.self, after: cursor) { (page) throws(LedgerFailure) in
            for event in page {
                checkNumber(event, after: number)
                number = event.key
                guard let type = event.type else {
                    findings.add(.structure, "events", "\(event.key)", expected: "a known type", found: "another")
                    continue
                }
                if try !isSubjectThere(type, event.subject) { phantom(event) }
                if type == .orderExpired { lastExpired = type.subjectBits(event.subject) }
                note(type, event.subject, &window)
            }
            count("events", page.count, of: Int(report.events - cursor))
        }
        checkCounter(report.events, last: number)
    }

    private func note(_ type: EventType, _ subject: String, _ window: inout AuditWindow) {
        guard let bits = type.subjectBits(subject) else { return }
        switch type {
        case .returnCreated, .returnRequested, .returnReceived, .returnCancelled: window.returns.insert(bits)
        case let type where type.isAboutShipment: window.shipments.insert(bits)
        case .creditCreated: window.credits.insert(bits)
        case .customerCreated, .customerUpdated, .customerErased: break
        default: window.happenings[bits, default: [:]][type, default: 0] += 1
        }
    }

    private func readMovements(after cursor: Int64, _ window: inout AuditWindow) throws(LedgerFailure) {
        stock = StockAudit(after: cursor)
        report.movements = try view.counter(CounterRow.movements)
        try view.pages(AuditedMovement.self, after: cursor) { (page) throws(LedgerFailure) in
            for movement in page {
                if !stock.knows(movement.stock) { try startTrail(movement, cursor) }
                stock.take(movement, &findings)
                guard let order = movement.order, let kind = movement.kind else { continue }
                let flow = Flow(kind: kind, sku: movement.stock.sku, location: movement.stock.location)
                window.flows[order, default: [:]][flow, default: 0] += movement.quantity
            }
            count("movements", page.count, of: Int(report.movements - cursor))
        }
    }

    /// Starts a trail from the previous movement, which an earlier audit has checked.
    private func startTrail(_ movement: AuditedMovement, _ cursor: Int64) throws(LedgerFailure) {
        guard movement.previous > 0, movement.previous <= cursor,
            let before = try view.row(AuditedMovement.self, movement.previous), before.stock == movement.stock
        else { return }
        stock.start(
            movement.stock,
            from: StockLevel(onHand: before.onHand, reserved: before.reserved),
            last: before.key
        )
    }

    /// Checks that every counter equals its last movement, whether or not it moved: there are few counters, and this finds
    /// changes without a movement.
    private func checkStock(upTo cursor: Int64) throws(LedgerFailure) {
        try view.pages(StockRow.self) { (page) throws(LedgerFailure) in
            for row in page {
                checkLevel(row)
                if stock.knows(row.key) {
                    stock.check(row, &findings)
                } else if let last = try view.row(AuditedMovement.self, row.lastMovement), last.stock == row.key,
                    last.key <= cursor
                {
                    stock.check(row, sums: (Int128(last.onHand), Int128(last.reserved)), last: last.key, &findings)
                } else {
                    stock.check(row, sums: (0, 0), last: 0, &findings)
                }
            }
            count("stock", page.count)
        }
        stock.finish(counter: report.movements, &findings)
    }

    /// Finds orders that are newer than the cursor but have no event.
    private func findUnannounced(since: Timestamp, _ window: inout AuditWindow) throws(LedgerFailure) {
        let start = ID<Order>(high: UInt64(max(0, since.milliseconds + 1)) << 16, low: 0)
        try view.pages(KeyOf<OrderRow>.self, after: start) { (page) throws(LedgerFailure) in
            for order in page.map(\.key) where !window.isNew(order.bits) {
                findings.add(
                    .noPhantom,
                    "events",
                    "\(order)",
                    expected: "1 \(EventType.orderPlaced.name)",
                    found: "0"
                )
                if window.happenings[order.bits] == nil { window.happenings[order.bits] = [:] }
            }
        }
    }

    private func checkTouched(_ order: Bits128, _ window: AuditWindow) throws(LedgerFailure) {
        guard let row = try view.row(AuditedOrder.self, order) else {
            // Its events have been reported already.
            return window.flows[order] == nil ? () : compare(order, [:], isKnown: false)
        }
        var judge = OrderJudge(listMax: options.listMax)
        let found = judge.judge(row)
        findings.merge(judge.findings)
        guard let found else { return }
        for (order, cart) in judge.fromCarts { try checkCart(cart, of: order) }
        for (order, units) in judge.returned { try checkReturned(order, units) }
        for (order, until) in judge.unpaid { checkExpiry(order, until) }
        try checkPayments(of: found)
        try checkSale(of: found)
        checkHappenings(found, window)
        try checkFlows(found, window)
        try checkHandling(of: found)
    }

    /// Checks that a new order's events are all in the window, and that an older one has no more than its history.
    private func checkHappenings(_ order: Order, _ window: AuditWindow) {
        var tallies: [EventType: Tally] = [:]
        order.eachHappening { tallies[$0, default: Tally()].expected += 1 }
        for (type, number) in window.happenings[order.id.bits] ?? [:] where type.isCounted {
            tallies[type, default: Tally()].found = number
        }
        if !window.isNew(order.id.bits) { tallies = tallies.filter { $0.value.found > $0.value.expected } }
        compare(order.id.bits, tallies)
    }

    private func checkFlows(_ order: Order, _ window: AuditWindow) throws(LedgerFailure) {
        let key = order.id.bits
        var tallies: [Flow: Tally] = [:]
        for (flow, units) in try expectedFlows(order) { tallies[flow, default: Tally()].expected = units }
        var found = window.flows[key] ?? [:]
        if !window.isNew(key) {
            let places = Set(tallies.keys.map { StockRow.Key($0.sku, $0.location) })
            found = found.filter { !places.contains(StockRow.Key($0.key.sku, $0.key.location)) }
            for place in places {
                let reserved = tallies[Flow(kind: .reserved, sku: place.sku, location: place.location)]?.expected ?? 0
                guard let units = try history(of: key, at: place, until: reserved, since: order.createdAt) else {
                    let notice = "orders on very busy stock were not compared with movements before the cursor"
                    if !report.notices.contains(notice) { report.notices.append(notice) }
                    return
                }
                found.merge(units, uniquingKeysWith: +)
            }
        }
        for (flow, units) in found { tallies[flow, default: Tally()].found += units }
        compare(key, tallies, isKnown: true)
    }

    /// The movements of an order at one location, from now back to the reservation of all of its units, or to its placement if it
    /// reserved none there; nil where that is too far.
    private func history(
        of order: Bits128,
        at place: StockRow.Key,
        until reserved: Int64,
        since placed: Timestamp
    ) throws(LedgerFailure) -> [Flow: Int64]? {
        var found: [Flow: Int64] = [:]
        var next = try view.row(StockRow.self, place)?.lastMovement ?? 0
        var steps = 0
        let reservation = Flow(kind: .reserved, sku: place.sku, location: place.location)
        while next > 0, let movement = try view.row(AuditedMovement.self, next) {
            if movement.order == order, let kind = movement.kind {
                found[Flow(kind: kind, sku: place.sku, location: place.location), default: 0] += movement.quantity
            }
            if reserved > 0 ? found[reservation, default: 0] >= reserved : movement.at < placed.milliseconds {
                return found
            }
            steps += 1
            // A chain that does not lead back would never end; the break itself is reported elsewhere.
            guard steps < Self.chainMax, movement.previous < next else { return nil }
            next = movement.previous
        }
        return found
    }

    /// Checks the reservations of older orders that are long overdue.
    private func checkOverdue(except touched: Set<Bits128>) throws(LedgerFailure) {
        let limit = now.adding(seconds: -Self.overdueSeconds)
        for id in try view.dueOrders(limit, limit: 10_000) where !touched.contains(id.bits) {
            guard let row = try view.row(AuditedOrder.self, id.bits), let order = Order(document: row.document),
                order.state == .pendingPayment, let until = order.reservedUntil
            else { continue }
            checkExpiry(id.bits, until)
        }
    }
}
