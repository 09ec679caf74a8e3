// Parameters in PostgreSQL's binary format: integers big-endian, texts and bytes as they are, and arrays with a header that says their
// type and length. Source: src/backend/utils/adt/arrayfuncs.c, array_recv().

import CPostgres
import Ledger
import Trading

/// The types of parameters, by their numbers in PostgreSQL's catalogue (pg_type.dat).
enum PostgresType: UInt32 {
    case bytea = 17
    case int8 = 20
    case text = 25
    case byteaArray = 1001
    case textArray = 1009
    case int8Array = 1016

    /// The type of an array's elements; nil for another type.
    var element: PostgresType? {
        switch self {
        case .byteaArray: .bytea
        case .textArray: .text
        case .int8Array: .int8
        default: nil
        }
    }

    /// The type of an array of a column's values.
    static func array(of kind: Column.Kind) -> PostgresType {
        switch kind {
        case .integer, .time, .flag: .int8Array
        case .text: .textArray
        case .id, .bytes: .byteaArray
        }
    }
}

/// The parameters of one statement.
struct PostgresParameters: ColumnWriter {
    private(set) var types: [UInt32] = []
    /// Where each parameter is among the bytes; nil for null.
    private(set) var places: [Range<Int>?] = []
    private(set) var bytes: [UInt8] = []

    mutating func integer(_ value: Int64) {
        add(.int8) { $0.append(bigEndian: value) }
    }

    mutating func text(_ value: String) {
        add(.text) { $0.append(contentsOf: value.utf8) }
    }

    mutating func bytes(_ value: [UInt8]) {
        add(.bytea) { $0.append(contentsOf: value) }
    }

    mutating func bits(_ value: Bits128) {
        add(.bytea) { bytes in
            bytes.append(bigEndian: value.high)
            bytes.append(bigEndian: value.low)
        }
    }

    /// A null without a type: the server takes that of the place where it stands.
    mutating func null() {
        types.append(0)
        places.append(nil)
    }

    mutating func value(_ value: ColumnValue) {
        switch value {
        case .integer(let value): integer(value)
        case .text(let value): text(value)
        case .bits(let value): bits(value)
        }
    }

    /// Adds the columns of one row or key.
    mutating func row(_ columns: RowColumns) {
        for value in columns.values {
            switch value {
            case .null: null()
            case .integer(let value): integer(value)
            case .text(let range): add(.text) { $0.append(contentsOf: columns.bytes[range]) }
            case .blob(let range): add(.bytea) { $0.append(contentsOf: columns.bytes[range]) }
            }
        }
    }

    /// Adds one array for each of the first columns of rows, `width` columns in each row.
    mutating func arrays(_ rows: RowColumns, of columns: some Collection<Column>) {
        let width = columns.count
        for (place, column) in columns.enumerated() {
            add(.array(of: column.kind)) { bytes in
                Self.addArray(rows, column: place, of: width, .array(of: column.kind), to: &bytes)
            }
        }
    }

    private static func addArray(
        _ rows: RowColumns,
        column: Int,
        of width: Int,
        _ type: PostgresType,
        to bytes: inout [UInt8]
    ) {
        let values = rows.values
        bytes.append(bigEndian: Int32(values.isEmpty ? 0 : 1))
        bytes.append(bigEndian: Int32(1))
        bytes.append(bigEndian: (type.element ?? type).rawValue)
        guard !values.isEmpty else { return }
        bytes.append(bigEndian: Int32(values.count / width))
        bytes.append(bigEndian: Int32(1))
        rows.bytes.withUnsafeBufferPointer { source in
            for index in stride(from: column, to: values.count, by: width) {
                switch values[index] {
                case .null: bytes.append(bigEndian: Int32(-1))
                case .integer(let value):
                    bytes.append(bigEndian: Int32(8))
                    bytes.append(bigEndian: value)
                case .text(let range), .blob(let range):
                    bytes.append(bigEndian: Int32(range.count))
                    bytes.append(contentsOf: source[range])
                }
            }
        }
    }

    private mutating func add(_ type: PostgresType, _ write: (inout [UInt8]) -> Void) {
        let start = bytes.count
        write(&bytes)
        types.append(type.rawValue)
        places.append(start..<bytes.count)
    }

    /// Calls `body` with what libpq takes: types, values, lengths and formats.
    func withArguments<Value>(
        _ body: (_ count: Int32, [UInt32], [UnsafePointer<CChar>?], _ lengths: [Int32], _ formats: [Int32]) -> Value
    ) -> Value {
        bytes.withUnsafeBytes { buffer in
            let values = places.map { place -> UnsafePointer<CChar>? in
                guard let place else { return nil }
                // An empty value is not null: it needs an address too.
                guard let base = buffer.baseAddress else { return Self.nothing }
                return (base + place.lowerBound).assumingMemoryBound(to: CChar.self)
            }
            let lengths = places.map { Int32($0?.count ?? 0) }
            return body(Int32(places.count), types, values, lengths, Array(repeating: 1, count: places.count))
        }
    }

    /// The address of a value without bytes, where no other parameter has bytes either.
    nonisolated(unsafe) private static let nothing: UnsafePointer<CChar> = UnsafePointer(
        UnsafeMutablePointer<CChar>.allocate(capacity: 1)
    )
}

extension [UInt8] {
    fileprivate mutating func append(bigEndian value: some FixedWidthInteger) {
        Swift.withUnsafeBytes(of: value.bigEndian) { append(contentsOf: $0) }
    }
}
