// The ledger as if nothing had been archived: each row is found in the hot tables, or else in the file that its order's row names. The
// audit, the export and the pages of a single order read through this view, so that the same rules hold for what is archived.

import Ledger
import Trading

/// A snapshot of the hot tables together with the archived orders of that moment.
///
/// Confined to the thread of the snapshot.
final class WholeView: LedgerView {
    private let hot: any LedgerView
    private let archive: ArchivedRows

    init(_ hot: any LedgerView, _ directory: ArchiveDirectory) {
        self.hot = hot
        archive = ArchivedRows(hot, directory)
    }

    /// The row, wherever it is.
    ///
    /// Cost: for an archived row, three look-ups in memory and files: of its file, a page of an index and a block.
    func row<R: RowPart>(_ type: R.Type, _ key: R.Key) throws(LedgerFailure) -> R? {
        if let row = try hot.row(type, key) { return row }
        guard let table = ArchivedRows.table(of: R.selection) else { return nil }
        let columns = RowColumns(key)
        for found in try archive.rows(table, withKey: columns.firstKey) { return try archive.part(found.columns) }
        return nil
    }

    /// The rows, wherever they are, in one order.
    ///
    /// A query in the order of a column finds hot rows only: these are queries for what is due, and nothing archived is.
    func rows<R: RowPart>(_ query: RowQuery<R>) throws(LedgerFailure) -> [R] {
        let found = try hot.rows(query)
        guard query.order == nil, let table = ArchivedRows.table(of: R.selection), try archive.hasFiles else {
            return found
        }
        let archived = try archive.rows(table, query)
        guard !archived.isEmpty else { return found }
        var all = found.map { (key: RowColumns($0.key).firstKey, row: $0) }
        for row in archived { all.append((row.columns.firstKey, try archive.part(row.columns))) }
        all.sort { query.descending ? $0.key > $1.key : $0.key < $1.key }
        return all.prefix(query.limit).map(\.row)
    }

    /// Products are never archived.
    func searchProducts(_ query: SearchQuery, after hit: SearchHit?) throws(LedgerFailure) -> [SearchHit] {
        try hot.searchProducts(query, after: hit)
    }
}

/// A row in a file of the archive that counts: its order is archived in that file.
struct FoundRow {
    let order: ID<Order>
    let columns: RowColumns
}

/// The rows of archived orders, as of a snapshot.
///
/// Confined to the thread of the snapshot.
final class ArchivedRows {
    private let view: any LedgerView
    private let directory: ArchiveDirectory
    private var listed: [ArchiveFileRow]?
    /// Open files: one that is replaced later can be read to the end of the snapshot.
    private var held: [ArchiveReader] = []
    /// The blocks read last, so that rows in the order of their keys cost one read for each block.
    private var recent: [(file: Int64, number: UInt32, block: LiveBlock)] = []
    private static let recentMax = 24
    private let pages = IndexPages()

    init(_ view: any LedgerView, _ directory: ArchiveDirectory) {
        self.view = view
        self.directory = directory
    }

    /// The place of a table of the archive in ``OrderRows/schemas``; nil for other tables.
    static func table(of selection: RowSelection) -> Int? { places[selection.tableName] }

    private static let places = Dictionary(
        uniqueKeysWithValues: OrderRows.schemas.enumerated().map { ($1.name, $0) }
    )

    /// Whether there is an archive.
    var hasFiles: Bool {
        get throws(LedgerFailure) { try !files().isEmpty }
    }

    /// A part of a row.
    func part<R: RowPart>(_ columns: RowColumns) throws(LedgerFailure) -> R {
        guard let part = columns.part(R.self) else {
            let detail = "an archived row of \(R.selection.tableName)"
            throw LedgerFailure(.corrupt, phase: .load, retry: .never, detail: detail)
        }
        return part
    }

    /// The rows of an archived order, with the number of its file; nil where it is not archived.
    func order(_ id: ID<Order>) throws(LedgerFailure) -> (rows: OrderRows, file: Int64)? {
        guard let (order, file) = try place(of: id) else { return nil }
        guard let rows = OrderRows(columns: order.rows) else { throw lost(id, in: file) }
        return (rows, file.key)
    }

