// A directory keeps pieces as files. A piece is written under another name first, synced, and then linked to its own: a link is made by one
// call of the kernel, and never in the place of another file, so a name has all of a piece or none, whatever other processes write and whenever power
// fails. The name itself is synced before the piece counts as stored.
//
// A place that is not mounted looks like an empty directory. Therefore a store has a marker, which is made once, by an explicit step; a
// directory without it counts as away. Every call opens the root anew, looks for the marker in what it opened, and works only from there: a
// mount that goes between two calls, or during one, never lets a piece land beneath it.

import Foundation

/// Pieces in a directory: on another disk, or a mount.
///
/// Thread-safe; several processes may use one directory. The file system has to know hard links, as all of Linux and NFS do.
package struct DirectoryStore: ObjectStore {
    private let root: String
    private let lane: BlockingLane

    /// A store at a path, which is not touched.
    ///
    /// - Parameter patience: how long one call may take; longer means that the place is away.
    package init(root: String, patience: Duration = .seconds(120)) {
        self.root = root
        lane = BlockingLane(patience: patience)
    }

    /// Makes a new directory a store; creates the directory itself, though not the one that it is in.
    ///
    /// - Throws: `denied` where the directory has other files; `away` where there is no directory to create it in.
    package func prepare() async throws(StorageFailure) {
        try await lane.run { [root] () throws(StorageFailure) in try OpenDirectoryStore.prepare(root) }
    }

    package func probe() async throws(StorageFailure) {
        try await lane.run { [root] () throws(StorageFailure) in _ = try OpenDirectoryStore(root) }
    }

    package func put(_ name: String, _ bytes: [UInt8]) async throws(StorageFailure) {
        let parts = try PieceName.parts(name)
        try await lane.run { [root] () throws(StorageFailure) in try OpenDirectoryStore(root).put(parts, bytes) }
    }

    package func get(_ name: String) async throws(StorageFailure) -> [UInt8] {
        let parts = try PieceName.parts(name)
        return try await lane.run { [root] () throws(StorageFailure) in
            try OpenDirectoryStore(root).get(name, parts)
        }
    }

    package func list(_ prefix: String) async throws(StorageFailure) -> [StoredObject] {
        try await lane.run { [root] () throws(StorageFailure) in try OpenDirectoryStore(root).list(prefix) }
    }

    package func remove(_ name: String) async throws(StorageFailure) {
        let parts = try PieceName.parts(name)
        try await lane.run { [root] () throws(StorageFailure) in try OpenDirectoryStore(root).remove(parts) }
    }
}
