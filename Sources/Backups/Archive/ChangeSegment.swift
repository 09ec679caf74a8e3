import BackupStorage
import Bytes
import Ledger
import LedgerSQLite
import Trading

/// A run of turns as one piece of an archive: a line with the chain before and after it, and then the records, one after another.
///
/// The descriptions of the tables that they refer to stand before them.
package struct ChangeSegment: Sendable {
    /// The chain before the first record.
    let before: ChangeChain
    /// The chain after the last record.
    let after: ChangeChain
    /// The piece.
    private(set) var bytes: [UInt8]

    private static let title = "tradewind-changes 1"
    /// The size of the first line with its end, in bytes.
    fileprivate static let lineCount = title.utf8.count + 2 * 65 + 1

    fileprivate init(before: ChangeChain, after: ChangeChain, bytes: [UInt8]) {
        self.before = before
        self.after = after
        self.bytes = bytes
        self.bytes.replaceSubrange(
            0..<Self.lineCount,
            with: "\(Self.title) \(Hex.text(before.digest)) \(Hex.text(after.digest))\n".utf8
        )
    }

    /// Reads a piece.
    ///
    /// - Throws: `damaged` where it is none.
    init(_ bytes: [UInt8], named name: String) throws(StorageFailure) {
        let line = bytes.prefix(Self.lineCount)
        let words = String(decoding: line, as: UTF8.self).dropLast().split(separator: " ")
        guard line.last == UInt8(ascii: "\n"), words.count == 4, "\(words[0]) \(words[1])" == Self.title,
            let before = Hex.bytes(words[2]).flatMap({ ChangeChain(digest: $0) }),
            let after = Hex.bytes(words[3]).flatMap({ ChangeChain(digest: $0) })
        else { throw Self.damaged(name) }
        self.before = before
        self.after = after
        self.bytes = bytes
    }

    private static func damaged(_ name: String) -> StorageFailure { .damaged(name, reason: "it is no run of turns") }

    /// One record.
    struct Record {
        let header: ChangeHeader
        /// The record with its head.
        let bytes: ArraySlice<UInt8>

        /// What follows the head.
        var payload: ArraySlice<UInt8> { bytes.dropFirst(ChangeHeader.size) }
    }

    /// The records, in order.
    ///
    /// - Throws: `damaged` where the bytes are not a run of records.
    func list(named name: String) throws(StorageFailure) -> [Record] {
        var list: [Record] = []
        var rest = bytes.dropFirst(Self.lineCount)
        while !rest.isEmpty {
            guard let header = rest.withUnsafeBytes({ ChangeHeader($0) }),
                rest.count - ChangeHeader.size >= header.payloadCount
            else { throw Self.damaged(name) }
            let bytes = rest.prefix(ChangeHeader.size + header.payloadCount)
            list.append(Record(header: header, bytes: bytes))
            rest = rest.dropFirst(bytes.count)
        }
        return list
    }
}

/// Collects records into a run of turns.
struct SegmentBuilder {
    private let before: ChangeChain
    private(set) var chain: ChangeChain
    private(set) var bytes: [UInt8]
    private(set) var turns: ClosedRange<Int64>?
    private var from = Timestamp(milliseconds: 0)
    private var to = Timestamp(milliseconds: 0)
    private var event: Int64
    private var catalogues: Set<UInt64> = []

    /// An empty run.
    ///
    /// - Parameter event: the last event before it.
    init(after chain: ChangeChain, event: Int64) {
        (before, self.chain, self.event) = (chain, chain, event)
        // Room for the first line, which is written last.
        bytes = [UInt8](repeating: 0, count: ChangeSegment.lineCount)
    }

    /// Whether the description of tables is among the records.
    func describes(_ tables: UInt64) -> Bool { catalogues.contains(tables) }

    /// Adds a description of tables.
    mutating func addCatalogue(_ record: some Sequence<UInt8>, named name: UInt64) {
        guard catalogues.insert(name).inserted else { return }
        bytes += record
    }

    /// Adds the record of the next turn.
    mutating func add(_ header: ChangeHeader, _ record: UnsafeRawBufferPointer) {
        if let turns {
            self.turns = turns.lowerBound...header.turn.number
        } else {
            turns = header.turn.number...header.turn.number
            from = header.turn.at
        }
        to = header.turn.at
        if header.lastEvent >= 0 { event = header.lastEvent }
        chain.add(record)
        bytes.append(contentsOf: record)
    }

    /// The run and its name; nil where it is empty.
    func finish(in history: HistoryName) -> (SegmentName, ChangeSegment)? {
        guard let turns else { return nil }
        return (
            SegmentName(history: history, turns: turns, from: from, to: to, event: event),
            ChangeSegment(before: before, after: chain, bytes: bytes)
        )
    }
}
