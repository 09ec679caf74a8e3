import Ledger
import LedgerSQLite
import Time
import Trading

/// What was archived after the moment to which a ledger is restored: it will be gone.
package struct LostTurns: Codable, Hashable, Sendable {
    /// Turns, events, new orders and new payments.
    package private(set) var turns: Int64 = 0
    package private(set) var events: Int64 = 0
    package private(set) var orders: Int64 = 0
    package private(set) var payments: Int64 = 0
    /// The value of the new orders, in minor units, by currency.
    package private(set) var value: [String: Int64] = [:]
    /// The time of the last turn, in milliseconds since 1970.
    package private(set) var until: Int64?

    package init() {}

    /// Adds a turn after the moment.
    ///
    /// - Parameter event: the last event before this turn; the last event after it, once it is added.
    mutating func add(_ header: ChangeHeader, _ changes: ReadChanges, event: inout Int64) {
        turns += 1
        until = header.turn.at.milliseconds
        if header.lastEvent >= 0 {
            events += header.lastEvent - event
            event = header.lastEvent
        }
        payments += Int64(changes.insertedRows(of: PaymentRow.schema.name))
        orders += Int64(changes.insertedRows(of: OrderRow.schema.name))
        for document in changes.insertedBytes(of: OrderRow.schema.name, column: "document") {
            guard let order = Order(document: document) else { continue }
            value["\(order.currency)", default: 0] += order.total.amount
        }
    }
}
