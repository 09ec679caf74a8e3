import API
import ArgumentParser
import Foundation
import Ledger
import Trading

/// The key of a shop's own prober, in `run/probe.key` of the data directory, readable by its owner alone.
enum ProbeKey {
    private static let scopes = [Scope.operatorWrite, .catalogueWrite, .stockWrite, .ordersWrite].map(\.rawValue)

    private static func path(_ data: String) -> String { data + "/run/probe.key" }

    /// The key; a new one is created where there is none, or it was revoked.
    ///
    /// A new key is valid at once: a server that does not know it looks it up. Cost: one command in the ledger for a new key.
    static func find(_ data: String) async throws -> String {
        let kept = FileManager.default.contents(atPath: path(data)).map { String(decoding: $0, as: UTF8.self) } ?? ""
        var key = kept
        try await withLedger(DataOptions.parse(["--data", data])) { engine, committer in
            if try await isGood(kept, engine) { return }
            var random = SystemRandomNumberGenerator()
            let id = ID<APIKey>(at: .now, random: (random.next(), random.next()))
            let made = KeyText.make(id: id)
            // Stored before it is valid: a valid key must not be lost.
            try keep(made.text, data)
            _ = try await committer.submit(CreateKey(id: id, digest: made.digest, name: "prober", scopes: scopes))
            key = made.text
        }
        return key
    }

    private static func isGood(_ key: String, _ engine: any LedgerEngine) async throws -> Bool {
        guard let id = KeyText.id(of: key) else { return false }
        let rows = try await engine.read { (view) throws(LedgerFailure) in
            try view.rows(RowQuery<APIKeyRow>(limit: 100_000))
        }
        return rows.contains { $0.key == id && $0.revokedAt == nil }
    }

    private static func keep(_ key: String, _ data: String) throws {
        let attributes: [FileAttributeKey: Any] = [.posixPermissions: 0o600]
        guard FileManager.default.createFile(atPath: path(data), contents: Data(key.utf8), attributes: attributes)
        else { throw Failure.exit("cannot write \(path(data))") }
    }
}
