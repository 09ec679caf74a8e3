// What stands where in an archive. A name says everything that is needed to find a moment, so a list of names is a table of contents:
//
//   20261130T164500.000Z-1a2b3c4d/snapshots/TURN-TIME-EVENT/part-000001      the ledger's file at that turn, in pieces
//   20261130T164500.000Z-1a2b3c4d/snapshots/TURN-TIME-EVENT/manifest         what belongs to it; comes last
//   20261130T164500.000Z-1a2b3c4d/changes/FIRST-LAST-FROM-TO-EVENT           the turns between, one after another
//   files/NAME/part-000001, files/NAME/manifest                              a file of archived orders, which never changes
//   files/NAME/removed-TIME                                                  when the shop removed it
//
// A history is one unbroken chain of turns. A new one begins where the chain broke, or with a restored ledger.

import BackupStorage
import Foundation
import Time

/// One unbroken history of a ledger in an archive.
package struct HistoryName: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// When it began, and random digits.
    package let description: String

    /// A new history.
    package init(at time: Timestamp) {
        let moment = time.description.filter { $0 != "-" && $0 != ":" }
        description = "\(moment)-\(String(format: "%08x", UInt32.random(in: .min ... .max)))"
    }

    /// Reads a name; nil where it is none.
    package init?(_ text: some StringProtocol) {
        let parts = text.split(separator: "-", omittingEmptySubsequences: false)
        guard parts.count == 2, parts[0].count == 20, parts[0].hasSuffix("Z"), parts[1].count == 8 else { return nil }
        description = String(text)
    }

    /// By their beginning.
    package static func < (left: HistoryName, right: HistoryName) -> Bool { left.description < right.description }
}

/// The name of a snapshot.
package struct SnapshotName: Hashable, Sendable {
    package let history: HistoryName
    /// The number of the turn after which the ledger was copied, its time, and the last event.
    package let turn: Int64
    package let at: Timestamp
    package let event: Int64

    package init(history: HistoryName, turn: Int64, at: Timestamp, event: Int64) {
        self.history = history
        self.turn = turn
        self.at = at
        self.event = event
    }

    /// The folder of its pieces.
    package var folder: String {
        "\(history)/snapshots/\(ArchiveNumber.text(turn))-\(ArchiveNumber.text(at.milliseconds))-\(ArchiveNumber.text(event))"
    }

    /// The piece that says what belongs to it.
    package var manifest: String { "\(folder)/manifest" }

    /// One of its pieces, from 1.
    package func part(_ number: Int) -> String { "\(folder)/part-\(String(format: "%06d", number))" }
}

/// The name of a run of turns.
package struct SegmentName: Hashable, Sendable {
    package let history: HistoryName
    /// The first and the last turn in it.
    package let turns: ClosedRange<Int64>
    /// The times of these turns; time may stand still, and goes back where a clock was wrong.
    package let from: Timestamp
    package let to: Timestamp
    /// The last event of the feed after it.
    package let event: Int64

    package init(history: HistoryName, turns: ClosedRange<Int64>, from: Timestamp, to: Timestamp, event: Int64) {
        self.history = history
        self.turns = turns
        self.from = from
        self.to = to
        self.event = event
    }

    /// The piece's name.
    package var name: String {
        let numbers = [turns.lowerBound, turns.upperBound, from.milliseconds, to.milliseconds, event]
        return "\(history)/changes/\(numbers.map(ArchiveNumber.text).joined(separator: "-"))"
    }
}

/// What a name in an archive stands for.
package enum ArchiveName: Hashable, Sendable {
    case manifest(SnapshotName)
    /// One piece of a snapshot, by its number.
    case part(SnapshotName, Int)
    case segment(SegmentName)
    /// What belongs to a file of archived orders, by the file's name.
    case fileManifest(String)
    /// One piece of such a file.
    case filePart(String, Int)
    /// Such a file was removed at this time.
    case fileRemoved(String, Timestamp)

    /// Reads a name; nil where it is none of an archive's.
    package init?(_ name: String) {
        let parts = name.split(separator: "/", omittingEmptySubsequences: false)
        if parts.count == 3, parts[0] == "files" {
            self.init(file: String(parts[1]), piece: parts[2])
            return
        }
        guard parts.count >= 3, let history = HistoryName(parts[0]) else { return nil }
        let numbers = parts[2].split(separator: "-", omittingEmptySubsequences: false).map { ArchiveNumber.read($0) }
        let known = numbers.compactMap(\.self)
        guard known.count == numbers.count else { return nil }
        if parts.count == 3, parts[1] == "changes", known.count == 5, known[0] <= known[1] {
            let times = (Timestamp(milliseconds: known[2]), Timestamp(milliseconds: known[3]))
            self = .segment(
                SegmentName(history: history, turns: known[0]...known[1], from: times.0, to: times.1, event: known[4])
            )
            return
        }
        guard parts.count == 4, parts[1] == "snapshots", known.count == 3 else { return nil }
        let at = Timestamp(milliseconds: known[1])
        let snapshot = SnapshotName(history: history, turn: known[0], at: at, event: known[2])
        if parts[3] == "manifest" {
            self = .manifest(snapshot)
        } else if let number = Self.part(parts[3]) {
            self = .part(snapshot, number)
        } else {
            return nil
        }
    }

    /// Whether a history needs it: its own pieces, and files, which belong to all.
    func belongs(to history: HistoryName) -> Bool {
        switch self {
        case .manifest(let snapshot), .part(let snapshot, _): snapshot.history == history
        case .segment(let segment): segment.history == history
        case .fileManifest, .filePart, .fileRemoved: true
        }
    }

    private init?(file: String, piece: Substring) {
        if piece == "manifest" {
            self = .fileManifest(file)
        } else if let number = Self.part(piece) {
            self = .filePart(file, number)
        } else if piece.hasPrefix("removed-"), let time = ArchiveNumber.read(piece.dropFirst(8)) {
            self = .fileRemoved(file, Timestamp(milliseconds: time))
        } else {
            return nil
        }
    }

    private static func part(_ text: Substring) -> Int? {
        guard text.hasPrefix("part-"), let number = Int(text.dropFirst(5)), number > 0 else { return nil }
        return number
    }
}

/// The names of the pieces of a file of archived orders.
struct FileName: Hashable, Sendable {
    let file: String

    var manifest: String { "files/\(file)/manifest" }
    func part(_ number: Int) -> String { "files/\(file)/part-\(String(format: "%06d", number))" }
    func removed(_ time: Timestamp) -> String { "files/\(file)/removed-\(ArchiveNumber.text(time.milliseconds))" }
}

/// Numbers in names: 16 digits, so that names in order are numbers in order.
enum ArchiveNumber {
    static func text(_ number: Int64) -> String { String(format: "%016ld", number) }

    static func read(_ text: some StringProtocol) -> Int64? {
        guard text.count == 16, text.allSatisfy({ $0.isASCII && $0.isNumber }) else { return nil }
        return Int64(text)
    }
}
