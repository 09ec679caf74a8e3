// A restored ledger becomes a shop: it is marked as restored before it gets its name, so that no server ever opens it unmarked.

import BackupStorage
import Foundation
import Ledger
import LedgerEngines
import Logging
import OrderArchive
import Time
import Trading

/// Puts a restored ledger into a shop's data directory.
package struct RestoredShop: Sendable {
    private let data: String
    private let database: String

    /// What belongs to a ledger's file, and is moved away with it.
    private static let suffixes = ["", "-wal", "-shm", "-turns"]

    /// A shop in a data directory.
    package init(data: String, database: String) {
        self.data = data
        self.database = database
    }

    /// Refuses a directory that is not empty.
    ///
    /// - Throws: ``BackupFailure``.
    package func requireEmpty() throws(BackupFailure) {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: data)) ?? []
        guard names.isEmpty else {
            throw BackupFailure(
                "\(data) is not empty, and nothing is overwritten: choose a new directory, or --in-place"
            )
        }
    }

    /// Refuses a shop that some process has open.
    ///
    /// Source: sqlite.org/lockingv3.html and sqlite.org/wal.html: a connection holds a lock on the file for as long as it is open.
    ///
    /// - Throws: ``BackupFailure``.
    package func requireClosed() throws(BackupFailure) {
        let descriptor = open(database, O_RDWR | O_CLOEXEC)
        guard descriptor >= 0 else { return }
        defer { close(descriptor) }
        var lock = flock()
        lock.l_type = Int16(F_WRLCK)
        lock.l_whence = Int16(SEEK_SET)
        lock.l_start = 0x4000_0000
        lock.l_len = 512
        guard fcntl(descriptor, F_GETLK, &lock) == 0, lock.l_type == Int16(F_UNLCK) else {
            throw BackupFailure("process \(lock.l_pid) has the shop open: stop it first")
        }
    }

    /// Restores into the directory: under another name first, marked as restored, and then in its place.
    ///
    /// - Returns: what was restored, and the mark.
    package func put(_ restore: Restore) async throws -> (RestoreOutcome, Restoration) {
        let working = data + "/restoring.db"
        removeFiles(working)
        do {
            let outcome = try await restore.run(into: working)
            try await restore.copyFiles(listedBy: working)
            let mark = try await Self.mark(working, outcome)
            try moveAway()
            guard rename(working, database) == 0 else {
                throw BackupFailure("\(database) cannot be put in place: \(String(cString: strerror(errno)))")
            }
            try LedgerDamage(of: database).clear()
            return (outcome, mark)
        } catch {
            // A ledger that is not complete must not be taken for one.
            removeFiles(working)
            throw error
        }
    }

    private static func mark(_ path: String, _ outcome: RestoreOutcome) async throws -> Restoration {
        try await LedgerLocation(path: path).withCommitter { _, committer in
            let command = MarkRestored(
                ID<Restoration>(at: .now, random: (.random(in: .min ... .max), .random(in: .min ... .max))),
                to: outcome.turn.at,
                lost: Restoration.Loss(
                    lastEvent: outcome.lost.events > 0 ? outcome.event + outcome.lost.events : nil,
                    orders: outcome.lost.orders
                )
            )
            return try await committer.submit(command).outcome
        }
    }

    private func removeFiles(_ path: String) { for suffix in Self.suffixes + ["-journal"] { unlink(path + suffix) } }

    /// Moves the present ledger, and what belongs to it alone, into a directory beside it.
    private func moveAway() throws {
        let files = Self.suffixes.map { database + $0 } + [data + "/backup", data + "/audit.json"]
        let present = files.filter { FileManager.default.fileExists(atPath: $0) }
        guard !present.isEmpty else { return }
        let moment = Timestamp.now.description.filter { $0 != ":" }
        let old = "\(data)/replaced-\(moment)"
        try FileManager.default.createDirectory(
            atPath: old,
            withIntermediateDirectories: false,
            attributes: [.posixPermissions: 0o700]
        )
        // Before its ledger, so that what is there later is complete.
        try keepArchivedOrders(in: old)
        for file in present {
            try FileManager.default.moveItem(
                atPath: file,
                toPath: "\(old)/\(URL(fileURLWithPath: file).lastPathComponent)"
            )
        }
    }

    /// Links the files of closed orders into the directory of the replaced ledger.
    ///
    /// The restored ledger may not list them all, as one of a moment before they were written does not; its next archiving removes those.
    private func keepArchivedOrders(in old: String) throws {
        let (here, there) = (
            ArchiveDirectory(besideDatabase: database).path,
            ArchiveDirectory(besideDatabase: old + "/tradewind.db").path
        )
        guard FileManager.default.fileExists(atPath: here) else { return }
        try FileManager.default.createDirectory(
            atPath: there,
            withIntermediateDirectories: false,
            attributes: [.posixPermissions: 0o700]
        )
        for name in try FileManager.default.contentsOfDirectory(atPath: here)
        where name.hasSuffix(ArchiveDirectory.ending) {
            try FileManager.default.linkItem(atPath: "\(here)/\(name)", toPath: "\(there)/\(name)")
        }
    }
}
