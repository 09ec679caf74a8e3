import Foundation
import Synchronization
import Testing

@testable import BackupStorage

@Suite("Pieces in a directory")
struct DirectoryStoreTests {
    private static let bytes = Array("a piece".utf8)

    /// A prepared store in a folder of its own.
    private static func store() async throws -> (DirectoryStore, TemporaryFolder) {
        let folder = try TemporaryFolder()
        let store = DirectoryStore(root: folder.path + "/store")
        try await store.prepare()
        return (store, folder)
    }

    @Test("pieces are stored, read, listed in order and removed")
    func pieces() async throws {
        let (store, folder) = try await Self.store()
        #expect(try await store.list("") == [])
        let names = ["journal/0002", "journal/0001", "journal-index", "a/b/c/d", "z"]
        for (index, name) in names.enumerated() { try await store.put(name, [UInt8](repeating: 1, count: index)) }
        #expect(
            try await store.list("").map(\.name) == ["a/b/c/d", "journal-index", "journal/0001", "journal/0002", "z"]
        )
        #expect(try await store.list("journal/").map(\.name) == ["journal/0001", "journal/0002"])
        #expect(try await store.list("journal/0002") == [StoredObject(name: "journal/0002", size: 0)])
        #expect(try await store.list("a/b/c").map(\.name) == ["a/b/c/d"])
        #expect(try await store.list("none") == [])
        #expect(try await store.get("a/b/c/d") == [1, 1, 1])
        try await store.remove("a/b/c/d")
        try await store.remove("a/b/c/d")
        try await store.remove("never/was")
        #expect(await store.failure(getting: "a/b/c/d") == .missing("a/b/c/d"))
        #expect(await store.failure(getting: "a/b/c") == .missing("a/b/c"))
        #expect(await store.failure(getting: "z/inner") == .missing("z/inner"))
        #expect(try await store.list("a") == [])
        // Drafts leave nothing behind.
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path + "/store/.drafts") == [])
    }

    @Test("a name is never overwritten: the same bytes have no effect, and others are refused")
    func taken() async throws {
        let (store, folder) = try await Self.store()
        defer { withExtendedLifetime(folder) {} }
        try await store.put("a/piece", Self.bytes)
        try await store.put("a/piece", Self.bytes)
        for others in [[], Self.bytes + [0], Array(Self.bytes.dropLast()), Array("another".utf8)] {
            guard case .taken = await store.failure(putting: "a/piece", others) else {
                Issue.record("\(others) were not refused")
                continue
            }
        }
        #expect(try await store.get("a/piece") == Self.bytes)
        guard case .taken = await store.failure(putting: "a/piece/inner", Self.bytes) else {
            Issue.record("a piece was stored beneath another")
            return
        }
        guard case .taken = await store.failure(putting: "a", Self.bytes) else {
            Issue.record("a piece was stored in the place of a folder")
            return
        }
    }

    @Test("of many writers of one name one wins, and the others are told so")
    func writers() async throws {
        let (_, folder) = try await Self.store()
        for round in 0..<10 {
            let outcomes = await withTaskGroup(of: StorageFailure?.self) { group in
                for writer in 0..<8 {
                    group.addTask {
                        let store = DirectoryStore(root: folder.path + "/store")
                        return await store.failure(
                            putting: "round/\(round)",
                            [UInt8](repeating: UInt8(writer), count: 50_000)
                        )
                    }
                }
                return await group.reduce(into: []) { $0.append($1) }
            }
            #expect(outcomes.count(where: { $0 == nil }) == 1)
            for case let failure? in outcomes {
                guard case .taken = failure else {
                    Issue.record("\(failure)")
                    continue
                }
            }
            let stands = try await DirectoryStore(root: folder.path + "/store").get("round/\(round)")
            #expect(stands.count == 50_000 && Set(stands).count == 1)
        }
    }

    @Test(
        "a name that could lead out of the store is refused",
        arguments: [
            "", "/", "..", "../piece", "a/../b", "a//b", "/a", "a/", ".hidden", "a/.hidden", ".", "a/.", "a b", "a\nb",
            "a\0b",
            "ä", "a\\b", String(repeating: "a", count: 201), String(repeating: "abcdefghi/", count: 90) + "a",
            StoreMarker.name,
        ]
    )
    func names(_ name: String) async throws {
        let (store, folder) = try await Self.store()
        defer { withExtendedLifetime(folder) {} }
        let before = try FileManager.default.subpathsOfDirectory(atPath: folder.path)
        for failure in [await store.failure(putting: name, Self.bytes), await store.failure(getting: name)] {
            guard case .denied = failure else {
                Issue.record("\(name): \(String(describing: failure))")
                continue
            }
        }
        await #expect(throws: StorageFailure.self) { try await store.remove(name) }
        #expect(try FileManager.default.subpathsOfDirectory(atPath: folder.path) == before)
        try await store.put("afterwards", Self.bytes)
    }

    @Test("a directory without the marker is away, whether it is empty, full or missing, and nothing is written there")
    func unmounted() async throws {
        let folder = try TemporaryFolder()
        let bare = DirectoryStore(root: folder.path)
        let missing = DirectoryStore(root: folder.path + "/none")
        for store in [bare, missing] {
            for failure in [
                await store.failure(putting: "piece", Self.bytes), await store.failure(getting: "piece"),
                await store.failure(listing: ""), await store.failure(removing: "piece"),
            ] {
                guard case .away = failure else {
                    Issue.record("\(String(describing: failure))")
                    continue
                }
            }
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == [])
    }

    @Test("a mount that goes leaves the place away, and its pieces are there again when it is back")
    func mountGoes() async throws {
        let (store, folder) = try await Self.store()
        try await store.put("piece", Self.bytes)
        // What a mount hides is an empty directory.
        try FileManager.default.moveItem(atPath: folder.path + "/store", toPath: folder.path + "/elsewhere")
        try FileManager.default.createDirectory(atPath: folder.path + "/store", withIntermediateDirectories: false)
        guard case .away = await store.failure(listing: "") else {
            Issue.record("an empty directory was taken for a store")
            return
        }
        guard case .away = await store.failure(putting: "other", Self.bytes) else {
            Issue.record("a piece was stored beneath the mount")
            return
        }
        try FileManager.default.removeItem(atPath: folder.path + "/store")
        try FileManager.default.moveItem(atPath: folder.path + "/elsewhere", toPath: folder.path + "/store")
        #expect(try await store.list("").map(\.name) == ["piece"])
    }

    @Test("preparing makes a new place once, keeps an old one, and takes no directory with other files")
    func preparing() async throws {
        let (store, folder) = try await Self.store()
        try await store.put("piece", Self.bytes)
        try await store.prepare()
        #expect(try await store.get("piece") == Self.bytes)
        // A new disk has a folder for what was lost.
        let disk = folder.path + "/disk"
        try FileManager.default.createDirectory(atPath: disk + "/lost+found", withIntermediateDirectories: true)
        try await DirectoryStore(root: disk).prepare()
        let home = folder.path + "/home"
        try FileManager.default.createDirectory(atPath: home + "/letters", withIntermediateDirectories: true)
        guard case .denied = await DirectoryStore(root: home).failureOfPreparing() else {
            Issue.record("a directory with letters was taken")
            return
        }
        #expect(try FileManager.default.contentsOfDirectory(atPath: home) == ["letters"])
        // The directory above may be a mount that is missing.
        guard case .away = await DirectoryStore(root: folder.path + "/none/store").failureOfPreparing() else {
            Issue.record("a directory was made in one that is missing")
            return
        }
        #expect(!FileManager.default.fileExists(atPath: folder.path + "/none"))
    }

    @Test("what others keep there is not listed: links, hidden files, names of other shapes, drafts")
    func foreignFiles() async throws {
        let (store, folder) = try await Self.store()
        let root = folder.path + "/store"
        try await store.put("folder/piece", Self.bytes)
        let files = FileManager.default
        for name in [".DS_Store", "folder/.nfs0001", "with space", "folder/ä", ".drafts/1-2"] {
            #expect(files.createFile(atPath: "\(root)/\(name)", contents: Data([1])))
        }
        try files.createSymbolicLink(atPath: root + "/link", withDestinationPath: "/etc/passwd")
        try files.createSymbolicLink(atPath: root + "/out", withDestinationPath: "/etc")
        #expect(try await store.list("").map(\.name) == ["folder/piece"])
        #expect(await store.failure(getting: "link") != nil)
        #expect(await store.failure(getting: "out/passwd") != nil)
        #expect(await store.failure(putting: "out/piece", Self.bytes) != nil)
        #expect(!files.fileExists(atPath: "/etc/piece"))
    }

    @Test("drafts of processes that died are removed after an hour, and younger ones stay")
    func drafts() async throws {
        let (store, folder) = try await Self.store()
        let drafts = folder.path + "/store/.drafts"
        for (name, age) in [("1-old", 7200.0), ("2-young", 600.0)] {
            #expect(FileManager.default.createFile(atPath: "\(drafts)/\(name)", contents: Data([1])))
            try FileManager.default.setAttributes(
                [.modificationDate: Date(timeIntervalSinceNow: -age)],
                ofItemAtPath: "\(drafts)/\(name)"
            )
        }
        try await store.put("piece", Self.bytes)
        #expect(try FileManager.default.contentsOfDirectory(atPath: drafts) == ["2-young"])
    }

    @Test("files and folders are private, whatever the process's mask")
    func modes() async throws {
        let (store, folder) = try await Self.store()
        try await store.put("folder/piece", Self.bytes)
        for (path, mode) in [
            ("", 0o700), ("/folder", 0o700), ("/folder/piece", 0o600), ("/\(StoreMarker.name)", 0o600),
        ] {
            let attributes = try FileManager.default.attributesOfItem(atPath: folder.path + "/store" + path)
            #expect(attributes[.posixPermissions] as? Int == mode, "\(path)")
        }
    }

    @Test("a full disk is told, leaves no part of a piece, and takes pieces again when there is room")
    func full() async throws {
        let disk = try SmallDisk(kibibytes: 256)
        let store = DirectoryStore(root: disk.path)
        try await store.prepare()
        try await store.put("small", [UInt8](repeating: 1, count: 100_000))
        let large = [UInt8](repeating: 2, count: 200_000)
        guard case .full = await store.failure(putting: "folder/large", large) else {
            Issue.record("a disk of 256 KiB has room for 300 kB")
            return
        }
        #expect(try await store.list("").map(\.name) == ["small"])
        #expect(try FileManager.default.contentsOfDirectory(atPath: disk.path + "/.drafts") == [])
        try await store.remove("small")
        try await store.put("folder/large", large)
        #expect(try await store.get("folder/large") == large)
    }

    @Test("a disk that is read-only refuses to store, and still reads")
    func readOnly() async throws {
        let disk = try SmallDisk(kibibytes: 256)
        let store = DirectoryStore(root: disk.path)
        try await store.prepare()
        try await store.put("piece", Self.bytes)
        try disk.makeReadOnly()
        guard case .denied = await store.failure(putting: "other", Self.bytes) else {
            Issue.record("a piece was stored on a disk that is read-only")
            return
        }
        guard case .denied = await store.failure(removing: "piece") else {
            Issue.record("a piece was removed from a disk that is read-only")
            return
        }
        #expect(try await store.get("piece") == Self.bytes)
    }

    @Test("a call that does not return leaves the place away at once for all others, until it has returned")
    func stuck() async throws {
        let lane = BlockingLane(patience: .milliseconds(100))
        let gate = DispatchSemaphore(value: 0)
        let ran = Atomic(0)
        let first = await lane.failure { gate.wait() }
        #expect(first == .away("a call did not return within \(Duration.milliseconds(100))"))
        let begun = ContinuousClock.now
        let second = await lane.failure { ran.add(1, ordering: .relaxed) }
        #expect(second == .away("an earlier call has not returned yet"))
        #expect(begun.duration(to: .now) < .milliseconds(90))
        gate.signal()
        while await lane.failure({ ran.add(1, ordering: .relaxed) }) != nil {
            try await Task.sleep(for: .milliseconds(5))
        }
        #expect(ran.load(ordering: .relaxed) == 1)
    }
}

