import Bytes
import Ledger
import PlainText

/// What PostgreSQL takes as text: UTF-8 without the character U+0000.
enum TextLimits {
    /// Looks at the texts of rows that are to be saved.
    ///
    /// - Throws: a failure that says which row stands in the way.
    static func check(_ changes: TableChanges) throws(LedgerFailure) {
        let table = changes.table
        let width = table.columns.count
        for rows in [changes.inserted, changes.updated] {
            for (place, value) in rows.values.enumerated() {
                guard case .text(let range) = value, let fault = fault(rows.bytes[range]) else { continue }
                var row = RowColumns()
                row.add(place / width, of: rows, width: width, first: width)
                let words = "\(words(for: row, of: table)): \(table.columns[place % width].name) has \(fault)"
                throw LedgerFailure(.contradicted, phase: .save, retry: .never, detail: words)
            }
        }
    }

    private static func fault(_ text: ArraySlice<UInt8>) -> String? {
        if text.contains(0) { return "the character U+0000, which PostgreSQL does not take" }
        return String(validating: text, as: UTF8.self) == nil ? "bytes that are not UTF-8" : nil
    }

    /// A row by its table and key, in words.
    static func words(for row: RowColumns, of table: TableSchema) -> String {
        let key = row.values.prefix(table.keyCount).map { value in
            switch value {
            case .null: "null"
            case .integer(let value): "\(value)"
            case .text(let range): "\"\(String(decoding: row.bytes[range], as: UTF8.self).cleaned())\""
            case .blob(let range): Hex.text(row.bytes[range])
            }
        }
        return "the row \(key.joined(separator: ", ")) of \(table.name)"
    }
}
