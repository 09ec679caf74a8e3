import Ledger

/// The changes of a record, for reports.
package struct ReadChanges {
    private let parts: [ChangePayload.Part]
    private let tables: [TableSchema]

    fileprivate init(parts: [ChangePayload.Part], tables: [TableSchema]) {
        self.parts = parts
        self.tables = tables
    }

    /// The number of rows that were added to a table.
    package func insertedRows(of table: String) -> Int { inserted(table).reduce(0) { $0 + $1.count } }

    /// A column of bytes of the rows that were added to a table.
    package func insertedBytes(of table: String, column: String) -> [[UInt8]] {
        var found: [[UInt8]] = []
        for rows in inserted(table) {
            guard let place = rows.schema.columns.firstIndex(where: { $0.name == column }) else { continue }
            for row in 0..<rows.count {
                if case .blob(let range) = rows.columns.values[row * rows.schema.columns.count + place] {
                    found.append(Array(rows.columns.bytes[range]))
                }
            }
        }
        return found
    }

    private struct Rows {
        let schema: TableSchema
        let columns: RowColumns
        var count: Int { columns.values.count / schema.columns.count }
    }

    private func inserted(_ table: String) -> [Rows] {
        parts.compactMap { part in
            guard part.place < tables.count, tables[part.place].name == table else { return nil }
            return Rows(schema: tables[part.place], columns: part.inserted)
        }
    }
}

/// Reads records without applying them.
package struct ChangeReader {
    private var catalogues: [UInt64: TableCatalogue] = [:]

    /// A reader that knows no tables yet.
    package init() {}

    /// Adds a description of tables.
    ///
    /// - Returns: whether it is one.
    package mutating func describe(_ payload: UnsafeRawBufferPointer) -> Bool {
        guard let catalogue = TableCatalogue(payload: Array(payload)) else { return false }
        catalogues[catalogue.name] = catalogue
        return true
    }

    /// The changes of a record; nil where it cannot be read.
    package func changes(_ header: ChangeHeader, _ payload: UnsafeRawBufferPointer) -> ReadChanges? {
        guard header.matches(payload), let parts = ChangePayload.parts(payload),
            let tables = catalogues[header.tables]?.tables
        else { return nil }
        return ReadChanges(parts: parts, tables: tables)
    }
}
