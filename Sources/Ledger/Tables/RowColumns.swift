// Rows on their way into an engine and out of it: flat, with all texts and blobs in one run of bytes. A row writes itself and
// reads itself back where its type is known, so that both are compiled for that type; an engine only sees columns.

import Trading

/// The columns of rows or of keys, one row after another, in the schema's order.
public struct RowColumns: ColumnWriter, Sendable {
    /// One column; the bytes of texts and blobs are in ``bytes``.
    public enum Value: Sendable {
        /// Null.
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

    /// No columns.
    public init() {}

    /// The columns of a row.
    public init(_ row: some LedgerRow) {
        row.write(to: &self)
    }

    /// The columns of a key.
    public init(_ key: some RowKey) {
        key.write(to: &self)
    }

    /// Removes the columns, and keeps the capacity.
    package mutating func removeAll() {
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

    /// Adds text that is UTF-8 already.
    public mutating func text(utf8 value: UnsafeRawBufferPointer) {
        let start = bytes.count
        bytes.append(contentsOf: value)
        values.append(.text(start..<bytes.count))
    }

    /// Adds bytes.
    public mutating func blob(_ value: UnsafeRawBufferPointer) {
        let start = bytes.count
        bytes.append(contentsOf: value)
        values.append(.blob(start..<bytes.count))
    }

    /// Adds bytes.
    public mutating func bytes(_ value: [UInt8]) {
        let start = bytes.count
        bytes.append(contentsOf: value)
        values.append(.blob(start..<bytes.count))
    }

    /// Adds 16 bytes, big-endian.
    public mutating func bits(_ value: Bits128) {
        let start = bytes.count
        withUnsafeBytes(of: (value.high.bigEndian, value.low.bigEndian)) { bytes.append(contentsOf: $0) }
        values.append(.blob(start..<start + 16))
    }

    /// Adds null.
    public mutating func null() {
        values.append(.null)
    }
}

/// Reads rows back, one column after another.
struct RowColumnsReader: ColumnReader {
    private let columns: RowColumns
    private var position = 0

    init(_ columns: RowColumns) {
        self.columns = columns
    }

    /// Whether every column was read.
    var isAtEnd: Bool { position == columns.values.count }

    private mutating func next() -> RowColumns.Value {
        guard position < columns.values.count else { return .null }
        defer { position += 1 }
        return columns.values[position]
    }

    mutating func integer() -> Int64? {
        if case .integer(let value) = next() { value } else { nil }
    }

    mutating func text() -> String? {
        if case .text(let range) = next() { String(decoding: columns.bytes[range], as: UTF8.self) } else { nil }
    }

    mutating func bytes() -> [UInt8]? {
        if case .blob(let range) = next() { Array(columns.bytes[range]) } else { nil }
    }

    mutating func bits() -> Bits128? {
        guard case .blob(let range) = next(), range.count == 16 else { return nil }
        return columns.bytes.withUnsafeBytes { bytes in
            Bits128(
                high: UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: range.lowerBound, as: UInt64.self)),
                low: UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: range.lowerBound + 8, as: UInt64.self))
            )
        }
    }
}
