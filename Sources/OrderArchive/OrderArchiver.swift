// Orders that are closed leave the hot tables in four steps: they are copied into a file, which is then complete on the disk; the file is read
// back, and every order in it compared with what was copied; the file is recorded in the ledger; and their rows are deleted, a page in one
// transaction, if they still are those in the file. What the ledger then says of the file is compared with the file once more. A crash between
// two steps leaves orders in the hot tables, where they count, and a file or a part of it that does not; the next run removes that.

import Foundation
import Ledger
import Synchronization
import Trading

/// Moves closed orders from the hot tables into files, beside a running shop.
package struct OrderArchiver: Sendable {
    /// The result of a run.
    package struct Outcome: Hashable, Sendable {
        /// Orders that left the hot tables.
        package var archived = 0
        /// Orders that changed while they were copied, and stayed.
        package var changed = 0
        /// New files.
        package var files = 0
        /// Their size, in bytes.
        package var bytes: Int64 = 0
        /// Files that were written anew without orders that had left them, or removed as empty.
        package var rewritten = 0
        /// The digest of the rows that left.
        package var digest = ArchiveDigest()

        /// Zeros.
        package init() {}
    }

    /// Why a run ended early.
    package enum Stop: Error, Hashable, Sendable {
        /// Another run has the archive until then, or has taken it over.
        case held(until: Timestamp?)
    }

    private let ledger: any LedgerEngine
    private let committer: Committer
    private let directory: ArchiveDirectory
    private let holder: String
    private let renewed = Moment()
    /// The bounds of a file.
    package var bounds = ArchiveWriter.Bounds()
    /// Called with the number of orders that were looked at, and of those that left.
    package var progress: @Sendable (Int, Int) -> Void = { _, _ in }
    /// Called after each step with the time that it took, to give way to others; an error ends the run.
    package var rest: @Sendable (Duration) async throws -> Void = { _ in }
    /// Called between two steps, by tests of crashes: an error ends the run as if the process had died there.
    package var betweenSteps: @Sendable (Step) async throws -> Void = { _ in }

    /// What a run has just done.
    package enum Step: Hashable, Sendable, CaseIterable {
        /// A file is complete on the disk.
        case written
        /// The file is recorded in the ledger.
        case recorded
        /// A page of orders left the hot tables.
        case deleted
        /// A file is complete that replaces another.
        case rewritten
        /// The ledger names the new file instead of the old one.
        case replaced
        /// The directory was listed, to remove what the ledger does not list.
        case listed
    }

    /// The lease that one run holds at a time.
    private static let lease = "archive"
    private static let leaseSeconds: Int64 = 30
    /// How often the lease is renewed, at most.
    private static let renewal = Duration.seconds(5)
    /// Orders read in one snapshot.
    private static let readPage = 200
    /// Orders in one transaction.
    private static let deletePage = 50
    /// The size at which a page is ended early, in bytes: labels are large.
    private static let pageBytes = 16 << 20

    /// An archiver of a shop.
    ///
    /// - Parameter ledger: the ledger without its archive.
    package init(_ ledger: any LedgerEngine, _ committer: Committer, _ directory: ArchiveDirectory) {
        self.ledger = ledger
        self.committer = committer
        self.directory = directory
        holder = UUID().uuidString
    }

    /// Archives every order that is closed and has not changed since a time, and writes files anew that orders have left.
    ///
    /// - Throws: ``Stop``, or a failure; what was done until then holds, and another run goes on.
    package func run(closedBefore time: Timestamp) async throws -> Outcome {
        try await underLease { fence in
            var outcome = Outcome()
            try await removeUnlisted()
            outcome.rewritten += try await rewriteFiles(fence)
            try await archive(closedBefore: time, fence, &outcome)
            outcome.rewritten += try await rewriteFiles(fence)
            let record = RecordArchiveRun(
                archived: outcome.archived,
                changed: outcome.changed,
                files: outcome.files,
                bytes: outcome.bytes
            )
            _ = try await committer.submit(record, fence: fence)
            return outcome
        }
    }

    /// Counts the orders that a run would archive, without changing anything.
    ///
    /// - Returns: their number, and the size of their rows in bytes.
    package func count(closedBefore time: Timestamp) async throws -> (orders: Int, bytes: Int) {
        var (orders, bytes, looked) = (0, 0, 0)
        var after: ID<Order>?
        repeat {
            let page = try await candidates(closedBefore: time, after: after)
            looked += page.looked
            orders += page.closed.count
            bytes += page.bytes
            after = page.next
            progress(looked, orders)
        } while after != nil
        return (orders, bytes)
    }

    /// Puts an archived order back into the hot tables.
    ///
    /// - Returns: whether it was archived.
    package func bringBack(_ order: ID<Order>) async throws -> Bool {
        let whole = WholeLedger(ledger, directory)
        while let (rows, file) = try await whole.archived(order) {
            if try await committer.submit(BringBackOrder(rows, from: file)).outcome { return true }
        }
        return false
    }

    /// Writes files anew that orders have left, so that nothing of these is in a file any more.
    ///
    /// - Returns: the number of files.
    /// - Throws: ``Stop``, or a failure.
    package func rewrite() async throws -> Int {
        guard directory.exists else { return 0 }
        return try await underLease { fence in
            let count = try await rewriteFiles(fence)
            try await removeUnlisted()
            return count
        }
    }

    // MARK: Copying and deleting

    private func archive(closedBefore time: Timestamp, _ fence: Fence, _ outcome: inout Outcome) async throws {
        var looked = 0
        var after: ID<Order>?
        repeat {
            let writer = try ArchiveWriter(in: directory.path, bounds: bounds)
            var copied: [ArchiveOrders.Copied] = []
            var digests: [ID<Order>: ArchiveDigest] = [:]
            do {
                repeat {
                    try await step {
                        let page = try await candidates(closedBefore: time, after: after)
                        for rows in page.closed {
                            try writer.add(rows)
                            copied.append(ArchiveOrders.Copied(order: rows.order.id, hash: rows.hash))
                            digests[rows.order.id] = ArchiveDigest([rows])
                        }
                        looked += page.looked
                        after = page.next
                    }
                    progress(looked, outcome.archived)
                } while after != nil && !writer.isFull
            } catch {
                writer.discard()
                throw error
            }
            guard !copied.isEmpty else { return writer.discard() }
            let file = try await record(writer, copied, fence)
            outcome.files += 1
            outcome.bytes += file.size
            for start in stride(from: 0, to: copied.count, by: Self.deletePage) {
                let page = Array(copied[start..<min(start + Self.deletePage, copied.count)])
                try await step {
                    let command = ArchiveOrders(page, in: file.key, closedBefore: time)
                    let gone = try await committer.submit(command, fence: fence, isPatient: true).outcome
                    outcome.archived += gone.count
                    outcome.changed += page.count - gone.count
                    for order in gone { outcome.digest.add(digests[order] ?? ArchiveDigest()) }
                    progress(looked, outcome.archived)
                    try await betweenSteps(.deleted)
                }
            }
            try await checkRows(of: file.key)
        } while after != nil
    }

    /// One step, after which the run keeps its place and gives way to others.
    private func step(_ body: () async throws -> Void) async throws {
        let begun = ContinuousClock.now
        try await body()
        if renewed.isOlder(than: Self.renewal) { try await renew() }
        try await rest(begun.duration(to: .now))
    }

    private func record(
        _ writer: ArchiveWriter,
        _ copied: [ArchiveOrders.Copied],
        _ fence: Fence
    ) async throws -> ArchiveFileRow {
        let number = try await files().map(\.key).max() ?? 0
        let file = try writer.finish(number: number + 1, at: .now)
        try await betweenSteps(.written)
        try await readBack(file, copied)
        _ = try await committer.submit(AddArchiveFile(file), fence: fence)
        try await betweenSteps(.recorded)
        return file
    }

    private struct Page: Sendable {
        var closed: [OrderRows] = []
        var bytes = 0
        var looked = 0
        /// Where the next page begins; nil at the end.
        var next: ID<Order>?
    }

    /// The closed orders of the next page of hot orders.
    private func candidates(closedBefore time: Timestamp, after: ID<Order>?) async throws -> Page {
        // An order was placed before it was closed, and ids begin with the time.
        let placed = Condition("id", .below, .bits(.first(at: time)))
        let limit = min(Self.readPage, bounds.orders)
        return try await ledger.read { (view) throws(LedgerFailure) in
            let source = ViewSource(view)
            var page = Page()
            let orders = try view.rows(RowQuery<OrderRow>([placed], after: after, limit: limit))
            for row in orders {
                page.looked += 1
                page.next = row.key
                guard row.order.updatedAt < time, let rows = try OrderRows(of: row.key, in: source),
                    rows.isClosed(since: time), try !rows.isAwaited(in: source)
                else { continue }
                page.closed.append(rows)
                page.bytes += rows.columns.reduce(0) { $0 + $1.columns.bytes.count + 8 * $1.columns.values.count }
                if page.bytes >= Self.pageBytes { return page }
            }
            if orders.count < limit { page.next = nil }
            return page
        }
    }

    // MARK: Checks

    /// Reads a complete file back before the hot tables, or another file, lose what is in it.
    ///
    /// - Throws: `corrupt` where it has not exactly the orders that were copied, each with all of its rows.
    private func readBack(_ file: ArchiveFileRow, _ copied: [ArchiveOrders.Copied]) async throws {
        let reader = try ArchiveReader(directory: directory.path, name: file.name, size: file.size)
        if let difference = reader.difference(from: file) { throw Self.unlike(file, difference) }
        var left = copied[...]
        for number in 0..<reader.blockCount {
            try await step {
                for order in try reader.block(UInt32(number)) {
                    guard let next = left.popFirst(), next.order == order.id,
                        OrderRows(columns: order.rows)?.hash == next.hash
                    else { throw Self.unlike(file, "\(order.id) in it is not what was copied") }
                }
            }
        }
        guard left.isEmpty else { throw Self.unlike(file, "it lacks \(left.count) orders") }
    }

    private static func unlike(_ file: ArchiveFileRow, _ difference: String) -> LedgerFailure {
        let detail = "the archive's file \(file.name) was read back, and \(difference); nothing was deleted for it"
        return LedgerFailure(.corrupt, phase: .load, retry: .safe, detail: detail)
    }

    /// Compares what the ledger says of a file with the file, after orders left the hot tables for it.
    private func checkRows(of file: Int64) async throws {
        let errors = try await ledger.read { [directory] (view) throws(LedgerFailure) in
            try ArchiveCheck(view: view, directory: directory).errors(of: file)
        }
        guard let first = errors.first else { return }
        throw LedgerFailure(.corrupt, phase: .load, retry: .never, detail: first)
    }

    // MARK: Files that orders have left

    private func rewriteFiles(_ fence: Fence) async throws -> Int {
        var count = 0
        for file in try await files() where file.live < file.orders {
            try await rewrite(file, fence)
            count += 1
        }
        return count
    }

    private func rewrite(_ file: ArchiveFileRow, _ fence: Fence) async throws {
        let writer = try ArchiveWriter(in: directory.path, bounds: bounds)
        var copied: [ArchiveOrders.Copied] = []
        do {
            let blocks = try directory.reader(file).blockCount
            for block in 0..<blocks {
                try await step {
                    for rows in try await live(UInt32(block), of: file) {
                        try writer.add(rows)
                        copied.append(ArchiveOrders.Copied(order: rows.order.id, hash: rows.hash))
                    }
                }
            }
        } catch {
            writer.discard()
            throw error
        }
        var new: ArchiveFileRow?
        if writer.orders == 0 { writer.discard() } else { new = try writer.finish(number: file.key, at: .now) }
        try await betweenSteps(.rewritten)
        if let new { try await readBack(new, copied) }
        _ = try await committer.submit(ReplaceArchiveFile(file, by: new), fence: fence)
        try await betweenSteps(.replaced)
        try await removeUnlisted()
    }

    /// The orders of a block that are archived in the file.
    private func live(_ block: UInt32, of file: ArchiveFileRow) async throws -> [OrderRows] {
        try await ledger.read { [directory] (view) throws(LedgerFailure) in
            var live: [OrderRows] = []
            for order in try directory.reader(file).block(block)
            where try view.row(ArchivedOrderRow.self, order.id)?.file == file.key {
                guard let rows = OrderRows(columns: order.rows) else {
                    let detail = "the archive's file \(file.name) has an order that cannot be read"
                    throw LedgerFailure(.corrupt, phase: .load, retry: .never, detail: detail)
                }
                live.append(rows)
            }
            return live
        }
    }

    /// Removes what earlier runs began, and files that were replaced.
    ///
    /// The directory is listed before the ledger is read, and the lease renewed between: a file that another run wrote meanwhile, because this
    /// one stood still for longer than its lease, is in the ledger by then, or is refused there.
    private func removeUnlisted() async throws {
        let found = try directory.ourFiles()
        try await betweenSteps(.listed)
        try await renew()
        try directory.remove(found, butNot: try await files())
    }

    private func files() async throws(LedgerFailure) -> [ArchiveFileRow] {
        try await ledger.read { (view) throws(LedgerFailure) in try view.archiveFiles() }
    }

    // MARK: One run at a time

    private func underLease<Value: Sendable>(_ body: (Fence) async throws -> Value) async throws -> Value {
        let epoch = try await renew()
        let value: Value
        do {
            value = try await body(Fence(lease: Self.lease, epoch: epoch))
        } catch {
            // The first error says why; a lease that is not released lapses.
            _ = try? await committer.submit(ReleaseLease(Self.lease, holder: holder))
            throw error
        }
        _ = try await committer.submit(ReleaseLease(Self.lease, holder: holder))
        return value
    }

    @discardableResult
    private func renew() async throws -> Int64 {
        do {
            let command = AcquireLease(Self.lease, holder: holder, seconds: Self.leaseSeconds)
            let epoch = try await committer.submit(command).outcome.epoch
            renewed.now()
            return epoch
        } catch CommitError<LeaseRefusal>.refused(.held(let until)) {
            throw Stop.held(until: until)
        }
    }
}

/// When something was last done.
private final class Moment: Sendable {
    private let last = Mutex(ContinuousClock.now)

    func now() { last.withLock { $0 = .now } }

    func isOlder(than age: Duration) -> Bool { last.withLock { $0.duration(to: .now) >= age } }
}
