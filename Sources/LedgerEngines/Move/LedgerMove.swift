// Moves a shop from one ledger to another while it is open. Pages of both sides are compared in the order of the keys, and the target's rows made
// those of the source: that copies, goes on after an interruption, and catches up with what changed meanwhile, all in one way, and nothing
// is remembered but what stands in the two ledgers. The last round is made in a turn of the source, so nobody changes anything; then both sides
// are read again, each by itself, and compared by digests. Only if they are equal the turn is committed, as the mark that the shop has
// left; whatever interrupts the move before that leaves the source as open as it was.

import Foundation
import Ledger
import LedgerPostgres
import LedgerSQLite
import Trading

/// A move of a shop from one ledger to another; confined to one thread, which it blocks.
package final class LedgerMove {
    /// How far a move is.
    package struct Progress: Sendable {
        /// The round: 1 for the first copy, more for catching up; nil for the comparison, and for the end.
        package let round: Int?
        /// The table.
        package let table: String
        /// The rows of this round that were looked at.
        package let rows: Int
    }

    /// What a move did.
    package struct Report: Sendable {
        /// The digests of the tables, which are equal on both sides; none where the move only had to be ended.
        package fileprivate(set) var digests: [TableDigest] = []
        /// The rows that were written.
        package fileprivate(set) var written = 0
        /// The rounds, the closed one among them.
        package fileprivate(set) var rounds = 0
        /// For how long the source refused writes before the shop had left.
        package fileprivate(set) var closed = Duration.zero
        /// Where the shop is kept now.
        package fileprivate(set) var place = ""
        /// Whether an earlier run had done all but the end.
        package fileprivate(set) var wasDone = false
    }

    /// Why a shop cannot be moved, in words; nothing was changed.
    package struct Refusal: Error, CustomStringConvertible {
        /// The words.
        package let description: String
    }

    private let source, target: MovePlace
    private let progress: (Progress) throws -> Void
    private var rounds = 0
    private var written = 0
    private var lastKept = ContinuousClock.now

    /// Changes of a round below which the shop is closed for the last one, and the most rounds before that.
    private static let fewChanges = 2000
    private static let roundsMost = 5

    /// Opens both ledgers; the target is made where there is none.
    ///
    /// - Parameter progress: told of each step; where it throws, the move ends as if it had been interrupted there.
    /// - Throws: a ``Refusal``, or a failure.
    package init(
        from: LedgerLocation,
        to: LedgerLocation,
        progress: @escaping (Progress) throws -> Void = { _ in }
    ) throws {
        guard try from.hasLedger else { throw Refusal(description: "there is no shop in \(try from.words)") }
        guard !from.damage.isMarked else {
            throw Refusal(description: "the shop's ledger is marked as damaged; restore it first, or clear the mark")
        }
        source = try MovePlace(from)
        self.progress = progress
        try Self.check(source, to)
        var settings = to
        // The archive of a file's turns begins with a snapshot of it, not with the copy.
        if case .file(var file) = to {
            file.journal = nil
            settings = .file(file)
        }
        target = try MovePlace(settings)
    }

    /// Closes both ledgers.
    package func close() async {
        await source.close()
        await target.close()
    }

    /// Refuses what no target changes, before there is one.
    private static func check(_ source: MovePlace, _ to: LedgerLocation) throws {
        let newest = try source.inTurn { turn throws(LedgerFailure) in turn }
        guard newest?.mark != .arriving else {
            throw Refusal(description: "\(source.words) is itself a copy that is not complete")
        }
        guard try source.setting(SettingRow.orderSecret) != nil else {
            throw Refusal(description: "there is no shop in \(source.words) yet")
        }
        if newest?.mark == .left, try !to.hasLedger {
            let departure = try Departure.read(source.writer)
            throw Refusal(description: departure?.description ?? "the shop was moved to another place")
        }
        let archive = [ArchivedOrderRow.schema, ArchiveFileRow.schema]
        guard try to.isOfOneMachine || !archive.contains(where: source.hasRows) else {
            throw Refusal(
                description: """
                    the shop has archived orders, in files of this machine: put them back first, with \
                    `tradewind archive --data DIR --bring-back all`
                    """
            )
        }
    }

    // MARK: The move

    /// Moves the shop, or goes on with a move.
    ///
    /// - Throws: a ``Refusal``, or a failure, after which the same may be tried again. Unless the source says that the shop has left, it
    ///   goes on there.
    package func run() throws -> Report {
        let shop = try shopName()
        if let departed = try source.inTurn({ turn throws(LedgerFailure) in turn?.mark == .left ? turn : nil }) {
            return try finish(departed, shop)
        }
        let arriving = try arrive(shop)
        while rounds < Self.roundsMost {
            guard try round(arriving) >= Self.fewChanges else { break }
        }
        try (target.tables as? PostgresTables)?.analyze()
        return try cutOver(arriving, shop)
    }

    private func shopName() throws -> UInt64 {
        guard let secret = try source.setting(SettingRow.orderSecret) else {
            throw Refusal(description: "there is no shop in \(source.words)")
        }
        return secret.shop
    }

    /// Marks an empty target, or finds that it is an unfinished copy of this shop.
    ///
    /// - Returns: the turn that marks it.
    private func arrive(_ shop: UInt64) throws -> LedgerTurn {
        let writer = LedgerTurn.Mark.arriving.writer(of: shop)
        var refusal: Refusal?
        let turn = try target.inTurn { newest throws(LedgerFailure) -> LedgerTurn? in
            if let newest {
                if newest.writer == writer { return newest }
                refusal = occupied(newest)
                return nil
            }
            for table in LedgerTables.schemas where try target.hasRows(table) {
                refusal = Refusal(description: "\(target.words) is not empty: it has rows in \(table.name)")
                return nil
            }
            let mark = LedgerTurn(number: 0, at: target.writer.time ?? .now, writer: writer)
            try target.writer.commit(mark)
            return mark
        }
        guard let turn else { throw refusal ?? occupied(nil) }
        try target.sync()
        return turn
    }

    private func occupied(_ newest: LedgerTurn?) -> Refusal {
        let what =
            switch newest?.mark {
            case .arriving: "has an unfinished copy of another shop"
            case .left: "has a shop that was moved away from there"
            case nil: "has a shop already"
            }
        return Refusal(description: "\(target.words) \(what); a shop is moved to an empty place")
    }

    // MARK: Rounds

    /// Makes the rows of all tables of the target those of the source.
    ///
    /// - Returns: the number of rows that differed.
    private func round(_ mark: LedgerTurn, keeping: Bool = false) throws -> Int {
        rounds += 1
        var (looked, changed) = (0, 0)
        for table in LedgerTables.schemas {
            var (key, size) = (RowColumns?.none, PageSize())
            repeat {
                let rows = try source.tables.page(of: table, after: key, limit: size.rows)
                let stored = try target.tables.page(of: table, after: key, limit: size.rows)
                let merge = PageMerge(rows, stored, of: table, limit: size.rows)
                try save(merge, mark)
                changed += merge.changed
                looked += merge.rows
                key = merge.end
                size.note(rows)
                try progress(Progress(round: rounds, table: table.name, rows: looked))
                if keeping { try keepTurn() }
            } while key != nil
        }
        try target.sync()
        written += changed
        return changed
    }

    private func save(_ merge: PageMerge, _ mark: LedgerTurn) throws {
        guard merge.changed > 0 else { return }
        if !target.location.isOfOneMachine { try TextLimits.check(merge.changes) }
        var wasTaken = false
        do throws(LedgerFailure) {
            try target.inTurn { newest throws(LedgerFailure) in
                wasTaken = newest != mark
                guard !wasTaken else { return }
                try target.writer.save([merge.changes])
                try target.writer.commit(mark)
            }
        } catch {
            guard error.code == .contradicted || error.code == .io else { throw error }
            throw located(error, in: merge.changes)
        }
        guard !wasTaken else { throw Refusal(description: "\(target.words) was changed by someone else meanwhile") }
    }

    /// The same failure, with the row that cannot be saved, if it is one.
    private func located(_ failure: LedgerFailure, in changes: TableChanges) -> LedgerFailure {
        let table = changes.table
        let width = table.columns.count
        for (rows, isNew) in [(changes.inserted, true), (changes.updated, false)] {
            for row in 0..<rows.rows(of: width) {
                var one = RowColumns()
                one.add(row, of: rows, width: width, first: width)
                do throws(LedgerFailure) {
                    try target.inTurn { _ throws(LedgerFailure) in
                        try target.writer.save([
                            isNew ? TableChanges(table, inserted: one) : TableChanges(table, updated: one)
                        ])
                        // What was saved is sent, and answered, before something is read.
                        _ = try target.writer.rows(RowQuery<CounterRow>(limit: 1))
                    }
                } catch {
                    let words =
                        "\(TextLimits.words(for: one, of: table)) is refused by \(target.words): \(error.detail)"
                    return LedgerFailure(failure.code, phase: .save, retry: .never, detail: words)
                }
            }
        }
        return failure
    }

    /// Says something in the turn of the source, which would be taken away from a holder that is silent.
    private func keepTurn() throws(LedgerFailure) {
        guard lastKept.duration(to: .now) > .seconds(1) else { return }
        lastKept = .now
        _ = try source.writer.lastTurn(of: Bits128(high: 0, low: 0))
    }

    // MARK: The end

    /// Closes the source, catches up with it, proves that both are equal, and marks the source as left.
    private func cutOver(_ arriving: LedgerTurn, _ shop: UInt64) throws -> Report {
        var report = Report()
        let begun = ContinuousClock.now
        let last: LedgerTurn
        do {
            let newest = try source.writer.begin()
            guard let newest, newest.mark == nil, newest.number > arriving.number else {
                throw Refusal(description: "\(source.words) was moved by someone else meanwhile")
            }
            last = newest
            _ = try round(arriving, keeping: true)
            report.digests = try proven()
            let now = LedgerTurn.following(
                last,
                at: source.writer.time ?? .now,
                writer: LedgerTurn.Mark.left.writer(of: shop)
            )
            let departure = Departure(to: target.words, at: now.at, begun: arriving.at)
            try source.writer.save([TableChanges(SettingRow.schema, inserted: RowColumns(departure.row))])
            try source.writer.commit(now)
            try source.sync()
        } catch {
            source.writer.rollback()
            throw error
        }
        report.closed = begun.duration(to: .now)
        try progress(Progress(round: nil, table: "what is left", rows: 0))
        try open(after: last, arriving)
        (report.rounds, report.written, report.place) = (rounds, written, target.words)
        return report
    }

    /// The digests of both sides, where they are equal.
    private func proven() throws -> [TableDigest] {
        let (from, to) = (source.location, target.location)
        try progress(Progress(round: nil, table: "all tables", rows: 0))
        let one = MoveTask { () throws(LedgerFailure) in try from.tableDigests() }
        let other = MoveTask { () throws(LedgerFailure) in try to.tableDigests() }
        let left = try one.wait(keepTurn)
        let right = try other.wait(keepTurn)
        let differing = Set(left.keys).union(right.keys).filter { left[$0] != right[$0] }.sorted()
        guard differing.isEmpty else {
            throw Refusal(
                description: """
                    the two sides are not equal in \(differing.joined(separator: ", ")); the shop goes on in \(source.words)
                    """
            )
        }
        return left.values.sorted { $0.table < $1.table }
    }

    /// Opens the target: its newest turn becomes the last one before the shop left, and so it accepts writes.
    private func open(after last: LedgerTurn, _ arriving: LedgerTurn) throws {
        var isOpen = false
        try target.inTurn { newest throws(LedgerFailure) in
            guard newest == arriving else { return }
            try target.writer.commit(last)
            isOpen = true
        }
        guard isOpen else { throw Refusal(description: "\(target.words) was changed by someone else meanwhile") }
        try target.sync()
    }

    /// Ends a move whose source was left by an earlier run.
    private func finish(_ departed: LedgerTurn, _ shop: UInt64) throws -> Report {
        let writer = LedgerTurn.Mark.arriving.writer(of: shop)
        let departure = try Departure.read(source.writer)
        let (newest, arriving) = try target.inTurn { newest throws(LedgerFailure) in
            (newest, try target.writer.lastTurn(of: writer))
        }
        guard let departure, let newest, let arriving, arriving.at == departure.begun, newest.mark != .left else {
            throw Refusal(description: departure?.description ?? "the shop was moved to another place")
        }
        if newest.mark == .arriving {
            var system = SystemRandomNumberGenerator()
            let last = LedgerTurn(
                number: departed.number - 1,
                at: departed.at,
                writer: Bits128(high: system.next() >> 1, low: system.next())
            )
            try open(after: last, arriving)
        }
        var report = Report()
        (report.wasDone, report.place) = (true, target.words)
        return report
    }
}

