// A check of a ledger file beside everything that uses it. A long snapshot would let the log of a busy shop grow for as long, so the file is
// checked table by table, each in a snapshot of its own, and a statement is interrupted where the log grows too much meanwhile.

import CGatheredLog
import CSQLite
import Foundation
import Ledger
import Synchronization

/// Looks for damage in a file and in its log, on the calling thread, while other processes use them.
///
/// Finds what contradicts the file's structure: pages, cells, types of values, and in a full check indexes that differ from their tables, and
/// the list of free pages. A changed byte inside a text or a number contradicts nothing; only a comparison with a copy finds it.
public final class FileCheck: Sendable {
    /// The result of a check.
    public struct Report: Hashable, Sendable {
        /// What is wrong, in SQLite's words, at most 100 of it; empty where all is sound.
        public var errors: [String] = []
        /// Parts that could not be checked while the log must not grow further.
        public var left: [String] = []
        /// Whether a full check left out the list of free pages for that reason, and the pages that nothing uses.
        public var hasLeftFreePages = false
        /// Frames of the log that were checked.
        public var logFrames = 0
        /// Tables that were checked, with their indexes.
        public var tables = 0
    }

    private let settings: SQLiteSettings
    private let watchInterval: DispatchTimeInterval
    private let state = Mutex(State())

    private struct State {
        /// The address of the connection whose statement may be interrupted, for as long as it is open.
        var connection: UInt?
        var isStopped = false
        /// The log's size from which on the statement is interrupted, in bytes; 0 while none runs that may be.
        var logBytesMax: Int64 = 0
        var isLogFull = false
    }

    private static let errorsMax = 100
    private static let cacheKibibytes = 4096
    /// How often the log may start over while it is looked at.
    private static let logTries = 20

    /// A check of a file.
    public convenience init(_ settings: SQLiteSettings) {
        self.init(settings, watchingEvery: .milliseconds(200))
    }

    /// - Parameter interval: how often the log's size is looked at.
    package init(_ settings: SQLiteSettings, watchingEvery interval: DispatchTimeInterval) {
        self.settings = settings
        watchInterval = interval
    }

    /// Ends the check under way, and all later ones, with a failure.
    ///
    /// May be called on any thread.
    public func stop() {
        state.withLock { state in
            state.isStopped = true
            Self.interrupt(state.connection)
        }
    }

    private static func interrupt(_ connection: UInt?) {
        guard let pointer = connection.flatMap({ OpaquePointer(bitPattern: $0) }) else { return }
        sqlite3_interrupt(pointer)
    }

    /// Checks; blocks its thread.
    ///
    /// Cost: reads the file once, and its log; a full check also looks up every entry of every index.
    ///
    /// - Throws: a failure where the file cannot be checked, which says nothing about it; `corrupt` where not even its list of tables can be read.
    public func run(_ check: StructureCheck) throws(LedgerFailure) -> Report {
        let connection = try SQLiteConnection(
            path: settings.path,
            mode: .read,
            busyMilliseconds: settings.busyMilliseconds
        )
        let timer = watch(connection)
        defer {
            timer.cancel()
            state.withLock { $0.connection = nil }
        }
        try connection.execute("PRAGMA query_only = ON; PRAGMA cache_size = -\(Self.cacheKibibytes)", phase: .begin)
        var report = Report()
        try checkLog(connection, &report)
        let tables = try tables(connection)
        if check == .full {
            // Only a check of the whole file in one snapshot sees all pages.
            if try pragma("integrity_check(\(Self.errorsMax))", "the file", connection, &report) {
                report.tables = tables.count
                return report
            }
            report.left.removeLast()
            report.hasLeftFreePages = true
        }
        let kind = check == .full ? "integrity_check" : "quick_check"
        for table in tables where report.errors.count < Self.errorsMax {
            let name = table.replacing("'", with: "''")
            if try pragma("\(kind)('\(name)')", table, connection, &report) { report.tables += 1 }
        }
        return report
    }

    // MARK: The log

