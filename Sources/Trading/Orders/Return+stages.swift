// A return that is done in stages: asked for, received, inspected. Its units are held from the first stage on, so that none comes
// back twice; order, stock and money change only when it was inspected, all at once, exactly as for a return that is taken at once.

/// Why a return did not move on, in order of precedence.
public enum ReturnRefusal: Error, Hashable, Sendable {
    /// There is no such return.
    case notFound
    /// It is past that stage, or not there yet.
    case wrongStage(ReturnStage)
    /// No unit is accepted; such a return is cancelled.
    case noLines
    /// The return has no line of that number.
    case unknownLine(index: Int, line: Int64)
    /// The same line is named twice with the same disposition and place.
    case repeatedLine(index: Int, line: Int64)
    /// More units than were to come back.
    case tooMany(index: Int, line: Int64, left: Int64)
    /// There is no location of that code.
    case unknownLocation(index: Int)
    /// The product was taken out of the catalogue, so its units cannot be sold again.
    case productGone(index: Int, sku: SKU)
}

extension Order {
    /// Asks for units to be taken back; nothing of the order changes yet.
    ///
    /// - Parameter held: units of each line that other returns under way hold, by the line's number.
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

    /// Takes the goods of a return into stock and counts them as come back; gives the movements.
    ///
    /// - Parameters:
    ///   - items: what is accepted, and what becomes of it; nil for all of it, to be sold again. What is left out stays the
    ///     customer's, and is credited to nobody.
    ///   - credit: the id of the credit that is given.
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
    /// The goods are here.
    public mutating func receive(at now: Timestamp) throws(ReturnRefusal) {
        guard stage == .requested else { throw .wrongStage(stage) }
        history.append(ReturnHistoryEntry(stage: .received, at: now))
    }

    /// Calls it off: nothing comes back, or nothing of what came is accepted.
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
