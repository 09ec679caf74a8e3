import ArgumentParser
import Foundation
import Ledger
import Logging
import Secrets
import Server

/// The server's address and the key of a client command.
struct ClientOptions: ParsableArguments {
    @Option(name: .long, help: "The server. [env: TRADEWIND_URL] (default: http://127.0.0.1:8080)")
    var url: String?

    @Option(
        name: .long,
        help:
            "An API key, or @FILE with one; a key on a command line is seen by everyone on the machine. [env: TRADEWIND_KEY]"
    )
    var key: String?

    var resolvedURL: String {
        url ?? ProcessInfo.processInfo.environment["TRADEWIND_URL"] ?? "http://127.0.0.1:8080"
    }

    /// The key to send; nil for none.
    func resolvedKey() throws -> String? {
        guard let said = key ?? ProcessInfo.processInfo.environment["TRADEWIND_KEY"] else { return nil }
        return try SecretArgument.read(said, of: "--key").reveal()
    }

    /// The key, for commands that need one.
    func requiredKey() throws -> String {
        guard let key = try resolvedKey(), !key.isEmpty else {
            throw ValidationError(
                "a key is needed: --key KEY or TRADEWIND_KEY; make one with `tradewind keys create --data DIR --scope admin`"
            )
        }
        return key
    }
}

/// A secret given to a command: as text in the environment, or as `@FILE`.
enum SecretArgument {
    /// - Parameter name: the option's name, for error messages.
    static func read(_ said: String, of name: String) throws -> Secret<String> {
        do throws(SettingError) {
            return try SecretText.read(said)
        } catch {
            throw ValidationError("\(name): \(error.description)")
        }
    }
}

/// Where a shop's data is.
struct DataOptions: ParsableArguments {
    @Option(name: .long, help: ArgumentHelp("The data directory.", valueName: "dir"))
    var data: String

    @Option(name: .long, help: ArgumentHelp("A JSON file with settings. [env: TRADEWIND_CONFIG]", valueName: "file"))
    var config: String?

    @Option(
        name: .customLong("set"),
        help: ArgumentHelp("A setting, as in ledger.max-batch=256; may be repeated.", valueName: "key=value")
    )
    var overrides: [String] = []

    func settings(host: String = "127.0.0.1", port: Int = 8080) async throws -> ServerSettings {
        try await ServerSettings(
            data: data,
            host: host,
            port: port,
            overrides: try SettingArguments.parse(overrides),
            file: file
        )
    }

    /// The same options, for a process that works beside this one.
    var arguments: [String] {
        ["--data", data] + (config.map { ["--config", $0] } ?? []) + overrides.flatMap { ["--set", $0] }
    }

    /// The settings file, if there is one.
    var file: String? { config ?? ProcessInfo.processInfo.environment["TRADEWIND_CONFIG"] }
}

/// The shop that settings name.
enum ShopDirectory {
    /// Ends a command that needs a shop on this machine, if there is none; a supervisor exists before its first replica has made the shop.
    static func require(in data: String) throws {
        guard ["/run", "/tradewind.db"].contains(where: { FileManager.default.fileExists(atPath: data + $0) }) else {
            throw Failure.exit("there is no shop in \(data)")
        }
    }

    /// Ends a command that needs a shop, if there is none.
    static func require(_ settings: ServerSettings) throws {
        guard settings.ledger.isThere else { throw Failure.exit("there is no shop in \(settings.data)") }
    }
}

/// Settings given as `key=value`.
enum SettingArguments {
    static func parse(_ arguments: [String]) throws -> [String: String] {
        var values: [String: String] = [:]
        for argument in arguments {
            let parts = argument.split(separator: "=", maxSplits: 1)
            guard parts.count == 2 else {
                throw ValidationError("--set takes key=value, as in ledger.max-batch=256, not \(argument)")
            }
            values[String(parts[0])] = String(parts[1])
        }
        return values
    }
}

/// Ends a command with a message for its user.
enum Failure {
    static func exit(_ message: String) -> ExitCode {
        Terminal.tell("tradewind: \(message)\n")
        return .failure
    }

    /// Another process listens on the port.
    static func portTaken(_ port: Int) -> ExitCode {
        exit("port \(port) is taken: stop what listens there, or choose another with --port")
    }

    /// The error in words for an operator, with the internal details of a failure.
    static func words(_ error: any Error) -> String {
        switch error {
        case let failure as LedgerFailure where failure.code == .corrupt:
            """
            \(failure): \(failure.detail)
            Nothing was changed. `tradewind restore` puts the last good state of a backup in its place; `tradewind check --data DIR --full` \
            and `tradewind audit --data DIR` tell what of it can still be read.
            """
        case let failure as LedgerFailure:
            failure.detail.isEmpty ? failure.description : "\(failure): \(failure.detail)"
        default: "\(error)"
        }
    }
}
