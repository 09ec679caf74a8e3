// The ledger in memory, for tests and simulation. It keeps the promises of any engine except durability, in the same way: rows
// pass through their columns, so that a row that its own encoding does not preserve is noticed here too.

import Synchronization
import Trading

/// An engine that keeps everything in memory.
public final class MemoryEngine: LedgerEngine {
    private let store = Mutex(MemoryStore())
    private let failNextCommit = Mutex<FailingCommit?>(nil)
    private let beginFailure = Mutex<LedgerFailure?>(nil)

    /// An empty ledger.
    public init() {}

    /// A writer; there may be several, as for several processes.
    public func makeWriter() throws(LedgerFailure) -> any LedgerWriter {
        MemoryWriter(engine: self)
    }

    /// Reads from a copy of the store.
    public func read<Value: Sendable>(
        _ body: @escaping @Sendable (any LedgerView) throws(LedgerFailure) -> Value
    ) async throws(LedgerFailure) -> Value {
        try body(MemoryView(store: store.withLock { $0 }))
    }

    /// A snapshot on the calling thread, for a simulation.
    package func view() -> any LedgerView {
        MemoryView(store: snapshot())
    }

    /// The least value of an integer column, for a simulation that skips the time until work is due.
    package func earliest(_ column: String, in table: TableSchema) -> Int64? {
        let place = table.whole.place(of: column)
        let values = store.withLock { $0.tables[table.name] ?? [:] }.values
        return values.compactMap { row in if case .integer(let value) = row[place] { value } else { nil } }.min()
    }

    /// Rows that are not read back as they were written.
    public func structureErrors(_ check: StructureCheck) async throws(LedgerFailure) -> [String] {
        let store = snapshot()
        return Array(LedgerTables.rows.flatMap { store.unreadable($0) }.prefix(100))
    }

    /// No effect.
    public func close() async {}

    /// Lets the next commit fail, for tests of callers.
    ///
    /// - Parameters:
    ///   - isDone: whether the commit happens all the same.
    ///   - begins: the failure of every later turn, as with ``failBegins(with:)``.
    public func failCommit(with failure: LedgerFailure, isDone: Bool = false, thenBegins begins: LedgerFailure? = nil) {
        failNextCommit.withLock { $0 = FailingCommit(failure: failure, isDone: isDone, begins: begins) }
    }

    func snapshot() -> MemoryStore {
        store.withLock { $0 }
    }

    /// Lets every later turn fail to begin, until it is called with nil.
    public func failBegins(with failure: LedgerFailure?) {
        beginFailure.withLock { $0 = failure }
    }

    fileprivate func begin() throws(LedgerFailure) -> MemoryStore {
        if let failure = beginFailure.withLock({ $0 }) { throw failure }
        return snapshot()
    }

    fileprivate func commit(
        _ changes: [MemoryChange],
        in turn: LedgerTurn,
        after before: LedgerTurn?
    ) throws(LedgerFailure) {
        let planned = failNextCommit.withLock { planned in
            defer { planned = nil }
            return planned
        }
        if let planned { failBegins(with: planned.begins) }
        if let planned, !planned.isDone { throw planned.failure }
        let isFirst = store.withLock { store in
            guard store.turn == before else { return false }
            for change in changes { store.apply(change) }
            store.turn = turn
            store.turns[turn.writer] = turn
            return true
        }
        guard isFirst else {
            throw LedgerFailure(.busy, phase: .commit, retry: .safe, detail: "another writer was first")
        }
        if let planned { throw planned.failure }
    }
}

/// A commit that will fail.
private struct FailingCommit {
    let failure: LedgerFailure
    let isDone: Bool
    let begins: LedgerFailure?
}

/// The columns of a row or key, by value.
enum MemoryColumn: Hashable, Comparable, Sendable {
    case null
    case integer(Int64)
    case text(String)
    case blob([UInt8])

    /// Order as SQLite sorts: null, numbers, text, bytes.
    static func < (lhs: MemoryColumn, rhs: MemoryColumn) -> Bool {
        switch (lhs, rhs) {
        case (.integer(let left), .integer(let right)): left < right
        case (.text(let left), .text(let right)): Array(left.utf8).lexicographicallyPrecedes(Array(right.utf8))
        case (.blob(let left), .blob(let right)): left.lexicographicallyPrecedes(right)
        default: lhs.rank < rhs.rank
        }
    }

    private var rank: Int {
        switch self {
        case .null: 0
        case .integer: 1
        case .text: 2
        case .blob: 3
        }
    }

    init(_ value: ColumnValue) {
        switch value {
        case .integer(let value): self = .integer(value)
        case .text(let value): self = .text(value)
        case .bits(let value): self = .blob(value.bytes)
        }
    }
}

extension Bits128 {
    /// The 16 bytes, big-endian.
    public var bytes: [UInt8] {
        [high, low].flatMap { word in
            (0..<8).map { UInt8(truncatingIfNeeded: word >> UInt64(56 - 8 * $0)) }
        }
    }

