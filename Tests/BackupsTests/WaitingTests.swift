import BackupStorage
import Foundation
import LedgerSQLite
import Logging
import Testing
import Trading

@testable import Backups

/// What waits for its places on a shop's own disk, and how places that lack something get it.
@Suite("What waits for a place")
struct WaitingTests {
    private func run(in directory: String? = nil, _ body: (ArchivedShop) async throws -> Void) async throws {
        let shop =
            if let directory { try await ArchivedShop(in: directory) } else { try await ArchivedShop() }
        do {
            try await body(shop)
        } catch {
            try await shop.close()
            throw error
        }
        try await shop.close()
    }

    private func archive(_ settings: ArchiverSettings) async throws {
        try await Archiver(settings, logger: Logger(label: "test")).runOnce()
    }

    @Test("a snapshot is dropped as a whole, its manifest first, and files of archived orders are not")
    func droppable() {
        let history = HistoryName(at: .now)
        let snapshot = SnapshotName(history: history, turn: 7, at: .now, event: 9)
        let run = SegmentName(history: history, turns: 8...9, from: .now, to: .now, event: 12).name
        let parts = [snapshot.part(1), snapshot.part(2)]
        #expect(PlaceDelivery.droppable(parts + ["files/a.twa/manifest", "files/a.twa/0", run]) == [run])
        #expect(PlaceDelivery.droppable(parts + [snapshot.manifest]) == [snapshot.manifest] + parts.reversed())
    }

    @Test("has a bound in bytes, and leaves a part of the disk free")
    func room() {
        let (mebi, gibi): (Int64, Int64) = (1 << 20, 1 << 30)
        let room = WaitingRoom(most: 4 * gibi)
        func disk(_ size: Int64, free: Int64) -> WaitingRoom.Disk { WaitingRoom.Disk(size: size, free: free) }
        #expect(room.allowed(used: 0, on: nil) == 4 * gibi)
        #expect(room.allowed(used: gibi, on: disk(1000 * gibi, free: 500 * gibi)) == 4 * gibi)
        #expect(room.allowed(used: gibi, on: disk(1000 * gibi, free: 3 * gibi)) == 2 * gibi)
        #expect(room.allowed(used: gibi, on: disk(10 * gibi, free: 2 * gibi)) == 2 * gibi)
        #expect(room.allowed(used: gibi, on: disk(10 * gibi, free: gibi / 2)) == gibi / 2)
        #expect(room.allowed(used: 0, on: disk(10 * gibi, free: 0)) == 64 * mebi)
        #expect(WaitingRoom(most: mebi).allowed(used: 0, on: disk(10 * gibi, free: 0)) == mebi)
        #expect(!room.mustGive(used: gibi, on: disk(10 * gibi, free: 768 * mebi)))
        #expect(room.mustGive(used: gibi, on: disk(10 * gibi, free: 767 * mebi)))
        #expect(!room.mustGive(used: 64 * mebi, on: disk(10 * gibi, free: 0)))
        #expect(room.takes(gibi, on: disk(10 * gibi, free: 1792 * mebi)))
        #expect(!room.takes(gibi, on: disk(10 * gibi, free: 1791 * mebi)))
        #expect(room.takes(64 * mebi, on: disk(10 * gibi, free: 0)))
    }

    @Test("takes no more than its bound, and is delivered without a gap when the place is back in time")
    func bound() async throws {
        try await run { shop in
            let small = shop.settings(places: shop.settings.places, waitingMax: 1)
            try await shop.trade(1)
            try await shop.archive()
            try await shop.withoutPlace {
                try await shop.trade(1)
                await #expect(throws: StorageFailure.self) { try await archive(small) }
                let waiting = ArchiveReport.read(shop.directory)?.waitingBytes ?? 0
                #expect(waiting > 0)
                try await shop.trade(1)
                await #expect(throws: BackupFailure.self) { try await archive(small) }
                let report = try #require(ArchiveReport.read(shop.directory))
                #expect(report.turn == (try shop.position().turn.number) - 1)
                #expect(report.failure?.contains("nothing is added") == true)
            }
            let report = try await shop.archive()
            #expect(report.gaps == 0)
            #expect(try await shop.restore(.latest).0.turn == shop.position().turn)
        }
    }

    @Test("for a place that is away too long does not hold up the other, which gives it what it lacks")
    func fromTheOther() async throws {
        try await run { shop in
            let second = DirectoryStore(root: shop.root + "/second")
            try await second.prepare()
            let places = shop.settings.places + [ArchivePlace(name: "second", store: second)]
            let small = shop.settings(places: places, waitingMax: 1)
            try await shop.trade(1)
            try await archive(small)
            try FileManager.default.moveItem(atPath: shop.root + "/second", toPath: shop.root + "/away")
            let archiver = try await Archiver(small, logger: Logger(label: "test"))
            for _ in 0..<3 {
                try await shop.trade(1)
                await #expect(throws: StorageFailure.self) { try await archiver.runOnce() }
            }
            #expect(try await shop.restore(.latest).0.turn == shop.position().turn)
            try FileManager.default.moveItem(atPath: shop.root + "/away", toPath: shop.root + "/second")
            try await shop.trade(1)
            try await archiver.runOnce()
            #expect(ArchiveReport.read(shop.directory)?.gaps == 0)
            for place in places {
                #expect(try await Verification(small, place: place).run(publishes: false).findings == [])
            }
        }
    }

