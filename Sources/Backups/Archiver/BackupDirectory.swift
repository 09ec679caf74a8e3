import Foundation

/// The files of backups in a shop's data directory.
package struct BackupDirectory: Sendable {
    /// `DATA/backup`.
    package let path: String

    /// The backup files of a data directory.
    package init(data: String) { path = data + "/backup" }

    /// The change journals of the shop's writers.
    package var journal: String { path + "/journal" }
    /// What is on its way to the places.
    package var outbox: String { path + "/outbox" }
    /// How far the archive is.
    var state: String { path + "/state.json" }
    /// What the archiver says of itself, for others to read.
    package var report: String { path + "/report.json" }
    /// What the last verification found.
    package var verification: String { path + "/verified.json" }
    /// Files that only the process that made them needs.
    package var scratch: String { path + "/scratch" }
    var lock: String { path + "/lock" }

    /// Makes the directories, for their owner alone.
    package func make() throws {
        for path in [path, journal, outbox, scratch] {
            try FileManager.default.createDirectory(
                atPath: path,
                withIntermediateDirectories: true,
                attributes: [.posixPermissions: 0o700]
            )
        }
    }

    /// A lock that one archiver has at a time; nil where another process has it.
    ///
    /// It ends with the process, or when the descriptor is closed.
    package func takeLock() -> CInt? {
        let descriptor = open(lock, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { return nil }
        guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
            close(descriptor)
            return nil
        }
        return descriptor
    }

    /// A new directory in ``scratch``.
    package func makeScratch(_ purpose: String) throws -> String {
        let made = "\(scratch)/\(purpose)-\(UUID().uuidString)"
        try FileManager.default.createDirectory(
            atPath: made,
            withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700]
        )
        return made
    }
}
