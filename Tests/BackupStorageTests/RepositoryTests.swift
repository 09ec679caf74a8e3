import Testing

@testable import BackupStorage

@Suite("Sealed pieces in a store")
struct RepositoryTests {
    private static let text = Array(String(repeating: "order ", count: 100).utf8)

    @Test("a piece is put twice without an effect, sealed to other bytes or not; another one is refused")
    func twice() async throws {
        let folder = try TemporaryFolder()
        defer { withExtendedLifetime(folder) {} }
        let store = DirectoryStore(root: folder.path)
        try await store.prepare()
        for (prefix, keys) in [("plain", nil), ("encrypted", try SealingKeys.testing("01"))] {
            let repository = Repository(store: store, sealing: Sealing(keys: keys))
            let name = "\(prefix)/piece"
            let size = try await repository.put(name, Self.text)
            #expect(try await repository.put(name, Self.text) == size)
            #expect(try await repository.list("\(prefix)/") == [StoredObject(name: name, size: size)])
            await #expect(throws: StorageFailure.self) { try await repository.put(name, Self.text + [0]) }
            #expect(try await repository.get(name) == Self.text)
            try await repository.remove(name)
            #expect(try await repository.list("\(prefix)/") == [])
        }
    }

    @Test("a piece that was changed, or copied to another name, in the store does not come out, and stays where it is")
    func changed() async throws {
        let folder = try TemporaryFolder()
        defer { withExtendedLifetime(folder) {} }
        let store = DirectoryStore(root: folder.path)
        try await store.prepare()
        let repository = Repository(store: store, sealing: Sealing(keys: nil))
        try await repository.put("piece", Self.text)
        var stored = try await store.get("piece")
        try await store.put("copy", stored)
        stored[stored.count / 2] ^= 1
        try await store.put("changed", stored)
        for name in ["copy", "changed"] {
            let failure = await #expect(throws: StorageFailure.self) { try await repository.get(name) }
            guard case .damaged(name, _) = failure else {
                Issue.record("\(name): \(String(describing: failure))")
                continue
            }
        }
        let failure = await #expect(throws: StorageFailure.self) { try await repository.put("changed", Self.text) }
        guard case .taken = failure else {
            Issue.record("a damaged piece counts as stored: \(String(describing: failure))")
            return
        }
        #expect(try await store.get("changed") == stored)
    }
}
