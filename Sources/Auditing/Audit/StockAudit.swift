// Stock is the sum of its movements. Movements are read once, in the order of their numbers; only the running sums are kept for
// each SKU at each location. In an incremental audit the sums start from the last audited movement.

import Ledger
import Trading

/// The sums of the movements of one SKU at one location.
struct StockTrail {
    /// The sums of the deltas.
    var onHand: Int128 = 0
    var reserved: Int128 = 0
    /// The counters in the last movement.
    var stated = StockLevel()
    /// The last movement.
    var last: Int64 = 0
}

/// Sums up movements and compares them with the counters.
struct StockAudit {
    private(set) var trails: [StockRow.Key: StockTrail] = [:]
    private var number: Int64

    /// - Parameter cursor: the last movement of the earlier audit.
    init(after cursor: Int64) {
        number = cursor
    }

    /// Whether the trail of this stock has begun.
    func knows(_ key: StockRow.Key) -> Bool {
        trails[key] != nil
    }

    /// Starts a trail from the values of an earlier audit.
    mutating func start(_ key: StockRow.Key, from level: StockLevel, last: Int64) {
        trails[key] = StockTrail(
            onHand: Int128(level.onHand),
            reserved: Int128(level.reserved),
            stated: level,
            last: last
        )
    }

    /// Adds the next movement.
    mutating func take(_ movement: AuditedMovement, _ findings: inout AuditFindings) {
        func report(_ invariant: AuditInvariant, _ expected: String, _ found: String) {
            let key = "\(movement.key) (\(movement.stock.text))"
            findings.add(invariant, "movements", key, expected: expected, found: found)
        }
        if movement.key != number + 1 {
            report(.stockConservation, "number \(number + 1), without a gap", "\(movement.key)")
        }
        number = movement.key
        guard let kind = movement.kind else {
            return report(.structure, "a known kind of movement", "another")
        }
        let table = MovementTable(kind)
        if !table.allows(movement.quantity) {
            report(.stockConservation, "a quantity that \(kind.name) allows", "\(movement.quantity)")
        }
        let delta = (
            onHand: Int128(table.onHand ? movement.quantity : 0),
            reserved: Int128(table.reserved ? movement.quantity : 0)
        )
        let before = follow(movement, delta)
        if movement.previous != before.last {
            report(.stockConservation, "previous movement \(before.last)", "\(movement.previous)")
        }
        let expected = (
            Int128(before.stated.onHand) + delta.onHand, Int128(before.stated.reserved) + delta.reserved
        )
        if expected != (Int128(movement.onHand), Int128(movement.reserved)) {
            report(
                .stockConservation,
                "\(expected.0) on hand, \(expected.1) reserved afterwards",
                "\(movement.onHand), \(movement.reserved)"
            )
        }
        if movement.reserved < 0 || movement.onHand < movement.reserved {
            report(.noOversell, "0 ≤ reserved ≤ on hand", "\(movement.reserved), \(movement.onHand)")
        }
    }

    /// Compares a counter with its movements, once.
    mutating func check(_ row: StockRow, _ findings: inout AuditFindings) {
        let trail = trails.removeValue(forKey: row.key) ?? StockTrail()
        check(row, sums: (trail.onHand, trail.reserved), last: trail.last, &findings)
    }

    /// Compares a counter with the sums of its movements.
    func check(_ row: StockRow, sums: (Int128, Int128), last: Int64, _ findings: inout AuditFindings) {
        if sums != (Int128(row.level.onHand), Int128(row.level.reserved)) {
            findings.add(
                .stockConservation,
                "stock",
                row.key.text,
                expected: "\(sums.0) on hand, \(sums.1) reserved by its movements",
                found: "\(row.level.onHand), \(row.level.reserved)"
            )
        }
        if last != row.lastMovement {
            findings.add(
                .stockConservation,
                "stock",
                row.key.text,
                expected: "last movement \(last)",
                found: "\(row.lastMovement)"
            )
        }
    }

    /// Reports movements without a counter, and a movement counter that does not equal the last number.
    func finish(counter: Int64, _ findings: inout AuditFindings) {
        for (key, trail) in trails {
            findings.add(
                .stockConservation,
                "stock",
                key.text,
                expected: "a row with \(trail.onHand) on hand, \(trail.reserved) reserved",
                found: "none"
            )
        }
        if counter != number {
            findings.add(
                .stockConservation,
                "movements",
                "\(number + 1)",
                expected: "movements up to the counter, \(counter)",
                found: "the last is \(number)"
            )
        }
    }

    /// Adds a movement to its trail; returns the trail before it.
    private mutating func follow(
        _ movement: AuditedMovement,
        _ delta: (onHand: Int128, reserved: Int128)
    ) -> StockTrail {
        func advance(_ trail: inout StockTrail) -> StockTrail {
            let before = trail
            trail.onHand += delta.onHand
            trail.reserved += delta.reserved
            trail.stated = StockLevel(onHand: movement.onHand, reserved: movement.reserved)
            trail.last = movement.key
            return before
        }
        return advance(&trails[movement.stock, default: StockTrail()])
    }
}

extension StockRow.Key {
    /// The SKU and the location, for a report.
    var text: String { "\(sku) @ \(location)" }
}
