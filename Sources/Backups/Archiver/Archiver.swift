// The archiver: follows the turns of a ledger, and puts them into an archive in runs.
//
// The ledger itself says which turn was the last; the change journals of the writers say what each turn changed. A round takes the chain
// of records from the last archived turn to the ledger's last one, puts it into the outbox as a piece, and notes how far it is. Where
// the chain is broken something was changed that no journal tells of: a history ends there, and the next begins with a snapshot. The
// places are served from the outbox, each by its own task, so that one that is away or full does not hold up another.

import BackupStorage
import Bytes
import Foundation
import Ledger
import LedgerEngines
import LedgerSQLite
import Logging
import Synchronization
import Time

/// Archives a ledger's file while a shop writes to it.
package actor Archiver {
    private let settings: ArchiverSettings
    private let logger: Logger
    private let outbox: DirectoryStore
    private let deliveries: [PlaceDelivery]
    private let delivered: DeliveredPieces
    private let room: WaitingRoom
    private let spool: ChangeSpool
    private var files: FileArchiver
    private var source: ChangeSource?
    private var state: ArchiverState?
    private var report: ArchiveReport
    /// The size of what stands in the outbox, as the last round left it, in bytes.
    private var waiting: Int64 = 0

    /// The size from which on a run of turns is a piece of its own, in bytes.
    private static let segmentBytes = 16 << 20
    /// Turns that the ledger may have lost with the machine's power: those that were visible, and not yet durable.
    private static let unsyncedMilliseconds: Int64 = 2000

    /// An archiver that continues where the last one of the shop ended.
    ///
    /// - Throws: where the files in the data directory cannot be made or read.
    package init(_ settings: ArchiverSettings, logger: Logger) async throws {
        self.settings = settings
        self.logger = logger
        try settings.directory.make()
        try settings.directory.sweepScratch()
        let outbox = DirectoryStore(root: settings.directory.outbox)
        try await outbox.prepare()
        self.outbox = outbox
        spool = ChangeSpool(directory: settings.directory.journal)
        files = FileArchiver(
            database: settings.database,
            repository: Repository(store: outbox, sealing: settings.sealing)
        )
        state = try ArchiverState.read(settings.directory.state)
        let last = ArchiveReport.read(settings.directory)
        let shared = DeliveredPieces(places: settings.places.count)
        delivered = shared
        room = WaitingRoom(most: settings.waitingMax)
        deliveries = settings.places.enumerated().map { index, place in
            PlaceDelivery(
                place,
                index: index,
                others: settings.places.filter { $0.name != place.name },
                outbox: outbox,
                sealing: settings.sealing,
                delivered: shared,
                until: last?.places.first { $0.name == place.name }?.until,
                interval: settings.interval,
                logger: logger
            )
        }
        report = ArchiveReport(
            at: 0,
            interval: settings.interval.wholeMilliseconds,
            turn: 0,
            places: [],
            waitingBytes: 0,
            gaps: last?.gaps ?? 0,
            gap: last?.gap,
            snapshotAt: last?.snapshotAt
        )
        waiting = try await Self.measure(outbox, settings.directory)
    }

    /// Archives until the task is cancelled.
    package func run() async {
        await withDiscardingTaskGroup { group in
            for delivery in deliveries { group.addTask { await delivery.run() } }
            while !Task.isCancelled {
                await round()
                // Cancellation ends the sleep, and then the loop; the sleep throws nothing else.
                try? await Task.sleep(for: settings.interval)
            }
            group.cancelAll()
        }
    }

    /// Archives what there is, and delivers it to every place.
    ///
    /// - Throws: the first failure of a place, or of the ledger.
    package func runOnce() async throws {
        await round()
        if let failure = report.failure { throw BackupFailure(failure) }
        do {
            for delivery in deliveries { try await delivery.deliver() }
        } catch  where deliveries.contains(where: \.needsSnapshot) {
            await round()
            if let failure = report.failure { throw BackupFailure(failure) }
            for delivery in deliveries { try await delivery.deliver() }
        }
        try await writeReport()
    }

    /// Delivers what an archiver that has ended left in the outbox to one place, and leaves it there for the others.
    ///
    /// - Throws: the place's failure.
    package static func deliverWaiting(
        _ settings: ArchiverSettings,
        to place: ArchivePlace,
        logger: Logger
    ) async throws {
        guard FileManager.default.fileExists(atPath: settings.directory.outbox) else { return }
        let delivery = PlaceDelivery(
            place,
            index: 0,
            others: [],
            outbox: DirectoryStore(root: settings.directory.outbox),
            sealing: settings.sealing,
            delivered: DeliveredPieces(places: 2),
            until: nil,
            interval: settings.interval,
            logger: logger
        )
        try await delivery.deliver()
    }

    private func round() async {
        let began = Timestamp.now
        do {
            if try await hasRoom() {
                try await archive()
                if let state, let history = HistoryName(state.history) {
                    let present = PlaceDelivery.Present(until: began, history: history, turn: state.turn.number)
                    for delivery in deliveries { delivery.allow(present) }
                }
                report.failure = nil
            }
            try await writeReport()
        } catch { await note("\(error)") }
    }

    private func note(_ failure: String) async {
        if report.failure != failure { logger.error("archiving: \(failure)") }
        report.failure = failure
        do { try await writeReport() } catch { logger.error("the report of the archive cannot be written: \(error)") }
    }

    private func writeReport() async throws {
        waiting = try await Self.measure(outbox, settings.directory)
        report.at = Timestamp.now.milliseconds
        report.history = state?.history
        report.turn = state?.turn.number ?? 0
        report.places = deliveries.map(\.report)
        // Journals hold archived turns too, until their files are full; they wait only while rounds fail.
        report.waitingBytes = waiting + (report.failure == nil ? 0 : spool.bytes)
        try report.write(settings.directory)
    }

    /// The size of what stands in the outbox, in bytes, after pieces of snapshots that nobody completes any more were removed.
    ///
    /// A piece is such a one where its manifest is missing while nobody writes a snapshot: the manifest comes last, and goes last.
    private static func measure(_ outbox: DirectoryStore, _ directory: BackupDirectory) async throws -> Int64 {
        let objects = try await outbox.list("")
        guard !PlaceDelivery.incomplete(objects).isEmpty, let lock = directory.takeWork(alone: true) else {
            return objects.reduce(0) { $0 + $1.size }
        }
        defer { close(lock) }
        var left = try await outbox.list("")
        for name in PlaceDelivery.incomplete(left) {
            try await outbox.remove(name)
            left.removeAll { $0.name == name }
        }
        return left.reduce(0) { $0 + $1.size }
    }

    // MARK: Room

    private var disk: WaitingRoom.Disk? { WaitingRoom.Disk(of: settings.directory.outbox) }

    /// Whether something may be added to what waits; where not, the reason is the report's failure.
    private func hasRoom() async throws -> Bool {
        if waiting >= room.allowed(used: waiting, on: disk) { try await dropStored() }
        if room.mustGive(used: waiting, on: disk), state != nil { try await giveUp() }
        guard waiting < room.allowed(used: waiting, on: disk) else {
            report.failure = "\(waiting) bytes wait for their place: nothing is added until some of it is delivered"
            return false
        }
        guard state != nil || report.gap != Self.gaveUp || deliveries.contains(where: { $0.report.failure == nil })
        else {
            report.failure = "\(Self.gaveUp): a snapshot is made when a place takes it"
            return false
        }
        return true
    }

    /// Removes what one place has and another has not: that one gets it from the first, when it is back.
    private func dropStored() async throws {
        let names = PlaceDelivery.droppable(delivered.stored)
        guard !names.isEmpty else { return }
        for delivery in deliveries { delivery.doubt() }
        logger.warning("\(names.count) pieces that one place has do not wait for the other any longer")
        for name in names {
            try await outbox.remove(name)
            delivered.forget(name)
        }
        waiting = try await Self.measure(outbox, settings.directory)
    }

    private static let gaveUp = "what waited for its place had to leave the shop's disk"

    /// Ends the history, and removes the turns that wait, the last ones first: those that are delivered meanwhile have no gap.
    private func giveUp() async throws {
        logger.error("\(Self.gaveUp), which is almost full: moments from there to the next snapshot cannot be restored")
        report.gaps += 1
        report.gap = Self.gaveUp
        try forget()
        for delivery in deliveries { delivery.doubt() }
        for object in try await outbox.list("").reversed() {
            guard case .segment = ArchiveName(object.name) else { continue }
            try await outbox.remove(object.name)
            delivered.forget(object.name)
        }
        spool.discard(upTo: .max)
        waiting = try await Self.measure(outbox, settings.directory)
    }

    // MARK: A round

    private func archive() async throws {
        let source = try openSource()
        let position = try source.position()
        // After the position was read: so the files that it lists are there.
        var files = files
        defer { self.files = files }
        try await files.put(settings.places)
        guard let state else { return try await begin("the archive begins", isGap: false) }
        guard let last = state.turn.turn, let chain = Hex.bytes(state.chain).flatMap({ ChangeChain(digest: $0) }),
            let history = HistoryName(state.history)
        else { throw BackupFailure("\(settings.directory.state) is damaged; remove it, and the archive begins anew") }
        guard position.migrations == state.migrations else {
            return try await begin("the schema was migrated", isGap: false)
        }
        guard position.turn != last else { return try await complete(in: history) }
        guard position.turn.number > last.number else {
            let reason = "the ledger is at turn \(position.turn.number), and was at \(last.number)"
            try noteLoss(of: last, at: position.turn)
            // Noted once: the next history begins once the ledger is not marked any more.
            try forget()
            return try await begin(reason, isGap: true)
        }
        guard let records = try spool.chain(after: last, upTo: position.turn) else {
            return try await begin("turns after \(last.number) are in no change journal", isGap: true)
        }
        try await put(records, after: chain, event: state.event, in: history)
        guard records.contains(where: { $0.header.followsUnknown }) else { return try await complete(in: history) }
        // Should something have been changed that no journal tells of, it is in the snapshot.
        logger.notice(
            "the ledger's file was changed without a turn, perhaps by a process that was killed: a snapshot is made"
        )
        _ = try await snapshot(in: history)
    }

    /// Makes a snapshot where what some place holds does not lead to the present.
    private func complete(in history: HistoryName) async throws {
        guard deliveries.contains(where: \.needsSnapshot) else { return }
        logger.notice("a place holds nothing that leads to the present: a snapshot is made")
        _ = try await snapshot(in: history)
        for delivery in deliveries { delivery.getsSnapshot() }
    }

    /// Puts a snapshot of the ledger as it is now into the outbox.
    private func snapshot(in history: HistoryName) async throws -> LedgerPosition {
        guard !LedgerDamage(of: settings.database).isMarked else {
            throw BackupFailure("the ledger is marked as damaged: no snapshot is made of it")
        }
        // A copy, and then its pieces, which are compressed.
        try settings.requireRoom(for: "a snapshot", halves: 3)
        let work = try settings.directory.beginWork()
        defer { close(work) }
        let scratch = try settings.directory.makeScratch("snapshot")
        defer { try? FileManager.default.removeItem(atPath: scratch) }
        let position = try openSource().copy(to: scratch + "/copy.db")
        let writer = SnapshotWriter(store: outbox, sealing: settings.sealing, shop: settings.shop)
        _ = try await writer.put(scratch + "/copy.db", at: position, in: history)
        report.snapshotAt = Timestamp.now.milliseconds
        return position
    }

    private func openSource() throws(LedgerFailure) -> ChangeSource {
        if let source { return source }
        let opened = try ChangeSource(path: settings.database)
        source = opened
        return opened
    }

    /// Puts records into the outbox, a run of turns at a time, and notes each as archived.
    private func put(
        _ records: [ChangeSpool.Location],
        after chain: ChangeChain,
        event: Int64,
        in history: HistoryName
    ) async throws {
        var builder = SegmentBuilder(after: chain, event: event)
        for (index, location) in records.enumerated() {
            let tables = location.header.tables
            if !builder.describes(tables) {
                guard let catalogue = spool.catalogue(tables) else {
                    throw BackupFailure("a change journal does not describe its tables")
                }
                builder.addCatalogue(catalogue, named: tables)
            }
            try spool.record(location).withUnsafeBytes { builder.add(location.header, $0) }
            guard builder.bytes.count >= Self.segmentBytes || index == records.count - 1 else { continue }
            guard let (name, segment) = builder.finish(in: history) else { continue }
            try await Repository(store: outbox, sealing: settings.sealing).put(name.name, segment.bytes)
            try advance(to: location.header.turn, event: name.event, chain: builder.chain)
            builder = SegmentBuilder(after: builder.chain, event: name.event)
        }
    }

    private func advance(to turn: LedgerTurn, event: Int64, chain: ChangeChain) throws {
        state?.turn = SnapshotManifest.Turn(turn)
        state?.event = event
        state?.chain = Hex.text(chain.digest)
        state?.boot = ArchiverState.currentBoot
        try state?.write(settings.directory.state)
        spool.discard(upTo: turn.number)
    }

    /// Begins a history with a snapshot.
    private func begin(_ reason: String, isGap: Bool) async throws {
        let history = HistoryName(at: .now)
        let position = try await snapshot(in: history)
        if isGap {
            report.gaps += 1
            report.gap = reason
            logger.warning(
                "\(reason): moments between there and the snapshot of turn \(position.turn.number) cannot be restored"
            )
        } else {
            logger.notice("\(reason): a snapshot of turn \(position.turn.number) is made")
        }
        state = ArchiverState(
            history: history.description,
            turn: SnapshotManifest.Turn(position.turn),
            event: position.event,
            chain: Hex.text(ChangeChain(history).digest),
            migrations: position.migrations,
            boot: ArchiverState.currentBoot
        )
        try state?.write(settings.directory.state)
        spool.discard(upTo: position.turn.number)
    }

    /// Ends the present history.
    private func forget() throws {
        state = nil
        try FileManager.default.removeItem(atPath: settings.directory.state)
    }

    /// Marks a ledger that went back as damaged.
    ///
    /// Only after a power cut it may have lost turns: those that were visible for a moment, and were never acknowledged.
    private func noteLoss(of last: LedgerTurn, at present: LedgerTurn) throws {
        let wasRestarted = state?.boot != ArchiverState.currentBoot
        let lost = present.at.milliseconds(to: last.at)
        guard !wasRestarted || lost > Self.unsyncedMilliseconds else { return }
        let text = "turns \(present.number + 1) to \(last.number), which are archived, are not in the ledger any more"
        logger.critical("\(text)")
        try LedgerDamage(of: settings.database).record(DamageFinding(at: .now, by: .archive, text))
    }
}

/// Why a backup cannot be made, checked or restored.
package struct BackupFailure: Error, Sendable, CustomStringConvertible {
    /// A sentence for the person at the terminal.
    package let description: String

    /// A failure.
    package init(_ description: String) { self.description = description }
}
