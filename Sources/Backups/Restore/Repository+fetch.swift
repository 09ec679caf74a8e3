import BackupStorage
import Foundation

/// Pieces that are fetched ahead.
private let ahead = 4

extension Repository {
    /// Copies the pieces of a file into a new file, each checked.
    ///
    /// - Throws: `damaged` where a piece is not the one that was put.
    func copy(
        _ parts: [SnapshotManifest.Part],
        named name: (Int) -> String,
        to path: String,
        progress: (Int64) -> Void = { _ in }
    ) async throws {
        guard FileManager.default.createFile(atPath: path, contents: nil, attributes: [.posixPermissions: 0o600]) else {
            throw BackupFailure("\(path) cannot be made")
        }
        let file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
        defer { try? file.close() }
        let names = parts.indices.map { name($0 + 1) }
        var done: Int64 = 0
        try await fetch(names) { index, bytes in
            guard SnapshotManifest.Part(of: bytes) == parts[index] else {
                throw StorageFailure.damaged(names[index], reason: "it is not the piece that the manifest names")
            }
            try file.write(contentsOf: bytes)
            done += Int64(bytes.count)
            progress(done)
        }
        try file.synchronize()
    }

    /// Fetches pieces, some ahead, and passes them on in order.
    func fetch(_ names: [String], _ body: (Int, [UInt8]) throws -> Void) async throws {
        try await withThrowingTaskGroup(of: (Int, [UInt8]).self) { group in
            func begin(_ index: Int) {
                guard index < names.count else { return }
                let name = names[index]
                group.addTask { (index, try await get(name)) }
            }
            for index in 0..<ahead { begin(index) }
            var waiting: [Int: [UInt8]] = [:]
            var next = 0
            while next < names.count, let (index, bytes) = try await group.next() {
                waiting[index] = bytes
                while let bytes = waiting.removeValue(forKey: next) {
                    try body(next, bytes)
                    begin(next + ahead)
                    next += 1
                }
            }
        }
    }
}
