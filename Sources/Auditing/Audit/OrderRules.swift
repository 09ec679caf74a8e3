// The rules for one order's row by itself. They are pure functions, so that a page of orders is checked on all cores.

import Ledger
import Trading

/// Checks orders one by one and collects their facts about the rest of the ledger.
struct OrderJudge: Sendable {
    var findings: AuditFindings
    /// Units that open orders hold, by SKU and location.
    var held: [StockRow.Key: Int64] = [:]
    /// Units that clients without a key hold unpaid.
    var heldUnpaid = UnpaidTally()
    /// Expected movements of these orders.
    var flows: [FingerprintShare] = []
    /// Expected events of these orders.
    var happenings: [(order: Bits128, share: FingerprintShare)] = []
    /// Orders that came from a cart.
    var fromCarts: [(order: Bits128, cart: ID<Cart>)] = []
    /// Orders with returned units, with the units of each line.
    var returned: [(order: Bits128, units: [Int64])] = []
    /// Attempts to pay that the orders count.
    var attempts = 0
    /// Orders for which more was captured than is to be paid, so that their customers are owed money.
    var owing = 0
    /// The sales of orders that were confirmed and not cancelled.
    var sold: [Currency: Int128] = [:]
    /// Unpaid orders, in the order of their ids.
    var unpaid: [(order: Bits128, reservedUntil: Timestamp)] = []

    init(listMax: Int) {
        findings = AuditFindings(listMax: listMax)
    }

    /// Checks a row; returns the order where it is readable.
    @discardableResult
    mutating func judge(_ row: AuditedOrder) -> Order? {
        guard let order = Order(document: row.document) else {
            report(.structure, row.key, "a readable order", "\(row.document.count) bytes that are not one")
            return nil
        }
        checkColumns(row, order)
        checkAmounts(row.key, order)
        checkQuantities(row.key, order)
        checkState(row.key, order)
        checkHistory(row.key, order)
        gather(row.key, order)
        gatherUnpaid(row, order)
        return order
    }

    private mutating func checkColumns(_ row: AuditedOrder, _ order: Order) {
        if order.id.bits != row.key { report(.stateAgreement, row.key, "id \(ID<Order>(row.key))", "\(order.id)") }
        if order.state.rawValue != row.state {
            report(
                .stateAgreement,
                row.key,
                "column state of \(order.state.name)",
                row.state.map(Self.stateName) ?? "none"
            )
        }
        if order.customer?.id?.bits != row.customer {
            let found = row.customer.map { "\(ID<Customer>($0))" } ?? "none"
            report(.stateAgreement, row.key, "column customer \(order.customer?.id?.description ?? "none")", found)
        }
        if order.isProbe != (row.probe == 1) {
            report(.stateAgreement, row.key, "column probe \(order.isProbe)", row.probe.map(String.init) ?? "none")
        }
        let balance = StateTable.balance(order)
        if balance.signum() != Int128(row.balance ?? 0) {
            let expected = "column balance that tells of \(balance)"
            report(.stateAgreement, row.key, expected, row.balance.map(String.init) ?? "none")
        }
        if order.reservedUntil?.milliseconds != row.reservedUntil {
            let found = row.reservedUntil.map { "\(Timestamp(milliseconds: $0))" } ?? "none"
            let expected = "column reserved_until \(order.reservedUntil?.description ?? "none")"
            report(.reservationLifecycle, row.key, expected, found)
        }
    }

    private mutating func checkAmounts(_ key: Bits128, _ order: Order) {
        var sum: Int128 = 0
        for (index, line) in order.lines.enumerated() {
            let total = Int128(line.unitPrice.amount) * Int128(line.quantity)
            if Int128(line.total.amount) != total {
                report(.amounts, key, "line \(index + 1) total \(total)", "\(line.total.amount)")
            }
            if line.total.currency != order.currency || line.unitPrice.currency != order.currency {
                let found = "\(line.unitPrice.currency.code), \(line.total.currency.code)"
                report(.amounts, key, "line \(index + 1) in \(order.currency.code)", found)
            }
            sum += Int128(line.total.amount)
        }
        if order.total.currency != order.currency {
            report(.amounts, key, "total in \(order.currency.code)", order.total.currency.code)
        }
        if sum != Int128(order.total.amount) {
            report(.amounts, key, "total \(sum)", "\(order.total.amount)")
        }
    }

