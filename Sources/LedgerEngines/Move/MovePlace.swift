import Foundation
import Ledger
import LedgerPostgres
import LedgerSQLite
import Synchronization
import Trading

/// One side of a move: a ledger, its writer, and its tables as they are stored.
///
/// Confined to one thread.
final class MovePlace {
    let location: LedgerLocation
    /// The place in words, without any secret.
    let words: String
    let writer: any LedgerWriter
    let tables: any StoredTables
    private let engine: any LedgerEngine

    /// Opens a ledger.
    ///
    /// - Throws: a failure where it cannot be opened, or has another schema than this build; then nothing was changed.
    init(_ location: LedgerLocation) throws(LedgerFailure) {
        let location = location.patient
        self.location = location
        // Nothing that stands there is brought up to this build before it is known whose it is.
        if try location.hasLedger { _ = try location.storedTables() }
        engine = try location.engine()
        writer = try engine.makeWriter()
        tables = try location.storedTables()
        words = try location.words
    }

    /// Closes the ledger.
    func close() async { await engine.close() }

    /// Runs `body` in a turn, with the turn before it, and ends the turn without changes unless `body` has committed.
    func inTurn<Value>(
        _ body: (LedgerTurn?) throws(LedgerFailure) -> Value
    ) throws(LedgerFailure) -> Value {
        do throws(LedgerFailure) {
            let value = try body(try writer.begin())
            writer.rollback()
            return value
        } catch {
            writer.rollback()
            writer.failed(error)
            throw error
        }
    }

    /// Makes everything durable that was committed.
    func sync() throws(LedgerFailure) { try writer.sync?() }

    /// Whether a table has rows.
    func hasRows(_ table: TableSchema) throws(LedgerFailure) -> Bool {
        try !tables.page(of: table, after: nil, limit: 1).values.isEmpty
    }

    /// The row of a setting, as of now.
    func setting(_ name: String) throws(LedgerFailure) -> SettingRow? {
        let named = Condition("name", .equal, .text(name))
        return try writer.rows(RowQuery<SettingRow>([named], limit: 1)).first
    }
}

extension LedgerLocation {
    /// How long the turn may be held while nothing is said, in milliseconds: much longer than between two statements of a move.
    private static let pauseMilliseconds: Int32 = 60_000
    /// How long a server may take to save a page, or to count a table.
    private static let answerTime = Duration.seconds(600)

    /// The same ledger for a move, which says nothing for longer than a shop does.
    fileprivate var patient: LedgerLocation {
        switch self {
        case .file: return self
        case .server(var settings, let localPath):
            settings.pauseMilliseconds = Self.pauseMilliseconds
            settings.answerTime = Self.answerTime
            settings.readers = 1
            return .server(settings, localPath: localPath)
        }
    }

    /// Whether there is a ledger, of whichever release.
    var hasLedger: Bool {
        get throws(LedgerFailure) {
            switch self {
            case .file(let settings): FileManager.default.fileExists(atPath: settings.path)
            case .server(let settings, _): try PostgresTables.isUsed(settings)
            }
        }
    }

    /// The place in words, without any secret.
    var words: String {
        get throws(LedgerFailure) {
            switch self {
            case .file(let settings): "the file \(URL(fileURLWithPath: settings.path).path)"
            case .server(let settings, _): try PostgresTables.words(for: settings)
            }
        }
    }

    /// The tables as they are stored.
    ///
    /// - Throws: a failure where there is no ledger of this build's schema.
    func storedTables() throws(LedgerFailure) -> any StoredTables {
        switch self {
        case .file(let settings): try SQLiteTables(settings)
        case .server(let settings, _): try PostgresTables(settings)
        }
    }

    /// The digests of all tables that are stored, by their names, read on a connection of its own.
    package func tableDigests() throws(LedgerFailure) -> [String: TableDigest] {
        switch self {
        case .file(let settings):
            let digests = try TableDigest.all(path: settings.path)
            return Dictionary(uniqueKeysWithValues: digests.map { ($0.table, $0) })
        case .server(let settings, _):
            var digests: [String: TableDigest] = [:]
            try PostgresTables(settings).scan { table, rows, width in
                digests[table, default: TableDigest(of: table)].add(rows, width: width)
            }
            return digests
        }
    }
}

/// Work on a thread of its own whose end is waited for.
final class MoveTask<Value: Sendable>: Sendable {
    private let outcome = Mutex<Result<Value, LedgerFailure>?>(nil)

    /// Begins it.
    init(_ work: @escaping @Sendable () throws(LedgerFailure) -> Value) {
        Thread.detachNewThread { [self] in
            let result = Result { () throws(LedgerFailure) in try work() }
            outcome.withLock { $0 = result }
        }
    }

    /// Its result; blocks the thread, and calls `meanwhile` every fifth of a second.
    func wait(_ meanwhile: () throws(LedgerFailure) -> Void) throws(LedgerFailure) -> Value {
        while true {
            if let result = outcome.withLock({ $0 }) { return try result.get() }
            usleep(200_000)
            try meanwhile()
        }
    }
}
