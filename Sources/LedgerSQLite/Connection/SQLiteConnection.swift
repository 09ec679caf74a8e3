// SQLite's C interface, as far as the ledger needs it. A connection is used by one thread at a time; statements are prepared once
// and cached. Text and bytes are passed as copies, so nothing here outlives a call.

import CGatheredLog
import CSQLite
import Foundation
import Ledger
import Trading

/// Must be called before the first connection; without effect if the library is in use already.
private let withoutMemoryStatistics = tradewind_sqlite_without_memory_statistics()

/// The VFS of committing connections; the default one where it cannot be registered.
private let gatheredLog = tradewind_register_gathered_log() == SQLITE_OK ? "gathered-log" : nil

/// An open database file, used by one thread at a time.
final class SQLiteConnection {
    private let handle: OpaquePointer
    private var statements: [String: SQLiteStatement] = [:]
    private var tables: [ObjectIdentifier: TableStatements] = [:]
    private var selects: [ObjectIdentifier: SQLiteStatement] = [:]

    /// The purpose of a connection.
    enum Mode {
        /// Writing, with a commit's writes to the log gathered.
        case commit
        case write
        case read
    }

    init(path: String, mode: Mode, busyMilliseconds: Int32) throws(LedgerFailure) {
        _ = withoutMemoryStatistics
        if mode != .read, !path.hasPrefix(":") { Self.keepToOwner(path) }
        var opened: OpaquePointer?
        let flags = SQLITE_OPEN_READWRITE | (mode == .read ? 0 : SQLITE_OPEN_CREATE) | SQLITE_OPEN_NOMUTEX
        let code = sqlite3_open_v2(path, &opened, flags, mode == .commit ? gatheredLog : nil)
        guard code == SQLITE_OK, let opened else {
            let message = opened.map { String(cString: sqlite3_errmsg($0)) } ?? "out of memory"
            sqlite3_close_v2(opened)
            throw LedgerFailure(sqlite: code, phase: .begin, detail: "\(message): \(path)")
        }
        handle = opened
        sqlite3_extended_result_codes(handle, 1)
        sqlite3_busy_timeout(handle, busyMilliseconds)
    }

