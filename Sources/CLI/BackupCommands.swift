import ArgumentParser
import BackupStorage
import Backups
import Foundation
import Logging
import Server
import Trading

/// `tradewind backup now`.
struct BackupNowCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "now",
        abstract: "Archives everything up to now, and waits until every place has it.",
        discussion: """
            Beside `tradewind up` or `tradewind backup run` it waits for their archiver; otherwise it archives by itself. A shop that was \
            not archived before is copied as a whole.
            """
    )

    @OptionGroup var options: BackupOptions

    @Option(name: .long, help: "How many seconds to wait for the archiver.")
    var timeout = 60

    func run() async throws {
        FileModes.forOwnerOnly()
        let isDatabase = try await options.withDatabase { backups in
            let made = try await backups.now()
            print("made the backup \(made.label), \(made.bytes / 1_000_000) MB, in \(backups.place)")
        }
        guard !isDatabase else { return }
        try await options.withPlaces { settings, places in
            try ShopDirectory.require(settings)
            try settings.backupDirectory.make()
            let logger = options.logger(settings)
            if let lock = settings.backupDirectory.takeLock() {
                defer { close(lock) }
                try await places.prepareNew(settings.backupDirectory, logger: logger)
                try await Archiver(settings.archiver(places), logger: logger).runOnce()
            } else {
                try await wait(settings.backupDirectory, places: places.all.count)
            }
            guard let report = ArchiveReport.read(settings.backupDirectory) else {
                throw BackupFailure("the archiver left no report")
            }
            print("archived up to turn \(report.turn), in \(report.places.map(\.name).joined(separator: " and "))")
        }
    }

    private func wait(_ directory: BackupDirectory, places: Int) async throws {
        let now = Timestamp.now.milliseconds
        let end = ContinuousClock.now + .seconds(timeout)
        while true {
            let report = ArchiveReport.read(directory)
            if let report, report.places.count == places, report.places.allSatisfy({ $0.until ?? 0 >= now }) { return }
            guard .now < end else {
                let reasons = ([report?.failure] + (report?.places.map(\.failure) ?? [])).compactMap(\.self)
                throw BackupFailure(
                    "not archived within \(timeout) s: \(reasons.first ?? "the archiver does not answer")"
                )
            }
            try await Task.sleep(for: .milliseconds(100))
        }
    }
}

/// `tradewind backup list`.
struct BackupListCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "list",
        abstract: "Lists what a place holds: snapshots, and from when to when every moment can be restored."
    )

    @OptionGroup var options: BackupOptions

    @Option(name: .customLong("from"), help: "Another place than backup.place.")
    var place: String?

    @Flag(name: .long, help: "Prints the list as JSON.")
    var json = false

    func run() async throws {
        let isDatabase = try await options.withDatabase(refusing: place.map { _ in ["--from"] } ?? []) { backups in
            let list = DatabaseList(backups.place, try await backups.list())
            print(
                json ? String(decoding: try list.prettyJSON(), as: UTF8.self) : list.text,
                terminator: json ? "\n" : ""
            )
        }
        guard !isDatabase else { return }
        try await options.withPlaces(place) { _, places in
            for place in places.all {
                let list = ArchiveList(place.name, ArchiveCatalogue(try await place.store.list("")))
                print(
                    json ? String(decoding: try list.prettyJSON(), as: UTF8.self) : list.text,
                    terminator: json ? "\n" : ""
                )
            }
        }
    }
}

