import Bytes
import Foundation
import Ledger
import LedgerSQLite

/// How far a ledger is archived: what the archiver continues from after a restart.
struct ArchiverState: Codable, Sendable {
    /// The history that is being written.
    let history: String
    /// The last turn that is in the outbox or in the places.
    var turn: SnapshotManifest.Turn
    /// The last event of the feed by then.
    var event: Int64
    /// The chain after that turn, in hexadecimal digits.
    var chain: String
    /// The migrations of the schema under which the history is written.
    let migrations: Int64
    /// The machine's boot during which the turn was archived.
    var boot: String

    /// Reads the state; nil where there is none yet.
    ///
    /// - Throws: where there is one that cannot be read.
    static func read(_ path: String) throws -> ArchiverState? {
        guard FileManager.default.fileExists(atPath: path) else { return nil }
        return try JSONDecoder().decode(ArchiverState.self, from: Data(contentsOf: URL(fileURLWithPath: path)))
    }

    /// Writes the state, completely or not at all.
    func write(_ path: String) throws {
        try JSONEncoder().encode(self).write(to: URL(fileURLWithPath: path), options: .atomic)
    }

    /// The present boot of the machine; changes with each start.
    static var currentBoot: String {
        (try? String(contentsOfFile: "/proc/sys/kernel/random/boot_id", encoding: .utf8))?.trimmingCharacters(
            in: .whitespacesAndNewlines
        ) ?? "unknown"
    }
}