    /// Creates the file for its owner alone where it does not exist, and removes other users' permissions where it does.
    ///
    /// SQLite gives its log and the log's index the mode of the file. An existing file is not opened here: closing it would
    /// release the locks of other connections of the process. Errors are reported by SQLite when it opens the file.
    private static func keepToOwner(_ path: String) {
        let made = open(path, O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
        if made >= 0 {
            close(made)
            return
        }
        for file in [path, path + "-wal", path + "-shm"] {
            var status = stat()
            guard stat(file, &status) == 0, status.st_mode & S_IFMT == S_IFREG, status.st_mode & 0o007 != 0 else {
                continue
            }
            _ = chmod(file, status.st_mode & 0o770)
        }
    }

    deinit {
        tables.removeAll()
        selects.removeAll()
        statements.removeAll()
        sqlite3_close_v2(handle)
    }

    /// Runs one or several statements without rows.
    func execute(_ sql: String, phase: LedgerFailure.Phase) throws(LedgerFailure) {
        let code = sqlite3_exec(handle, sql, nil, nil, nil)
        guard code == SQLITE_OK else { throw failure(code, phase: phase) }
    }

    /// The first column of the first row, as an integer.
    func integer(_ sql: String, phase: LedgerFailure.Phase) throws(LedgerFailure) -> Int64? {
        let statement = try prepare(sql, phase: phase)
        defer { statement.reset() }
        return try statement.step(phase: phase) ? sqlite3_column_int64(statement.handle, 0) : nil
    }

    /// The first column of the first row, as text.
    func text(_ sql: String, phase: LedgerFailure.Phase) throws(LedgerFailure) -> String? {
        let statement = try prepare(sql, phase: phase)
        defer { statement.reset() }
        guard try statement.step(phase: phase) else { return nil }
        return statement.columns.nextText()
    }

    /// A statement, prepared on first use and cached.
    func prepare(_ sql: String, phase: LedgerFailure.Phase) throws(LedgerFailure) -> SQLiteStatement {
        if let statement = statements[sql] { return statement }
        var prepared: OpaquePointer?
        let code = sqlite3_prepare_v3(handle, sql, -1, UInt32(SQLITE_PREPARE_PERSISTENT), &prepared, nil)
        guard code == SQLITE_OK, let prepared else { throw failure(code, phase: phase) }
        let statement = SQLiteStatement(prepared, of: handle)
        statements[sql] = statement
        return statement
    }

    /// The statement that reads one row by its key.
    func select(_ selection: RowSelection) throws(LedgerFailure) -> SQLiteStatement {
        if let known = selects[ObjectIdentifier(selection)] { return known }
        let statement = try prepare(SQLiteDialect().select(selection), phase: .load)
        selects[ObjectIdentifier(selection)] = statement
        return statement
    }

    /// The statements that change a table.
    func table(_ schema: TableSchema) -> TableStatements {
        if let known = tables[ObjectIdentifier(schema)] { return known }
        let statements = TableStatements(schema, on: self)
        tables[ObjectIdentifier(schema)] = statements
        return statements
    }

    /// Adds a function of one argument that depends on nothing else.
    func addFunction(
        _ name: String,
        _ body: @escaping @convention(c) (OpaquePointer?, Int32, UnsafeMutablePointer<OpaquePointer?>?) -> Void
    ) throws(LedgerFailure) {
        let flags = SQLITE_UTF8 | SQLITE_DETERMINISTIC
        let code = sqlite3_create_function_v2(handle, name, 1, flags, nil, body, nil, nil, nil)
        guard code == SQLITE_OK else { throw failure(code, phase: .begin) }
    }

    /// The number of rows that the last statement changed.
    var changedRows: Int64 { sqlite3_changes64(handle) }

    /// Whether a transaction is open.
    var isInTransaction: Bool { sqlite3_get_autocommit(handle) == 0 }

    /// Runs `body`, whose commit leaves the sync of the log to the caller.
    func puttingOffSync<E: Error>(_ body: () throws(E) -> Void) throws(E) {
        tradewind_put_off_sync(handle, 1)
        defer { tradewind_put_off_sync(handle, 0) }
        try body()
    }

    /// Moves as much as possible from the log into the database without waiting.
    func checkpointPassively() {
        sqlite3_wal_checkpoint_v2(handle, nil, SQLITE_CHECKPOINT_PASSIVE, nil, nil)
    }

    /// The connection itself, for an interruption by another thread; valid for as long as this object.
    var pointer: OpaquePointer { handle }

    /// Checks the frames of the log that count, within a transaction that reads; returns one of `TRADEWIND_LOG_…`.
    func checkLog(_ path: String, _ frames: inout UInt32, _ bad: inout UInt32) -> CInt {
        tradewind_check_log(handle, path, &frames, &bad)
    }

    /// Copies all pages of the database, as the open transaction sees them, into a new file.
    ///
    /// Source: sqlite.org/c3ref/backup_finish.html.
    func copyPages(to path: String) throws(LedgerFailure) {
        var opened: OpaquePointer?
        let flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX
        let code = sqlite3_open_v2(path, &opened, flags, nil)
        defer { sqlite3_close_v2(opened) }
        guard code == SQLITE_OK else { throw LedgerFailure(sqlite: code, phase: .begin, detail: path) }
        // An interrupted copy is begun anew, so nothing of it needs to survive.
        sqlite3_exec(opened, "PRAGMA synchronous = OFF; PRAGMA journal_mode = OFF", nil, nil, nil)
        guard let backup = sqlite3_backup_init(opened, "main", handle, "main") else {
            throw LedgerFailure(sqlite: sqlite3_errcode(opened), phase: .begin, detail: path)
        }
        sqlite3_backup_step(backup, -1)
        let copied = sqlite3_backup_finish(backup)
        guard copied == SQLITE_OK else {
            let message = String(cString: sqlite3_errmsg(opened))
            throw LedgerFailure(sqlite: copied, phase: .load, detail: "\(message): \(path)")
        }
    }

    /// The failure for a result code.
    func failure(_ code: Int32, phase: LedgerFailure.Phase) -> LedgerFailure {
        LedgerFailure(sqlite: code, phase: phase, detail: String(cString: sqlite3_errmsg(handle)))
    }
}

/// Tells SQLite to copy its argument before the call returns.
let copied = unsafeBitCast(-1, to: sqlite3_destructor_type.self)

/// A prepared statement.
final class SQLiteStatement {
    let handle: OpaquePointer
    private let connection: OpaquePointer

    init(_ handle: OpaquePointer, of connection: OpaquePointer) {
        self.handle = handle
        self.connection = connection
    }

    deinit {
        sqlite3_finalize(handle)
    }

    /// Binds parameters from the first one on.
    var parameters: SQLiteParameters { SQLiteParameters(handle) }

    /// The columns of the current row.
    var columns: SQLiteColumns { SQLiteColumns(handle) }

