import Foundation
import Time

/// What an archiver says of itself: written after each round, read by the shop's metrics, its status, and its supervisor.
package struct ArchiveReport: Codable, Hashable, Sendable {
    /// One place of the archive.
    package struct Place: Codable, Hashable, Sendable {
        /// Where it is.
        package let name: String
        /// Everything committed before this time is there, in milliseconds since 1970; nil where nothing is.
        package var until: Int64?
        /// Why the last delivery failed; nil where it did not.
        package var failure: String?
    }

    /// When it was written, in milliseconds since 1970.
    package var at: Int64
    /// How long a round takes at most while all is well, in milliseconds.
    package var interval: Int64
    /// The history that is being written.
    package var history: String?
    /// The last archived turn.
    package var turn: Int64
    /// The places.
    package var places: [Place]
    /// The size of what is in no place yet, or not in all of them, in bytes.
    package var waitingBytes: Int64
    /// How often a history ended because something had not been recorded.
    package var gaps: Int
    /// Why the last one ended.
    package var gap: String?
    /// Why the last round failed; nil where it did not.
    package var failure: String?
    /// When the newest snapshot was made, in milliseconds since 1970.
    package var snapshotAt: Int64?

    /// Reads the report of a shop; nil where there is none, or it cannot be read.
    package static func read(_ directory: BackupDirectory) -> ArchiveReport? {
        guard let bytes = FileManager.default.contents(atPath: directory.report) else { return nil }
        return try? JSONDecoder().decode(ArchiveReport.self, from: bytes)
    }

    /// Everything committed before this time is in a place.
    package var until: Int64? { places.compactMap(\.until).max() }

    func write(_ directory: BackupDirectory) throws {
        try JSONEncoder().encode(self).write(to: URL(fileURLWithPath: directory.report), options: .atomic)
    }
}
