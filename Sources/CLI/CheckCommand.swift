import ArgumentParser
import Foundation
import Ledger
import LedgerEngines
import Server
import Trading

/// `tradewind check`.
struct CheckCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "check",
        abstract: "Checks the file of a shop's ledger for damage; also beside a running server.",
        discussion: """
            Pages, cells, the types of values and the write-ahead log are looked at, with --full also every index and the list of free \
            pages. A server does the same on a schedule (ledger.check-interval). Damage marks the ledger: all of its servers go \
            read-only at once, and stay so until it is restored (`tradewind restore`), or until --clear has checked it and found it \
            sound. A changed byte inside a text is not seen here; the verification of a backup finds it.

            The files of archived orders are looked for too, with --full every byte of them. One that is missing or damaged does not mark \
            the ledger: only its own orders cannot be read.

            Exit codes: 0 sound; 1 damaged, now or by an earlier finding that was not cleared; 2 where it could not be checked.
            """
    )

    @OptionGroup var data: DataOptions

    @Flag(name: .long, help: "Also checks every index against its table, and the list of free pages.")
    var full = false

    @Flag(name: .long, help: "Removes the mark of damage if a full check finds nothing.")
    var clear = false

    @Flag(
        name: .customLong("accept-finding"),
        help: "With --clear: also a finding that this check cannot refute, such as content that differs from a backup."
    )
    var acceptFinding = false

    func validate() throws {
        guard clear || !acceptFinding else { throw ValidationError("--accept-finding goes with --clear") }
    }

    func run() async throws {
        do {
            let settings = try await data.settings()
            guard settings.ledger.isThere else {
                _ = Failure.exit("there is no shop in \(settings.data)")
                throw ExitCode(2)
            }
            try await check(settings.ledger)
        } catch let error as ExitCode {
            throw error
        } catch {
            _ = Failure.exit(Failure.words(error))
            throw ExitCode(2)
        }
    }

    private func check(_ location: LedgerLocation) async throws {
        let kind: StructureCheck = full || clear ? .full : .quick
        let before = location.damage.read()
        let report = try await LedgerCheck(of: location).run(kind, isIdle: false)
        for error in report.errors { print(error) }
        for part in report.left { print("not checked, since the log grew too fast: \(part)") }
        if report.hasLeftFreePages { print("not checked, since the log grew too fast: the list of free pages") }
        print("\(report.tables) tables with their indexes and the log were checked in \(report.took)")
        if let finding = report.finding {
            try location.damage.record(finding)
            print("The ledger is damaged, and the shop only read until it is restored with `tradewind restore`.")
            throw ExitCode.failure
        }
        guard report.left.isEmpty else { throw ExitCode(2) }
        try note(kind, report, location)
        let archived = try await archiveErrors(location, kind)
        for error in archived { print(error) }
        if let before { try unmark(location, before, report) }
        guard archived.isEmpty else {
            print("The ledger is sound; orders in these files of the archive cannot be read until the files are back.")
            throw ExitCode.failure
        }
        if before == nil { print("It is sound.") }
    }

    /// What is wrong with the files of archived orders.
    private func archiveErrors(_ location: LedgerLocation, _ kind: StructureCheck) async throws -> [String] {
        let whole = try location.inspectWhole()
        do {
            let errors = try await kind == .full ? whole.archiveErrors() : whole.archiveFileErrors()
            await whole.close()
            return errors
        } catch {
            await whole.close()
            throw error
        }
    }

    /// Removes the mark of a ledger whose structure was found sound, where that is asked for and refutes the finding.
    private func unmark(
        _ location: LedgerLocation,
        _ before: DamageFinding,
        _ report: LedgerCheck.Report
    ) throws {
        guard clear, report.isClean else {
            print("What was checked is sound; but the ledger is marked as damaged: \(before)")
            throw ExitCode.failure
        }
        guard before.isRefutable || acceptFinding else {
            print(
                """
                The structure is sound, but this check cannot refute what was found: \(before)
                Restore the ledger, or repeat with --accept-finding to go on with what is there.
                """
            )
            throw ExitCode.failure
        }
        try location.damage.clear()
        print(
            "It is sound, and not marked as damaged any more; the shop accepts writes. It had been marked for: \(before)"
        )
    }

    /// Records the check, unless a server is checking right now and will do so.
    private func note(_ kind: StructureCheck, _ report: LedgerCheck.Report, _ location: LedgerLocation) throws {
        guard let turn = location.checks.takeTurn() else { return }
        var times = location.checks.read()
        times.note(report.hasLeftFreePages ? .quick : kind, took: report.took, at: .now)
        try turn.write(times)
    }
}