    /// Moves to the next row; false where there is none.
    func step(phase: LedgerFailure.Phase) throws(LedgerFailure) -> Bool {
        switch sqlite3_step(handle) {
        case SQLITE_ROW: return true
        case SQLITE_DONE: return false
        case let code: throw failure(code, phase: phase)
        }
    }

    /// Runs a statement without rows, and resets it.
    func run(phase: LedgerFailure.Phase) throws(LedgerFailure) {
        _ = try step(phase: phase)
        sqlite3_reset(handle)
    }

    /// Runs it with the columns of one of several rows as parameters, and resets it.
    ///
    /// The bytes are not copied: they stay in place until the statement has run, and are bound anew before it runs again.
    ///
    /// - Parameter found: called with its single row, if there is one.
    func run(
        _ columns: RowColumns,
        row: Int,
        of width: Int,
        phase: LedgerFailure.Phase,
        found: (SQLiteStatement) -> Void = { _ in }
    ) throws(LedgerFailure) {
        let code = columns.bytes.withUnsafeBufferPointer { bytes in
            for index in 0..<width { bind(columns.values[row * width + index], Int32(index + 1), bytes) }
            return sqlite3_step(handle)
        }
        switch code {
        case SQLITE_ROW: found(self)
        case SQLITE_DONE: break
        default: throw failure(code, phase: phase)
        }
        sqlite3_reset(handle)
    }

    /// Appends all rows that it finds, with columns bound as its parameters; a fractional number is a failure, since no column takes one.
    func addRows(_ width: Int, for parameters: RowColumns, to rows: inout RowColumns) throws(LedgerFailure) {
        defer { reset() }
        try parameters.bytes.withUnsafeBufferPointer { bytes throws(LedgerFailure) in
            for (place, value) in parameters.values.enumerated() { bind(value, Int32(place + 1), bytes) }
            while try step(phase: .load) {
                for column in 0..<Int32(width) where sqlite3_column_type(handle, column) == SQLITE_FLOAT {
                    throw LedgerFailure(.corrupt, phase: .load, retry: .never, detail: "a fractional number in a row")
                }
                addColumns(width, to: &rows)
            }
        }
    }

    /// Appends the columns of the current row.
    func addColumns(_ count: Int, to columns: inout RowColumns) {
        for index in 0..<Int32(count) {
            switch sqlite3_column_type(handle, index) {
            case SQLITE_INTEGER: columns.integer(sqlite3_column_int64(handle, index))
            case SQLITE_TEXT:
                let start = UnsafeRawPointer(sqlite3_column_text(handle, index))
                let count = Int(sqlite3_column_bytes(handle, index))
                columns.text(utf8: UnsafeRawBufferPointer(start: start, count: count))
            case SQLITE_BLOB:
                let start = sqlite3_column_blob(handle, index)
                let count = Int(sqlite3_column_bytes(handle, index))
                columns.blob(UnsafeRawBufferPointer(start: start, count: count))
            // No schema has fractional numbers: one is read as null, and the row cannot be read.
            default: columns.null()
            }
        }
    }

    private func bind(_ value: RowColumns.Value, _ index: Int32, _ bytes: UnsafeBufferPointer<UInt8>) {
        switch value {
        case .null:
            sqlite3_bind_null(handle, index)
        case .integer(let value):
            sqlite3_bind_int64(handle, index, value)
        case .text(let range) where range.isEmpty:
            sqlite3_bind_text(handle, index, "", 0, copied)
        case .text(let range):
            let text = UnsafeRawPointer(bytes.baseAddress)?.advanced(by: range.lowerBound)
            sqlite3_bind_text(handle, index, text?.assumingMemoryBound(to: CChar.self), Int32(range.count), nil)
        case .blob(let range) where range.isEmpty:
            sqlite3_bind_zeroblob(handle, index, 0)
        case .blob(let range):
            let start = UnsafeRawPointer(bytes.baseAddress)?.advanced(by: range.lowerBound)
            sqlite3_bind_blob(handle, index, start, Int32(range.count), nil)
        }
    }

    private func failure(_ code: Int32, phase: LedgerFailure.Phase) -> LedgerFailure {
        let failure = LedgerFailure(sqlite: code, phase: phase, detail: String(cString: sqlite3_errmsg(connection)))
        sqlite3_reset(handle)
        return failure
    }

    /// Resets it for the next use.
    func reset() {
        sqlite3_reset(handle)
    }
}

/// Binds the parameters of a statement, one after another.
struct SQLiteParameters: ColumnWriter {
    private let statement: OpaquePointer
    private(set) var index: Int32 = 0

    init(_ statement: OpaquePointer) {
        self.statement = statement
    }

    mutating func integer(_ value: Int64) {
        index += 1
        sqlite3_bind_int64(statement, index, value)
    }