    @Test("many runs of turns go to a place as one, which is as good as another place's many")
    func joined() async throws {
        try await run { shop in
            let second = DirectoryStore(root: shop.root + "/second")
            try await second.prepare()
            let places = [ArchivePlace(name: "second", store: second)] + shop.settings.places
            let both = shop.settings(places: places)
            try await shop.trade(1)
            try await archive(both)
            try await shop.withoutPlace {
                for _ in 0..<20 {
                    try await shop.trade(1)
                    await #expect(throws: StorageFailure.self) { try await archive(both) }
                }
            }
            try await archive(both)
            #expect(ArchiveReport.read(shop.directory)?.waitingBytes == 0)
            func runs(_ store: DirectoryStore) async throws -> Int {
                ArchiveCatalogue(try await store.list("")).histories.values.flatMap(\.segments).count
            }
            #expect(try await runs(second) == 20)
            #expect(try await runs(shop.place) == 1)
            let last = try shop.position().turn.number
            for turn in (last - 20)...last { #expect(try await shop.restore(.turn(turn)).0.turn.number == turn) }
            for place in places {
                #expect(try await Verification(both, place: place).run(publishes: false).findings == [])
            }
        }
    }

    @Test("a place that was replaced holds everything again only when it has a snapshot")
    func replaced() async throws {
        try await run { shop in
            try await shop.trade(1)
            let until = try await shop.archive().until
            try FileManager.default.removeItem(atPath: shop.root + "/place")
            try await shop.place.prepare()
            try await shop.trade(1)
            let archiver = try await Archiver(shop.settings, logger: Logger(label: "test"))
            let archiving = Task { await archiver.run() }
            let end = ContinuousClock.now + .seconds(180)
            while (ArchiveReport.read(shop.directory)?.until ?? 0) <= (until ?? .max) {
                try #require(.now < end)
                try await Task.sleep(for: .milliseconds(1))
            }
            // What the report says is so.
            #expect(try await shop.restore(.latest).0.turn == shop.position().turn)
            archiving.cancel()
            await archiving.value
            // By one command, too.
            try FileManager.default.removeItem(atPath: shop.root + "/place")
            try await shop.place.prepare()
            try await shop.trade(1)
            try await shop.archive()
            #expect(try await shop.restore(.latest).0.turn == shop.position().turn)
        }
    }

    @Test("is given up where the shop's disk is almost full, and the shop goes on")
    func givenUp() async throws {
        let disk = NSTemporaryDirectory() + "tradewind-disk-\(UUID().uuidString)"
        try FileManager.default.createDirectory(atPath: disk, withIntermediateDirectories: false)
        try #require(mount("tmpfs", disk, "tmpfs", 0, "size=192m") == 0, "\(String(cString: strerror(errno)))")
        defer {
            umount2(disk, Int32(MNT_DETACH))
            rmdir(disk)
        }
        try await run(in: disk) { shop in
            try await shop.trade(1)
            try await shop.archive()
            let reached = try shop.position().turn
            try await shop.withoutPlace {
                // Eighty megabytes of turns that wait, and others fill the disk.
                let outbox = Repository(store: DirectoryStore(root: shop.directory.outbox), sealing: shop.sealing)
                let history = try #require(HistoryName(ArchiverState.read(shop.directory.state)?.history ?? ""))
                let source = try #require(FileHandle(forReadingAtPath: "/dev/urandom"))
                let noise = try #require(try source.read(upToCount: 16 << 20))
                for number in Int64(1)...5 {
                    let turns = (reached.number + number)...(reached.number + number)
                    let name = SegmentName(history: history, turns: turns, from: .now, to: .now, event: 0)
                    try await outbox.put(name.name, [UInt8](noise.prefix(16 << 20)))
                }
                let free = try #require(WaitingRoom.Disk(of: disk)).free - (10 << 20)
                try Data(count: Int(free)).write(to: URL(fileURLWithPath: disk + "/ballast"))
                try await shop.trade(1)
                await #expect(throws: (any Error).self) { try await shop.archive() }
                let report = try #require(ArchiveReport.read(shop.directory))
                #expect(report.gaps == 1)
                #expect(report.waitingBytes < 1 << 20)
                #expect(try #require(WaitingRoom.Disk(of: disk)).free > 80 << 20)
                try await shop.trade(1)
            }
            let report = try await shop.archive()
            #expect(report.gaps == 1)
            let (outcome, latest) = try await shop.restore(.latest)
            #expect(outcome.turn == (try shop.position().turn))
            #expect(try TableDigest.all(path: latest) == TableDigest.all(path: shop.database))
            #expect(try await shop.restore(.turn(reached.number)).0.turn == reached)
        }
    }
}