    /// An archived order, and its file; nil where it is not archived.
    private func place(of id: ID<Order>) throws(LedgerFailure) -> (order: ArchivedOrder, file: ArchiveFileRow)? {
        guard let place = try view.row(ArchivedOrderRow.self, id) else { return nil }
        let file = try file(place.file, of: id)
        let reader = try directory.reader(file)
        guard let table = Self.places[OrderRow.schema.name], let kind = reader.kind(ofTable: table) else {
            throw lost(id, in: file)
        }
        for number in try reader.blocks(of: kind, id.bits, pages) {
            if let order = try block(number, of: file).orders.first(where: { $0.id == id }) { return (order, file) }
        }
        throw lost(id, in: file)
    }

    /// The archived orders that have data of a customer.
    func orders(of customer: ID<Customer>) throws(LedgerFailure) -> [ID<Order>] {
        var found: Set<ID<Order>> = []
        for file in try files() {
            for number in try directory.reader(file).blocks(of: IndexEntry.customer, customer.bits, pages) {
                for order in try block(number, of: file).orders {
                    guard let rows = OrderRows(columns: order.rows) else { throw lost(order.id, in: file) }
                    if rows.people.contains(customer) { found.insert(order.id) }
                }
            }
        }
        return found.sorted()
    }

    /// The rows of a table with this key: one, or none.
    func rows(_ table: Int, withKey key: Bits128) throws(LedgerFailure) -> [FoundRow] {
        if Self.isKeyedByOrder(table) {
            return try rows(table, ofOrder: ID(key))
        }
        for file in try files() {
            let reader = try directory.reader(file)
            guard let kind = reader.kind(ofTable: table) else { continue }
            for number in try reader.blocks(of: kind, key, pages) {
                let found = try block(number, of: file).rows(table).filter { $0.columns.firstKey == key }
                if !found.isEmpty { return found }
            }
        }
        return []
    }

    /// The rows of a table that meet a query, in the order of their keys.
    func rows<R: RowPart>(_ table: Int, _ query: RowQuery<R>) throws(LedgerFailure) -> [FoundRow] {
        let after = query.after.map { RowColumns($0).firstKey }
        func isMeant(_ row: FoundRow) -> Bool {
            let key = row.columns.firstKey
            if let after, query.descending ? key >= after : key <= after { return false }
            return query.conditions.allSatisfy { row.columns.meets($0, in: OrderRows.schemas[table]) }
        }
        guard let candidates = try candidates(table, query.conditions) else {
            return try scan(table, after: after, descending: query.descending, limit: query.limit, isMeant)
        }
        let found = candidates.filter(isMeant).sorted { lhs, rhs in
            let (left, right) = (lhs.columns.firstKey, rhs.columns.firstKey)
            return query.descending ? left > right : left < right
        }
        return Array(found.prefix(query.limit))
    }

    /// Rows among which are all that meet the conditions; nil where no index leads to them.
    private func candidates(_ table: Int, _ conditions: [Condition]) throws(LedgerFailure) -> [FoundRow]? {
        let equal = conditions.filter { $0.comparison == .equal && $0.others.isEmpty }
        for condition in equal {
            guard case .bits(let bits) = condition.value else { continue }
            switch condition.column {
            case "order_id": return try rows(table, ofOrder: ID(bits))
            case "customer": return try rows(table, ofKind: IndexEntry.customer, bits)
            default: continue
            }
        }
        let texts = Dictionary(
            equal.compactMap { condition -> (String, String)? in
                if case .text(let text) = condition.value { (condition.column, text) } else { nil }
            },
            uniquingKeysWith: { first, _ in first }
        )
        guard OrderRows.schemas[table].name == PaymentRow.schema.name, let provider = texts["provider"],
            let reference = texts["reference"]
        else { return nil }
        return try rows(table, ofKind: IndexEntry.reference, IndexEntry.key(ofReference: reference, at: provider))
    }

    private func rows(_ table: Int, ofOrder order: ID<Order>) throws(LedgerFailure) -> [FoundRow] {
        guard let (found, _) = try place(of: order) else { return [] }
        return found.rows.filter { $0.table == table }.map { FoundRow(order: order, columns: $0.columns) }
    }

    private func rows(_ table: Int, ofKind kind: UInt8, _ key: Bits128) throws(LedgerFailure) -> [FoundRow] {
        var found: [FoundRow] = []
        for file in try files() {
            for number in try directory.reader(file).blocks(of: kind, key, pages) {
                found += try block(number, of: file).rows(table)
            }
        }
        return found
    }

