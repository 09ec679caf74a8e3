// Unpaid units of clients without a key, counted anew from the orders: rule, units and digests are the auditor's own, so that a
// wrong count does not confirm itself.

import Ledger
import Trading

/// Units that wait for payment, by client and by SKU.
struct UnpaidTally: Sendable {
    /// Units by digest: a negative digest is a client's, others are a SKU's.
    private(set) var units: [Int64: Int128] = [:]
    /// The names of the SKUs' digests.
    private(set) var names: [Int64: String] = [:]

    /// Counts the unpaid units of an order without a key; an order without stock counts as one unit of its client.
    mutating func take(_ row: AuditedOrder, _ order: Order) {
        var total: Int128 = 0
        for line in order.lines {
            let held = LineTally(line).held.units
            guard held != 0 else { continue }
            let digest = Self.digest(line.sku)
            units[digest, default: 0] += held
            names[digest] = line.sku.description
            total += held
        }
        if let address = row.address { units[address | Int64.min, default: 0] += max(total, 1) }
        if let buyer = row.buyer, buyer != row.address { units[buyer | Int64.min, default: 0] += max(total, 1) }
    }

    /// Adds the counts of another part of the audit.
    mutating func merge(_ other: UnpaidTally) {
        units.merge(other.units, uniquingKeysWith: +)
        names.merge(other.names) { first, _ in first }
    }

    /// Removes and returns the count of a digest.
    mutating func remove(_ digest: Int64) -> Int128 { units.removeValue(forKey: digest) ?? 0 }

    /// The name of a digest.
    func name(_ digest: Int64) -> String {
        digest < 0 ? "client \(digest)" : names[digest].map { "SKU \($0)" } ?? "SKU of digest \(digest)"
    }

    /// FNV-1a, 64 bits (draft-eastlake-fnv, section 2), without the sign.
    private static func digest(_ sku: SKU) -> Int64 {
        let hash = sku.description.utf8.reduce(into: 14_695_981_039_346_656_037 as UInt64) { hash, byte in
            hash ^= UInt64(byte)
            hash = hash &* 1_099_511_628_211
        }
        return Int64(hash % (1 << 63))
    }
}

extension StateTable {
    /// Whether an order holds units without a payment: it waits for payment, its cash is to be collected, or it costs nothing.
    static func isHeldUnpaid(_ order: Order) -> Bool {
        guard holdsStock(order.state) else { return false }
        if order.state == .pendingPayment || Worth(order).total == 0 { return true }
        return order.payments.attempts > 0 && word(order) == .pending
    }
}

extension AuditPass {
    /// Compares the stored counts of unpaid units with the orders.
    func auditUnpaid() throws(LedgerFailure) {
        try view.pages(AuditedUnpaidUnits.self) { (page) throws(LedgerFailure) in
            for row in page {
                let name = unpaid.name(row.key)
                let counted = unpaid.remove(row.key)
                guard row.units.map({ Int128($0) }) != counted else { continue }
                let found = row.units.map { "\($0)" } ?? "none"
                findings.add(
                    .stateAgreement,
                    "unpaid_units",
                    name,
                    expected: "\(counted) units by orders",
                    found: found
                )
            }
            count("unpaid_units", page.count)
        }
        for (digest, counted) in unpaid.units.sorted(by: { $0.key < $1.key }) where counted != 0 {
            let name = unpaid.name(digest)
            findings.add(.stateAgreement, "unpaid_units", name, expected: "\(counted) units by orders", found: "no row")
        }
    }
}
