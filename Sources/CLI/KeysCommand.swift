import API
import ArgumentParser
import Availability
import Foundation
import JSON
import Ledger
import LedgerEngines
import PlainText
import Server
import Trading

/// `tradewind keys`.
struct KeysCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "keys",
        abstract: "Makes, lists and revokes API keys; also beside a running server.",
        subcommands: [Create.self, List.self, Revoke.self]
    )

    /// `tradewind keys create`.
    struct Create: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "create",
            abstract: "Makes a key and prints it; it is kept only as a digest and cannot be shown again."
        )

        @OptionGroup var data: DataOptions

        @Option(
            name: .long,
            help:
                "What the key may do; may be repeated. One of \(Scope.allCases.map(\.rawValue).joined(separator: ", "))."
        )
        var scope: [String]

        @Option(name: .long, help: "What the shop calls the key.")
        var name = "unnamed"

        @Flag(name: .long, help: "Prints a JSON object with id, key and scopes.")
        var json = false

        func validate() throws {
            guard (1...200).contains(name.unicodeScalars.count), TextRule.line.offender(in: name) == nil else {
                throw ValidationError("--name takes 1 to 200 characters of one line, no control characters")
            }
            guard !scope.isEmpty else { throw ValidationError("name at least one --scope") }
            for text in scope where Scope(rawValue: text) == nil {
                let known = Scope.allCases.map(\.rawValue).joined(separator: ", ")
                throw ValidationError("there is no scope \(text); there are \(known)")
            }
        }

        func run() async throws {
            var random = SystemRandomNumberGenerator()
            let id = ID<APIKey>(at: .now, random: (random.next(), random.next()))
            let (text, digest) = KeyText.make(id: id)
            try await withLedger(data, makingIt: true) { _, committer in
                _ = try await committer.submit(CreateKey(id: id, digest: digest, name: name.normalForm, scopes: scope))
            }
            guard json else {
                print(text)
                return
            }
            var writer = JSONWriter()
            writer.object { writer in
                writer.member("id", id.description)
                writer.member("key", text)
                writer.key("scopes")
                writer.array { writer in for item in scope { writer.string(item) } }
            }
            print(String(decoding: writer.bytes, as: UTF8.self))
        }
    }

    /// `tradewind keys list`.
    struct List: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "list",
            abstract: "Lists all keys, revoked ones too."
        )

        @OptionGroup var data: DataOptions

        @Flag(name: .long, help: "Prints one JSON object a line.")
        var json = false

        func run() async throws {
            try await withLedger(data) { engine, _ in
                let rows = try await engine.read { (view) throws(LedgerFailure) in
                    try view.rows(RowQuery<APIKeyRow>(limit: 100_000))
                }
                for row in rows {
                    if json {
                        print(String(decoding: row.document, as: UTF8.self))
                    } else {
                        let state = row.revokedAt.map { "revoked \($0)" } ?? "good since \(row.createdAt)"
                        print(
                            TextList.entry(
                                "\(row.key)  \(state)",
                                "\(row.name.forTerminal): \(row.scopes.joined(separator: " "))"
                            )
                        )
                    }
                }
            }
        }
    }

    /// `tradewind keys revoke`.
    struct Revoke: AsyncParsableCommand {
        static let configuration = CommandConfiguration(
            commandName: "revoke",
            abstract: "Revokes a key for good; a running server hears of it within a moment."
        )

        @OptionGroup var data: DataOptions

        @Argument(help: "The key's id, as in key_0199…; or the key itself.")
        var key: String

        func run() async throws {
            let parts = key.split(separator: "_")
            guard parts.count >= 2, let id = ID<APIKey>("key_\(parts[1])") else {
                throw ValidationError("not the id of a key: key_ and 32 hex digits")
            }
            try await withLedger(data) { _, committer in
                do {
                    let row = try await committer.submit(RevokeKey(id)).outcome
                    print("\(row.key) is revoked")
                } catch CommitError<EditRefusal>.refused {
                    throw Failure.exit("there is no key \(id)")
                }
            }
        }
    }
}

/// Opens a shop's ledger, runs `body`, and closes the ledger.
///
/// - Parameter makesIt: whether to create a missing shop; otherwise the command ends with a message.
func withLedger(
    _ data: DataOptions,
    makingIt makesIt: Bool = false,
    _ body: (any LedgerEngine, Committer) async throws -> Void
) async throws {
    FileModes.forOwnerOnly()
    do {
        let settings = try await data.settings()
        if !makesIt { try ShopDirectory.require(settings) }
        let isNew = !settings.ledger.isThere
        try FileManager.default.createDirectory(
            atPath: settings.data,
            withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700]
        )
        try await settings.ledger.withCommitter { engine, committer in
            if isNew { Terminal.tell("tradewind: there was no shop in \(settings.data); a new one is there now\n") }
            try await body(engine, committer)
        }
    } catch let error as ExitCode {
        throw error
    } catch let error as ValidationError {
        throw error
    } catch {
        throw Failure.exit(Failure.words(error))
    }
}
