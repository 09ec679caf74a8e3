import Bytes
import Crypto
import Foundation
import Ledger
import Trading

/// What a table of a ledger holds: two ledgers with equal digests hold the same rows.
package struct TableDigest: Hashable, Sendable {
    /// The table's name.
    package let table: String
    /// The number of its rows.
    package let rows: Int64
    /// The sum of the rows' SHA-256 digests, as four numbers of 64 bits: it does not depend on the order of the rows.
    package let sum: [UInt64]

    /// 64 hexadecimal digits.
    package var text: String { sum.map { String(format: "%016lx", $0) }.joined() }

    /// A digest, such as one that was read from a file; nil where the text is none.
    package init?(table: String, rows: Int64, text: String) {
        guard let bytes = Hex.bytes(text), bytes.count == 32 else { return nil }
        self.init(table: table, rows: rows, sum: Self.words(bytes))
    }

    private init(table: String, rows: Int64, sum: [UInt64]) {
        self.table = table
        self.rows = rows
        self.sum = sum
    }

    /// The digests of all tables of a file, by name.
    ///
    /// The tables are those that the file has, whatever the build lists. Left out: what is derived (the words of the search), the turns of
    /// writers that have ended, and the schema's history.
    ///
    /// Cost: reads every row once.
    package static func all(path: String) throws(LedgerFailure) -> [TableDigest] {
        let connection = try SQLiteConnection(path: path, mode: .read, busyMilliseconds: 5000)
        try connection.execute("PRAGMA query_only = ON", phase: .begin)
        return try connection.reading { () throws(LedgerFailure) in
            var digests: [TableDigest] = []
            for name in try names(connection) { digests.append(try of(name, connection)) }
            return digests
        }
    }

    private static func names(_ connection: SQLiteConnection) throws(LedgerFailure) -> [String] {
        let statement = try connection.prepare(
            """
            SELECT name FROM sqlite_schema WHERE type = 'table' AND name NOT LIKE 'sqlite!_%' ESCAPE '!'
            AND name NOT LIKE 'product!_search%' ESCAPE '!' AND name NOT IN ('turns', 'migrations') ORDER BY name
            """,
            phase: .load
        )
        defer { statement.reset() }
        var names: [String] = []
        while try statement.step(phase: .load) {
            var columns = statement.columns
            if let name = columns.text() { names.append(name) }
        }
        return names
    }

    private static func of(_ table: String, _ connection: SQLiteConnection) throws(LedgerFailure) -> TableDigest {
        let width = Int(try connection.integer("SELECT count(*) FROM pragma_table_info('\(table)')", phase: .load) ?? 0)
        let statement = try connection.prepare("SELECT * FROM \"\(table)\"", phase: .load)
        defer { statement.reset() }
        var (rows, sum): (Int64, [UInt64]) = (0, [0, 0, 0, 0])
        var columns = RowColumns()
        while try statement.step(phase: .load) {
            columns.removeAll()
            statement.addColumns(width, to: &columns)
            add(digest(of: columns), to: &sum)
            rows += 1
        }
        return TableDigest(table: table, rows: rows, sum: sum)
    }

    private static func digest(of columns: RowColumns) -> [UInt64] {
        var hash = SHA256()
        func add(_ tag: UInt8, _ word: Int64) {
            withUnsafeBytes(of: (tag, word.littleEndian)) { hash.update(bufferPointer: $0) }
        }
        for value in columns.values {
            switch value {
            case .null: add(0, 0)
            case .integer(let value): add(1, value)
            case .text(let range): add(2, Int64(range.count))
            case .blob(let range): add(3, Int64(range.count))
            }
        }
        columns.bytes.withUnsafeBytes { hash.update(bufferPointer: $0) }
        return words(Array(hash.finalize()))
    }

    private static func words(_ bytes: [UInt8]) -> [UInt64] {
        stride(from: 0, to: 32, by: 8).map { start in
            bytes[start..<start + 8].reduce(0) { $0 << 8 | UInt64($1) }
        }
    }

    /// Adds a number of 256 bits, big end first, modulo 2^256.
    private static func add(_ words: [UInt64], to sum: inout [UInt64]) {
        var carry: UInt64 = 0
        for index in sum.indices.reversed() {
            let (first, over) = sum[index].addingReportingOverflow(words[index])
            let (second, again) = first.addingReportingOverflow(carry)
            sum[index] = second
            carry = over || again ? 1 : 0
        }
    }
}
