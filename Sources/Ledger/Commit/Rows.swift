// The identity map of one table: each row that the batch's commands look at is loaded once, changed in memory, and saved once.
//
// Commands name the rows that they will look at beforehand, as far as they know them; those of a whole batch are loaded together,
// in one round trip for each table. A row that was not named is loaded when it is first looked at.

import Trading

/// The source of rows during a batch, and the first failure to load one.
///
/// A rule cannot handle a failing store, so loading does not throw: the failure is kept here, the rule sees no row, and the whole
/// batch is dropped before anything decided on it can be saved.
final class BatchSource {
    var writer: (any LedgerWriter)?
    private(set) var failure: LedgerFailure?
    /// Whether commands name their rows before the turn: what they look at already is not there yet, and is not looked up.
    var isPlanning = false
    /// The number of the current command, so that a table knows whether its undo list belongs to it.
    var command = 0

    /// The rows of one table with these keys.
    func load(_ keys: TableKeys) -> RowColumns {
        guard failure == nil, let writer else { return RowColumns() }
        do {
            return try writer.load([keys]).first ?? RowColumns()
        } catch {
            fail(error)
            return RowColumns()
        }
    }

    func find<R: RowPart>(_ query: RowQuery<R>) -> [R] {
        guard failure == nil, !isPlanning, let writer else { return [] }
        do {
            return try writer.rows(query)
        } catch {
            fail(error)
            return []
        }
    }

    func fail(_ error: LedgerFailure) {
        failure = failure ?? error
    }

    func reset() {
        failure = nil
    }
}

/// What the working set asks of each of its tables.
///
/// Closures rather than a protocol: they are made where the type of the rows is known, and so are compiled for it. They do not
/// retain the rows, which the working set retains.
struct BatchTable {
    let schema: TableSchema
    /// Returns the keys that were named and are not loaded yet; nil where there are none.
    let takeWanted: () -> TableKeys?
    /// Takes the existing rows for the wanted keys.
    let take: (RowColumns) -> Void
    /// Undoes the changes of the current command.
    let undo: () -> Void
    /// Whether rows wait to be saved.
    let hasChanges: () -> Bool
    /// The changes to save; nil where there are none.
    let changes: () -> TableChanges?
    /// Ends the batch; rows are kept for the next one if `keeping` is true and the table is small enough.
    let end: (_ keeping: Bool) -> Void

    init<R>(_ rows: Rows<R>) {
        schema = R.schema
        takeWanted = { [unowned(unsafe) rows] in rows.takeWanted() }
        take = { [unowned(unsafe) rows] in rows.take($0) }
        undo = { [unowned(unsafe) rows] in rows.undo() }
        hasChanges = { [unowned(unsafe) rows] in rows.hasChanges }
        changes = { [unowned(unsafe) rows] in rows.changes() }
        end = { [unowned(unsafe) rows] in rows.end(keeping: $0) }
    }

    init<R>(_ rows: Appends<R>) {
        schema = R.schema
        takeWanted = { nil }
        take = { _ in }
        undo = { [unowned(unsafe) rows] in rows.undo() }
        hasChanges = { [unowned(unsafe) rows] in rows.hasChanges }
        changes = { [unowned(unsafe) rows] in rows.changes() }
        end = { [unowned(unsafe) rows] in rows.end(keeping: $0) }
    }
}

/// The rows of one table; the working set finds them among its properties.
protocol BatchedRows: AnyObject {
    /// The operations of the working set on them, made where their type is known.
    var batch: BatchTable? { get }
    /// Loads rows from a source from now on, and keeps at most `limit` rows between batches.
    func join(_ source: BatchSource, keepingAtMost limit: Int)
}

/// Rows of one table that the batch reads and changes.
public final class Rows<R: LedgerRow>: BatchedRows {
    /// A row in its current state within the batch.
    private final class Entry {
        let key: R.Key
        var row: R?
        /// Whether the store has such a row.
        var isStored = false
        var isChanged = false

        init(_ key: R.Key) {
            self.key = key
        }
    }

    private(set) var batch: BatchTable?
    private var source = BatchSource()
    private var keepLimit: Int
    private var entries: [R.Key: Entry] = [:]
    private var changed: [Entry] = []
    private var undoLog: [(entry: Entry, row: R?, wasChanged: Bool)] = []
    private var undoCommand = 0
    /// Keys that were named, whose entries are empty until the batch is loaded.
    private var wanted: [R.Key] = []
    private var saved = TableChanges(R.schema)
    /// Called for each row that a command looks at; the command sees what it returns instead.
    var onUse: ((R) -> R)?
    /// Called for each row that is put, with the row before it; for consequences of every change of a table.
    var onChange: ((_ before: R?, _ after: R?) -> Void)?

    /// - Parameter limit: how many rows may stay from batch to batch.
    init(keeping limit: Int = 0) {
        keepLimit = limit
        batch = BatchTable(self)
    }

    func join(_ source: BatchSource, keepingAtMost limit: Int) {
        self.source = source
        keepLimit = min(keepLimit, limit)
    }