    mutating func text(_ value: String) {
        index += 1
        var value = value
        let position = index
        value.withUTF8 { bytes in
            _ = bytes.withMemoryRebound(to: CChar.self) {
                sqlite3_bind_text(statement, position, $0.baseAddress, Int32($0.count), copied)
            }
        }
    }

    mutating func bytes(_ value: [UInt8]) {
        index += 1
        guard !value.isEmpty else {
            sqlite3_bind_zeroblob(statement, index, 0)
            return
        }
        let position = index
        value.withUnsafeBytes { bytes in
            _ = sqlite3_bind_blob(statement, position, bytes.baseAddress, Int32(bytes.count), copied)
        }
    }

    mutating func bits(_ value: Bits128) {
        index += 1
        let position = index
        let words = (value.high.bigEndian, value.low.bigEndian)
        withUnsafeBytes(of: words) { bytes in
            _ = sqlite3_bind_blob(statement, position, bytes.baseAddress, 16, copied)
        }
    }

    mutating func null() {
        index += 1
        sqlite3_bind_null(statement, index)
    }

    mutating func value(_ value: ColumnValue) {
        switch value {
        case .integer(let value): integer(value)
        case .text(let value): text(value)
        case .bits(let value): bits(value)
        }
    }
}

/// Reads the columns of a row, one after another.
struct SQLiteColumns: ColumnReader {
    private let statement: OpaquePointer
    private var index: Int32 = -1

    init(_ statement: OpaquePointer) {
        self.statement = statement
    }

    mutating func integer() -> Int64? {
        index += 1
        guard sqlite3_column_type(statement, index) == SQLITE_INTEGER else { return nil }
        return sqlite3_column_int64(statement, index)
    }

    mutating func text() -> String? {
        index += 1
        guard sqlite3_column_type(statement, index) == SQLITE_TEXT, let start = sqlite3_column_text(statement, index)
        else { return nil }
        let count = Int(sqlite3_column_bytes(statement, index))
        return String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self)
    }

    mutating func bytes() -> [UInt8]? {
        index += 1
        guard sqlite3_column_type(statement, index) == SQLITE_BLOB else { return nil }
        let count = Int(sqlite3_column_bytes(statement, index))
        guard count > 0, let start = sqlite3_column_blob(statement, index) else { return [] }
        return Array(UnsafeRawBufferPointer(start: start, count: count))
    }

    mutating func bits() -> Bits128? {
        index += 1
        guard sqlite3_column_type(statement, index) == SQLITE_BLOB, sqlite3_column_bytes(statement, index) == 16,
            let start = sqlite3_column_blob(statement, index)
        else { return nil }
        let high = UInt64(bigEndian: start.loadUnaligned(as: UInt64.self))
        let low = UInt64(bigEndian: start.loadUnaligned(fromByteOffset: 8, as: UInt64.self))
        return Bits128(high: high, low: low)
    }

    /// The next column as text, whatever it holds.
    func nextText() -> String? {
        var copy = self
        return copy.text()
    }
}

extension LedgerFailure {
    /// The failure for a result code of SQLite.
    ///
    /// Source: sqlite.org/rescode.html. An error during a commit, other than a full disk or another writer, leaves its outcome
    /// unknown.
    init(sqlite code: Int32, phase: Phase, detail: String) {
        let primary = code & 0xFF
        let unknownAtCommit: Retry = phase == .commit ? .unknownOutcome : .safe
        let detail = "sqlite \(code): \(detail)"
        switch primary {
        case SQLITE_FULL: self.init(.diskFull, phase: phase, retry: .safe, detail: detail)
        case SQLITE_BUSY, SQLITE_LOCKED: self.init(.busy, phase: phase, retry: .safe, detail: detail)
        case SQLITE_CORRUPT, SQLITE_NOTADB:
            self.init(.corrupt, phase: phase, retry: .never, detail: detail)
        case SQLITE_CONSTRAINT, SQLITE_MISMATCH:
            self.init(.contradicted, phase: phase, retry: .never, detail: detail)
        case SQLITE_IOERR where Self.isOutOfSpace(code):
            self.init(.diskFull, phase: phase, retry: .safe, detail: detail)
        default: self.init(.io, phase: phase, retry: unknownAtCommit, detail: detail)
        }
    }

    /// Growing the log's index file fails with an I/O error of these kinds when the disk is full.
    private static func isOutOfSpace(_ code: Int32) -> Bool {
        let shmSize = SQLITE_IOERR | (19 << 8)
        let shmMap = SQLITE_IOERR | (21 << 8)
        return code == shmSize || code == shmMap
    }
}
