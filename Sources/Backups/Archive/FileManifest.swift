import BackupStorage
import Foundation

/// What belongs to a file of archived orders.
struct FileManifest: Codable, Sendable {
    /// The form of this document.
    var format = 1
    /// The pieces of the file, in order.
    let parts: [SnapshotManifest.Part]

    init(parts: [SnapshotManifest.Part]) { self.parts = parts }

    /// Its bytes.
    var encoded: [UInt8] {
        // Of numbers, texts and lists only: it cannot fail.
        Array((try? JSONEncoder().encode(self)) ?? Data())
    }

    /// Reads a manifest.
    ///
    /// - Throws: `damaged`.
    init(_ bytes: [UInt8], named name: String) throws(StorageFailure) {
        do {
            self = try JSONDecoder().decode(FileManifest.self, from: Data(bytes))
        } catch {
            throw .damaged(name, reason: "it is no manifest of a file")
        }
        guard format == 1 else {
            throw .damaged(name, reason: "it has the form \(format), which this build does not know")
        }
    }
}
