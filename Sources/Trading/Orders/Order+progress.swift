/// Why an order did not change, in order of precedence.
///
/// Nothing was changed.
public enum OrderRefusal: Error, Hashable, Sendable {
    /// The order does not exist.
    case notFound
    /// Its state does not allow the change.
    case wrongState(OrderState)
    /// The list of lines is empty.
    case noLines
    /// All units have left or are packed.
    case nothingLeft
    /// The line does not exist.
    case unknownLine(index: Int, line: Int64)
    /// The same line is named twice.
    case repeatedLine(index: Int, line: Int64)
    /// More units than the line has left.
    case tooMany(index: Int, line: Int64, left: Int64)
    /// The outcome of a payment attempt is not known yet.
    case paymentOpen
    /// The shop was restored from a backup, and it is not known yet whether these units were sent before.
    case searching
    /// The order has no cash to collect.
    case nothingToCollect(PaymentState)
    /// The captured and authorised money does not cover the goods that are to leave.
    case paymentNeeded(ID<Payment>)
    /// No line has that SKU.
    case notOrdered(index: Int, sku: SKU)
    /// The location does not exist.
    case unknownLocation(index: Int)
    /// The product was deleted from the catalogue, so its units cannot be sold again.
    case productGone(index: Int, sku: SKU)
}

/// Units of a line of an order, by its number from 1.
public struct LineQuantity: Hashable, Sendable {
    /// The line's number.
    public var line: Int64
    /// Units, at least 1.
    public var quantity: Int64

    /// Units of a line.
    public init(line: Int64, quantity: Int64) {
        self.line = line
        self.quantity = quantity
    }
}

extension Order {
    /// The movements that reserve the order's units.
    public var reservingMovements: [OrderMovement] {
        lines.flatMap { line in
            line.allocations.map {
                OrderMovement(sku: line.sku, location: $0.location, kind: .reserved, quantity: $0.quantity)
            }
        }
    }

    /// Marks it as paid outside Tradewind: its units stay reserved until they ship.
    ///
    /// A payment between the end of the reservation and the sweep still counts: the units are still reserved.
    ///
    /// - Parameter amount: the paid minor units; by default all that is lacking by the order's own record. An order that is not
    ///   waiting for payment accepts amounts above zero only.
    public mutating func pay(_ amount: Int64? = nil, reason: String?, at now: Timestamp) throws(OrderRefusal) {
        let lacking = amount ?? lacking(settledFunds)
        guard state == .pendingPayment || lacking > 0, !isCalledOff else { throw .wrongState(state) }
        if lacking > 0 {
            payments.attempts += 1
            payments.authorised += lacking
            payments.captured += lacking
        }
        payments.setback = nil
        if state == .pendingPayment {
            paymentState = .paid
            confirm(reason: reason, at: now)
        } else {
            followSums()
            touch(at: now)
        }
    }

    /// Keeps its units reserved until they ship: it is paid, or will be.
    mutating func confirm(reason: String?, at now: Timestamp) {
        reservedUntil = nil
        advance(to: .confirmed, reason: reason, at: now)
        followSums()
    }

    /// Confirms an unpaid order whose payment is complete; false where it is not waiting for payment.
    public mutating func confirmPaid(at now: Timestamp) -> Bool {
        guard state == .pendingPayment else { return false }
        confirm(reason: nil, at: now)
        return true
    }

    /// Extends the reservation of an unpaid order to `until`; false where it is that long already (it is never shortened).
    @discardableResult
    public mutating func extend(until: Timestamp, at now: Timestamp) throws(OrderRefusal) -> Bool {
        guard state == .pendingPayment else { throw .wrongState(state) }
        if let reservedUntil, reservedUntil >= until { return false }
        reservedUntil = until
        touch(at: now)
        history.append(
            OrderHistoryEntry(state: state, at: now, reason: "reservation extended", reservedUntil: until)
        )
        return true
    }

    /// Expires an unpaid order whose reservation has ended; returns the movements that release its units, or nil where it is not
    /// due.
    public mutating func expire(at now: Timestamp) -> [OrderMovement]? {
        guard state == .pendingPayment, let reservedUntil, reservedUntil <= now else { return nil }
        return end(as: .expired, reason: "not paid in time", at: now)
    }

    /// Ships units of lines, or all remaining units where `quantities` is nil; returns the movements.
    ///
    /// - Parameters:
    ///   - location: the only location from which they leave, as for a parcel; nil for all allocated locations.
    ///   - packed: units that are reserved for parcels, and stay.
    public mutating func fulfil(
        _ quantities: [LineQuantity]?,
        from location: String? = nil,
        sparing packed: PackedUnits = .none,
        at now: Timestamp
    ) throws(OrderRefusal) -> [OrderMovement] {
        guard state == .confirmed || state == .partlyFulfilled else { throw .wrongState(state) }
        let left = lines.enumerated().map { index, line in
            line.left(from: location, sparing: packed.parts(of: Int64(index + 1)))
        }
        let wanted =
            quantities
            ?? left.enumerated().compactMap { index, units in
                units > 0 ? LineQuantity(line: Int64(index + 1), quantity: units) : nil
            }
        guard quantities != nil || !wanted.isEmpty else { throw .nothingLeft }
        try check(wanted) { left[Int($0) - 1] }
        var movements: [OrderMovement] = []
        for item in wanted {
            let index = Int(item.line) - 1
            let parts = lines[index].picking(item.quantity, from: location, sparing: packed.parts(of: item.line))
            for part in parts {
                movements.append(
                    OrderMovement(
                        sku: lines[index].sku,
                        location: part.location,
                        kind: .shipped,
                        quantity: -part.quantity
                    )
                )
            }
            lines[index].ship(item.quantity, from: parts)
        }
        advance(to: isDone ? .fulfilled : .partlyFulfilled, reason: nil, at: now)
        return movements
    }