    private func checkLog(_ connection: SQLiteConnection, _ report: inout Report) throws(LedgerFailure) {
        for _ in 0..<Self.logTries {
            // While a transaction reads from the log, it does not start over.
            try connection.execute("BEGIN", phase: .begin)
            _ = try connection.integer("SELECT count(*) FROM sqlite_schema", phase: .load)
            var (frames, bad) = (UInt32(0), UInt32(0))
            let result = connection.checkLog(settings.path + "-wal", &frames, &bad)
            try connection.execute("COMMIT", phase: .load)
            switch Int(result) {
            case TRADEWIND_LOG_SOUND:
                report.logFrames = Int(frames)
                return
            case TRADEWIND_LOG_DAMAGED:
                report.logFrames = Int(frames)
                let place = bad == 0 ? "its header" : "frame \(bad) of \(frames)"
                report.errors.append("the write-ahead log is damaged: \(place) does not fit its checksum")
                return
            case TRADEWIND_LOG_STARTED_OVER: continue
            default:
                report.left.append("the write-ahead log")
                return
            }
        }
        report.left.append("the write-ahead log")
    }

    // MARK: The file

    /// The tables that have pages; SQLite's own one first.
    private func tables(_ connection: SQLiteConnection) throws(LedgerFailure) -> [String] {
        let statement = try connection.prepare(
            "SELECT name FROM sqlite_schema WHERE type = 'table' AND rootpage > 0 ORDER BY name",
            phase: .load
        )
        defer { statement.reset() }
        var names = ["sqlite_schema"]
        while try statement.step(phase: .load) {
            var columns = statement.columns
            if let name = columns.text() { names.append(name) }
        }
        return names
    }

    /// Runs one check in a snapshot of its own; returns whether it was finished.
    private func pragma(
        _ pragma: String,
        _ part: String,
        _ connection: SQLiteConnection,
        _ report: inout Report
    ) throws(LedgerFailure) -> Bool {
        try setLimit()
        defer { state.withLock { $0.logBytesMax = 0 } }
        let statement = try connection.prepare("PRAGMA \(pragma)", phase: .load)
        defer { statement.reset() }
        do throws(LedgerFailure) {
            while try statement.step(phase: .load) {
                var columns = statement.columns
                guard let text = columns.text(), text != "ok" else { continue }
                if report.errors.count < Self.errorsMax {
                    report.errors.append("\(part): \(text.replacing("\n", with: " "))")
                }
            }
            // An interruption can come as a mere end of the rows.
            if state.withLock({ $0.isLogFull || $0.isStopped }) { return try leave(part, &report) }
            return true
        } catch {
            if state.withLock({ $0.isLogFull || $0.isStopped }) { return try leave(part, &report) }
            guard error.code == .corrupt else { throw error }
            report.errors.append("\(part): \(error.detail)")
            return true
        }
    }

    private func leave(_ part: String, _ report: inout Report) throws(LedgerFailure) -> Bool {
        if state.withLock(\.isStopped) { throw LedgerFailure(.closed, phase: .load, retry: .safe, detail: "stopped") }
        report.left.append(part)
        return false
    }

    // MARK: The bound on the log

    private var logBytes: Int64 {
        var status = stat()
        return stat(settings.path + "-wal", &status) == 0 ? Int64(status.st_size) : 0
    }

    /// From now on, the log may grow by as much as it may have anyway.
    private func setLimit() throws(LedgerFailure) {
        let limit = max(logBytes, settings.walBytes) + settings.walBytes
        let isStopped = state.withLock { state in
            (state.logBytesMax, state.isLogFull) = (limit, false)
            return state.isStopped
        }
        if isStopped { throw LedgerFailure(.closed, phase: .load, retry: .safe, detail: "stopped") }
    }

    /// Interrupts statements of the connection while the log is too long.
    private func watch(_ connection: SQLiteConnection) -> any DispatchSourceTimer {
        let address = UInt(bitPattern: connection.pointer)
        state.withLock { $0.connection = address }
        let timer = DispatchSource.makeTimerSource()
        timer.schedule(deadline: .now() + watchInterval, repeating: watchInterval)
        timer.setEventHandler { [self] in
            let bytes = logBytes
            state.withLock { state in
                guard state.logBytesMax > 0, bytes > state.logBytesMax else { return }
                state.isLogFull = true
                Self.interrupt(state.connection)
            }
        }
        timer.activate()
        return timer
    }
}
