import BackupStorage
import CSQLite
import Foundation
import Ledger
import LedgerEngines
import LedgerSQLite
import Logging
import Testing
import Trading

@testable import Backups

@Suite("The archive of a ledger")
struct ArchiverTests {
    private func run(_ body: (ArchivedShop) async throws -> Void) async throws {
        let shop = try await ArchivedShop()
        do {
            try await body(shop)
        } catch {
            try await shop.close()
            throw error
        }
        try await shop.close()
    }

    @Test("restores to every turn, over restarts of the archiver")
    func everyTurn() async throws {
        try await run { shop in
            try await shop.trade(2)
            try await shop.archive()
            let first = try shop.position().turn.number
            for _ in 0..<3 {
                try await shop.trade(3)
                try await shop.archive()
            }
            for turn in first...(first + 9) {
                let (outcome, file) = try await shop.restore(.turn(turn))
                #expect(outcome.turn.number == turn)
                #expect(outcome.lost.turns == first + 9 - turn)
                #expect(try ChangeSource(path: file).position().turn == outcome.turn)
            }
            let (_, latest) = try await shop.restore(.latest)
            #expect(try TableDigest.all(path: latest) == TableDigest.all(path: shop.database))
        }
    }

    @Test("restores to an event and to a time, and says what it does not reach")
    func targets() async throws {
        try await run { shop in
            try await shop.trade(1)
            try await shop.archive()
            try await shop.trade(4)
            try await shop.archive()
            let (outcome, _) = try await shop.restore(.event(2))
            #expect(outcome.event == 2)
            #expect(outcome.lost.events == 3)
            let (past, _) = try await shop.restore(.time(outcome.turn.at.adding(milliseconds: 3_600_000)))
            #expect(past.turn == (try shop.position().turn))
            await #expect(throws: BackupFailure.self) { try await shop.restore(.event(99)) }
            await #expect(throws: BackupFailure.self) { try await shop.restore(.time(Timestamp(milliseconds: 1))) }
        }
    }

    @Test("begins a new history with a snapshot where something was changed that no journal tells of")
    func gap() async throws {
        try await run { shop in
            try await shop.trade(2)
            #expect(try await shop.archive().gaps == 0)
            try await shop.trade(1)
            try await shop.whileClosed {
                for name in try FileManager.default.contentsOfDirectory(atPath: shop.directory.journal) {
                    try FileManager.default.removeItem(atPath: "\(shop.directory.journal)/\(name)")
                }
            }
            try await shop.trade(1)
            #expect(try await shop.archive().gaps == 1)
            #expect(try await shop.catalogue().histories.count == 2)
            let (_, latest) = try await shop.restore(.latest)
            #expect(try TableDigest.all(path: latest) == TableDigest.all(path: shop.database))
        }
    }

    @Test("goes on, with a snapshot, where the file was changed without a turn beside a server")
    func otherHands() async throws {
        try await run { shop in
            try await shop.trade(2)
            try await shop.archive()
            try await shop.trade(1)
            var handle: OpaquePointer?
            #expect(sqlite3_open(shop.database, &handle) == SQLITE_OK)
            #expect(
                sqlite3_exec(handle, "DELETE FROM outcome_buckets; UPDATE counters SET value = value", nil, nil, nil)
                    == SQLITE_OK
            )
            sqlite3_close(handle)
            try await shop.trade(2)
            #expect(try await shop.archive().gaps == 0)
            let history = try #require(try await shop.catalogue().histories.values.first)
            #expect(history.snapshots.count == 2)
            let first = try shop.position().turn.number - 3
            for turn in first...(first + 3) { #expect(try await shop.restore(.turn(turn)).0.turn.number == turn) }
            let verification = Verification(shop.settings, place: shop.settings.places[0])
            #expect(try await verification.run(publishes: false).findings == [])
        }
    }

    @Test("keeps the journal of a server that ended, up to its last record")
    func lastRecords() async throws {
        try await run { shop in
            try await shop.trade(1)
            let start = try shop.position().turn
            let spool = ChangeSpool(directory: shop.directory.journal)
            try await shop.trade(1)
            let seen = try shop.position().turn
            #expect(try spool.chain(after: start, upTo: seen)?.count == 1)
            try await shop.trade(2)
            try await shop.whileClosed {}
            spool.discard(upTo: seen.number)
            let chain = try #require(try spool.chain(after: seen, upTo: shop.position().turn))
            #expect(chain.count == 2)
            spool.discard(upTo: try shop.position().turn.number)
            #expect(try FileManager.default.contentsOfDirectory(atPath: shop.directory.journal) == [])
            // Another server's records may refer to it, although it was met in a file that is gone.
            #expect(spool.catalogue(chain[0].header.tables) != nil)
        }
    }

