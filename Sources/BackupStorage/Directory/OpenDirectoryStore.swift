import Foundation

/// The root of a ``DirectoryStore``, opened for one call; every function blocks its thread.
struct OpenDirectoryStore {
    /// The folder in which pieces are written before they have their names.
    private static let drafts = ".drafts"
    /// The age from which a draft counts as left behind by a process that died, in seconds.
    private static let draftSecondsMax = 3600

    private let root: OpenFile

    /// Opens a root with a marker.
    ///
    /// - Throws: `away` where there is none.
    init(_ path: String) throws(StorageFailure) {
        root = try .directory(path)
        guard try Self.isMarked(root) else {
            throw .away(
                "\(path): there is no \(StoreMarker.name), so it is not mounted, or was never made a place for backups"
            )
        }
    }

    private init(unmarked root: OpenFile) {
        self.root = root
    }

    /// Makes a directory a store.
    static func prepare(_ path: String) throws(StorageFailure) {
        if mkdir(path, 0o700) != 0, errno != EEXIST { throw StorageFailure(code: errno, path) }
        let root = try OpenFile.directory(path)
        if try isMarked(root) { return }
        if let other = try root.names().first(where: { PieceName.isPart($0) }) {
            throw .denied(StoreMarker.refusal(path, other))
        }
        try OpenDirectoryStore(unmarked: root).store(StoreMarker.bytes, StoreMarker.name, in: root)
        // The directory itself is a name in the one above.
        try OpenFile.directory(path + "/..").syncNames()
    }

    private static func isMarked(_ root: OpenFile) throws(StorageFailure) -> Bool {
        var status = stat()
        if fstatat(root.descriptor, StoreMarker.name, &status, 0) == 0 { return true }
        guard errno == ENOENT else { throw StorageFailure(code: errno, root.path) }
        return false
    }

    /// Stores a piece under the parts of its name.
    func put(_ parts: [String], _ bytes: [UInt8]) throws(StorageFailure) {
        var folder = root
        for part in parts.dropLast() { folder = try made(part, in: folder) }
        try store(bytes, parts[parts.count - 1], in: folder)
    }

    /// The bytes of a piece.
    func get(_ name: String, _ parts: [String]) throws(StorageFailure) -> [UInt8] {
        guard let folder = try folder(parts.dropLast()),
            let file = try OpenFile.named(parts[parts.count - 1], in: folder, O_RDONLY), try file.isOrdinary
        else { throw .missing(name) }
        guard let bytes = try file.read(atMost: Sealing.sealedBytesMax) else {
            throw .damaged(name, reason: "it is larger than any piece")
        }
        return bytes
    }

    /// The pieces whose names begin with a prefix, in order.
    func list(_ prefix: String) throws(StorageFailure) -> [StoredObject] {
        var found: [StoredObject] = []
        try list(root, "", prefix, &found)
        return found.sorted { $0.name < $1.name }
    }

    /// Removes a piece.
    func remove(_ parts: [String]) throws(StorageFailure) {
        guard let folder = try folder(parts.dropLast()) else { return }
        guard unlinkat(folder.descriptor, parts[parts.count - 1], 0) == 0 else {
            if errno == ENOENT { return }
            throw StorageFailure(code: errno, folder.path)
        }
        try folder.syncNames()
    }

    private func list(
        _ folder: OpenFile,
        _ path: String,
        _ prefix: String,
        _ found: inout [StoredObject]
    ) throws(StorageFailure) {
        for part in try folder.names() where PieceName.isPart(part) {
            let name = path + part
            guard name.hasPrefix(prefix) || prefix.hasPrefix(name + "/"), PieceName.isName(name) else { continue }
            var status = stat()
            guard fstatat(folder.descriptor, part, &status, AT_SYMLINK_NOFOLLOW) == 0 else {
                // Removed since the folder was read.
                if errno == ENOENT { continue }
                throw StorageFailure(code: errno, folder.path)
            }
            if status.st_mode & S_IFMT == S_IFDIR {
                guard let inner = try OpenFile.named(part, in: folder, O_RDONLY | O_DIRECTORY) else { continue }
                try list(inner, name + "/", prefix, &found)
            } else if status.st_mode & S_IFMT == S_IFREG, name.hasPrefix(prefix), name != StoreMarker.name {
                found.append(StoredObject(name: name, size: Int64(status.st_size)))
            }
        }
    }

    /// The folder of a name's first parts; nil where there is none.
    private func folder(_ parts: ArraySlice<String>) throws(StorageFailure) -> OpenFile? {
        var folder = root
        for part in parts {
            guard let inner = try OpenFile.named(part, in: folder, O_RDONLY | O_DIRECTORY) else { return nil }
            folder = inner
        }
        return folder
    }

    /// A folder in another, made where it is missing.
    private func made(_ part: String, in folder: OpenFile) throws(StorageFailure) -> OpenFile {
        if let inner = try OpenFile.named(part, in: folder, O_RDONLY | O_DIRECTORY) { return inner }
        if mkdirat(folder.descriptor, part, 0o700) == 0 {
            try folder.syncNames()
        } else if errno != EEXIST {
            throw StorageFailure(code: errno, folder.path)
        }
        guard let inner = try OpenFile.named(part, in: folder, O_RDONLY | O_DIRECTORY) else {
            throw .taken("\(folder.path)/\(part)")
        }
        return inner
    }

    /// Gives bytes a name in a folder: all of them, and durably.
    private func store(_ bytes: [UInt8], _ name: String, in folder: OpenFile) throws(StorageFailure) {
        if try stands(bytes, name, in: folder) { return }
        let drafts = try made(Self.drafts, in: root)
        try clear(drafts)
        let draft = "\(getpid())-\(UInt64.random(in: 0 ... .max))"
        guard let file = try OpenFile.named(draft, in: drafts, O_WRONLY | O_CREAT | O_EXCL, mode: 0o600) else {
            throw StorageFailure(code: ENOENT, drafts.path)
        }
        defer { unlinkat(drafts.descriptor, draft, 0) }
        try file.write(bytes)
        try file.sync()
        if linkat(drafts.descriptor, draft, folder.descriptor, name, 0) == 0 { return try folder.syncNames() }
        let code = errno
        guard code == EEXIST, try stands(bytes, name, in: folder) else {
            throw StorageFailure(code: code, "\(folder.path)/\(name)")
        }
    }

    /// Whether these bytes stand under a name already, durably.
    ///
    /// - Throws: `taken` where others do.
    private func stands(_ bytes: [UInt8], _ name: String, in folder: OpenFile) throws(StorageFailure) -> Bool {
        guard let file = try OpenFile.named(name, in: folder, O_RDONLY) else { return false }
        guard try file.isOrdinary, try file.read(atMost: bytes.count) == bytes else { throw .taken(file.path) }
        // The process that stored them may have died before the syncs.
        try file.sync()
        try folder.syncNames()
        return true
    }

    /// Removes drafts of processes that died.
    private func clear(_ drafts: OpenFile) throws(StorageFailure) {
        for name in try drafts.names() {
            var status = stat()
            guard fstatat(drafts.descriptor, name, &status, AT_SYMLINK_NOFOLLOW) == 0 else { continue }
            if time(nil) - status.st_mtim.tv_sec > Self.draftSecondsMax { unlinkat(drafts.descriptor, name, 0) }
        }
    }
}
