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
    package private(set) var rows: Int64
    /// The sum of the rows' SHA-256 digests, as four numbers of 64 bits: it does not depend on the order of the rows.
    package private(set) var sum: [UInt64]

    /// 64 hexadecimal digits.
    package var text: String { sum.map { String(format: "%016lx", $0) }.joined() }

    /// A digest, such as one that was read from a file; nil where the text is none.
    package init?(table: String, rows: Int64, text: String) {
        guard let bytes = Hex.bytes(text), bytes.count == 32 else { return nil }
        self.init(table: table, rows: rows, sum: Self.words(bytes))
    }

    /// The digest of a table without rows.
    package init(of table: String) { self.init(table: table, rows: 0, sum: [0, 0, 0, 0]) }

    /// Adds rows of a number of columns, which must be all columns of the table in its order.
    package mutating func add(_ columns: RowColumns, width: Int) {
        columns.bytes.withUnsafeBytes { bytes in
            var start = 0
            for row in 0..<columns.values.count / width {
                let values = columns.values[row * width..<(row + 1) * width]
                let length = values.reduce(0) { $0 + $1.length }
                Self.add(
                    Self.digest(of: values, UnsafeRawBufferPointer(rebasing: bytes[start..<start + length])),
                    to: &sum
                )
                start += length
                rows += 1
            }
        }
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
        var digest = TableDigest(of: table)
        var columns = RowColumns()
        while try statement.step(phase: .load) {
            columns.removeAll()
            statement.addColumns(width, to: &columns)
            digest.add(columns, width: width)
        }
        return digest
    }

    /// The digest of a row, whose texts and blobs stand one after another in `bytes`.
    private static func digest(of values: ArraySlice<RowColumns.Value>, _ bytes: UnsafeRawBufferPointer) -> [UInt64] {
        var hash = SHA256()
        func add(_ tag: UInt8, _ word: Int64) {
            // Two words of one size: between values of two sizes there would be bytes that nobody sets.
            withUnsafeBytes(of: (Int64(tag).littleEndian, word.littleEndian)) { hash.update(bufferPointer: $0) }
        }
        for value in values {
            switch value {
            case .null: add(0, 0)
            case .integer(let value): add(1, value)
            case .text(let range): add(2, Int64(range.count))
            case .blob(let range): add(3, Int64(range.count))
            }
        }
        hash.update(bufferPointer: bytes)
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

extension RowColumns.Value {
    /// The number of its bytes.
    fileprivate var length: Int {
        switch self {
        case .null, .integer: 0
        case .text(let range), .blob(let range): range.count
        }
    }
}
