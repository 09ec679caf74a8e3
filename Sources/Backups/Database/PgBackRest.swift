// pgBackRest copies the files of the database's server and keeps its log; what it does is its own. It runs as the user that may read the server's files.
// What it warns of goes to standard error as it comes.

import Foundation
import Time
import Trading

/// A backup of a database's server.
package struct DatabaseBackup: Codable, Hashable, Sendable {
    /// Its name, such as `20261201-011612F`.
    package let label: String
    /// `full`, `diff` or `incr`.
    package let type: String
    /// When it began and ended, in seconds since 1970.
    package let from: Int64
    package let to: Int64
    /// The size of what it restores, in bytes.
    package let bytes: Int64
    /// Whether pages with wrong checksums were found in it.
    package let hasErrors: Bool
}

/// The program pgBackRest, for one database server (a stanza, in its words).
package struct PgBackRest: Sendable {
    /// The name of its stanza.
    package let stanza: String
    private let config: String

    /// - Parameter config: its settings file; empty for its own default.
    package init(stanza: String, config: String) {
        self.stanza = stanza
        self.config = config
    }

    /// The backups that can be restored, the oldest first.
    func backups() async throws -> [DatabaseBackup] {
        let text = try await run(["info", "--output=json"])
        guard let stanzas = try? JSONDecoder().decode([Stanza].self, from: Data(text.utf8)) else {
            throw BackupFailure("what pgbackrest says of its backups cannot be read")
        }
        guard let stanza = stanzas.first(where: { $0.name == stanza }), stanza.status.code != 1 else {
            throw BackupFailure("pgbackrest has no stanza \(stanza): `tradewind backup prepare` makes it")
        }
        return stanza.backup.map {
            DatabaseBackup(
                label: $0.label,
                type: $0.type,
                from: $0.timestamp.start,
                to: $0.timestamp.stop,
                bytes: $0.info.size,
                hasErrors: $0.error ?? false
            )
        }
    }

    private struct Stanza: Decodable {
        struct Status: Decodable { let code: Int }
        struct Times: Decodable { let start, stop: Int64 }
        struct Size: Decodable { let size: Int64 }
        struct Backup: Decodable {
            let label, type: String
            let timestamp: Times
            let info: Size
            let error: Bool?
        }

        let name: String
        let status: Status
        let backup: [Backup]
    }

    /// What is wrong with the files of the backups, in pgBackRest's words; nil where all are as they were written.
    func findings() async throws -> String? {
        let text = try await run(["verify", "--output=text", "--verbose"])
        let lines = text.split(separator: "\n").map { $0.trimmingCharacters(in: .whitespaces) }
        guard !lines.contains("status: ok") else { return nil }
        return "pgbackrest verify: " + (lines.isEmpty ? "it said nothing" : lines.joined(separator: "; "))
    }

    /// Runs a command of pgBackRest's, and returns what it prints.
    ///
    /// - Throws: ``BackupFailure`` where it did not succeed.
    @discardableResult
    func run(_ words: [String]) async throws -> String {
        let process = Process()
        process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
        process.arguments =
            ["pgbackrest", "--stanza=\(stanza)", "--log-level-console=off", "--log-level-stderr=warn"]
            + (config.isEmpty ? [] : ["--config=\(config)"]) + words
        process.standardInput = FileHandle.nullDevice
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let text = await Blocking.run {
            let bytes = output.fileHandleForReading.readDataToEndOfFile()
            process.waitUntilExit()
            return String(decoding: bytes, as: UTF8.self)
        }
        guard process.terminationReason == .exit, process.terminationStatus == 0 else {
            let why =
                process.terminationStatus == 127
                ? "the program was not found" : "exit code \(process.terminationStatus)"
            throw BackupFailure("pgbackrest \(words.first ?? "") failed: \(why)")
        }
        return text
    }
}

/// Work that blocks, on a thread of its own.
enum Blocking {
    static func run<Value: Sendable>(_ body: @escaping @Sendable () -> Value) async -> Value {
        await withCheckedContinuation { continuation in
            Thread.detachNewThread { continuation.resume(returning: body()) }
        }
    }

    static func run<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
        let result = await run { Result { try body() } }
        return try result.get()
    }
}
