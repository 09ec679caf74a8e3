import ArgumentParser
import Backups
import Foundation
import Logging
import Server
import ServiceLifecycle
import Trading

/// `tradewind backup run`.
struct BackupRunCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "run",
        abstract:
            "Archives a shop until it is interrupted, and verifies the archive regularly; `tradewind up` keeps it running.",
        discussion: """
            It reads the shop's ledger and the change journals that its servers write, and never holds up a server: what a place does \
            not take waits in DATA/backup, and is caught up with. One runs for each shop; a second one waits for the first to end.
            """
    )

    @OptionGroup var options: BackupOptions

    func run() async throws {
        FileModes.forOwnerOnly()
        try await options.withPlaces { settings, places in
            try ShopServer.makeDirectory(settings.data)
            let logger = options.logger(settings)
            let lock = try await takeLock(settings.backupDirectory)
            defer { close(lock) }
            while !settings.ledger.isThere { try await Task.sleep(for: .milliseconds(200)) }
            try await places.prepareNew(settings.backupDirectory, logger: logger)
            let archiver = try await Archiver(settings.archiver(places), logger: logger)
            let schedule = VerificationSchedule(settings, arguments: options.data.arguments, logger: logger)
            let group = ServiceGroup(
                services: [ArchiverService(archiver: archiver), schedule],
                gracefulShutdownSignals: [.sigterm, .sigint],
                logger: logger
            )
            try await group.run()
        }
    }

    private func takeLock(_ directory: BackupDirectory) async throws -> CInt {
        try directory.make()
        while true {
            if let lock = directory.takeLock() { return lock }
            try await Task.sleep(for: .milliseconds(500))
        }
    }
}

/// The archiver as a service of a process.
private struct ArchiverService: Service {
    let archiver: Archiver

    func run() async throws {
        await cancelWhenGracefulShutdown { await archiver.run() }
    }
}

/// Has the archive verified regularly, by a process of its own that gives way to everything else.
private struct VerificationSchedule: Service {
    private let directory: BackupDirectory
    private let interval: Duration
    private let arguments: [String]
    private let logger: Logger

    init(_ settings: ServerSettings, arguments: [String], logger: Logger) {
        directory = settings.backupDirectory
        interval = settings.backupVerifyInterval
        self.arguments = arguments
        self.logger = logger
    }

    /// Gives way to everything else on the machine: coreutils and util-linux, which every Debian has.
    private static let lowPriority = ["/usr/bin/nice", "-n", "19", "/usr/bin/ionice", "-c", "3"]
    /// How often it is looked whether a verification is due.
    private static let look = Duration.seconds(5)

    func run() async throws {
        await cancelWhenGracefulShutdown {
            // The archive has to be there first; a sleep throws only where it is cancelled.
            let begun = Timestamp.now
            while !Task.isCancelled {
                try? await Task.sleep(for: Self.look)
                let last =
                    VerificationReport.read(directory)?.at ?? begun.milliseconds - interval.wholeMilliseconds + 30_000
                guard Timestamp.now.milliseconds - last >= interval.wholeMilliseconds, !Task.isCancelled else {
                    continue
                }
                await verify()
            }
        }
    }

    private func verify() async {
        let process = Process()
        let program = URL(fileURLWithPath: "/proc/self/exe").resolvingSymlinksInPath().path
        process.executableURL = URL(fileURLWithPath: Self.lowPriority[0])
        process.arguments =
            Self.lowPriority.dropFirst() + [program, "backup", "verify", "--publish", "--prune"] + arguments
        process.standardOutput = FileHandle.nullDevice
        do {
            let code = try await withTaskCancellationHandler {
                try await withCheckedThrowingContinuation { (done: CheckedContinuation<Int32, any Error>) in
                    process.terminationHandler = { done.resume(returning: $0.terminationStatus) }
                    do { try process.run() } catch { done.resume(throwing: error) }
                }
            } onCancel: {
                if process.isRunning { process.terminate() }
            }
            if code == 0 {
                logger.notice("the archive is verified")
            } else {
                logger.error("the archive is not verified (exit \(code))")
            }
        } catch {
            logger.error("the archive cannot be verified: \(error)")
        }
    }
}
