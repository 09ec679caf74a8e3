import ArgumentParser
import Foundation
import Logging
import Replicas
import Server

/// `tradewind restart`.
struct RestartCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restart",
        abstract: "Rolls the replicas of `tradewind up`, one by one, to another program or to changed settings.",
        discussion: """
            A new replica serves before an old one drains. The first one is watched for a while beside the old ones. One that does not \
            start, ends by itself or fails more requests than the old ones takes everything back to what was there before, which \
            the supervisor holds on to even where the files have been replaced.

            Exit codes: 0 every replica is new; 1 nothing was changed, or it was taken back.
            """
    )

    @Option(name: .long, help: ArgumentHelp("The data directory.", valueName: "dir"))
    var data: String

    @Option(name: .long, help: ArgumentHelp("The new program. (default: the path of the old one)", valueName: "path"))
    var binary: String?

    @Option(name: .long, help: ArgumentHelp("The new settings. (default: the path of the old ones)", valueName: "file"))
    var config: String?

    @Option(name: .long, help: ArgumentHelp("How long the first new replica is watched.", valueName: "seconds"))
    var watch = 20.0

    func validate() throws {
        guard (0.1...3600).contains(watch) else { throw ValidationError("--watch takes 0.1 to 3600 seconds") }
    }

    func run() async throws {
        try await checkSettings()
        var request = RestartRequest()
        // The supervisor may run in another folder.
        request.program = binary.map { URL(fileURLWithPath: $0).path }
        request.settings = config.map { URL(fileURLWithPath: $0).path }
        request.watchFor = .seconds(watch)
        let outcome: (isDone: Bool, words: String)
        do {
            outcome = try SupervisorClient(data: data).restart(request) { words in print(words) }
        } catch {
            try ShopDirectory.require(in: data)
            throw Failure.exit("\(error); `tradewind status --data \(data)` says whether a supervisor runs")
        }
        guard outcome.isDone else { throw Failure.exit(outcome.words) }
        print(outcome.words)
    }

    /// Refuses settings with which no replica could start, before one is started; relative paths are read from the supervisor's
    /// folder.
    ///
    /// A new program may know settings that this one does not, and then checks them itself.
    private func checkSettings() async throws {
        guard binary == nil else { return }
        let said = config.map { URL(fileURLWithPath: $0).path }
        guard let around = SupervisorClient(data: data).surroundings() else { return try await checkFile(said) }
        let file = said ?? around.values(of: "--config").last ?? around.environment["TRADEWIND_CONFIG"]
        let here = FileManager.default.currentDirectoryPath
        // Certificates and secrets may have paths relative to that folder.
        _ = FileManager.default.changeCurrentDirectoryPath(around.directory)
        defer { _ = FileManager.default.changeCurrentDirectoryPath(here) }
        do {
            let settings = try await ServerSettings(
                data: data,
                host: "",
                port: 0,
                overrides: try SettingArguments.parse(around.values(of: "--set")),
                file: file,
                environment: around.environment
            )
            try await ShopServer.check(settings, logger: Logger(label: "restart") { _ in SwiftLogNoOpLogHandler() })
        } catch {
            throw Failure.exit("\(Failure.words(error)); nothing was changed")
        }
    }

    /// Refuses a file that no program could read.
    private func checkFile(_ file: String?) async throws {
        guard let file else { return }
        do {
            _ = try await ServerSettings(data: data, host: "", port: 0, file: file, environment: [:])
        } catch {
            throw Failure.exit("\(Failure.words(error)); nothing was changed")
        }
    }
}
