import Foundation

/// The tables of a ledger as they are stored: columns are carried, and no row is understood.
///
/// Confined to one thread, which each call blocks.
package protocol StoredTables: AnyObject {
    /// The first rows of a table behind a key, in the order of the keys, as of now.
    ///
    /// - Parameter key: the columns of the key; nil for the beginning.
    func page(of table: TableSchema, after key: RowColumns?, limit: Int) throws(LedgerFailure) -> RowColumns
}

extension SQLDialect {
    /// Reads the first rows of a table behind a key; the parameters are the key's columns, unless it is the beginning, and the limit.
    package func selectPage(of table: TableSchema, isFirst: Bool) -> String {
        let key = table.columns.prefix(table.keyCount).map(\.name).joined(separator: ", ")
        let marks = (1...table.keyCount).map { parameter($0) }.joined(separator: ", ")
        return """
            SELECT \(table.columns.map(\.name).joined(separator: ", ")) FROM \(table.name)\
            \(isFirst ? "" : " WHERE (\(key)) > (\(marks))") ORDER BY \(key) \
            LIMIT \(parameter(isFirst ? 1 : table.keyCount + 1))
            """
    }
}

extension RowColumns {
    /// The number of rows of a width.
    package func rows(of width: Int) -> Int { values.count / width }

    /// Adds the first columns of a row of others.
    package mutating func add(_ row: Int, of other: RowColumns, width: Int, first count: Int) {
        other.bytes.withUnsafeBytes { bytes in
            for value in other.values[row * width..<row * width + count] {
                switch value {
                case .null: null()
                case .integer(let value): integer(value)
                case .text(let range): text(utf8: UnsafeRawBufferPointer(rebasing: bytes[range]))
                case .blob(let range): blob(UnsafeRawBufferPointer(rebasing: bytes[range]))
                }
            }
        }
    }

    /// The order of two values, as engines order keys: nulls, integers, texts and blobs, the latter two by their bytes.
    package static func order(_ left: RowColumns, _ first: Int, _ right: RowColumns, _ second: Int) -> Int {
        switch (left.values[first], right.values[second]) {
        case (.null, .null): return 0
        case (.integer(let one), .integer(let other)): return one < other ? -1 : (one > other ? 1 : 0)
        case (.text(let one), .text(let other)), (.blob(let one), .blob(let other)):
            return left.bytes.withUnsafeBytes { left in
                right.bytes.withUnsafeBytes { right in order(left[one], right[other]) }
            }
        case (let one, let other): return one.rank - other.rank
        }
    }

    private static func order(_ one: Slice<UnsafeRawBufferPointer>, _ other: Slice<UnsafeRawBufferPointer>) -> Int {
        let (one, other) = (UnsafeRawBufferPointer(rebasing: one), UnsafeRawBufferPointer(rebasing: other))
        let least = min(one.count, other.count)
        if least > 0, let left = one.baseAddress, let right = other.baseAddress {
            let found = memcmp(left, right, least)
            if found != 0 { return Int(found) }
        }
        return one.count - other.count
    }
}

extension RowColumns.Value {
    fileprivate var rank: Int {
        switch self {
        case .null: 0
        case .integer: 1
        case .text: 2
        case .blob: 3
        }
    }
}

/// How many rows are read at once, so that what is read stays within a bound of bytes, as long as rows are of about the same length.
package struct PageSize {
    /// The number of rows.
    package private(set) var rows = 64

    private static let bytesMost = 4 << 20
    private static let rowsMost = 4096

    /// Begins with few.
    package init() {}

    /// Notes what was read; the next page has twice as many rows, or fewer.
    package mutating func note(_ read: RowColumns) {
        // A value is about as long in memory as its bytes are, at least.
        let bytes = read.bytes.count + read.values.count * 8
        if bytes > Self.bytesMost {
            rows = max(1, rows / 2)
        } else if bytes * 2 <= Self.bytesMost {
            rows = min(Self.rowsMost, rows * 2)
        }
    }
}