    /// The bits of 16 bytes; nil for another length.
    public init?(bytes: [UInt8]) {
        guard bytes.count == 16 else { return nil }
        self.init(
            high: bytes[0..<8].reduce(0) { $0 << 8 | UInt64($1) },
            low: bytes[8..<16].reduce(0) { $0 << 8 | UInt64($1) }
        )
    }
}

extension RowColumns {
    var memory: [MemoryColumn] {
        values.map { value in
            switch value {
            case .null: .null
            case .integer(let value): .integer(value)
            case .text(let range): .text(String(decoding: bytes[range], as: UTF8.self))
            case .blob(let range): .blob(Array(bytes[range]))
            }
        }
    }
}

struct MemoryColumnReader: ColumnReader {
    let row: [MemoryColumn]
    let places: [Int]
    var position = 0

    private mutating func next() -> MemoryColumn {
        defer { position += 1 }
        return position < places.count ? row[places[position]] : .null
    }

    mutating func integer() -> Int64? {
        if case .integer(let value) = next() { value } else { nil }
    }

    mutating func text() -> String? {
        if case .text(let value) = next() { value } else { nil }
    }

    mutating func bytes() -> [UInt8]? {
        if case .blob(let value) = next() { value } else { nil }
    }

    mutating func bits() -> Bits128? {
        bytes().flatMap(Bits128.init(bytes:))
    }
}

struct MemoryStore: Sendable {
    /// The turn that was committed last.
    var turn: LedgerTurn?
    /// The last turn of each writer.
    var turns: [Bits128: LedgerTurn] = [:]
    var tables: [String: [[MemoryColumn]: [MemoryColumn]]] = [:]

    mutating func apply(_ change: MemoryChange) {
        tables[change.table, default: [:]][change.key] = change.row
    }

    func rows<R: RowPart>(_ query: RowQuery<R>) throws(LedgerFailure) -> [R] {
        let selection = R.selection
        let tests = query.conditions.map { condition in
            let values = ([condition.value] + condition.others).map(MemoryColumn.init)
            return (selection.place(of: condition.column), condition.comparison, values)
        }
        let order = query.order.map { selection.place(of: $0) }
        let after = query.after.map { RowColumns($0).memory }
        var matching: [(order: [MemoryColumn], row: [MemoryColumn])] = []
        for (key, row) in tables[selection.tableName] ?? [:] {
            if let after, !(query.descending ? Self.precedes(key, after) : Self.precedes(after, key)) { continue }
            guard tests.allSatisfy({ Self.meets(row[$0], $1, $2) }) else { continue }
            guard let order else {
                matching.append((key, row))
                continue
            }
            if row[order] != .null { matching.append(([row[order]] + key, row)) }
        }
        matching.sort { Self.precedes($0.order, $1.order) != query.descending }
        var result: [R] = []
        for (_, row) in matching.prefix(query.limit) { result.append(try Self.decode(row)) }
        return result
    }

    /// The columns that are asked for of the row with a key.
    func columns(_ selection: RowSelection, of key: [MemoryColumn]) -> [MemoryColumn]? {
        tables[selection.tableName]?[key].map { row in selection.places.map { row[$0] } }
    }

    /// Where rows of a table cannot be read.
    func unreadable<R: LedgerRow>(_ type: R.Type) -> [String] {
        (tables[R.schema.name] ?? [:]).values.compactMap { row in
            var reader = MemoryColumnReader(row: row, places: R.selection.places)
            return R(from: &reader).map { RowColumns($0).memory } == row ? nil : "a row of \(R.schema.name)"
        }
    }

    private static func meets(
        _ column: MemoryColumn,
        _ comparison: Condition.Comparison,
        _ values: [MemoryColumn]
    ) -> Bool {
        switch comparison {
        case .equal: values.contains(column)
        case .atLeast: column != .null && column >= values[0]
        case .below: column != .null && column < values[0]
        }
    }

    private static func precedes(_ lhs: [MemoryColumn], _ rhs: [MemoryColumn]) -> Bool {
        lhs.lexicographicallyPrecedes(rhs)
    }

    /// A row, or a part of one, from all columns of the row.
    static func decode<R: RowPart>(_ row: [MemoryColumn]) throws(LedgerFailure) -> R {
        var reader = MemoryColumnReader(row: row, places: R.selection.places)
        guard let part = R(from: &reader) else {
            throw LedgerFailure(.corrupt, phase: .load, retry: .never, detail: R.selection.tableName)
        }
        return part
    }
}

struct MemoryChange: Sendable {
    let table: String
    let key: [MemoryColumn]
    let row: [MemoryColumn]?
}