// MARK: The way back

extension LedgerMove {
    /// Makes a ledger that the shop has left the shop's again, as long as nothing was written in the other place since.
    ///
    /// - Parameters:
    ///   - from: the ledger that the shop has left.
    ///   - to: the place where it went; nil where that is lost for good, with all that was written there.
    /// - Throws: a ``Refusal``, or a failure, after which the same may be tried again.
    package static func takeBack(_ from: LedgerLocation, leaving to: LedgerLocation?) throws -> Departure {
        guard try from.hasLedger else { throw Refusal(description: "there is no shop in \(try from.words)") }
        let source = try MovePlace(from)
        var departure: Departure?
        let departed = try source.inTurn { turn throws(LedgerFailure) -> LedgerTurn? in
            departure = try Departure.read(source.writer)
            return turn?.mark == .left ? turn : nil
        }
        guard let departed, let departure else {
            throw Refusal(description: "the shop was not moved away from \(source.words)")
        }
        if let to { try close(to, departed, departure) }
        try source.inTurn { newest throws(LedgerFailure) in
            guard newest == departed else { return }
            var system = SystemRandomNumberGenerator()
            let writer = Bits128(high: system.next() >> 1, low: system.next())
            try source.writer.save([
                TableChanges(SettingRow.schema, deleted: RowColumns(SettingRow.departure))
            ])
            try source.writer.commit(.following(departed, at: source.writer.time ?? .now, writer: writer))
        }
        try source.sync()
        return departure
    }

    /// Makes the place where the shop went an unfinished copy again, unless something was written there.
    private static func close(_ to: LedgerLocation, _ departed: LedgerTurn, _ departure: Departure) throws {
        guard try to.hasLedger else { throw Refusal(description: "there is no shop in \(try to.words)") }
        let target = try MovePlace(to)
        let writer = LedgerTurn.Mark.arriving.writer(of: departed.writer.low)
        var refusal: Refusal?
        try target.inTurn { newest throws(LedgerFailure) in
            guard let newest, let arrived = try target.writer.lastTurn(of: writer), arrived.at == departure.begun else {
                refusal = Refusal(description: "\(target.words) is not where the shop went: \(departure)")
                return
            }
            guard newest.mark != .arriving else { return }
            guard newest.number == departed.number - 1 else {
                refusal = Refusal(
                    description: """
                        \(newest.number - departed.number + 1) turns were written in \(target.words) since \(departure): \
                        move the shop back from there instead, to an empty place
                        """
                )
                return
            }
            try target.writer.commit(LedgerTurn(number: departed.number, at: departure.begun, writer: writer))
        }
        if let refusal { throw refusal }
        try target.sync()
    }
}
