// The identity map of one table: each row that the batch's commands name is loaded once, changed in memory, and saved once.

import Trading

/// Where rows come from during a batch, and the first failure to load one.
///
/// A rule cannot do anything about a store that fails, so loading does not throw: the failure is kept here, the rule sees no
/// row, and the batch is dropped whole before anything that was decided on it can be saved.
final class BatchSource {
    var writer: (any LedgerWriter)?
    private(set) var failure: LedgerFailure?
    /// Counts the commands, so that a table knows whether what it could undo is this command's.
    var command = 0

    func load<R: LedgerRow>(_ type: R.Type, _ key: R.Key) -> R? {
        guard failure == nil, let writer else { return nil }
        do {
            return try writer.row(type, key)
        } catch {
            failure = error
            return nil
        }
    }

    func reset() {
        failure = nil
    }
}

/// What the working set asks of each of its tables.
protocol BatchTable: AnyObject {
    /// Undoes what the current command changed.
    func undo()
    /// Whether a row waits to be saved.
    var hasChanges: Bool { get }
    /// Saves what changed.
    func save(to writer: any LedgerWriter) throws(LedgerFailure)
    /// Ends the batch; rows are kept for the next one where `keeping` and where the table is small enough.
    func end(keeping: Bool)
}

/// Rows of one table that the batch reads and changes.
public final class Rows<R: LedgerRow>: BatchTable {
    private struct Entry {
        var row: R?
        var changed: Bool
    }

    private let source: BatchSource
    private let keepLimit: Int
    private var entries: [R.Key: Entry] = [:]
    private var changedKeys: [R.Key] = []
    private var undoLog: [(key: R.Key, entry: Entry)] = []
    private var undoCommand = 0

    /// - Parameter keepLimit: how many rows may stay from batch to batch; 0 keeps none.
    init(source: BatchSource, keepLimit: Int = 0) {
        self.source = source
        self.keepLimit = keepLimit
    }

    /// The row with that key as the commands before left it; nil where there is none.
    public func get(_ key: R.Key) -> R? {
        entry(key).row
    }

    /// Puts a row.
    public func put(_ row: R) {
        change(row.key, to: row)
    }

    /// Takes a row out.
    public func delete(_ key: R.Key) {
        change(key, to: nil)
    }

    /// The rows that the batch changed, as they will be saved.
    public var changedRows: [R] {
        changedKeys.compactMap { entries[$0].flatMap { $0.changed ? $0.row : nil } }
    }

    private func entry(_ key: R.Key) -> Entry {
        if let entry = entries[key] { return entry }
        let entry = Entry(row: source.load(R.self, key), changed: false)
        entries[key] = entry
        return entry
    }

    private func change(_ key: R.Key, to row: R?) {
        let before = entry(key)
        if undoCommand != source.command {
            undoLog.removeAll(keepingCapacity: true)
            undoCommand = source.command
        }
        undoLog.append((key, before))
        if !before.changed { changedKeys.append(key) }
        entries[key] = Entry(row: row, changed: true)
    }

    func undo() {
        guard undoCommand == source.command else { return }
        for (key, entry) in undoLog.reversed() {
            entries[key] = entry
            if !entry.changed { changedKeys.removeAll { $0 == key } }
        }
        undoLog.removeAll(keepingCapacity: true)
    }

    var hasChanges: Bool { !changedKeys.isEmpty }

    func save(to writer: any LedgerWriter) throws(LedgerFailure) {
        for key in changedKeys {
            if let row = entries[key]?.row {
                try writer.save(row)
            } else {
                try writer.delete(R.self, key)
            }
        }
    }

    func end(keeping: Bool) {
        undoLog.removeAll(keepingCapacity: true)
        undoCommand = 0
        if keeping && keepLimit > 0 && entries.count <= keepLimit {
            for key in changedKeys { entries[key]?.changed = false }
        } else {
            entries.removeAll(keepingCapacity: entries.count <= keepLimit || entries.count < 1024)
        }
        changedKeys.removeAll(keepingCapacity: true)
    }
}

/// New rows of a table that only grows; they are never read back by a command.
public final class Appends<R: LedgerRow>: BatchTable {
    /// The rows in the order in which they were appended.
    public private(set) var rows: [R] = []
    private let source: BatchSource
    private var undoCount = 0
    private var undoCommand = 0

    init(source: BatchSource) {
        self.source = source
    }

    func append(_ row: R) {
        if undoCommand != source.command {
            undoCount = rows.count
            undoCommand = source.command
        }
        rows.append(row)
    }

    func undo() {
        guard undoCommand == source.command else { return }
        rows.removeLast(rows.count - undoCount)
    }

    var hasChanges: Bool { !rows.isEmpty }

    func save(to writer: any LedgerWriter) throws(LedgerFailure) {
        for row in rows { try writer.append(row) }
    }

    func end(keeping: Bool) {
        rows.removeAll(keepingCapacity: true)
        undoCommand = 0
    }
}