private final class MemoryWriter: LedgerWriter {
    let sync: (@Sendable () throws(LedgerFailure) -> Void)? = nil
    private let engine: MemoryEngine
    private var store = MemoryStore()
    private var changes: [MemoryChange] = []

    init(engine: MemoryEngine) {
        self.engine = engine
    }

    func begin() throws(LedgerFailure) -> LedgerTurn? {
        store = try engine.begin()
        changes = []
        return store.turn
    }

    func load(_ keys: [TableKeys]) throws(LedgerFailure) -> [RowColumns] {
        keys.map { keys in
            var found = RowColumns()
            for key in keys.keys.memory.rows(of: keys.selection.keyCount) {
                for column in store.columns(keys.selection, of: key) ?? [] { found.add(column) }
            }
            return found
        }
    }

    func rows<R: RowPart>(_ query: RowQuery<R>) throws(LedgerFailure) -> [R] {
        try store.rows(query)
    }

    func save(_ changes: [TableChanges]) throws(LedgerFailure) {
        for change in changes {
            let table = change.table
            for key in change.deleted.memory.rows(of: table.keyCount) {
                record(MemoryChange(table: table.name, key: key, row: nil))
            }
            try write(change.updated, to: table, replacing: true)
            try write(change.inserted, to: table, replacing: false)
        }
    }

    func commit(_ turn: LedgerTurn) throws(LedgerFailure) {
        try engine.commit(changes, in: turn, after: store.turn)
    }

    func confirm() { rollback() }

    func rollback() {
        changes = []
    }

    func lastTurn(of writer: Bits128) throws(LedgerFailure) -> LedgerTurn? { store.turns[writer] }

    private func write(
        _ rows: RowColumns,
        to table: TableSchema,
        replacing: Bool
    ) throws(LedgerFailure) {
        let columns = rows.memory
        precondition(columns.count.isMultiple(of: table.columns.count), "\(table.name) writes all of its columns")
        for row in columns.rows(of: table.columns.count) {
            precondition(zip(table.columns, row).allSatisfy { $0.admits($1) }, "\(table.name) writes what it describes")
            let key = Array(row.prefix(table.keyCount))
            guard (store.tables[table.name]?[key] != nil) == replacing else {
                throw replacing
                    ? LedgerFailure(.corrupt, phase: .save, retry: .never, detail: "\(table.name) lost a row")
                    : LedgerFailure(.contradicted, phase: .save, retry: .never, detail: "\(table.name) has that key")
            }
            record(MemoryChange(table: table.name, key: key, row: row))
        }
    }

    private func record(_ change: MemoryChange) {
        changes.append(change)
        store.apply(change)
    }
}

extension Column {
    /// Whether a row may hold that.
    fileprivate func admits(_ value: MemoryColumn) -> Bool {
        switch (kind, value) {
        case (_, .null): isNullable
        case (.flag, .integer(let value)): value == 0 || value == 1
        case (.integer, .integer), (.time, .integer), (.text, .text), (.bytes, .blob): true
        case (.id, .blob(let bytes)): bytes.count == 16
        default: false
        }
    }
}

extension [MemoryColumn] {
    /// The columns of each row, `width` in each.
    fileprivate func rows(of width: Int) -> [[MemoryColumn]] {
        stride(from: 0, to: count, by: width).map { Array(self[$0..<$0 + width]) }
    }
}

extension RowColumns {
    fileprivate mutating func add(_ column: MemoryColumn) {
        switch column {
        case .null: null()
        case .integer(let value): integer(value)
        case .text(let value): text(value)
        case .blob(let value): bytes(value)
        }
    }
}

private final class MemoryView: LedgerView {
    private let store: MemoryStore

    init(store: MemoryStore) {
        self.store = store
    }

    func row<R: RowPart>(_ type: R.Type, _ key: R.Key) throws(LedgerFailure) -> R? {
        guard let row = store.tables[R.selection.tableName]?[RowColumns(key).memory] else { return nil }
        return try MemoryStore.decode(row)
    }

    func rows<R: RowPart>(_ query: RowQuery<R>) throws(LedgerFailure) -> [R] {
        try store.rows(query)
    }

    func searchProducts(_ query: SearchQuery, after hit: SearchHit?) throws(LedgerFailure) -> [SearchHit] {
        guard !query.terms.isEmpty else { return [] }
        let places = ["codes", "name", "words"].map { ProductRow.schema.whole.place(of: $0) }
        var found: [SearchHit] = []
        for row in (store.tables[ProductRow.schema.name] ?? [:]).values {
            let texts = places.map { place in if case .text(let text) = row[place] { text } else { "" } }
            guard query.isMet(by: texts.flatMap(SearchQuery.tokens)), case .text(let sku) = row[0] else {
                continue
            }
            found.append(SearchHit(rank: query.rank(codes: texts[0], name: texts[1]), sku: SKU(stored: sku)))
        }
        return found.filter { found in hit.map { $0 < found } ?? true }.sorted()
    }
}
