import Auditing
import Foundation
import Ledger
import LedgerEngines
import LedgerPostgres
import Time
import Trading

/// The backups of a shop whose ledger is in PostgreSQL, made by pgBackRest.
package struct DatabaseBackups: Sendable {
    private let ledger: PostgresSettings
    private let tool: PgBackRest
    private let directory: BackupDirectory

    /// - Parameter directory: where the report of a verification goes, and the scratch for it.
    package init(of ledger: PostgresSettings, by tool: PgBackRest, _ directory: BackupDirectory) {
        self.ledger = ledger
        self.tool = tool
        self.directory = directory
    }

    /// The name of the place, for people.
    package var place: String { "pgBackRest's stanza \(tool.stanza)" }

    /// The backups, the oldest first.
    package func list() async throws -> [DatabaseBackup] { try await tool.backups() }

    /// Makes the stanza ready.
    package func prepare() async throws { try await tool.run(["stanza-create"]) }

    /// Backs the server up, up to now: fully the first time, later what has changed since the last full one.
    ///
    /// - Returns: the new backup.
    package func now() async throws -> DatabaseBackup {
        let isFirst = try await tool.backups().isEmpty
        try await tool.run(["backup", "--type=\(isFirst ? "full" : "diff")"])
        guard let last = try await tool.backups().last else { throw BackupFailure("pgbackrest has no backup") }
        return last
    }

    /// Removes what pgBackRest's settings do not keep.
    ///
    /// - Returns: the backups that it removed.
    package func prune() async throws -> [DatabaseBackup] {
        let before = try await tool.backups()
        try await tool.run(["expire"])
        let after = Set(try await tool.backups().map(\.label))
        return before.filter { !after.contains($0.label) }
    }

    // MARK: Verification

    /// Restores into scratch to a moment of the shop, compares every table with the shop's at that moment, and audits it.
    ///
    /// - Throws: where the shop's database, or the backups, cannot be read: then nothing is known.
    package func verify() async throws -> VerificationReport {
        let last = VerificationReport.read(directory)
        try directory.make()
        try directory.sweepScratch()
        let work = try directory.beginWork()
        defer { close(work) }
        let scratch = try directory.makeScratch("verify")
        defer { try? FileManager.default.removeItem(atPath: scratch) }
        let backups = try await tool.backups()
        guard let newest = backups.last else { throw BackupFailure("there is no backup yet: `tradewind backup now`") }
        let moment = try await Blocking.run { [ledger] in try PostgresMoment(ledger) }
        var report = VerificationReport(
            at: 0,
            place: place,
            findings: backups.filter(\.hasErrors).map { "the backup \($0.label) has pages with wrong checksums" },
            differs: false,
            turn: moment.turn?.number ?? 0,
            turnAt: moment.turn?.at.milliseconds ?? 0,
            restoreSeconds: 0,
            restoredBytes: 0,
            lossMilliseconds: moment.archiveAge,
            pieces: backups.count,
            archiveBytes: backups.map(\.bytes).reduce(0, +),
            snapshotAt: newest.to * 1000,
            soundAt: last?.soundAt
        )
        do {
            // Has the log archived up to now.
            try await tool.run(["check"])
            if let finding = try await tool.findings() { report.findings.append(finding) }
            try await compare(moment, scratch, &report)
        } catch let failure as BackupFailure {
            report.findings.append(failure.description)
        }
        report.at = Timestamp.now.milliseconds
        if report.findings.isEmpty { report.soundAt = report.at }
        try report.write(directory)
        return report
    }

    private func compare(_ moment: PostgresMoment, _ scratch: String, _ report: inout VerificationReport) async throws {
        let begun = ContinuousClock.now
        let server = try await restored(
            to: ["--type=lsn", "--target=\(moment.position)", "--target-exclusive"],
            scratch + "/database"
        )
        let audit: AuditReport
        do {
            report.restoreSeconds = begun.duration(to: .now) / .seconds(1)
            let (found, size) = try await Blocking.run { [settings = server.settings] in
                (try PostgresMoment(settings), try PostgresExtent(settings).bytes)
            }
            report.restoredBytes = size
            let differences = moment.differences(from: found)
            report.differs = !differences.isEmpty
            report.findings += differences
            var options = AuditOptions(.server(server.settings, localPath: server.scratch + "/tradewind.db"))
            options.structure = .full
            audit = try await Audit.run(options)
        } catch {
            await server.stop()
            throw error
        }
        await server.stop()
        guard audit.exitCode != 0 else { return }
        report.findings += audit.violations.prefix(20).map {
            "audit: \($0.table) \($0.key): expected \($0.expected), found \($0.found)"
        }
        report.findings.append("the audit of the restored database is not clean")
    }

    /// Restores a directory, and starts a server over it that has recovered to the target.
    private func restored(to target: [String], _ path: String, set: String? = nil) async throws -> RestoredServer {
        try await tool.run(
            ["restore", "--pg1-path=\(path)"] + (set.map { ["--set=\($0)"] } ?? [])
                + (target.first == "--type=default" ? target : target + ["--target-action=promote"])
        )
        let server = try RestoredServer(path, of: ledger)
        do {
            try await server.isReady()
        } catch {
            await server.stop()
            throw error
        }
        return server
    }

    // MARK: Restore

    /// How a moment is reached.
    private struct Way {
        let words: [String]
        /// The last backup before the moment; nil for the last one of all.
        var set: String?
        /// The time of the turn to which it leads, where that is known.
        var turnAt: Timestamp?
    }

    /// Restores the database's server to a moment of the shop, into a new directory, and marks the shop as restored.
    ///
    /// The directory is left as a server leaves it that was stopped; a server with the shop's own settings is to be started over it.
    ///
    /// - Throws: where there is no way to the moment, or it was not reached; then the directory is left as it is, and not marked.
    package func restore(to target: RestoreTarget, into path: String) async throws -> DatabaseRestore {
        let begun = ContinuousClock.now
        try Self.requireEmpty(path)
        let way = try await way(to: target)
        let lost = await extent(ledger)
        let server = try await restored(to: way.words, path, set: way.set)
        do {
            let reached = try await Blocking.run { [settings = server.settings] in try PostgresExtent(settings) }
            try Self.require(target, way, reached)
            let location = LedgerLocation.server(server.settings, localPath: server.scratch + "/tradewind.db")
            let mark = try await location.withCommitter { _, committer in
                let command = MarkRestored(
                    ID<Restoration>(at: .now, random: (.random(in: .min ... .max), .random(in: .min ... .max))),
                    to: reached.at,
                    lost: Restoration.Loss(
                        lastEvent: lost.flatMap { $0.event > reached.event ? $0.event : nil },
                        orders: lost.map { max(0, $0.orders - reached.orders) }
                    ),
                    lostEpoch: lost?.epoch ?? 0
                )
                return try await committer.submit(command).outcome
            }
            await server.stop()
            return DatabaseRestore(
                reached: reached,
                lost: lost,
                mark: mark,
                seconds: begun.duration(to: .now) / .seconds(1)
            )
        } catch {
            await server.stop()
            throw error
        }
    }

    private static func requireEmpty(_ path: String) throws(BackupFailure) {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
        guard names.isEmpty else { throw BackupFailure("\(path) is not empty, and nothing is overwritten") }
    }

    /// The shop's database as it is now; nil where it cannot be asked, as where it is lost.
    private func extent(_ settings: PostgresSettings) async -> PostgresExtent? {
        await Blocking.run {
            do throws(LedgerFailure) {
                return try PostgresExtent(settings)
            } catch {
                return nil
            }
        }
    }

    private func way(to target: RestoreTarget) async throws -> Way {
        switch target {
        case .latest: return Way(words: ["--type=default"])
        case .time(let time):
            // PostgreSQL reads no Z.
            let text = "\(time)".replacing("Z", with: "+00").replacing("T", with: " ")
            return Way(words: ["--type=time", "--target=\(text)"], set: try await backup(before: time))
        case .event(let number):
            let found = try await Blocking.run { [ledger] in try PostgresExtent.transaction(of: number, ledger) }
            guard let found else { throw BackupFailure("the shop's database has no event \(number)") }
            return Way(
                words: ["--type=xid", "--target=\(found.id)"],
                set: try await backup(before: found.at),
                turnAt: found.at
            )
        case .turn: throw BackupFailure("a database is restored to a time, an event, or the latest moment")
        }
    }

    /// The last backup that ended before a moment, with a second to spare, since pgBackRest says times in seconds.
    private func backup(before time: Timestamp) async throws -> String {
        let all = try await tool.backups()
        guard let last = all.last(where: { ($0.to + 1) * 1000 < time.milliseconds }) else {
            throw BackupFailure(
                "no backup ended before \(time); the first one ended at \(all.first.map { "\(Timestamp(seconds: $0.to))" } ?? "-")"
            )
        }
        return last.label
    }

    /// Refuses a recovery that did not lead to the moment.
    ///
    /// One to an event does not where the event's row was copied into the database later, as by `tradewind migrate`.
    private static func require(_ target: RestoreTarget, _ way: Way, _ reached: PostgresExtent) throws(BackupFailure) {
        let isReached =
            switch target {
            case .latest, .turn: true
            case .time(let time): reached.at <= time
            case .event(let number): reached.event >= number && reached.at == way.turnAt
            }
        guard isReached else {
            throw BackupFailure(
                "the recovery ended at turn \(reached.turn) of \(reached.at), event \(reached.event), not at \(target)"
            )
        }
    }
}

/// What came of a restore of a database.
package struct DatabaseRestore: Sendable {
    /// What was reached.
    package let reached: PostgresExtent
    /// The shop's database as it was when the restore began; nil where it could not be asked.
    package let lost: PostgresExtent?
    /// The mark of the restored shop.
    package let mark: Restoration
    /// How long it took.
    package let seconds: Double
}
