import Trading

@testable import Ledger

/// Every row of every table, to check that nothing in the ledger changed.
struct LedgerDump: Equatable, Sendable {
    private(set) var tables: [String: [[MemoryColumn]]] = [:]

    init(_ view: any LedgerView) throws(LedgerFailure) {
        for row in LedgerTables.rows { try add(row, view) }
    }

    private mutating func add<R: LedgerRow>(_ type: R.Type, _ view: any LedgerView) throws(LedgerFailure) {
        tables[R.schema.name] = try view.rows(RowQuery<R>(limit: .max)).map { row in
            RowColumns(row).memory
        }
    }

    /// The names of the tables whose rows differ.
    func changes(since before: LedgerDump) -> [String] {
        tables.keys.filter { tables[$0] != before.tables[$0] }.sorted()
    }
}
