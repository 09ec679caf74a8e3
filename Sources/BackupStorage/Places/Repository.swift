/// Sealed pieces in a store: what is put in comes out as it was, or not at all.
///
/// Thread-safe. Sealing runs in the calling task, and takes a few milliseconds for a megabyte.
package struct Repository: Sendable {
    /// The store, in which every piece is sealed.
    package let store: any ObjectStore
    private let sealing: Sealing

    /// A repository in a store.
    package init(store: any ObjectStore, sealing: Sealing) {
        self.store = store
        self.sealing = sealing
    }

    /// Seals a piece and stores it under a new name; has no effect where the same piece stands there already.
    ///
    /// - Parameter plain: at most ``Sealing/plainBytesMax`` bytes.
    /// - Returns: the size of the stored piece, in bytes.
    /// - Throws: ``StorageFailure``; `taken` where another piece stands under the name, or one that does not open.
    @discardableResult
    package func put(_ name: String, _ plain: [UInt8]) async throws(StorageFailure) -> Int64 {
        let sealed = try sealing.seal(plain, as: name)
        do throws(StorageFailure) {
            try await store.put(name, sealed)
            return Int64(sealed.count)
        } catch {
            // The same piece is encrypted to other bytes each time, so what stands there has to be opened.
            guard case .taken = error else { throw error }
            let standing = try await store.get(name)
            guard (try? sealing.open(standing, as: name)) == plain else { throw error }
            return Int64(standing.count)
        }
    }

    /// The piece of a name, opened.
    ///
    /// - Throws: ``StorageFailure``; `damaged` where it is not what was stored.
    package func get(_ name: String) async throws(StorageFailure) -> [UInt8] {
        try sealing.open(await store.get(name), as: name)
    }

    /// All pieces whose names begin with a prefix, by name, with their stored sizes.
    package func list(_ prefix: String) async throws(StorageFailure) -> [StoredObject] {
        try await store.list(prefix)
    }

    /// Removes a piece; has no effect where there is none.
    package func remove(_ name: String) async throws(StorageFailure) {
        try await store.remove(name)
    }
}
