import Bytes
import Ledger
import Trading

/// A digest of all rows of the archive's tables, wherever they are.
///
/// It is a sum over the rows, so neither their order nor their place matters: it is the same before and after orders are archived, unless a
/// row was lost, added or changed. Not collision-resistant.
package struct ArchiveDigest: Hashable, Sendable, CustomStringConvertible {
    /// The number of rows of each table, by its name.
    package private(set) var rows: [String: Int] = [:]
    private var sums: (UInt64, UInt64) = (0, 0)

    /// The digest of no rows.
    package init() {}

    /// Whether all of it is equal.
    package static func == (lhs: ArchiveDigest, rhs: ArchiveDigest) -> Bool {
        lhs.rows == rhs.rows && lhs.sums == rhs.sums
    }

    /// Adds the sums.
    package func hash(into hasher: inout Hasher) {
        hasher.combine(sums.0)
        hasher.combine(sums.1)
    }

    /// 32 hexadecimal digits.
    package var description: String {
        Hex.text([sums.0, sums.1].flatMap { sum in (0..<8).map { UInt8(truncatingIfNeeded: sum >> (56 - 8 * $0)) } })
    }

    mutating func add(_ columns: RowColumns, table: Int) {
        var hash = FNV1a()
        columns.add(to: &hash, table: table)
        sums.0 &+= hash.value
        // The second sum is of the hashes' scrambled values, so that changes which cancel in one do not in the other.
        var mixed = (hash.value ^ (hash.value >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        sums.1 &+= mixed ^ (mixed >> 31)
        rows[OrderRows.schemas[table].name, default: 0] += 1
    }

    /// Adds the rows of another digest, of other rows.
    package mutating func add(_ other: ArchiveDigest) {
        sums.0 &+= other.sums.0
        sums.1 &+= other.sums.1
        rows.merge(other.rows, uniquingKeysWith: +)
    }

    /// Takes away rows that are a part of these.
    package mutating func remove(_ other: ArchiveDigest) {
        sums.0 &-= other.sums.0
        sums.1 &-= other.sums.1
        for (table, count) in other.rows {
            let left = rows[table, default: 0] - count
            rows[table] = left == 0 ? nil : left
        }
    }

    /// The digest of the rows of orders.
    package init(_ orders: [OrderRows]) {
        for order in orders {
            for (table, columns) in order.columns { add(columns, table: table) }
        }
    }

    /// Reads every row of the archive's tables in one snapshot.
    ///
    /// Cost: one pass over these tables.
    ///
    /// - Parameter progress: called with the table and the number of its rows so far.
    package static func read(
        _ ledger: any LedgerEngine,
        progress: @escaping @Sendable (String, Int) -> Void = { _, _ in }
    ) async throws(LedgerFailure) -> ArchiveDigest {
        try await ledger.read { (view) throws(LedgerFailure) in try read(view, progress) }
    }

    /// Reads every row, and those of archived orders alone from their files, in one snapshot.
    ///
    /// Cost: two passes over these tables.
    package static func readParts(
        _ ledger: WholeLedger,
        progress: @escaping @Sendable (String, Int) -> Void = { _, _ in }
    ) async throws(LedgerFailure) -> (all: ArchiveDigest, archived: ArchiveDigest) {
        try await ledger.readBoth { (hot, whole) throws(LedgerFailure) in
            let all = try read(whole, progress)
            var archived = all
            archived.remove(try read(hot, progress))
            return (all, archived)
        }
    }

    private static func read(
        _ view: any LedgerView,
        _ progress: @escaping @Sendable (String, Int) -> Void
    ) throws(LedgerFailure) -> ArchiveDigest {
        var reading = DigestReading(view: view, progress: progress)
        var rows = OrderRows()
        try rows.tables(&reading)
        return reading.digest
    }
}

private struct DigestReading: OrderTableVisitor {
    let view: any LedgerView
    let progress: @Sendable (String, Int) -> Void
    var digest = ArchiveDigest()
    private var table = 0
    private static var page: Int { 1000 }

    mutating func table<R: LedgerRow>(_ rows: inout [R], _ place: KeyPath<WorkingSet, Rows<R>>) throws(LedgerFailure) {
        var after: R.Key?
        repeat {
            let page = try view.rows(RowQuery<R>(after: after, limit: Self.page))
            for row in page { digest.add(RowColumns(row), table: table) }
            progress(R.schema.name, digest.rows[R.schema.name] ?? 0)
            after = page.count == Self.page ? page.last?.key : nil
        } while after != nil
        table += 1
    }

    init(view: any LedgerView, progress: @escaping @Sendable (String, Int) -> Void) {
        self.view = view
        self.progress = progress
    }
}
