import BackupStorage
import Testing
import Trading

@testable import Backups

@Suite("Names in an archive")
struct ArchiveNameTests {
    private let history = HistoryName(at: Timestamp(milliseconds: 1_795_411_261_123))

    @Test("say what they stand for, and are read back")
    func roundTrip() throws {
        let snapshot = SnapshotName(history: history, turn: 7, at: Timestamp(milliseconds: 42), event: 99)
        let times = (Timestamp(milliseconds: 42), Timestamp(milliseconds: 43))
        let segment = SegmentName(history: history, turns: 8...12, from: times.0, to: times.1, event: 120)
        #expect(ArchiveName(snapshot.manifest) == .manifest(snapshot))
        #expect(ArchiveName(snapshot.part(3)) == .part(snapshot, 3))
        #expect(ArchiveName(segment.name) == .segment(segment))
    }

    @Test("are told from other names", arguments: ["", "a", "a/b/c", "x-y/changes/1-2-3-4-5"])
    func strangers(_ name: String) {
        #expect(ArchiveName(name) == nil)
    }

    @Test("order histories by their beginning")
    func order() {
        #expect(history < HistoryName(at: Timestamp(milliseconds: 1_795_411_261_124)))
    }

    @Test("of a snapshot are delivered once it is complete")
    func complete() {
        let first = SnapshotName(history: history, turn: 7, at: Timestamp(milliseconds: 42), event: 99)
        let second = SnapshotName(history: history, turn: 9, at: Timestamp(milliseconds: 43), event: 99)
        let names = [first.part(1), first.manifest, second.part(1), second.part(2)]
        #expect(PlaceDelivery.complete(names) == [first.part(1), first.manifest])
        #expect(PlaceDelivery.complete([first.part(1)]) == [])
    }

    @Test("lead from a snapshot on as far as there is no gap")
    func path() throws {
        func run(_ turns: ClosedRange<Int64>) -> StoredObject {
            let time = Timestamp(milliseconds: 1)
            return StoredObject(
                name: SegmentName(history: history, turns: turns, from: time, to: time, event: 0).name,
                size: 1
            )
        }
        let catalogue = ArchiveCatalogue([run(1...4), run(5...5), run(6...6), run(5...9), run(11...12)])
        let found = try #require(catalogue.histories[history])
        #expect(found.path(after: 0).map(\.turns) == [1...4, 5...9])
        #expect(found.path(after: 2).map(\.turns) == [1...4, 5...9])
        #expect(found.path(after: 10).map(\.turns) == [11...12])
        #expect(found.path(after: 9).isEmpty)
    }
}
