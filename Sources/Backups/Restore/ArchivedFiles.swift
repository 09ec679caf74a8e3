import BackupStorage
import Bytes
import Crypto
import Foundation
import Ledger
import LedgerEngines
import OrderArchive

/// The files of closed orders that belong to a restored ledger.
struct ArchivedFiles {
    let repository: Repository

    /// Copies the files that a ledger lists into the directory beside it, each checked against the ledger.
    ///
    /// - Throws: `damaged` or `missing` where the archive does not have one as the ledger knows it.
    func copy(listedBy database: String) async throws {
        let rows = try await Self.rows(database)
        guard !rows.isEmpty else { return }
        let directory = ArchiveDirectory(besideDatabase: database).path
        try FileManager.default.createDirectory(
            atPath: directory,
            withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700]
        )
        for row in rows {
            let path = "\(directory)/\(row.name)"
            // Files never change, and their names carry a digest: one that is there from before is the same.
            if try Self.digest(path) == row.digest { continue }
            let name = FileName(file: row.name)
            let manifest = try FileManifest(try await repository.get(name.manifest), named: name.manifest)
            let draft = path + ".restoring"
            unlink(draft)
            try await repository.copy(manifest.parts, named: name.part, to: draft)
            guard try Self.digest(draft) == row.digest, rename(draft, path) == 0 else {
                throw StorageFailure.damaged(name.manifest, reason: "it is not the file that the ledger lists")
            }
        }
    }

    private static func rows(_ database: String) async throws -> [ArchiveFileRow] {
        try await LedgerLocation(path: database).withOpen { ledger in
            try await ledger.read { (view) throws(LedgerFailure) in try view.archiveFiles() }
        }
    }

    /// The SHA-256 of a file; nil where there is none.
    private static func digest(_ path: String) throws -> [UInt8]? {
        guard let file = FileHandle(forReadingAtPath: path) else { return nil }
        defer { try? file.close() }
        var hash = SHA256()
        while let bytes = try file.read(upToCount: 1 << 20), !bytes.isEmpty { hash.update(data: bytes) }
        return Array(hash.finalize())
    }
}