    @Test("marks a ledger that was put back as damaged, and begins a new history once the mark is gone")
    func putBack() async throws {
        try await run { shop in
            try await shop.trade(2)
            try await shop.whileClosed {
                try FileManager.default.copyItem(atPath: shop.database, toPath: shop.root + "/old")
            }
            try await shop.trade(2)
            try await shop.archive()
            try await shop.whileClosed {
                try FileManager.default.removeItem(atPath: shop.database)
                try FileManager.default.copyItem(atPath: shop.root + "/old", toPath: shop.database)
            }
            await #expect(throws: BackupFailure.self) { try await shop.archive() }
            let damage = LedgerDamage(of: shop.database)
            #expect(damage.read()?.finder == .archive)
            await #expect(throws: BackupFailure.self) { try await shop.archive() }
            try damage.clear()
            try await shop.archive()
            #expect(!damage.isMarked)
            let (outcome, _) = try await shop.restore(.latest)
            #expect(outcome.turn == (try shop.position().turn))
        }
    }

    @Test("drops the pieces of a snapshot that nobody completes, and keeps those of a complete one")
    func abandonedSnapshot() async throws {
        try await run { shop in
            try await shop.trade(1)
            let outbox = Repository(store: DirectoryStore(root: shop.directory.outbox), sealing: shop.sealing)
            try shop.directory.make()
            try await outbox.store.prepare()
            let snapshot = SnapshotName(history: HistoryName(at: .now), turn: 1, at: .now, event: 1)
            for part in 1...2 { try await outbox.put(snapshot.part(part), [1, 2, 3]) }
            let copy = try shop.directory.makeScratch("snapshot") + "/copy.db"
            try Data([7]).write(to: URL(fileURLWithPath: copy))
            // Somebody still writes it, such as a verification.
            let work = try shop.directory.beginWork()
            try await shop.withoutPlace {
                await #expect(throws: StorageFailure.self) { try await shop.archive() }
                #expect(FileManager.default.fileExists(atPath: copy))
                #expect(try await outbox.list("").map(\.name).contains(snapshot.part(2)))
                close(work)
                await #expect(throws: StorageFailure.self) { try await shop.archive() }
                #expect(!FileManager.default.fileExists(atPath: copy))
                let left = ArchiveCatalogue(try await outbox.list(""))
                #expect(left.histories[snapshot.history] == nil)
                #expect(left.histories.values.map(\.snapshots.count) == [1])
                #expect(ArchiveReport.read(shop.directory)?.waitingBytes == left.bytes)
            }
            #expect(try await shop.archive().waitingBytes == 0)
            let (_, latest) = try await shop.restore(.latest)
            #expect(try TableDigest.all(path: latest) == TableDigest.all(path: shop.database))
        }
    }

    @Test("tells that a place is away while there is nothing to deliver, and until when it holds everything")
    func quietAbsence() async throws {
        try await run { shop in
            try await shop.trade(1)
            try await shop.archive()
            let archiver = try await Archiver(shop.settings, logger: Logger(label: "test"))
            let archiving = Task { await archiver.run() }
            func report(_ isMet: (ArchiveReport.Place) -> Bool) async throws -> ArchiveReport.Place {
                let end = ContinuousClock.now + .seconds(180)
                while true {
                    if let place = ArchiveReport.read(shop.directory)?.places.first, isMet(place) { return place }
                    try #require(.now < end)
                    try await Task.sleep(for: .milliseconds(5))
                }
            }
            try await shop.withoutPlace {
                let gone = Timestamp.now.milliseconds
                let told = try await report { $0.failure != nil }
                #expect((told.until ?? .max) <= gone)
            }
            let back = Timestamp.now.milliseconds
            #expect(try await report { $0.failure == nil && $0.until ?? 0 > back }.failure == nil)
            archiving.cancel()
            await archiving.value
        }
    }

    @Test("is as old as its last moment while a new history has no snapshot yet")
    func unprotected() async throws {
        try await run { shop in
            try await shop.trade(2)
            let until = try await shop.archive().until
            let reached = try shop.position().turn
            try await shop.trade(1)
            // Of a ledger with this mark no snapshot is made, as of one that takes long.
            let damage = LedgerDamage(of: shop.database)
            try damage.record(DamageFinding(at: .now, by: .check, "the test says so"))
            try await shop.whileClosed {
                for name in try FileManager.default.contentsOfDirectory(atPath: shop.directory.journal) {
                    try FileManager.default.removeItem(atPath: "\(shop.directory.journal)/\(name)")
                }
            }
            try await shop.trade(1)
            await #expect(throws: BackupFailure.self) { try await shop.archive() }
            #expect(ArchiveReport.read(shop.directory)?.until == until)
            let (outcome, _) = try await shop.restore(.latest)
            #expect(outcome.turn == reached)
            try damage.clear()
            #expect(try await shop.archive().until ?? 0 > until ?? .max)
            #expect(try await shop.restore(.latest).0.turn == shop.position().turn)
        }
    }

