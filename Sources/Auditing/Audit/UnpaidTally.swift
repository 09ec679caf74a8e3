// What clients without a key hold unpaid, counted anew from the orders: the rule, the units and the digests are the auditor's own, so that
// a count that is kept wrong is not found right by whoever keeps it.

import Ledger
import Trading

/// Units that wait for payment, by client and by SKU.
struct UnpaidTally: Sendable {
    /// Units by digest: below 0 a client's, from 0 up a SKU's.
    private(set) var units: [Int64: Int128] = [:]
    /// What the digests of SKUs stand for.
    private(set) var names: [Int64: String] = [:]

    /// Counts what an order of a client without a key holds; one that holds no stock is a unit of its client's.
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

    /// Takes over what another part of the audit counted.
    mutating func merge(_ other: UnpaidTally) {
        units.merge(other.units, uniquingKeysWith: +)
        names.merge(other.names) { first, _ in first }
    }

    /// What was counted under a digest, which is then done with.
    mutating func remove(_ digest: Int64) -> Int128 { units.removeValue(forKey: digest) ?? 0 }

    /// What a digest stands for.
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
    /// Whether an order holds units while nobody has paid for them: it waits for payment, its cash is to be collected, or it costs nothing.
    static func isHeldUnpaid(_ order: Order) -> Bool {
        guard holdsStock(order.state) else { return false }
        if order.state == .pendingPayment || Worth(order).total == 0 { return true }
        return order.payments.attempts > 0 && word(order) == .pending
    }
}

extension AuditPass {
    /// The counts of units that are held unpaid are those of the orders.
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
