import CPostgres
import Ledger
import Trading

/// The rows of a statement's answer, in the binary format.
final class PostgresResult {
    private let handle: OpaquePointer

    /// Takes ownership of libpq's result.
    init(_ handle: OpaquePointer) {
        self.handle = handle
    }

    deinit { PQclear(handle) }

    /// The number of rows.
    var count: Int { Int(PQntuples(handle)) }

    /// What became of the statement.
    var status: ExecStatusType { PQresultStatus(handle) }

    /// A field of the error; nil where there is none.
    func field(_ code: CChar) -> String? {
        PQresultErrorField(handle, Int32(code)).map { String(cString: $0) }
    }

    /// The SQLSTATE of the error; empty where the server did not give one.
    var state: String { field(CChar(UInt8(ascii: "C"))) ?? "" }

    /// The error in the server's words, in one line.
    var message: String {
        let primary = field(CChar(UInt8(ascii: "M"))) ?? String(cString: PQresultErrorMessage(handle))
        let place = [("table", "t"), ("constraint", "n")].compactMap { name, code in
            field(CChar(UInt8(ascii: code))).map { " (\(name) \($0))" }
        }
        return ([primary] + place).joined()
    }

    /// Reads the columns of one row.
    func columns(of row: Int) -> PostgresColumns { PostgresColumns(handle, row: Int32(row)) }

    /// Appends all rows, as columns of these kinds.
    func add(_ columns: [Column], to rows: inout RowColumns) {
        for row in 0..<Int32(count) {
            for (place, column) in columns.enumerated() {
                let place = Int32(place)
                guard PQgetisnull(handle, row, place) == 0, let value = PQgetvalue(handle, row, place) else {
                    rows.null()
                    continue
                }
                let bytes = UnsafeRawBufferPointer(start: value, count: Int(PQgetlength(handle, row, place)))
                switch column.kind {
                case .integer, .time, .flag: rows.integer(Self.integer(bytes))
                case .text: rows.text(utf8: bytes)
                case .id, .bytes: rows.blob(bytes)
                }
            }
        }
    }

    /// The number of columns.
    var width: Int { Int(PQnfields(handle)) }

    /// Appends all rows, as columns of the types that the server says.
    ///
    /// - Throws: a failure for a type that no ledger has.
    func addStored(to rows: inout RowColumns) throws(LedgerFailure) {
        let columns = try (0..<Int32(width)).map { place throws(LedgerFailure) in
            switch PQftype(handle, place) {
            case 20, 21, 23: Column.integer("")
            case PostgresType.text.rawValue: Column.text("")
            case PostgresType.bytea.rawValue: Column.bytes("")
            case let type:
                throw LedgerFailure(.corrupt, phase: .load, retry: .never, detail: "a column of the type \(type)")
            }
        }
        add(columns, to: &rows)
    }

    /// A big-endian integer of any length up to eight bytes.
    static func integer(_ bytes: UnsafeRawBufferPointer) -> Int64 {
        var value: Int64 = (bytes.first ?? 0) >= 0x80 ? -1 : 0
        for byte in bytes { value = value << 8 | Int64(byte) }
        return value
    }
}

extension UInt8 {
    fileprivate init(ascii text: String) { self = text.utf8.first ?? 0 }
}

/// Reads the columns of a row, one after another.
struct PostgresColumns: ColumnReader {
    private let result: OpaquePointer
    private let row: Int32
    private var column: Int32 = -1

    init(_ result: OpaquePointer, row: Int32) {
        self.result = result
        self.row = row
    }

    /// The bytes of the next column; nil for null, or for another type.
    private mutating func next(_ isExpected: (UInt32) -> Bool) -> UnsafeRawBufferPointer? {
        column += 1
        guard column < PQnfields(result), PQgetisnull(result, row, column) == 0, isExpected(PQftype(result, column)),
            let value = PQgetvalue(result, row, column)
        else { return nil }
        return UnsafeRawBufferPointer(start: value, count: Int(PQgetlength(result, row, column)))
    }

    /// Integers of two, four and eight bytes: int2, int4 and int8.
    mutating func integer() -> Int64? {
        next { $0 == 20 || $0 == 21 || $0 == 23 }.map(PostgresResult.integer)
    }

    mutating func text() -> String? {
        next { $0 == PostgresType.text.rawValue }.map { String(decoding: $0, as: UTF8.self) }
    }

    mutating func bytes() -> [UInt8]? {
        next { $0 == PostgresType.bytea.rawValue }.map { Array($0) }
    }

    mutating func bits() -> Bits128? {
        guard let bytes = next({ $0 == PostgresType.bytea.rawValue }), bytes.count == 16 else { return nil }
        return Bits128(
            high: UInt64(bigEndian: bytes.loadUnaligned(as: UInt64.self)),
            low: UInt64(bigEndian: bytes.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
        )
    }
}
