import ArgumentParser
import Auditing
import Foundation
import Ledger
import LedgerEngines
import Server
import Trading

/// `tradewind migrate`.
struct MigrateCommand: AsyncParsableCommand {
    /// Where a shop can be kept.
    enum Place: String, ExpressibleByArgument, CaseIterable {
        /// A database of a PostgreSQL server.
        case postgres
        /// A file in the data directory.
        case file
    }

    static let configuration = CommandConfiguration(
        commandName: "migrate",
        abstract: "Moves a shop from its file into a PostgreSQL database, or back, while it is open.",
        discussion: """
            The file is the one in the data directory, and the database the one that postgres.url names; the address is a secret: give it as \
            TRADEWIND_POSTGRES_URL, or as --set postgres.url=@FILE. The target must be empty.

                tradewind migrate --data DIR --to postgres     # from the file into the database
                tradewind migrate --data NEW-DIR --to file     # from the database into a new directory

            Everything is copied table by table, and what changes meanwhile is copied again, while the shop takes orders. For the last \
            step writes are refused, browsing goes on: what is left is copied, and all tables of both sides are compared. Only if they are \
            equal the shop is in the new place, and the old one refuses writes for good, by whichever server; it is audited there, \
            and the command says for how many seconds writes were refused. End its servers then, and start them with the new setting.

            A command that was interrupted, however, is given again, and goes on. Until the end nothing has happened to the shop. \
            --take-back makes the old place the shop's again, as long as nothing was written in the new one.

            Exit codes: 0 done, and the audit found nothing; 1 otherwise.
            """
    )

    @OptionGroup var data: DataOptions

    @Option(name: .long, help: "Where the shop goes: postgres or file.")
    var to: Place

    @Flag(name: .customLong("take-back"), help: "Undoes such a move, as long as nothing was written in the new place.")
    var takeBack = false

    @Flag(
        name: .customLong("accept-loss"),
        help: "With --take-back: without looking at the new place, which is lost with all that was written there."
    )
    var acceptLoss = false

    func validate() throws {
        guard takeBack || !acceptLoss else { throw ValidationError("--accept-loss goes with --take-back") }
    }

    func run() async throws {
        FileModes.forOwnerOnly()
        do {
            let settings = try await data.settings()
            guard let server = settings.ledgerOnServer else {
                throw Failure.exit(
                    "the database is not named: set TRADEWIND_POSTGRES_URL, or give --set postgres.url=@FILE"
                )
            }
            let (old, new) = to == .postgres ? (settings.ledgerInFile, server) : (server, settings.ledgerInFile)
            if takeBack {
                try await takeBack(to: old, from: new)
            } else {
                if to == .file { try makeDirectory(settings.data) }
                try await move(from: old, to: new)
            }
        } catch let error as ExitCode {
            throw error
        } catch {
            throw Failure.exit(Failure.words(error))
        }
    }

    private func makeDirectory(_ path: String) throws {
        try FileManager.default.createDirectory(
            atPath: path,
            withIntermediateDirectories: true,
            attributes: [.posixPermissions: 0o700]
        )
    }

    private func takeBack(to old: LedgerLocation, from new: LedgerLocation) async throws {
        let place = acceptLoss ? nil : new
        let departure = try await OwnThread.run { try LedgerMove.takeBack(old, leaving: place) }
        print("The shop is kept here again; before, \(departure).")
    }

    private func move(from old: LedgerLocation, to new: LedgerLocation) async throws {
        let progress = StageProgress()
        let begun = ContinuousClock.now
        let report = try await OwnThread.run {
            let move = try LedgerMove(from: old, to: new) { step in
                let stage = step.round.map { "round \($0), \(step.table):" } ?? "ending: \(step.table)"
                progress.tell(stage, done: step.rows, total: nil)
            }
            return try move.run()
        }
        progress.end()
        tell(report, took: begun.duration(to: .now))
        try await audit(new, progress)
    }

    private func tell(_ report: LedgerMove.Report, took: Duration) {
        guard !report.wasDone else {
            print("An earlier run had moved the shop: it is kept in \(report.place) now.")
            return
        }
        for digest in report.digests where digest.rows > 0 {
            print("\(digest.table): \(digest.rows) rows, digest \(digest.text)")
        }
        print(
            """
            All \(report.digests.count) tables are equal on both sides. \(report.written) rows were written in \
            \(report.rounds) rounds and \(Self.seconds(took)) s; writes were refused for \(Self.seconds(report.closed)) s.
            The shop is kept in \(report.place) now. Its old place takes no changes any more: end the servers, and start them with the new setting.
            """
        )
    }

    private func audit(_ place: LedgerLocation, _ progress: StageProgress) async throws {
        do {
            let report = try await Audit.run(AuditOptions(place)) { step in
                progress.tell("audit of \(step.stage)", done: step.done, total: step.total)
            }
            progress.end()
            guard report.isClean else {
                print(report.text)
                throw Failure.exit(
                    "the shop was moved, and is equal to what it was; but the audit finds violations in it"
                )
            }
            print("The audit of the new place found nothing.")
        } catch let error as AuditError {
            throw Failure.exit("the shop was moved; but the audit could not be made: \(error)")
        }
    }

    private static func seconds(_ time: Duration) -> String { String(format: "%.1f", time.seconds) }
}

/// Blocking work on a thread of its own.
private enum OwnThread {
    static func run<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
        try await withCheckedThrowingContinuation { continuation in
            Thread.detachNewThread { continuation.resume(with: Result(catching: body)) }
        }
    }
}
