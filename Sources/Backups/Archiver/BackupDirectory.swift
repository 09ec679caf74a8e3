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
    private var work: String { path + "/work" }

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
    package func takeLock() -> CInt? { Self.take(lock, LOCK_EX | LOCK_NB) }

    /// Says that files in ``scratch``, or pieces of a snapshot in ``outbox``, are being made, until the descriptor is closed.
    ///
    /// Waits while somebody removes what others left there, which is a moment.
    func beginWork() throws(BackupFailure) -> CInt {
        guard let descriptor = takeWork(alone: false) else {
            throw BackupFailure("\(work) cannot be locked: \(String(cString: strerror(errno)))")
        }
        return descriptor
    }

    /// The lock of ``beginWork()``, for one that begins work, or for one who is alone while it lasts; nil where that is not so.
    func takeWork(alone: Bool) -> CInt? { Self.take(work, alone ? LOCK_EX | LOCK_NB : LOCK_SH) }

    /// Removes what processes that were killed left in ``scratch``; leaves it where somebody is at work.
    func sweepScratch() throws {
        guard let lock = takeWork(alone: true) else { return }
        defer { close(lock) }
        for name in try FileManager.default.contentsOfDirectory(atPath: scratch) {
            try FileManager.default.removeItem(atPath: "\(scratch)/\(name)")
        }
    }

    private static func take(_ path: String, _ operation: CInt) -> CInt? {
        let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else { return nil }
        while flock(descriptor, operation) != 0 {
            guard errno == EINTR else {
                close(descriptor)
                return nil
            }
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