    private mutating func checkQuantities(_ key: Bits128, _ order: Order) {
        if order.lines.isEmpty { report(.stateAgreement, key, "at least one line", "none") }
        for (index, line) in order.lines.enumerated() {
            if line.quantity < 1 || line.fulfilled < 0 || line.cancelled < 0 || line.returned < 0
                || line.returned > line.fulfilled
                || Int128(line.fulfilled) + Int128(line.cancelled) > Int128(line.quantity)
            {
                let found = "\(line.returned), \(line.fulfilled), \(line.cancelled), \(line.quantity)"
                let expected = "line \(index + 1) with 0 ≤ returned ≤ fulfilled, and fulfilled + cancelled ≤ quantity"
                report(.stateAgreement, key, expected, found)
            }
            guard !line.allocations.isEmpty else { continue }
            let tally = LineTally(line)
            if tally.shipped.units != Int128(line.fulfilled) {
                let expected = "line \(index + 1) with \(line.fulfilled) units shipped"
                report(.stateAgreement, key, expected, "\(tally.shipped.units)")
            }
            if tally.released.units != Int128(line.cancelled) || !tally.isWithinAllocations {
                let expected = "line \(index + 1) with \(line.cancelled) units released, where they were allocated"
                report(.reservationLifecycle, key, expected, "\(tally.released)")
            }
            let allocated = tally.allocated.units
            if allocated != Int128(line.quantity) || line.allocations.contains(where: { $0.quantity < 1 }) {
                report(
                    .reservationLifecycle,
                    key,
                    "line \(index + 1) with \(line.quantity) units allocated",
                    "\(allocated)"
                )
            }
        }
    }

    /// Checks the combination of state, payment, shipped and returned units, and the end of the reservation.
    private mutating func checkState(_ key: Bits128, _ order: Order) {
        let nothingShipped = order.lines.allSatisfy { $0.fulfilled == 0 && $0.returned == 0 }
        let allShipped =
            order.lines.allSatisfy { $0.fulfilled + $0.cancelled == $0.quantity }
            && order.lines.contains { $0.fulfilled > 0 }
        let unitsAgree: Bool
        switch order.state {
        case .pendingPayment, .confirmed, .cancelled, .expired:
            unitsAgree = nothingShipped && order.lines.contains { $0.cancelled < $0.quantity }
        case .partlyFulfilled: unitsAgree = !allShipped && order.lines.contains { $0.fulfilled > 0 }
        case .fulfilled, .completed: unitsAgree = allShipped
        }
        let payments = StateTable.words(order)
        if !payments.contains(order.paymentState) {
            let names = payments.map(\.rawValue).joined(separator: " or ")
            report(
                .stateAgreement,
                key,
                "\(order.state.name) with payment \(names)",
                order.paymentState.rawValue
            )
        }
        checkSums(key, order)
        if !unitsAgree {
            let units = order.lines.map { "\($0.fulfilled)/\($0.quantity)" }.joined(separator: ", ")
            report(.stateAgreement, key, "units that agree with \(order.state.name)", "\(units) fulfilled")
        }
        if (order.reservedUntil != nil) != (order.state == .pendingPayment) {
            report(
                .reservationLifecycle,
                key,
                order.state == .pendingPayment ? "a time at which the hold ends" : "no time at which the hold ends",
                order.reservedUntil?.description ?? "none"
            )
        }
    }

    /// Checks that the payment state follows from the sums, and that no more is kept than the order costs.
    private mutating func checkSums(_ key: Bits128, _ order: Order) {
        if StateTable.balance(order) < 0 { owing += 1 }
        let sums = order.payments
        guard sums.attempts > 0 else {
            if sums != OrderPayments(credited: sums.credited) {
                report(.stateAgreement, key, "no sums without an attempt", "\(sums)")
            }
            return
        }
        if sums.refunded < 0 || sums.refunded > sums.captured || sums.captured > sums.authorised {
            let found = "\(sums.refunded), \(sums.captured), \(sums.authorised)"
            report(.oneCharge, key, "0 ≤ refunded ≤ captured ≤ authorised", found)
        }
        let word = StateTable.word(order)
        if order.paymentState != word {
            let expected = "payment \(word.rawValue), by its sums"
            report(.stateAgreement, key, expected, order.paymentState.rawValue)
        }
    }

    private mutating func checkHistory(_ key: Bits128, _ order: Order) {
        if order.history.last?.state != order.state {
            report(
                .stateAgreement,
                key,
                "history that ends in \(order.state.name)",
                order.history.last?.state.name ?? "no history"
            )
        }
        var before: OrderState?
        for entry in order.history {
            if !StateTable.follows(entry, before) {
                let found = "\(before?.name ?? "nothing") → \(entry.state.name)"
                report(.stateAgreement, key, "history in the order of states", found)
            }
            before = entry.state
        }
        checkCancelled(key, order)
    }

