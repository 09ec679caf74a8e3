import Auditing
import Foundation
import Load

/// The checks of a shop after its customers have left.
enum DrillAudit {
    private static let attempts = 50

    /// Repeats, with its key, every purchase with an unknown outcome: after that each has exactly one order.
    ///
    /// - Throws: ``DrillError`` where the shop does not answer.
    static func settle(_ record: inout DrillRecord, at url: String) async throws {
        let target = try BenchTarget(url: url, allowRemote: false)
        for request in record.unsettled {
            var isSettled = false
            for _ in 0..<attempts where !isSettled {
                let answer = try? BenchExchange(target: target).send(request.bytes, request.key)
                switch answer?.status ?? 0 {
                case 201:
                    let order = PlacedOrder.id(in: answer?.body ?? []) ?? "-"
                    record.orders[request.key, default: []].insert(order)
                    isSettled = true
                case 400..<429: isSettled = true
                default: try await Task.sleep(for: .milliseconds(200))
                }
            }
            guard isSettled else { throw DrillError("the shop does not say what became of the key \(request.key)") }
        }
        record.unsettled = []
    }

    /// The orders in a shop's ledger.
    static func orders(of shop: DrillShop) async throws -> Int {
        try await Audit.run(AuditOptions(database: shop.data + "/tradewind.db")).checked["orders"] ?? 0
    }

    /// How many of the orders that customers were told of a ledger lacks, and which other invariants are broken in it, with how often.
    static func compare(
        _ database: String,
        _ record: DrillRecord,
        journal: String
    ) async throws -> (lost: Int, broken: [String: Int]) {
        let counts = try await audit(database, record, journal: journal).counts
        let others = counts.filter { $0.key != .acknowledgedOrders }.map { ($0.key.rawValue, $0.value) }
        return (counts[.acknowledgedOrders, default: 0], Dictionary(uniqueKeysWithValues: others))
    }

    private static func audit(
        _ database: String,
        _ record: DrillRecord,
        journal path: String
    ) async throws
        -> AuditReport
    {
        let journal = try BenchJournal(path: path)
        for (key, orders) in record.orders { for order in orders { journal.add(key: key, order: order) } }
        try journal.finish()
        var options = AuditOptions(database: database)
        options.journal = path
        return try await Audit.run(options)
    }

    /// Compares the customers' answers with the ledger, and audits that.
    static func audit(
        _ shop: DrillShop,
        _ record: DrillRecord,
        ordersBefore: Int,
        into report: inout DrillReport
    ) async throws {
        let audit = try await audit(shop.data + "/tradewind.db", record, journal: shop.directory + "/journal")
        for (rule, count) in audit.counts where rule != .acknowledgedOrders { report.broken[rule.rawValue] = count }
        report.lost = audit.counts[.acknowledgedOrders, default: 0]
        let told = Set(record.orders.values.joined()).count
        let placed = (audit.checked["orders"] ?? 0) - ordersBefore
        report.doubled = record.orders.values.reduce(0) { $0 + $1.count - 1 } + max(0, placed - told)
        report.notes += audit.violations.prefix(3).map { violation in
            "\(violation.invariant.rawValue) \(violation.table) \(violation.key): \(violation.expected); \(violation.found)"
        }
    }
}
