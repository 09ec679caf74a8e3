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

    func find<R: LedgerRow>(_ query: RowQuery<R>) -> [R] {
        guard failure == nil, let writer else { return [] }
        do {
            return try writer.rows(query)
        } catch {
            failure = error
            return []
        }
    }

    func reset() {
        failure = nil
    }
}

/// What the working set asks of each of its tables.
///
/// Closures rather than a protocol: they are made where the type of the rows is known, and so are compiled for it.
struct BatchTable {
    /// Undoes what the current command changed.
    let undo: () -> Void
    /// Whether a row waits to be saved.
    let hasChanges: () -> Bool
    /// Saves what changed.
    let save: (any LedgerWriter) throws(LedgerFailure) -> Void
    /// Ends the batch; rows are kept for the next one where it says so and where the table is small enough.
    let end: (_ keeping: Bool) -> Void

    init<R>(_ rows: Rows<R>) {
        undo = { rows.undo() }
        hasChanges = { rows.hasChanges }
        save = { (writer) throws(LedgerFailure) in try rows.save(to: writer) }
        end = { rows.end(keeping: $0) }
    }

    init<R>(_ rows: Appends<R>) {
        undo = { rows.undo() }
        hasChanges = { rows.hasChanges }
        save = { (writer) throws(LedgerFailure) in try rows.save(to: writer) }
        end = { rows.end(keeping: $0) }
    }
}

/// Rows of one table that the batch reads and changes.
public final class Rows<R: LedgerRow> {
    /// A row as the commands before left it.
    private final class Entry {
        let key: R.Key
        var row: R?
        /// Whether the store has such a row.
        var isStored: Bool
        var isChanged = false

        init(_ key: R.Key, _ row: R?) {
            self.key = key
            self.row = row
            isStored = row != nil
        }
    }

    private let source: BatchSource
    private let keepLimit: Int
    private var entries: [R.Key: Entry] = [:]
    private var changed: [Entry] = []
    private var undoLog: [(entry: Entry, row: R?, wasChanged: Bool)] = []
    private var undoCommand = 0
    private var columns = RowColumns()
    /// Told of each row that is put, with what was there before: what follows from any change of a table belongs here.
    var onChange: ((_ before: R?, _ after: R?) -> Void)?

    /// - Parameter keepLimit: how many rows may stay from batch to batch; 0 keeps none.
    init(source: BatchSource, keepLimit: Int = 0) {
        self.source = source
        self.keepLimit = keepLimit
    }

    /// The row with that key as the commands before left it; nil where there is none.
    public func get(_ key: R.Key) -> R? {
        entry(key).row
    }

    /// A row that says something, as the commands before left it; nil where none does.
    ///
    /// What the batch changed is looked through, and the store is asked for the rest by the conditions, which say the same as `isMeant`
    /// and need an index.
    public func first(_ conditions: [Condition], where isMeant: (R) -> Bool) -> R? {
        if let row = changed.lazy.compactMap(\.row).first(where: isMeant) { return row }
        var after: R.Key?
        while true {
            let stored = source.find(RowQuery<R>(conditions, after: after, limit: Self.lookAhead))
            if let row = stored.first(where: { entries[$0.key]?.isChanged != true }) { return row }
            guard stored.count == Self.lookAhead, let last = stored.last else { return nil }
            after = last.key
        }
    }

    /// How many stored rows are looked at together.
    private static var lookAhead: Int { 16 }

    /// Puts a row, new or changed.
    public func put(_ row: R) {
        change(entry(row.key), to: row)
    }

    /// Puts a row whose key is fresh, so that nothing needs to be looked up.
    public func insert(_ row: R) {
        let entry = Entry(row.key, nil)
        entries[row.key] = entry
        change(entry, to: row)
    }

    /// Takes a row out.
    public func delete(_ key: R.Key) {
        change(entry(key), to: nil)
    }

    /// The rows that the batch changed, as they will be saved.
    public var changedRows: [R] {
        changed.compactMap(\.row)
    }

    /// The keys of the rows that the batch took out.
    public var deletedKeys: [R.Key] {
        changed.compactMap { $0.row == nil && $0.isStored ? $0.key : nil }
    }

    private func entry(_ key: R.Key) -> Entry {
        if let entry = entries[key] { return entry }
        let entry = Entry(key, source.load(R.self, key))
        entries[key] = entry
        return entry
    }

    private func change(_ entry: Entry, to row: R?) {
        if undoCommand != source.command {
            undoLog.removeAll(keepingCapacity: true)
            undoCommand = source.command
        }
        let before = entry.row
        undoLog.append((entry, before, entry.isChanged))
        entry.row = row
        if !entry.isChanged {
            entry.isChanged = true
            changed.append(entry)
        }
        onChange?(before, row)
    }

    func undo() {
        guard undoCommand == source.command else { return }
        for (entry, row, wasChanged) in undoLog.reversed() {
            entry.row = row
            entry.isChanged = wasChanged
            // Changes are undone from the last one back, so what this command changed first is last in the list.
            if !wasChanged { changed.removeLast() }
        }
        undoLog.removeAll(keepingCapacity: true)
    }

    var hasChanges: Bool { !changed.isEmpty }

    func save(to writer: any LedgerWriter) throws(LedgerFailure) {
        for entry in changed {
            columns.removeAll()
            if let row = entry.row {
                row.write(to: &columns)
                if entry.isStored {
                    try writer.update(columns, of: R.schema)
                } else {
                    try writer.insert(columns, into: R.schema)
                }
            } else if entry.isStored {
                entry.key.write(to: &columns)
                try writer.delete(columns, from: R.schema)
            }
        }
    }

    func end(keeping: Bool) {
        undoLog.removeAll(keepingCapacity: true)
        undoCommand = 0
        if keeping && keepLimit > 0 && entries.count <= keepLimit {
            for entry in changed {
                entry.isChanged = false
                entry.isStored = entry.row != nil
            }
        } else {
            entries.removeAll(keepingCapacity: entries.count <= keepLimit || entries.count < 1024)
        }
        changed.removeAll(keepingCapacity: true)
    }
}

/// New rows of a table that only grows; they are never read back by a command.
public final class Appends<R: LedgerRow> {
    /// The rows in the order in which they were appended.
    public private(set) var rows: [R] = []
    private let source: BatchSource
    private var undoCount = 0
    private var undoCommand = 0
    private var columns = RowColumns()

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
        for row in rows {
            columns.removeAll()
            row.write(to: &columns)
            try writer.insert(columns, into: R.schema)
        }
    }

    func end(keeping: Bool) {
        rows.removeAll(keepingCapacity: true)
        undoCommand = 0
    }
}