    /// Checks that the cancelled units of the history are those of the lines.
    private mutating func checkCancelled(_ key: Bits128, _ order: Order) {
        var told = order.lines.map { _ in Int128(0) }
        for item in order.history.flatMap(\.cancelled) where item.line >= 1 && item.line <= Int64(told.count) {
            told[Int(item.line) - 1] += Int128(item.quantity)
        }
        for (index, line) in order.lines.enumerated() where told[index] != Int128(line.cancelled) {
            let expected = "line \(index + 1) with \(told[index]) units called off, by its history"
            report(.stateAgreement, key, expected, "\(line.cancelled)")
        }
    }

    private mutating func gather(_ key: Bits128, _ order: Order) {
        if StateTable.holdsStock(order.state) {
            for line in order.lines {
                for (location, units) in LineTally(line).held {
                    held[StockRow.Key(line.sku, location), default: 0] += units
                }
            }
        }
        sold[order.currency, default: 0] += Worth.sold(order)
        order.eachFlow { flow, units in flows.append(flow.share(key, units)) }
        order.eachHappening { type in happenings.append((key, type.share(key))) }
        attempts += order.payments.attempts
        if let cart = order.cart { fromCarts.append((key, cart)) }
        if order.lines.contains(where: { $0.returned > 0 }) { returned.append((key, order.lines.map(\.returned))) }
        if order.state == .pendingPayment, let until = order.reservedUntil { unpaid.append((key, until)) }
    }

    /// Checks that the client of an order without a key is stored exactly while the order holds unpaid units, and counts these.
    private mutating func gatherUnpaid(_ row: AuditedOrder, _ order: Order) {
        guard row.address != nil || row.buyer != nil else { return }
        guard StateTable.isHeldUnpaid(order) else {
            return report(.stateAgreement, row.key, "no client, as it holds nothing unpaid", "the digest of one")
        }
        heldUnpaid.take(row, order)
    }

    private mutating func report(
        _ invariant: AuditInvariant,
        _ key: Bits128,
        _ expected: @autoclosure () -> String,
        _ found: @autoclosure () -> String
    ) {
        findings.add(invariant, "orders", "\(ID<Order>(key))", expected: expected(), found: found())
    }

    private static func stateName(_ raw: Int64) -> String {
        OrderState(rawValue: raw)?.name ?? "\(raw)"
    }
}

extension Order {
    /// The expected movements of the order, signed as the counters change; returned units are in its returns.
    func eachFlow(_ body: (Flow, Int64) -> Void) {
        let isOff = state == .cancelled || state == .expired
        for line in lines {
            let tally = LineTally(line)
            func tell(_ kind: MovementKind, _ units: [String: Int64], _ sign: Int64) {
                for (location, count) in units where count != 0 {
                    body(Flow(kind: kind, sku: line.sku, location: location), sign * count)
                }
            }
            tell(.reserved, tally.allocated, 1)
            tell(.shipped, tally.shipped, -1)
            tell(.released, tally.released, -1)
            if isOff { tell(.released, tally.held, -1) }
        }
    }

    /// The events that the order's history must have in the feed.
    func eachHappening(_ body: (EventType) -> Void) {
        for (index, entry) in history.enumerated() {
            guard entry.cancelled.isEmpty else {
                body(.orderUnitsCancelled)
                continue
            }
            switch entry.state {
            case .pendingPayment: body(index == 0 ? .orderPlaced : .orderExtended)
            case .confirmed: body(.orderConfirmed)
            case .partlyFulfilled: body(.orderPartlyFulfilled)
            case .fulfilled: body(.orderFulfilled)
            case .completed: body(.orderCompleted)
            case .cancelled: body(.orderCancelled)
            case .expired: body(.orderExpired)
            }
        }
    }
}

extension EventType {
    /// The fact that this happened to a subject once.
    func share(_ subject: Bits128) -> FingerprintShare {
        FingerprintShare(subject, what: UInt64(rawValue) &* 0xD6E8_FEB8_6659_FD93, count: 1)
    }

    /// Whether it is about an order and part of the order's history.
    var isInOrderHistory: Bool {
        switch self {
        case .orderPlaced, .orderConfirmed, .orderPartlyFulfilled, .orderFulfilled, .orderCompleted, .orderCancelled,
            .orderExpired, .orderExtended, .orderUnitsCancelled:
            true
        default: false
        }
    }
}
