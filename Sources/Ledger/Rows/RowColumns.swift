// A row on its way into an engine: flat, by value, with every text and every blob in one run of bytes. A row writes itself into it where
// its type is known, so that writing is compiled for that type; an engine only ever sees columns.

import Trading

/// The columns of a row or of a key, in the schema's order.
public struct RowColumns: ColumnWriter, Sendable {
    /// One column; the bytes of texts and blobs are a part of ``bytes``.
    public enum Value: Sendable {
        /// Nothing.
        case null
        /// An integer.
        case integer(Int64)
        /// UTF-8 text.
        case text(Range<Int>)
        /// Bytes.
        case blob(Range<Int>)
    }

    /// The columns.
    public private(set) var values: [Value] = []
    /// The bytes of the texts and blobs.
    public private(set) var bytes: [UInt8] = []

    /// No columns yet.
    public init() {}

    /// The columns of a row.
    public init(_ row: some LedgerRow) {
        row.write(to: &self)
    }

    /// The columns of a key.
    public init(_ key: some RowKey) {
        key.write(to: &self)
    }

    /// Forgets the columns, and keeps the room.
    mutating func removeAll() {
        values.removeAll(keepingCapacity: true)
        bytes.removeAll(keepingCapacity: true)
    }

    /// Adds an integer.
    public mutating func integer(_ value: Int64) {
        values.append(.integer(value))
    }

    /// Adds text.
    public mutating func text(_ value: String) {
        let start = bytes.count
        bytes.append(contentsOf: value.utf8)
        values.append(.text(start..<bytes.count))
    }

    /// Adds bytes.
    public mutating func blob(_ value: [UInt8]) {
        let start = bytes.count
        bytes.append(contentsOf: value)
        values.append(.blob(start..<bytes.count))
    }

    /// Adds 16 bytes, big end first.
    public mutating func bits(_ value: Bits128) {
        let start = bytes.count
        withUnsafeBytes(of: (value.high.bigEndian, value.low.bigEndian)) { bytes.append(contentsOf: $0) }
        values.append(.blob(start..<start + 16))
    }

    /// Adds nothing.
    public mutating func null() {
        values.append(.null)
    }
}
