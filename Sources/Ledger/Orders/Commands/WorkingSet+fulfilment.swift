import JSON
import Trading

extension WorkingSet {
    /// Ships units of an order, or all that are left and not packed, with all consequences.
    ///
    /// The caller must put the order.
    ///
    /// - Parameters:
    ///   - parcel: the parcel of the units; nil where there is none.
    ///   - isFact: whether they have left already, paid or not.
    func fulfil(
        _ order: inout Order,
        _ quantities: [LineQuantity]?,
        in parcel: Shipment? = nil,
        isFact: Bool = false
    ) throws(OrderRefusal) {
        guard !order.isProbe else { throw .notFound }
        let unchanged = order
        let before = order.lines.map(\.fulfilled)
        let movements = try order.fulfil(
            quantities,
            from: parcel?.location,
            sparing: PackedUnits(shipments(of: order.id).filter { $0.id != parcel?.id }),
            at: now
        )
        let units = zip(order.lines, before).enumerated().map { index, line in
            LineQuantity(line: Int64(index + 1), quantity: line.0.fulfilled - line.1)
        }
        if !isFact { try checkPaid(unchanged, units) }
        apply(movements, of: order.id)
        if parcel == nil { countLoose(order, since: before) }
        capture(shipped: order.worth(of: units), of: &order)
        // With the last units it is settled what had to be paid.
        order.followWord(at: now)
        orderEvent(order.state == .fulfilled ? .orderFulfilled : .orderPartlyFulfilled, order)
    }

    /// Puts a return whose goods were put away, with its order, its credit and their events.
    ///
    /// - Returns: the return, with the part of its credit that is refunded through the order's payments.
    @discardableResult
    func settle(_ taken: Return, of order: Order, _ movements: [OrderMovement]) -> Return {
        guard let creditID = taken.creditID else { preconditionFailure("a return is settled with a credit") }
        var (taken, order) = (taken, order)
        // The reason is in the return, where an erasure finds it.
        apply(movements, of: order.id, reason: taken.id.description)
        let credit = Credit(
            id: creditID,
            kind: .return,
            amount: taken.credit,
            reason: taken.reason,
            customer: order.customer?.id,
            order: order.id,
            reference: taken.id.description,
            createdAt: now
        )
        credits.put(CreditRow(credit))
        event(.returnCreated, taken.id.description) { json in
            json.member("order", order.id)
            json.member("credit", taken.credit)
        }
        creditEvent(credit)
        book(.credited(credit))
        // Only money captured beyond the goods that were kept: cash that was never collected is not refunded.
        let given = refund(min(taken.credit.amount, order.unused(funds(of: order))), for: taken.id, of: &order)
        if given > 0 { taken.refund = Money(given, taken.credit.currency) }
        dropCash(of: &order)
        order.followWord(at: now)
        returns.put(ReturnRow(taken))
        orders.put(OrderRow(order))
        eraseAgain(order)
        return taken
    }

    func creditEvent(_ credit: Credit) {
        event(.creditCreated, credit.id.description) { json in
            json.member("kind", credit.kind.name)
            json.member("amount", credit.amount)
            json.member("order", credit.order)
        }
    }
}