    /// Goes through all files at once, in the order of the keys.
    private func scan(
        _ table: Int,
        after: Bits128?,
        descending: Bool,
        limit: Int,
        _ isMeant: (FoundRow) -> Bool
    ) throws(LedgerFailure) -> [FoundRow] {
        var cursors: [(file: ArchiveFileRow, cursor: IndexCursor)] = []
        for file in try files() {
            let reader = try directory.reader(file)
            guard let kind = reader.kind(ofTable: table) else { continue }
            let edge = descending ? Bits128(high: .max, low: .max) : Bits128(high: 0, low: 0)
            let from = IndexEntry(kind: kind, key: after ?? edge, block: descending ? .max : 0)
            cursors.append((file, IndexCursor(reader, pages, kind: kind, from: from, descending: descending)))
        }
        var found: [FoundRow] = []
        while found.count < limit {
            var next: (index: Int, entry: IndexEntry)?
            for index in cursors.indices {
                guard let entry = try cursors[index].cursor.peek() else { continue }
                if let best = next?.entry.key, descending ? entry.key <= best : entry.key >= best { continue }
                next = (index, entry)
            }
            guard let next else { break }
            cursors[next.index].cursor.advance()
            let block = try block(next.entry.block, of: cursors[next.index].file)
            if let row = block.row(table, next.entry.key), isMeant(row) { found.append(row) }
        }
        return found
    }

    private func files() throws(LedgerFailure) -> [ArchiveFileRow] {
        if let listed { return listed }
        let files = try view.archiveFiles()
        directory.keepOnly(files)
        listed = files
        for file in files.prefix(ArchiveDirectory.openMax) {
            do throws(LedgerFailure) {
                held.append(try directory.reader(file))
            } catch {
                // A file that cannot be opened is reported by what reads it, and by nothing else.
                continue
            }
        }
        return files
    }

    private func file(_ number: Int64, of order: ID<Order>) throws(LedgerFailure) -> ArchiveFileRow {
        guard let file = try files().first(where: { $0.key == number }) else {
            let detail = "\(order) is archived in file \(number), which is not listed"
            throw LedgerFailure(.corrupt, phase: .load, retry: .never, detail: detail)
        }
        return file
    }

    private func block(_ number: UInt32, of file: ArchiveFileRow) throws(LedgerFailure) -> LiveBlock {
        if let known = recent.last(where: { $0.file == file.key && $0.number == number }) { return known.block }
        var live: [ArchivedOrder] = []
        for order in try directory.reader(file).block(number)
        where try view.row(ArchivedOrderRow.self, order.id)?.file == file.key { live.append(order) }
        let block = LiveBlock(live)
        if recent.count >= Self.recentMax { recent.removeFirst() }
        recent.append((file.key, number, block))
        return block
    }

    private func lost(_ order: ID<Order>, in file: ArchiveFileRow) -> LedgerFailure {
        let detail = "\(order) is not in the archive's file \(file.name)"
        return LedgerFailure(.corrupt, phase: .load, retry: .never, detail: detail)
    }

    /// Orders and their handling have the order's id as their key.
    private static func isKeyedByOrder(_ table: Int) -> Bool {
        let name = OrderRows.schemas[table].name
        return name == OrderRow.schema.name || name == HandlingRow.schema.name
    }
}

/// The orders of a block that are archived in its file.
private final class LiveBlock {
    let orders: [ArchivedOrder]
    private lazy var places: [Place: FoundRow] = {
        var places: [Place: FoundRow] = [:]
        for order in orders {
            for row in order.rows {
                places[Place(table: row.table, key: row.columns.firstKey)] = FoundRow(
                    order: order.id,
                    columns: row.columns
                )
            }
        }
        return places
    }()

    private struct Place: Hashable {
        let table: Int
        let key: Bits128
    }

    init(_ orders: [ArchivedOrder]) {
        self.orders = orders
    }

    func rows(_ table: Int) -> [FoundRow] {
        orders.flatMap { order in
            order.rows.filter { $0.table == table }.map { FoundRow(order: order.id, columns: $0.columns) }
        }
    }

    func row(_ table: Int, _ key: Bits128) -> FoundRow? { places[Place(table: table, key: key)] }
}
