// A return in stages: requested, received, inspected. Its units are held from the first stage on, so that none is returned twice;
// order, stock and money change only at the inspection, all at once, exactly as for a return in one step.

/// Why a return did not change, in order of precedence.
///
/// Nothing was changed.
public enum ReturnRefusal: Error, Hashable, Sendable {
    /// The return does not exist.
    case notFound
    /// It has passed that stage, or has not reached it yet.
    case wrongStage(ReturnStage)
    /// No unit is accepted; such a return has to be cancelled.
    case noLines
    /// The return does not have this line.
    case unknownLine(index: Int, line: Int64)
    /// The same line is named twice with the same disposition and place.
    case repeatedLine(index: Int, line: Int64)
    /// More units than were announced.
    case tooMany(index: Int, line: Int64, left: Int64)
    /// The location does not exist.
    case unknownLocation(index: Int)
    /// The product was deleted from the catalogue, so its units cannot be sold again.
    case productGone(index: Int, sku: SKU)
}

extension Order {
    /// Requests the return of units; the order does not change yet.
    ///
    /// - Parameter held: units of each line that belong to other open returns, by the line's number.
    public func requestReturn(
        _ items: [LineQuantity],
        held: [Int64: Int64],
        id: ID<Return>,
        reason: String,
        at now: Timestamp
    ) throws(OrderRefusal) -> Return {
        try checkReturnable(items, held: held)
        let lines = items.map { returnLine($0.line, $0.quantity, nil) }
        return Return(
            id: id,
            order: self.id,
            lines: lines,
            credit: sum(of: lines),
            creditID: nil,
            reason: reason,
            createdAt: now,
            history: [ReturnHistoryEntry(stage: .requested, at: now)]
        )
    }

    /// Accepts the goods of a return into stock and counts them as returned; returns the movements.
    ///
    /// - Parameters:
    ///   - items: the accepted units and their dispositions; nil for all of them, to restock. Other units stay the customer's,
    ///     and are not credited.
    ///   - credit: the id of the credit.
    public mutating func inspect(
        _ taken: inout Return,
        _ items: [ReturnRequestLine]?,
        credit: ID<Credit>,
        at now: Timestamp
    ) throws(ReturnRefusal) -> [OrderMovement] {
        guard taken.stage == .received else { throw .wrongStage(taken.stage) }
        let accepted =
            items
            ?? taken.lines.map { ReturnRequestLine(line: $0.line, quantity: $0.quantity, disposition: .restock) }
        try taken.check(accepted)
        let (lines, sum, movements) = putBack(accepted, at: now)
        taken.lines = lines
        taken.credit = sum
        taken.creditID = credit
        taken.history.append(ReturnHistoryEntry(stage: .inspected, at: now))
        return movements
    }
}

extension Return {
    /// Records that the goods have arrived.
    public mutating func receive(at now: Timestamp) throws(ReturnRefusal) {
        guard stage == .requested else { throw .wrongStage(stage) }
        history.append(ReturnHistoryEntry(stage: .received, at: now))
    }

    /// Cancels it: nothing comes back, or nothing that came back is accepted.
    public mutating func cancel(at now: Timestamp) throws(ReturnRefusal) {
        guard stage.isOpen else { throw .wrongStage(stage) }
        history.append(ReturnHistoryEntry(stage: .cancelled, at: now))
    }

    fileprivate func check(_ accepted: [ReturnRequestLine]) throws(ReturnRefusal) {
        guard !accepted.isEmpty else { throw .noLines }
        var seen: Set<ReturnRequestLine> = []
        var left: [Int64: Int64] = [:]
        for line in lines { left[line.line] = line.quantity }
        for (index, item) in accepted.enumerated() {
            guard let units = left[item.line] else { throw .unknownLine(index: index, line: item.line) }
            var name = item
            name.quantity = 1
            guard seen.insert(name).inserted else { throw .repeatedLine(index: index, line: item.line) }
            guard item.quantity >= 1, item.quantity <= units else {
                throw .tooMany(index: index, line: item.line, left: units)
            }
            left[item.line] = units - item.quantity
        }
    }
}
