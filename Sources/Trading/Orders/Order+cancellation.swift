// Cancelling an order, as a whole or by units. The agreement stays: a line keeps its quantity and counts the cancelled units
// separately, which neither ship nor are paid for. An order of which nothing shipped and nothing is left is cancelled; a partly
// shipped one is fulfilled once the rest was cancelled, and can be completed.

/// Units of an order to cancel.
public struct UnitsToCancel: Hashable, Sendable {
    /// Which units.
    public enum Target: Hashable, Sendable {
        /// Units of a line, by its number from 1.
        case line(Int64)
        /// Units of a SKU, on any line: those of the last line first.
        case sku(SKU)
    }

    /// Which units.
    public var target: Target
    /// The number of units, at least 1.
    public var quantity: Int64

    /// Units to cancel.
    public init(_ target: Target, _ quantity: Int64) {
        self.target = target
        self.quantity = quantity
    }
}

/// The effects of a cancellation, besides the order itself.
public struct Cancellation: Hashable, Sendable {
    /// The movements that release its units.
    public var movements: [OrderMovement]
    /// The cancelled units of each line, in the order of the lines; empty where the whole order was cancelled.
    public var units: [LineQuantity]
    /// The price of the cancelled units, in the order's currency.
    public var worth: Money
}

extension Order {
    /// Cancels the whole order before anything shipped, or else all units that have not shipped, packed or not.
    public mutating func cancel(reason: String?, at now: Timestamp) throws(OrderRefusal) -> Cancellation {
        try checkCancellable()
        let rest = lines.enumerated().compactMap { index, line in
            line.outstanding > 0 ? LineQuantity(line: Int64(index + 1), quantity: line.outstanding) : nil
        }
        return callOff(rest, sparing: .none, reason: reason, at: now)
    }

    /// Cancels units that have neither shipped nor been packed.
    public mutating func cancel(
        _ wanted: [UnitsToCancel],
        sparing packed: PackedUnits,
        reason: String?,
        at now: Timestamp
    ) throws(OrderRefusal) -> Cancellation {
        try checkCancellable()
        return callOff(try units(wanted, sparing: packed), sparing: packed, reason: reason, at: now)
    }

    private func checkCancellable() throws(OrderRefusal) {
        guard state == .pendingPayment || state == .confirmed || state == .partlyFulfilled else {
            throw .wrongState(state)
        }
    }

    /// The wanted units of each line, in the order of the lines.
    private func units(
        _ wanted: [UnitsToCancel],
        sparing packed: PackedUnits
    ) throws(OrderRefusal) -> [LineQuantity] {
        guard !wanted.isEmpty else { throw .noLines }
        var left = lines.enumerated().map { index, line in
            line.left(from: nil, sparing: packed.parts(of: Int64(index + 1)))
        }
        var taken = lines.map { _ in Int64(0) }
        var seen: Set<UnitsToCancel.Target> = []
        for (index, item) in wanted.enumerated() {
            let places = try places(of: item.target, index)
            let first = Int64((places.first ?? 0) + 1)
            guard seen.insert(item.target).inserted else { throw .repeatedLine(index: index, line: first) }
            let free = places.reduce(0) { $0 + left[$1] }
            guard item.quantity >= 1, item.quantity <= free else {
                throw .tooMany(index: index, line: first, left: free)
            }
            var rest = item.quantity
            for place in places.reversed() {
                let part = min(rest, left[place])
                taken[place] += part
                left[place] -= part
                rest -= part
            }
        }
        return taken.enumerated().compactMap { index, units in
            units > 0 ? LineQuantity(line: Int64(index + 1), quantity: units) : nil
        }
    }

    /// The indices of the lines that a target means.
    private func places(of target: UnitsToCancel.Target, _ index: Int) throws(OrderRefusal) -> [Int] {
        switch target {
        case .line(let line):
            guard line >= 1, line <= Int64(lines.count) else { throw .unknownLine(index: index, line: line) }
            return [Int(line) - 1]
        case .sku(let sku):
            let places = lines.indices.filter { lines[$0].sku == sku }
            guard !places.isEmpty else { throw .notOrdered(index: index, sku: sku) }
            return places
        }
    }

    private mutating func callOff(
        _ units: [LineQuantity],
        sparing packed: PackedUnits,
        reason: String?,
        at now: Timestamp
    ) -> Cancellation {
        let isAll = lines.reduce(0) { $0 + $1.outstanding } == units.reduce(0) { $0 + $1.quantity }
        if isAll, state != .partlyFulfilled {
            let worth = payable
            return Cancellation(
                movements: end(as: .cancelled, reason: reason, at: now),
                units: [],
                worth: worth
            )
        }
        var movements: [OrderMovement] = []
        var worth: Int64 = 0
        for item in units {
            let index = Int(item.line) - 1
            worth += lines[index].unitPrice.amount * item.quantity
            let sku = lines[index].sku
            movements += lines[index].cancel(item.quantity, sparing: packed.parts(of: item.line)).map {
                OrderMovement(sku: sku, location: $0.location, kind: .released, quantity: -$0.quantity)
            }
        }
        touch(at: now)
        history.append(OrderHistoryEntry(state: state, at: now, reason: reason, cancelled: units))
        if isAll { advance(to: .fulfilled, reason: nil, at: now) }
        if payments.attempts > 0 { followSums() }
        return Cancellation(movements: movements, units: units, worth: Money(worth, currency))
    }
}
