import Trading

extension WorkingSet {
    /// Maintains the counts of units held unpaid; called for every change of an order.
    func countUnpaid(_ before: OrderRow?, _ after: OrderRow?) {
        guard let client = (after?.order.client ?? before?.order.client) else { return }
        let (was, now) = (UnpaidHold(before?.order), UnpaidHold(after?.order))
        guard was != now else { return }
        for key in client.keys { count(now.total - was.total, UnpaidUnitsRow.Key(client: key)) }
        for (sku, units) in now.units { count(units - (was.units[sku] ?? 0), UnpaidUnitsRow.Key(sku)) }
        for (sku, units) in was.units where now.units[sku] == nil { count(-units, UnpaidUnitsRow.Key(sku)) }
    }

    private func count(_ units: Int64, _ key: UnpaidUnitsRow.Key) {
        guard units != 0 else { return }
        let sum = (unpaidUnits.get(key)?.units ?? 0) + units
        if sum > 0 { unpaidUnits.put(UnpaidUnitsRow(key, units: sum)) } else { unpaidUnits.delete(key) }
    }

    /// Refuses an order that would exceed the limit of unpaid units of its client, or of all clients together.
    func check(
        _ client: UnpaidClient,
        _ limits: UnpaidLimits,
        _ lines: [OrderLine],
        tracked: [Bool]
    ) throws(PlaceOrderRefusal) {
        // An order that exceeds a limit by itself never fits, so waiting does not help.
        let alone = zip(lines, tracked).reduce(Int64(0)) { $0 + ($1.1 ? $1.0.quantity : 0) }
        if let most = limits.unitsOfClient, alone > most, !client.keys.isEmpty { throw .beyondUnpaidLimit(limit: most) }
        var units: [SKU: Int64] = [:]
        for (index, line) in lines.enumerated() where tracked[index] {
            units[line.sku, default: 0] += line.quantity
            let held = unpaidUnits.get(UnpaidUnitsRow.Key(line.sku))?.units ?? 0
            guard limits.shareOfSKU < 100 else { continue }
            let onHand = allLocations.reduce(Int64(0)) {
                $0 + (stock.get(StockRow.Key(line.sku, $1.code))?.level.onHand ?? 0)
            }
            let (wanted, most) = (units[line.sku] ?? 0, limits.most(of: onHand))
            guard wanted <= most else { throw .beyondUnpaidShare(index: index, sku: line.sku, most: most) }
            guard held + wanted <= most else {
                throw .heldUnpaid(index: index, sku: line.sku)
            }
        }
        guard let most = limits.unitsOfClient else { return }
        let total = UnpaidHold.total(units)
        for key in client.keys {
            let held = unpaidUnits.get(UnpaidUnitsRow.Key(client: key))?.units ?? 0
            guard held + total <= most else { throw .tooMuchUnpaid(limit: most, held: held) }
        }
    }
}

/// The contribution of one order to the counts.
private struct UnpaidHold: Equatable {
    var units: [SKU: Int64] = [:]
    var total: Int64 = 0

    init(_ order: Order?) {
        guard let order, order.isHeldUnpaid else { return }
        units = order.heldUnits
        total = Self.total(units)
    }

    /// An order without stock counts as one unit, since it is a row that waits.
    static func total(_ units: [SKU: Int64]) -> Int64 {
        max(1, units.values.reduce(0, +))
    }
}