/// `tradewind backup verify`.
struct BackupVerifyCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "verify",
        abstract:
            "Looks at every piece of the archive, restores it into scratch, compares every table with the shop, and audits it.",
        discussion: """
            The exit code is 0 where everything was looked at and is sound, 1 where something is wrong, and 2 where a place or the ledger \
            cannot be read. Scratch is DATA/backup/scratch, and takes twice the size of the ledger.
            """
    )

    @OptionGroup var options: BackupOptions

    @Option(
        name: .customLong("from"),
        help:
            "Another place than those of the settings, such as one of a shop that is lost: it is not compared with a ledger."
    )
    var place: String?

    @Flag(name: .long, help: "Makes the compared copy of the ledger the next snapshot.")
    var publish = false

    @Flag(name: .long, help: "Removes what is not needed any more, where all is sound.")
    var prune = false

    @Flag(name: .long, help: "Prints the report as JSON.")
    var json = false

    func run() async throws {
        FileModes.forOwnerOnly()
        let refused = (place.map { _ in ["--from"] } ?? []) + (publish ? ["--publish"] : [])
        guard try await !options.withDatabase(refusing: refused, verify) else { return }
        try await options.withPlaces(place) { settings, places in
            if self.place == nil { try ShopDirectory.require(settings) }
            let progress = StageProgress()
            var isSound = true
            do {
                for (index, place) in places.all.enumerated() {
                    let verification = Verification(settings.archiver(places), place: place) { step in
                        progress.tell(step.stage, done: Int(step.done), total: Int(step.total))
                    }
                    let report =
                        self.place == nil
                        ? try await verification.run(publishes: publish && index == 0)
                        : try await verification.runAlone()
                    progress.end()
                    print(
                        json
                            ? String(decoding: try report.prettyJSON(), as: UTF8.self)
                            : report.text(isCompared: self.place == nil),
                        terminator: json ? "\n" : ""
                    )
                    isSound = isSound && report.findings.isEmpty
                }
            } catch {
                progress.end()
                _ = Failure.exit("nothing is known of the archive: \(Failure.words(error))")
                throw ExitCode(2)
            }
            guard isSound else { throw ExitCode.failure }
            if prune { try await BackupPruneCommand.prune(settings, places, dryRun: false, quiet: true) }
        }
    }
}

extension BackupVerifyCommand {
    /// Verifies the backups of a shop on PostgreSQL.
    private func verify(_ backups: DatabaseBackups) async throws {
        let report: VerificationReport
        do {
            report = try await backups.verify()
        } catch {
            _ = Failure.exit("nothing is known of the backups: \(Failure.words(error))")
            throw ExitCode(2)
        }
        print(
            json ? String(decoding: try report.prettyJSON(), as: UTF8.self) : report.text(isCompared: true),
            terminator: json ? "\n" : ""
        )
        guard report.findings.isEmpty else { throw ExitCode.failure }
        if prune { _ = try await backups.prune() }
    }
}

/// `tradewind backup prune`.
struct BackupPruneCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "prune",
        abstract: "Removes snapshots and turns that backup.keep-days and backup.keep-snapshots do not keep."
    )

    @OptionGroup var options: BackupOptions

    @Flag(name: .customLong("dry-run"), help: "Only says what would be removed.")
    var dryRun = false

    func run() async throws {
        let isDatabase = try await options.withDatabase(refusing: dryRun ? ["--dry-run"] : []) { backups in
            let report = VerificationReport.read(try await options.data.settings().backupDirectory)
            try Self.requireSound(report)
            let removed = try await backups.prune()
            print("\(backups.place): \(removed.count) backups were removed, as its settings say")
        }
        guard !isDatabase else { return }
        try await options.withPlaces { settings, places in
            try Self.requireSound(VerificationReport.read(settings.backupDirectory))
            try await Self.prune(settings, places, dryRun: dryRun, quiet: false)
        }
    }

    /// Refuses to remove anything where the last verification found something wrong.
    private static func requireSound(_ report: VerificationReport?) throws {
        guard report?.findings.isEmpty ?? true else {
            throw BackupFailure(
                "the last verification found something wrong, so nothing is removed: `tradewind backup verify`"
            )
        }
    }

    static func prune(_ settings: ServerSettings, _ places: BackupPlaces, dryRun: Bool, quiet: Bool) async throws {
        for place in places.all {
            let objects = try await place.store.list("")
            let names = settings.backupRetention.superfluous(in: ArchiveCatalogue(objects), objects, now: .now)
            if !dryRun { for name in names { try await place.store.remove(name) } }
            if !quiet {
                print(
                    "\(place.name): \(names.count) of \(objects.count) pieces \(dryRun ? "would be" : "were") removed"
                )
            }
        }
    }
}

/// `tradewind backup prepare`.
struct BackupPrepareCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "prepare",
        abstract: "Makes the places ready for their first use; done by itself for a place that the shop never used.",
        discussion: """
            A directory gets a file that says what it is. Without it a directory is taken for a mount that is missing, and not written to. \
            So this is for a place whose disk was replaced by an empty one.
            """
    )

    @OptionGroup var options: BackupOptions

    func run() async throws {
        let isDatabase = try await options.withDatabase { backups in
            try await backups.prepare()
            print("\(backups.place) is ready")
        }
        guard !isDatabase else { return }
        try await options.withPlaces { _, places in
            for place in places.all {
                try await place.store.prepare()
                print("\(place.name) is ready")
            }
        }
    }
}
