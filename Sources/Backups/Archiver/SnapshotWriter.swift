import BackupStorage
import Foundation
import Ledger
import LedgerSQLite
import Time

/// Makes snapshots: copies a ledger's file, and puts the copy into a store in pieces.
struct SnapshotWriter {
    let store: any ObjectStore
    let sealing: Sealing
    let shop: ShopDescription

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
        let repository = Repository(store: store, sealing: sealing)
        let parts = try await PartWriter(repository: repository).put(file, named: name.part, progress: progress)
        let manifest = SnapshotManifest(
            position: position,
            parts: parts,
            tables: try TableDigest.all(path: file),
            shop: shop
        )
        try await repository.put(name.manifest, manifest.encoded)
        return name
    }
}