extension ObjectStore {
    /// Why a place is not made ready; nil where it is.
    func failureOfPreparing() async -> StorageFailure? {
        await outcome { () async throws(StorageFailure) in try await prepare() }
    }

    /// Why a piece is not stored; nil where it is.
    func failure(putting name: String, _ bytes: [UInt8]) async -> StorageFailure? {
        await outcome { () async throws(StorageFailure) in try await put(name, bytes) }
    }

    /// Why a piece is not read; nil where it is.
    func failure(getting name: String) async -> StorageFailure? {
        await outcome { () async throws(StorageFailure) in _ = try await get(name) }
    }

    /// Why pieces are not listed; nil where they are.
    func failure(listing prefix: String) async -> StorageFailure? {
        await outcome { () async throws(StorageFailure) in _ = try await list(prefix) }
    }

    /// Why a piece is not removed; nil where it is.
    func failure(removing name: String) async -> StorageFailure? {
        await outcome { () async throws(StorageFailure) in try await remove(name) }
    }
}

extension BlockingLane {
    /// Why work did not end; nil where it did.
    func failure(_ work: @escaping @Sendable () -> Void) async -> StorageFailure? {
        await outcome { () async throws(StorageFailure) in try await run { () throws(StorageFailure) in work() } }
    }
}

/// What a call throws.
private func outcome(_ call: () async throws(StorageFailure) -> Void) async -> StorageFailure? {
    do throws(StorageFailure) {
        try await call()
        return nil
    } catch {
        return error
    }
}
