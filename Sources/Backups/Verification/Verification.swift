// A verification is a restore: the archive is restored into scratch to the very turn at which the shop's ledger was copied beside it, and
// the two must hold the same rows; then the restored one must pass the engine's check of its structure, and the whole audit.

import Auditing
import BackupStorage
import Foundation
import Ledger
import LedgerEngines
import LedgerSQLite
import Logging
import Time

/// What a verification found.
package struct VerificationReport: Codable, Sendable {
    /// When it ended, in milliseconds since 1970.
    package var at: Int64
    /// The place that was verified.
    package var place: String
    /// What is wrong; empty where everything was looked at and is sound.
    package var findings: [String]
    /// Whether the shop's own ledger differs from what the archive restores to; then one of the two is damaged.
    package var differs: Bool
    /// The turn to which the archive was restored, and its time, in milliseconds since 1970.
    package var turn: Int64
    package var turnAt: Int64
    /// How long the restore took, in seconds: the recovery time.
    package var restoreSeconds: Double
    /// The size of the restored ledger, in bytes.
    package var restoredBytes: Int64
    /// How much would have been lost when it began: the age of the oldest turn that was in no place, in milliseconds.
    package var lossMilliseconds: Int64?
    /// The pieces that were looked at, and their size in bytes.
    package var pieces: Int
    package var archiveBytes: Int64
    /// When the newest snapshot was published by a verification, in milliseconds since 1970.
    package var snapshotAt: Int64?
    /// When the last verification that found nothing ended, in milliseconds since 1970.
    package var soundAt: Int64?

    /// Reads the last report of a shop; nil where there is none, or it cannot be read.
    package static func read(_ directory: BackupDirectory) -> VerificationReport? {
        guard let bytes = FileManager.default.contents(atPath: directory.verification) else { return nil }
        return try? JSONDecoder().decode(VerificationReport.self, from: bytes)
    }

    func write(_ directory: BackupDirectory) throws {
        try JSONEncoder().encode(self).write(to: URL(fileURLWithPath: directory.verification), options: .atomic)
    }
}

