import Ledger
import Trading

extension AuditPass {
    /// Reads every movement, then compares every counter with them and with the units of open orders.
    func auditStock() throws(LedgerFailure) {
        let counter = try view.counter(CounterRow.movements)
        report.movements = counter
        try view.pages(AuditedMovement.self) { (page) throws(LedgerFailure) in
            for movement in page {
                stock.take(movement, &findings)
                guard let order = movement.order, let kind = movement.kind else { continue }
                let flow = Flow(kind: kind, sku: movement.stock.sku, location: movement.stock.location)
                flows.add(flow.share(order, movement.quantity))
            }
            count("movements", page.count, of: Int(counter))
        }
        try view.pages(StockRow.self) { (page) throws(LedgerFailure) in
            for row in page {
                stock.check(row, &findings)
                checkHeld(row)
                checkLevel(row)
            }
            count("stock", page.count)
        }
        stock.finish(counter: counter, &findings)
        for (key, units) in held where units != 0 {
            findings.add(
                .stockConservation,
                "stock",
                key.text,
                expected: "\(units) reserved by open orders",
                found: "no row"
            )
        }
    }

    private func checkHeld(_ row: StockRow) {
        let units = held.removeValue(forKey: row.key) ?? 0
        guard units != row.level.reserved else { return }
        findings.add(
            .stockConservation,
            "stock",
            row.key.text,
            expected: "\(units) reserved, what open orders hold",
            found: "\(row.level.reserved)"
        )
    }

    /// Checks that no more is reserved than is on hand.
    func checkLevel(_ row: StockRow) {
        guard row.level.reserved < 0 || row.level.onHand < row.level.reserved else { return }
        findings.add(
            .noOversell,
            "stock",
            row.key.text,
            expected: "0 ≤ reserved ≤ on hand",
            found: "\(row.level.reserved), \(row.level.onHand)"
        )
    }
}