    /// Completes a fulfilled order.
    public mutating func complete(at now: Timestamp) throws(OrderRefusal) {
        guard state == .fulfilled else { throw .wrongState(state) }
        advance(to: .completed, reason: nil, at: now)
    }

    /// Takes units back in one step; returns the return with its credit, and the movements of restocked units.
    ///
    /// - Parameter held: units of each line that belong to open returns, by the line's number.
    public mutating func takeBack(
        _ items: [ReturnRequestLine],
        held: [Int64: Int64] = [:],
        id: ID<Return>,
        credit: ID<Credit>,
        reason: String,
        at now: Timestamp
    ) throws(OrderRefusal) -> (return: Return, movements: [OrderMovement]) {
        try checkReturnable(items.map { LineQuantity(line: $0.line, quantity: $0.quantity) }, held: held)
        let (returned, sum, movements) = putBack(items, at: now)
        let taken = Return(
            id: id,
            order: self.id,
            lines: returned,
            credit: sum,
            creditID: credit,
            reason: reason,
            createdAt: now
        )
        return (taken, movements)
    }

    /// Records that its personal data was erased; the documents define which data that is.
    public mutating func noteErasure(at now: Timestamp) {
        erasedAt = erasedAt ?? now
        touch(at: now)
    }

    /// Checks that units of lines have shipped and can be returned, besides those in other returns.
    func checkReturnable(_ wanted: [LineQuantity], held: [Int64: Int64]) throws(OrderRefusal) {
        guard state == .partlyFulfilled || state == .fulfilled || state == .completed else { throw .wrongState(state) }
        try check(wanted) { number in
            let line = lines[Int(number) - 1]
            return line.fulfilled - line.returned - (held[number] ?? 0)
        }
    }

    /// Counts units as returned; returns the lines of a return, their sum, and the movements.
    ///
    /// Units that are written off get two movements, a return and a write-off, so that the movements tell the whole story.
    mutating func putBack(
        _ items: [ReturnRequestLine],
        at now: Timestamp
    ) -> (lines: [ReturnLine], sum: Money, movements: [OrderMovement]) {
        var movements: [OrderMovement] = []
        var returned: [ReturnLine] = []
        for item in items {
            let line = lines[Int(item.line) - 1]
            let places = line.places(of: item)
            returned.append(returnLine(item.line, item.quantity, item.disposition, places))
            lines[Int(item.line) - 1].returned += item.quantity
            for (kind, sign) in item.disposition == .writeOff
                ? [(.returned, 1), (.writtenOff, -1)]
                : [(.returned, 1)]
                    as [(MovementKind, Int64)]
            {
                movements += places.map {
                    OrderMovement(sku: line.sku, location: $0.location, kind: kind, quantity: sign * $0.quantity)
                }
            }
        }
        touch(at: now)
        return (returned, sum(of: returned), movements)
    }

    /// A line of a return, at the price that was paid for its units.
    func returnLine(
        _ number: Int64,
        _ quantity: Int64,
        _ disposition: Disposition?,
        _ places: [Allocation] = []
    ) -> ReturnLine {
        let line = lines[Int(number) - 1]
        // The line's total was checked when the order was placed, so a part of it cannot overflow.
        let amount = Money(line.unitPrice.amount * quantity, currency)
        return ReturnLine(
            line: number,
            sku: line.sku,
            quantity: quantity,
            disposition: disposition,
            amount: amount,
            places: places
        )
    }

    /// The sum of lines of a return.
    func sum(of returned: [ReturnLine]) -> Money {
        Money(returned.reduce(0) { $0 + $1.amount.amount }, currency)
    }

    func check(_ wanted: [LineQuantity], left: (Int64) -> Int64) throws(OrderRefusal) {
        guard !wanted.isEmpty else { throw .noLines }
        var seen: Set<Int64> = []
        for (index, item) in wanted.enumerated() {
            guard item.line >= 1, item.line <= Int64(lines.count) else {
                throw .unknownLine(index: index, line: item.line)
            }
            guard seen.insert(item.line).inserted else { throw .repeatedLine(index: index, line: item.line) }
            let free = left(item.line)
            guard item.quantity >= 1, item.quantity <= free else {
                throw .tooMany(index: index, line: item.line, left: free)
            }
        }
    }

    mutating func end(as state: OrderState, reason: String?, at now: Timestamp) -> [OrderMovement] {
        let movements = lines.flatMap { line in
            line.unshipped.map {
                OrderMovement(sku: line.sku, location: $0.location, kind: .released, quantity: -$0.quantity)
            }
        }
        if payments.setback != nil || paymentState == .pending { paymentState = .void }
        payments.setback = nil
        reservedUntil = nil
        advance(to: state, reason: reason, at: now)
        return movements
    }

    mutating func advance(to next: OrderState, reason: String?, at now: Timestamp) {
        precondition(state.successors.contains(next), "an order cannot go from \(state.name) to \(next.name)")
        state = next
        touch(at: now)
        history.append(OrderHistoryEntry(state: next, at: now, reason: reason))
    }

    mutating func touch(at now: Timestamp) {
        updatedAt = now
        version += 1
    }
}

extension OrderLine {
    /// Where returned units are put: at the given location, or where each unit left from, in the order in which they left.
    fileprivate func places(of item: ReturnRequestLine) -> [Allocation] {
        guard tracked else { return [] }
        guard let location = item.location else { return returnable.first(item.quantity) }
        return [Allocation(location: location, quantity: item.quantity)]
    }
}