/// Verifies one place of a shop's archive.
package struct Verification: Sendable {
    private let settings: ArchiverSettings
    private let place: ArchivePlace
    private let progress: @Sendable (RestoreProgress) -> Void
    private let repository: Repository

    /// How long the archive may take to hold what the ledger held when it was copied.
    private static let patience = Duration.seconds(30)

    /// A verification of a place.
    package init(
        _ settings: ArchiverSettings,
        place: ArchivePlace,
        progress: @escaping @Sendable (RestoreProgress) -> Void = { _ in }
    ) {
        self.settings = settings
        self.place = place
        self.progress = progress
        repository = Repository(store: place.store, sealing: settings.sealing)
    }

    /// Verifies the archive of a running or closed shop against its ledger, and writes the report.
    ///
    /// - Parameter publishes: whether the copy of the ledger becomes the archive's next snapshot where nothing is wrong.
    /// - Throws: where the place, or the ledger, cannot be read: then nothing is known.
    package func run(publishes: Bool) async throws -> VerificationReport {
        let directory = settings.directory
        let began = Timestamp.now
        try settings.requireRoom(for: "a verification", halves: 4)
        let until = ArchiveReport.read(directory)?.places.first { $0.name == place.name }?.until
        let last = VerificationReport.read(directory)
        var report = try await withScratch { scratch in
            let copy = scratch + "/source.db"
            let position = try ChangeSource(path: settings.database).copy(to: copy)
            let catalogue = try await archived(position)
            var report = try await look(catalogue)
            report.lossMilliseconds = until.map { max(0, began.milliseconds - $0) }
            report.snapshotAt = last?.snapshotAt
            report.soundAt = last?.soundAt
            try await noting(&report) { report in
                let restored = try await restore(.turn(position.turn.number), catalogue, scratch, &report)
                guard restored.turn == position.turn else {
                    throw BackupFailure("turn \(position.turn.number) of the archive is not the ledger's")
                }
                progress(RestoreProgress(stage: "comparing", done: 0, total: 1))
                let differences = try Self.differences(copy, scratch + "/restored.db")
                report.differs = !differences.isEmpty
                // The archive's pieces are sound and lead to this turn, so it is the ledger that was changed by other hands.
                if report.findings.isEmpty, let first = differences.first {
                    try LedgerDamage(of: settings.database).record(DamageFinding(at: .now, by: .backup, first))
                }
                report.findings += differences + (try await audit(scratch + "/restored.db"))
                if publishes, report.findings.isEmpty {
                    try await publish(copy, at: position, catalogue)
                    report.snapshotAt = began.milliseconds
                }
            }
            return report
        }
        report.at = Timestamp.now.milliseconds
        if report.findings.isEmpty { report.soundAt = report.at }
        try report.write(directory)
        return report
    }

    /// Verifies an archive by itself, as one of a shop that is lost: there is no ledger to compare it with.
    ///
    /// - Throws: where the place cannot be read: then nothing is known.
    package func runAlone() async throws -> VerificationReport {
        var report = try await withScratch { scratch in
            let catalogue = ArchiveCatalogue(try await place.store.list(""))
            var report = try await look(catalogue)
            try await noting(&report) { report in
                _ = try await restore(.latest, catalogue, scratch, &report)
                report.findings += try await audit(scratch + "/restored.db")
            }
            return report
        }
        report.at = Timestamp.now.milliseconds
        return report
    }

    private func withScratch(_ body: (String) async throws -> VerificationReport) async throws -> VerificationReport {
        try settings.directory.make()
        try settings.directory.sweepScratch()
        let work = try settings.directory.beginWork()
        defer { close(work) }
        let scratch = try settings.directory.makeScratch("verify")
        defer { try? FileManager.default.removeItem(atPath: scratch) }
        return try await body(scratch)
    }

    /// Looks at every piece.
    private func look(_ catalogue: ArchiveCatalogue) async throws -> VerificationReport {
        VerificationReport(
            at: 0,
            place: place.name,
            findings: try await PieceCheck(repository, progress: progress).findings(catalogue),
            differs: false,
            turn: 0,
            turnAt: 0,
            restoreSeconds: 0,
            restoredBytes: 0,
            pieces: catalogue.pieces,
            archiveBytes: catalogue.bytes
        )
    }

    /// Runs `body`, and takes what says that the archive is not sound as something that was found.
    private func noting(
        _ report: inout VerificationReport,
        _ body: (inout VerificationReport) async throws -> Void
    ) async throws {
        do { try await body(&report) } catch let failure as StorageFailure {
            report.findings.append(try failure.finding)
        } catch let failure as BackupFailure { report.findings.append(failure.description) } catch let failure
            as LedgerFailure where failure.code == .corrupt
        { report.findings.append("what the archive restores to is damaged: \(failure.detail)") }
    }

    /// Waits until the place holds the turn at which the ledger was copied.
    private func archived(_ position: LedgerPosition) async throws -> ArchiveCatalogue {
        let end = ContinuousClock.now + Self.patience
        while true {
            let catalogue = ArchiveCatalogue(try await place.store.list(""))
            let reaches = catalogue.histories.contains { _, history in
                guard let snapshot = history.snapshots.last(where: { $0.turn <= position.turn.number }) else {
                    return false
                }
                return (history.path(after: snapshot.turn).last?.turns.upperBound ?? snapshot.turn)
                    >= position.turn.number
            }
            if reaches || .now >= end { return catalogue }
            try await Task.sleep(for: .milliseconds(250))
        }
    }

    private func restore(
        _ target: RestoreTarget,
        _ catalogue: ArchiveCatalogue,
        _ scratch: String,
        _ report: inout VerificationReport
    ) async throws -> RestoreOutcome {
        let plan = try RestorePlan(target, in: catalogue)
        let outcome = try await Restore(repository, plan, progress: progress).run(into: scratch + "/restored.db")
        report.restoreSeconds = outcome.seconds
        report.restoredBytes = outcome.bytes
        report.turn = outcome.turn.number
        report.turnAt = outcome.turn.at.milliseconds
        return outcome
    }

    /// The tables in which two ledgers differ.
    private static func differences(_ source: String, _ restored: String) throws -> [String] {
        let (left, right) = (try TableDigest.all(path: source), try TableDigest.all(path: restored))
        let names = Set(left.map(\.table)).union(right.map(\.table)).sorted()
        return names.compactMap { name in
            let (of, from) = (left.first { $0.table == name }, right.first { $0.table == name })
            guard of != from else { return nil }
            return
                "\(name): the ledger has \(of?.rows ?? 0) rows, the archive restores \(from?.rows ?? 0), and they differ"
        }
    }

    private func audit(_ file: String) async throws -> [String] {
        // Opens the ledger, which migrates one of an earlier build, as a server would do it.
        try await ArchivedFiles(repository: repository).copy(listedBy: file)
        var options = AuditOptions(database: file)
        options.structure = .full
        let report = try await Audit.run(options)
        guard report.exitCode != 0 else { return [] }
        return report.violations.prefix(20).map {
            "audit: \($0.table) \($0.key): expected \($0.expected), found \($0.found)"
        } + ["the audit of the restored ledger is not clean"]
    }

    private func publish(_ copy: String, at position: LedgerPosition, _ catalogue: ArchiveCatalogue) async throws {
        guard !LedgerDamage(of: settings.database).isMarked,
            let state = try ArchiverState.read(settings.directory.state), let history = HistoryName(state.history),
            catalogue.histories[history]?.snapshots.contains(where: { $0.turn == position.turn.number }) != true
        else { return }
        let outbox = DirectoryStore(root: settings.directory.outbox)
        let writer = SnapshotWriter(store: outbox, sealing: settings.sealing, shop: settings.shop)
        _ = try await writer.put(copy, at: position, in: history)
    }
}
