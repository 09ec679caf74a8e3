// Calling an order off, whole or by the unit. What was agreed stays: a line keeps its quantity, and counts beside it what was called
// off, which neither ships nor is paid for. An order of which nothing shipped and nothing is left is cancelled; one of which a part
// shipped is fulfilled once the rest was called off, and so can be closed.

/// Units of an order that are to be called off.
public struct UnitsToCancel: Hashable, Sendable {
    /// What they are units of.
    public enum Target: Hashable, Sendable {
        /// A line, by its number from 1.
        case line(Int64)
        /// A SKU, on whichever lines it stands: those of the last line first.
        case sku(SKU)
    }

    /// What they are units of.
    public var target: Target
    /// How many, at least 1.
    public var quantity: Int64

    /// Units to call off.
    public init(_ target: Target, _ quantity: Int64) {
        self.target = target
        self.quantity = quantity
    }
}

/// What calling off changed, besides the order itself.
public struct Cancellation: Hashable, Sendable {
    /// The movements that free its units.
    public var movements: [OrderMovement]
    /// Units of each line that were called off by the unit, in the order of the lines; empty where the order was called off whole.
    public var units: [LineQuantity]
    /// What they would have cost, in the order's currency.
    public var worth: Money
}

extension Order {
    /// Calls it off: whole before anything shipped, or else all that has not shipped, packed or not.
    public mutating func cancel(reason: String?, at now: Timestamp) throws(OrderRefusal) -> Cancellation {
        try checkCancellable()
        let rest = lines.enumerated().compactMap { index, line in
            line.outstanding > 0 ? LineQuantity(line: Int64(index + 1), quantity: line.outstanding) : nil
        }
        return callOff(rest, sparing: .none, reason: reason, at: now)
    }

    /// Calls units off that have neither shipped nor been packed.
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

    /// The units of each line that are wanted, in the order of the lines.
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

    /// The lines that are meant, by their places from 0.
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