    @Test("is found sound, and finds a ledger that was changed by other hands")
    func verification() async throws {
        try await run { shop in
            try await shop.trade(3)
            try await shop.archive()
            let verification = Verification(shop.settings, place: shop.settings.places[0])
            let sound = try await verification.run(publishes: true)
            #expect(sound.findings == [])
            #expect(sound.soundAt == sound.at)
            try await shop.archive()
            try await shop.whileClosed {
                var handle: OpaquePointer?
                #expect(sqlite3_open(shop.database, &handle) == SQLITE_OK)
                defer { sqlite3_close(handle) }
                #expect(
                    sqlite3_exec(handle, "UPDATE locations SET document = document || ' '", nil, nil, nil) == SQLITE_OK
                )
            }
            let found = try await verification.run(publishes: true)
            #expect(found.differs)
            #expect(found.findings.contains { $0.hasPrefix("locations") }, "\(found.findings)")
            #expect(found.soundAt == sound.soundAt)
        }
    }

    @Test("merges many short runs of turns, and is as before")
    func merge() async throws {
        try await run { shop in
            try await shop.archive()
            for _ in 0..<5 {
                try await shop.trade(1)
                try await shop.archive()
            }
            let names = try await shop.catalogue().histories.values.flatMap(\.segments)
            #expect(names.count == 5)
            let before = try RestorePlan(.latest, in: try await shop.catalogue())
            try await SegmentMerger(repository: shop.repository).merge(names)
            #expect(try await shop.catalogue().histories.values.flatMap(\.segments).count == 1)
            // A restore that began before finds the runs that it looks for in another one.
            #expect(before.segments.count == 5)
            let path = shop.database + "-restored"
            _ = try await Restore(shop.repository, before).run(into: path)
            #expect(try TableDigest.all(path: path) == TableDigest.all(path: shop.database))
            let (_, latest) = try await shop.restore(.latest)
            #expect(try TableDigest.all(path: latest) == TableDigest.all(path: shop.database))
            #expect(
                try await Verification(shop.settings, place: shop.settings.places[0]).run(publishes: false).findings
                    == []
            )
        }
    }
}

@Suite("What is kept of an archive")
struct RetentionTests {
    private let history = HistoryName(at: Timestamp(milliseconds: 0))
    private static let day: Int64 = 86_400_000

    private func objects(days: Int64) -> [StoredObject] {
        (0..<days).flatMap { day in
            let at = Timestamp(milliseconds: day * Self.day)
            let snapshot = SnapshotName(history: history, turn: day * 10, at: at, event: 0)
            let turns = (day * 10 + 1)...(day * 10 + 10)
            let run = SegmentName(history: history, turns: turns, from: at, to: at, event: 0)
            return [snapshot.part(1), snapshot.manifest, run.name].map { StoredObject(name: $0, size: 1) }
        }
    }

    private func kept(_ retention: Retention, days: Int64) -> ArchiveCatalogue {
        let all = objects(days: days)
        let now = Timestamp(milliseconds: days * Self.day)
        let removed = Set(retention.superfluous(in: ArchiveCatalogue(all), all, now: now))
        return ArchiveCatalogue(all.filter { !removed.contains($0.name) })
    }

    @Test("every moment of the days that are asked for can be restored, and nothing older is kept")
    func days() throws {
        let left = kept(Retention(days: 3, snapshots: 1), days: 10)
        let found = try #require(left.histories[history])
        #expect(found.snapshots.map(\.turn) == [70, 80, 90])
        #expect(found.segments.map(\.turns.lowerBound) == [71, 81, 91])
        #expect(found.incomplete.isEmpty)
        #expect(throws: Never.self) { try RestorePlan(.time(Timestamp(milliseconds: 7 * Self.day)), in: left) }
    }

    @Test("the fewest snapshots stay, however old")
    func fewest() throws {
        let found = try #require(kept(Retention(days: 1, snapshots: 5), days: 10).histories[history])
        #expect(found.snapshots.map(\.turn) == [50, 60, 70, 80, 90])
        #expect(kept(Retention(days: 1, snapshots: 50), days: 10).histories[history]?.snapshots.count == 10)
    }
}
