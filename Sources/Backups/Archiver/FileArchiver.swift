import BackupStorage
import Foundation
import OrderArchive
import Time

/// Archives the files of closed orders that a shop keeps beside its ledger: each once, since they never change, and before the turn
/// that lists it.
struct FileArchiver {
    private let directory: String
    private let repository: Repository
    /// The files that are in the outbox or in the places; nil before that is known.
    private var known: Set<String>?

    /// The files beside a database.
    init(database: String, repository: Repository) {
        directory = ArchiveDirectory(besideDatabase: database).path
        self.repository = repository
    }

    /// Puts new files into the outbox, and notes those that the shop removed.
    ///
    /// - Parameter places: where it is looked up, in the first that answers, what is there already.
    mutating func put(_ places: [ArchivePlace]) async throws {
        guard FileManager.default.fileExists(atPath: directory) else { return }
        let present = Set(
            try FileManager.default.contentsOfDirectory(atPath: directory).filter {
                $0.hasSuffix(ArchiveDirectory.ending)
            }
        )
        var known = if let known { known } else { await Self.stored(places) }
        for file in present.subtracting(known).sorted() {
            let name = FileName(file: file)
            let parts = try await PartWriter(repository: repository).put("\(directory)/\(file)", named: name.part)
            try await repository.put(name.manifest, FileManifest(parts: parts).encoded)
            known.insert(file)
            self.known = known
        }
        for file in known.subtracting(present) {
            try await repository.put(FileName(file: file).removed(.now), [])
            known.remove(file)
        }
        self.known = known
    }

    /// The files that are in a place and were not removed; none where no place answers: they are put again, which changes nothing.
    private static func stored(_ places: [ArchivePlace]) async -> Set<String> {
        for place in places {
            guard let objects = try? await place.store.list("files/") else { continue }
            let catalogue = ArchiveCatalogue(objects)
            return catalogue.files.subtracting(catalogue.removedFiles.keys)
        }
        return []
    }
}
