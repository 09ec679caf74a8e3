import BackupStorage
import Bytes
import Crypto
import Foundation
import Ledger
import LedgerSQLite
import Time

/// Makes snapshots: copies a ledger's file, and puts the copy into a store in pieces.
struct SnapshotWriter {
    let store: any ObjectStore
    let sealing: Sealing
    let shop: ShopDescription

    /// The size of a piece before it is compressed, in bytes.
    static let partBytes = 16 << 20

    /// Puts a copied file into the store; the manifest, which makes the snapshot valid, last.
    ///
    /// - Parameter progress: called with the bytes that are done.
    func put(
        _ file: String,
        at position: LedgerPosition,
        in history: HistoryName,
        progress: (Int64) -> Void = { _ in }
    ) async throws -> SnapshotName {
        let name = SnapshotName(
            history: history,
            turn: position.turn.number,
            at: position.turn.at,
            event: position.event
        )
        let handle = try FileHandle(forReadingFrom: URL(fileURLWithPath: file))
        defer { try? handle.close() }
        var parts: [SnapshotManifest.Part] = []
        var done: Int64 = 0
        while let bytes = try handle.read(upToCount: Self.partBytes), !bytes.isEmpty {
            let plain = [UInt8](bytes)
            let piece = name.part(parts.count + 1)
            try await store.put(piece, try sealing.seal(plain, as: piece))
            parts.append(SnapshotManifest.Part(bytes: plain.count, sha256: Hex.text(SHA256.hash(data: plain))))
            done += Int64(plain.count)
            progress(done)
        }
        let manifest = SnapshotManifest(
            position: position,
            parts: parts,
            tables: try TableDigest.all(path: file),
            shop: shop
        )
        try await store.put(name.manifest, try sealing.seal(manifest.encoded, as: name.manifest))
        return name
    }
}
