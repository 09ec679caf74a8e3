// Tables are described once, here, and every SQL engine derives its statements from the description. A row is a Swift value
// that writes its columns in the schema's order and reads them back in the same order; an engine moves them and knows no more.

import Trading

/// What a column holds.
public enum ColumnKind: Sendable {
    /// A 64-bit integer.
    case integer
    /// UTF-8 text.
    case text
    /// Bytes.
    case blob
}

/// One column of a table.
public struct Column: Sendable {
    /// Its name in SQL.
    public let name: String
    /// What it holds.
    public let kind: ColumnKind

    /// A column.
    public init(_ name: String, _ kind: ColumnKind) {
        self.name = name
        self.kind = kind
    }
}

/// A table: its name, its columns, and how many of the first columns are its key.
///
/// A class, so that engines know a table by its identity and keep its statements under it.
public final class TableSchema: Sendable {
    /// Its name in SQL.
    public let name: String
    /// Its columns, the key first.
    public let columns: [Column]
    /// How many columns make the key.
    public let keyCount: Int

    /// A table.
    public init(_ name: String, key: [Column], _ columns: [Column]) {
        self.name = name
        self.columns = key + columns
        keyCount = key.count
    }
}

/// Takes the columns of a row, or of a key, in the schema's order.
public protocol ColumnWriter {
    /// Writes an integer.
    mutating func integer(_ value: Int64)
    /// Writes text.
    mutating func text(_ value: String)
    /// Writes bytes.
    mutating func blob(_ value: [UInt8])
    /// Writes 16 bytes, big end first.
    mutating func bits(_ value: Bits128)
    /// Writes nothing.
    mutating func null()
}

extension ColumnWriter {
    /// Writes an integer, or nothing.
    public mutating func integer(_ value: Int64?) {
        if let value { integer(value) } else { null() }
    }

    /// Writes text, or nothing.
    public mutating func text(_ value: String?) {
        if let value { text(value) } else { null() }
    }

    /// Writes 16 bytes, or nothing.
    public mutating func bits(_ value: Bits128?) {
        if let value { bits(value) } else { null() }
    }
}

/// Gives the columns of a row in the schema's order.
///
/// A column of another type than asked for gives zero, an empty text or nil: a schema that drifted shows up as a row that
/// does not decode, never as a crash.
public protocol ColumnReader {
    /// Reads an integer; nil where there is none.
    mutating func integer() -> Int64?
    /// Reads text; nil where there is none.
    mutating func text() -> String?
    /// Reads bytes; nil where there are none.
    mutating func blob() -> [UInt8]?
    /// Reads 16 bytes; nil where there are none.
    mutating func bits() -> Bits128?
}

/// Names one row of a table; ordered as engines order their keys.
public protocol RowKey: Hashable, Comparable, Sendable {
    /// Writes the key's columns.
    func write(to columns: inout some ColumnWriter)
}

/// One row of a table, as a Swift value.
public protocol LedgerRow: Sendable {
    /// What names it.
    associatedtype Key: RowKey
    /// The table that it stands in.
    static var schema: TableSchema { get }
    /// Its name.
    var key: Key { get }
    /// Writes every column, the key's first.
    func write(to columns: inout some ColumnWriter)
    /// Reads every column; nil where what is stored is not such a row.
    init?(from columns: inout some ColumnReader)
}

extension String: RowKey {
    /// One text column.
    public func write(to columns: inout some ColumnWriter) { columns.text(self) }
}

extension Int64: RowKey {
    /// One integer column.
    public func write(to columns: inout some ColumnWriter) { columns.integer(self) }
}

extension Bits128: RowKey {
    /// One column of 16 bytes.
    public func write(to columns: inout some ColumnWriter) { columns.bits(self) }
}

extension ID: RowKey {
    /// One column of 16 bytes.
    public func write(to columns: inout some ColumnWriter) { columns.bits(bits) }
}

extension SKU: RowKey {
    /// One text column.
    public func write(to columns: inout some ColumnWriter) { columns.text(description) }
}