    /// Names a row that a command of the batch will look at.
    public func want(_ key: R.Key) {
        guard entries[key] == nil else { return }
        entries[key] = Entry(key)
        wanted.append(key)
    }

    /// The row with a key, with the changes of earlier commands; nil where there is none.
    ///
    /// Cost: nothing for a loaded row, otherwise one round trip.
    public func get(_ key: R.Key) -> R? {
        let row = entry(key).row
        guard let onUse, let row else { return row }
        return onUse(row)
    }

    /// A row that matches, with the changes of earlier commands; nil where there is none.
    ///
    /// Searches the changes of the batch first, then the store by the conditions, which must mean the same as `isMeant` and need
    /// an index. Cost: one round trip or a few.
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

    /// All rows that meet a condition, which needs an index, with the changes of earlier commands, by key as it is read.
    ///
    /// Cost: one round trip, or a few where there are many.
    func all(_ condition: Condition) -> [R] {
        var found: [R] = []
        var after: R.Key?
        repeat {
            let stored = source.find(RowQuery<R>([condition], after: after, limit: 100))
            found += stored.compactMap { row in
                guard let entry = entries[row.key], entry.isChanged else { return row }
                return entry.row.flatMap { RowColumns($0).meets(condition, in: R.schema) ? $0 : nil }
            }
            after = stored.count == 100 ? stored.last?.key : nil
        } while after != nil
        let known = Set(found.map(\.key))
        let added = changed.compactMap(\.row).filter {
            RowColumns($0).meets(condition, in: R.schema) && !known.contains($0.key)
        }
        return found + added
    }

    /// How many stored rows are read at once.
    private static var lookAhead: Int { 16 }

    /// Puts a row, new or changed.
    public func put(_ row: R) {
        change(entry(row.key), to: row)
    }

    /// Puts a row with a new key, so that no look-up is needed.
    public func insert(_ row: R) {
        let entry = Entry(row.key)
        entries[row.key] = entry
        change(entry, to: row)
    }

    /// Deletes a row.
    public func delete(_ key: R.Key) {
        change(entry(key), to: nil)
    }

    /// The changed rows, as they will be saved.
    public var changedRows: [R] {
        changed.compactMap(\.row)
    }

    /// The keys of the deleted rows.
    public var deletedKeys: [R.Key] {
        changed.compactMap { $0.row == nil && $0.isStored ? $0.key : nil }
    }

    private func entry(_ key: R.Key) -> Entry {
        if let entry = entries[key] { return entry }
        let entry = Entry(key)
        guard !source.isPlanning else { return entry }
        entries[key] = entry
        take(source.load(Self.columns(of: CollectionOfOne(key))))
        return entry
    }

    private static func columns(of keys: some Collection<R.Key>) -> TableKeys {
        var columns = RowColumns()
        for key in keys { key.write(to: &columns) }
        return TableKeys(selection: R.selection, keys: columns)
    }

    func takeWanted() -> TableKeys? {
        guard !wanted.isEmpty else { return nil }
        defer { wanted.removeAll(keepingCapacity: true) }
        return Self.columns(of: wanted)
    }

    func take(_ found: RowColumns) {
        var reader = RowColumnsReader(found)
        while !reader.isAtEnd {
            guard let row = R(from: &reader), let entry = entries[row.key] else {
                source.fail(LedgerFailure(.corrupt, phase: .load, retry: .never, detail: "a row of \(R.schema.name)"))
                return
            }
            entry.row = row
            entry.isStored = true
        }
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
            // Changes are undone in reverse order, so the first change of this command is last in the list.
            if !wasChanged { changed.removeLast() }
        }
        undoLog.removeAll(keepingCapacity: true)
    }

    var hasChanges: Bool { !changed.isEmpty }

    func changes() -> TableChanges? {
        guard hasChanges else { return nil }
        for entry in changed {
            if let row = entry.row {
                if entry.isStored { row.write(to: &saved.updated) } else { row.write(to: &saved.inserted) }
            } else if entry.isStored {
                entry.key.write(to: &saved.deleted)
            }
        }
        return saved
    }

    func end(keeping: Bool) {
        undoLog.removeAll(keepingCapacity: true)
        undoCommand = 0
        wanted.removeAll(keepingCapacity: true)
        saved.removeAll()
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

/// New rows of a table that only grows; commands never read them back.
public final class Appends<R: LedgerRow>: BatchedRows {
    /// The rows in the order in which they were appended.
    public private(set) var rows: [R] = []
    private(set) var batch: BatchTable?
    private var source = BatchSource()
    private var undoCount = 0
    private var undoCommand = 0
    private var saved = TableChanges(R.schema)

    init() {
        batch = BatchTable(self)
    }

    func join(_ source: BatchSource, keepingAtMost limit: Int) {
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

    func changes() -> TableChanges? {
        guard hasChanges else { return nil }
        for row in rows { row.write(to: &saved.inserted) }
        return saved
    }

    func end(keeping: Bool) {
        rows.removeAll(keepingCapacity: true)
        saved.removeAll()
        undoCommand = 0
    }
}
