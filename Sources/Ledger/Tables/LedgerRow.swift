// A row is a Swift value that writes its columns in the table's order, and is read back from the columns that it needs. Both are compiled
// for the row's type; an engine only moves columns.

import Trading

/// Names one row of a table; engines order rows by the columns of their keys.
public protocol RowKey: Hashable, Sendable {
    /// Writes the key's columns.
    func write(to columns: inout some ColumnWriter)
    /// Reads the key's columns; nil if they are not a valid key.
    init?(from columns: inout some ColumnReader)
}

/// A row, or a part of one, as it is read.
public protocol RowPart: Sendable {
    /// What names the row.
    associatedtype Key: RowKey
    /// The columns to read.
    static var selection: RowSelection { get }
    /// The row's name.
    var key: Key { get }
    /// Reads the columns of ``selection``, in their order; nil if they are not a valid row.
    init?(from columns: inout some ColumnReader)
}

/// One row of a table, as a Swift value.
public protocol LedgerRow: RowPart {
    /// The table that it stands in.
    static var schema: TableSchema { get }
    /// Writes every column, the key's first.
    func write(to columns: inout some ColumnWriter)
}

extension LedgerRow {
    /// Every column.
    public static var selection: RowSelection { schema.whole }
}

/// The key of a row alone, to tell whether the row exists.
public struct KeyOf<Row: LedgerRow>: RowPart {
    /// The key's columns.
    public static var selection: RowSelection { Row.schema.keyPart }

    /// The row's name.
    public let key: Row.Key

    /// Reads the key.
    public init?(from columns: inout some ColumnReader) {
        guard let key = Row.Key(from: &columns) else { return nil }
        self.key = key
    }
}

extension String: RowKey {
    /// One text column.
    public func write(to columns: inout some ColumnWriter) { columns.text(self) }

    /// One text column.
    public init?(from columns: inout some ColumnReader) {
        guard let text = columns.text() else { return nil }
        self = text
    }
}

extension Int64: RowKey {
    /// One integer column.
    public func write(to columns: inout some ColumnWriter) { columns.integer(self) }

    /// One integer column.
    public init?(from columns: inout some ColumnReader) {
        guard let value = columns.integer() else { return nil }
        self = value
    }
}

extension Bits128: RowKey {
    /// One column of 16 bytes.
    public func write(to columns: inout some ColumnWriter) { columns.bits(self) }

    /// One column of 16 bytes.
    public init?(from columns: inout some ColumnReader) {
        guard let bits = columns.bits() else { return nil }
        self = bits
    }
}

extension ID: RowKey {
    /// One column of 16 bytes.
    public func write(to columns: inout some ColumnWriter) { columns.bits(bits) }

    /// One column of 16 bytes.
    public init?(from columns: inout some ColumnReader) {
        guard let bits = columns.bits() else { return nil }
        self.init(bits)
    }
}

extension SKU: RowKey {
    /// One text column.
    public func write(to columns: inout some ColumnWriter) { columns.text(description) }

    /// One text column.
    public init?(from columns: inout some ColumnReader) {
        guard let text = columns.text() else { return nil }
        self.init(stored: text)
    }
}
