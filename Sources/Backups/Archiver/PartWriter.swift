import BackupStorage
import Foundation

/// Puts files into a store in pieces.
struct PartWriter {
    let repository: Repository

    /// The size of a piece before it is compressed, in bytes.
    static let bytes = 16 << 20

    /// Puts a file's pieces.
    ///
    /// - Parameters:
    ///   - name: the name of each piece, from 1.
    ///   - progress: called with the bytes that are done.
    func put(
        _ file: String,
        named name: (Int) -> String,
        progress: (Int64) -> Void = { _ in }
    ) async throws -> [SnapshotManifest.Part] {
        let handle = try FileHandle(forReadingFrom: URL(fileURLWithPath: file))
        defer { try? handle.close() }
        var parts: [SnapshotManifest.Part] = []
        var done: Int64 = 0
        while let bytes = try handle.read(upToCount: Self.bytes), !bytes.isEmpty {
            let plain = [UInt8](bytes)
            try await repository.put(name(parts.count + 1), plain)
            parts.append(SnapshotManifest.Part(of: plain))
            done += Int64(plain.count)
            progress(done)
        }
        return parts
    }
}
