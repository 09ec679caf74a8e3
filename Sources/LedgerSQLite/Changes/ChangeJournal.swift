// The change journal: what each turn changed, written beside the database before the turn is committed, for the archiver.
//
// A record is written before its commit, so a process that is killed at any moment leaves no committed turn without its record. A
// record without its commit is possible, and harmless: the record of the next turn names the turn before it, and the ledger itself
// names the last one. So records form a chain, and those that do not belong to it never happened. A record that cannot be written
// delays no commit: the chain then has a gap, which the archiver sees, and closes with a new snapshot.

import Foundation
import Ledger
import Trading

/// The change journal of one writer: its files are in a directory shared by all writers of the shop.
final class ChangeJournal {
    private let directory: String
    private let room: WaitingRoom
    private let catalogue = TableCatalogue.current
    private let places: [ObjectIdentifier: UInt16]
    private var payload: [UInt8] = []
    private var record: [UInt8] = []
    private var lastEvent: Int64 = -1
    private var before = LedgerTurn.none
    private var file: JournalFile?
    private var sequence = 0
    /// Until when nothing is written, since the directory is full.
    private var pausedUntil: ContinuousClock.Instant?

    /// The size from which on a writer begins a new file, in bytes.
    private static let fileBytes = 8 << 20
    /// How long a full directory is left alone.
    private static let pause = Duration.seconds(1)
    /// The greatest buffer that is kept from one turn to the next, in bytes.
    private static let keptBytes = 4 << 20

    /// A journal whose files are begun when there is something to write.
    init(_ settings: ChangeJournalSettings) {
        directory = settings.directory
        room = WaitingRoom(most: settings.maxBytes)
        let numbered = catalogue.tables.enumerated().map { (ObjectIdentifier($1), UInt16($0)) }
        places = Dictionary(uniqueKeysWithValues: numbered)
    }

    /// Begins a turn.
    func begin(after before: LedgerTurn?) {
        self.before = before ?? .none
        payload.removeAll(keepingCapacity: payload.capacity <= Self.keptBytes)
        lastEvent = -1
    }

    /// Adds changes that were saved in this turn.
    func add(_ changes: [TableChanges]) {
        for change in changes {
            guard let place = places[ObjectIdentifier(change.table)] else {
                preconditionFailure("\(change.table.name) is not listed in LedgerTables")
            }
            ChangePayload.write(change, place: place, to: &payload)
            guard change.table.name == CounterRow.schema.name else { continue }
            for columns in [change.updated, change.inserted] { noteEvents(columns) }
        }
    }

    private func noteEvents(_ columns: RowColumns) {
        for index in stride(from: 0, to: columns.values.count, by: 2) {
            guard case .text(let name) = columns.values[index], case .integer(let value) = columns.values[index + 1],
                columns.bytes[name].elementsEqual(CounterRow.events.utf8)
            else { continue }
            lastEvent = value
        }
    }

    /// Writes the record of this turn; to be called before its commit.
    func write(_ turn: LedgerTurn) {
        guard let file = currentFile(for: turn.writer) else { return }
        record.removeAll(keepingCapacity: record.capacity <= Self.keptBytes)
        let header = payload.withUnsafeBytes {
            ChangeHeader(
                .changes,
                turn: turn,
                before: before,
                lastEvent: lastEvent,
                tables: catalogue.name,
                payload: $0
            )
        }
        header.write(to: &record)
        if !file.append(record, payload) { self.file = nil }
    }

    private func currentFile(for writer: Bits128) -> JournalFile? {
        if let file, file.size < Self.fileBytes { return file }
        if let pausedUntil, ContinuousClock.now < pausedUntil { return nil }
        file = nil
        let used = JournalFile.bytes(in: directory)
        guard used < room.allowed(used: used, on: WaitingRoom.Disk(of: directory)) else {
            pausedUntil = .now + Self.pause
            return nil
        }
        sequence += 1
        file = JournalFile(directory: directory, writer: writer, sequence: sequence)
        if let file, !file.append(catalogue.record, []) { self.file = nil }
        pausedUntil = file == nil ? .now + Self.pause : nil
        return file
    }
}

/// Where a writer leaves its change journal.
public struct ChangeJournalSettings: Hashable, Sendable {
    /// The directory of all writers' files.
    public var directory: String
    /// The size of all files together from which on nothing more is written, in bytes.
    public var maxBytes: Int64

    /// Settings of a journal.
    public init(directory: String, maxBytes: Int64) {
        self.directory = directory
        self.maxBytes = maxBytes
    }
}
