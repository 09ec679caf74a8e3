import ArgumentParser
import BackupStorage
import Backups
import Foundation
import Ledger
import LedgerEngines
import Server
import Trading

/// `tradewind restore`.
struct RestoreCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "restore",
        abstract: "Restores a shop from its archive, to any moment, into a new directory.",
        discussion: """
            The place is --from, or the setting backup.place. Nothing is overwritten: the directory must be new or empty. With --in-place \
            the ledger of a stopped shop is replaced; the old one is kept in DIR/replaced-TIME. With --dry-run only what would be lost is \
            told: turns, events, orders, payments and money after the moment.

            After it `tradewind up --data DIR` opens the restored shop. It has a new epoch of its feed, and looks for payments and \
            parcels of the lost time at the providers; see docs/backups.md.

            A shop on PostgreSQL is restored by pgBackRest: --into becomes the data directory of a stopped server, with the shop's database             marked as restored; see docs/postgres.md.
            """
    )

    @Option(
        name: .customLong("to"),
        help: ArgumentHelp("The moment: latest, a time as in 2026-11-30T16:00:00Z, or event:N.", valueName: "moment")
    )
    var moment = "latest"

    @Option(name: .customLong("into"), help: ArgumentHelp("The directory of the restored shop.", valueName: "dir"))
    var directory: String?

    @Option(
        name: .customLong("in-place"),
        help: ArgumentHelp(
            "The data directory of a stopped shop, whose ledger is put aside and replaced; instead of --into.",
            valueName: "dir"
        )
    )
    var inPlace: String?

    @Option(name: .customLong("from"), help: "The place of the archive, where it is not the setting's.")
    var place: String?

    @Flag(name: .customLong("dry-run"), help: "Restores nothing, and tells what would be lost.")
    var dryRun = false

    @Flag(
        name: .customLong("as-far-as-possible"),
        help: "Restores up to where the archive is sound, where it does not reach the moment."
    )
    var partly = false

    @Option(name: .long, help: ArgumentHelp("A JSON file with settings. [env: TRADEWIND_CONFIG]", valueName: "file"))
    var config: String?

    @Option(
        name: .customLong("set"),
        help: ArgumentHelp("A setting, as in backup.keys=FILE; may be repeated.", valueName: "key=value")
    )
    var overrides: [String] = []

    @Flag(name: .long, help: "Prints the outcome as JSON.")
    var json = false

    func validate() throws {
        _ = try target
        guard dryRun || (directory == nil) != (inPlace == nil) else {
            throw ValidationError("one of --into DIR, --in-place DIR and --dry-run is needed")
        }
    }

    private var target: RestoreTarget {
        get throws {
            if moment == "latest" { return .latest }
            if moment.hasPrefix("event:"), let event = Int64(moment.dropFirst(6)), event >= 0 { return .event(event) }
            guard let time = Timestamp(moment) else {
                throw ValidationError("--to takes latest, a time as in 2026-11-30T16:00:00Z, or event:N, not \(moment)")
            }
            return .time(time)
        }
    }

    func run() async throws {
        FileModes.forOwnerOnly()
        let target = try target
        var data = DataOptions()
        data.data = inPlace ?? directory ?? "."
        data.config = config
        data.overrides = overrides
        var options = BackupOptions()
        options.data = data
        options.logLevel = "warning"
        guard try await !restoreDatabase(options, to: target) else { return }
        try await options.withPlaces(place) { settings, places in
            guard let place = places.all.first else { return }
            if inPlace != nil {
                try await Archiver.deliverWaiting(
                    settings.archiver(places),
                    to: place,
                    logger: options.logger(settings)
                )
            }
            let repository = Repository(store: place.store, sealing: places.sealing)
            let catalogue = ArchiveCatalogue(try await place.store.list(""))
            let plan = try RestorePlan(target, in: catalogue)
            try check(plan, catalogue)
            let progress = StageProgress()
            let restore = Restore(repository, plan) { step in
                progress.tell(step.stage, done: Int(step.done), total: Int(step.total))
            }
            let (outcome, mark): (RestoreOutcome, Restoration?)
            do {
                (outcome, mark) = try await self.restore(restore, settings)
            } catch {
                progress.end()
                throw error
            }
            progress.end()
            print(text(outcome, plan))
            guard let mark else { return }
            print("the feed begins epoch \(mark.epoch) after event \(mark.lastEvent)")
            await search(settings)
        }
    }

    /// Restores a shop on PostgreSQL; false for a shop in a file.
    private func restoreDatabase(_ options: BackupOptions, to target: RestoreTarget) async throws -> Bool {
        let refused = [
            (inPlace != nil, "--in-place"), (place != nil, "--from"), (dryRun, "--dry-run"),
            (partly, "--as-far-as-possible"),
        ]
        return try await options.withDatabase(refusing: refused.filter(\.0).map(\.1)) { backups in
            guard let directory else { throw BackupFailure("--into DIR is needed") }
            let done = try await backups.restore(to: target, into: directory)
            var lines = [
                """
                restored turn \(done.reached.turn) of \(done.reached.at), event \(done.reached.event), in \
                \(String(format: "%.1f", done.seconds)) s: \(done.reached.bytes / 1_000_000) MB
                """
            ]
            if let lost = done.lost {
                lines.append(
                    """
                    lost what the shop did after it: \(max(0, lost.turn - done.reached.turn)) turns, \
                    \(max(0, lost.event - done.reached.event)) events, \(max(0, lost.orders - done.reached.orders)) orders
                    """
                )
            } else {
                lines.append("what came after it is not known: the shop's database does not answer")
            }
            lines.append("the feed begins epoch \(done.mark.epoch) after event \(done.mark.lastEvent)")
            lines.append(
                "\(directory) is the data directory of a stopped server; start it with the shop's own settings (deploy/postgres)"
            )
            print(lines.joined(separator: "\n"))
        }
    }

    /// Looks at the providers for what the shop did after the moment, and prints what was found.
    ///
    /// The shop is restored by now, whatever comes of it: servers go on with what this does not find.
    private func search(_ settings: ServerSettings) async {
        do {
            let engine = try settings.ledger.open()
            let committer = try Committer(engine: engine)
            do {
                print(try await LostFuture.search(settings, ledger: engine, committer: committer).text, terminator: "")
            } catch {
                Terminal.tell(
                    "the providers cannot be searched now; the shop's servers do it: \(Failure.words(error))\n"
                )
            }
            committer.close()
            await engine.close()
        } catch {
            Terminal.tell("the restored ledger cannot be opened: \(Failure.words(error))\n")
        }
    }

    private func restore(_ restore: Restore, _ settings: ServerSettings) async throws -> (RestoreOutcome, Restoration?)
    {
        guard !dryRun else { return (try await restore.run(into: nil), nil) }
        let shop = RestoredShop(data: settings.data, database: settings.databasePath)
        if inPlace != nil { try shop.requireClosed() } else { try shop.requireEmpty() }
        try ShopServer.makeDirectory(settings.data)
        let (outcome, mark) = try await shop.put(restore)
        return (outcome, mark)
    }

    /// Refuses a plan that does not lead to the moment.
    private func check(_ plan: RestorePlan, _ catalogue: ArchiveCatalogue) throws {
        guard !partly else { return }
        if let missing = plan.unreachable.first {
            throw BackupFailure(
                """
                the archive lacks turns before \(missing.turns.lowerBound), so what came after \(plan.end) cannot be restored; \
                --as-far-as-possible restores up to there
                """
            )
        }
        let later = catalogue.histories.filter { $0.key > plan.snapshot.history && !$0.value.snapshots.isEmpty }
        guard case .time(let time) = plan.target, plan.end < time,
            let next = later.values.flatMap(\.snapshots).min(by: { $0.at < $1.at })
        else { return }
        throw BackupFailure(
            """
            nothing is archived between \(plan.end) and \(next.at); --as-far-as-possible restores to the former, and a later moment to \
            the latter
            """
        )
    }

    private func text(_ outcome: RestoreOutcome, _ plan: RestorePlan) -> String {
        let lost = outcome.lost
        var lines = [
            dryRun
                ? "would restore turn \(outcome.turn.number) of \(outcome.turn.at), the last one up to \(plan.target)"
                : """
                restored turn \(outcome.turn.number) of \(outcome.turn.at), event \(outcome.event), in \
                \(String(format: "%.1f", outcome.seconds)) s: \(outcome.bytes / 1_000_000) MB, \(outcome.applied) turns after the snapshot
                """
        ]
        if case .time(let time) = plan.target, lost.turns == 0, outcome.turn.at < time {
            lines.append(
                "the archive ends there, \((outcome.turn.at.milliseconds(to: time)) / 1000) s before that moment"
            )
        } else if lost.turns == 0 {
            lines.append("nothing that is archived \(dryRun ? "would be" : "was") left out")
        } else {
            let value = lost.value.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }.joined(separator: ", ")
            let until = lost.until.map { " until \(Timestamp(milliseconds: $0))" } ?? ""
            lines.append(
                """
                \(dryRun ? "would lose" : "lost") what came after it\(until): \(lost.turns) turns, \(lost.events) events, \
                \(lost.orders) orders\(value.isEmpty ? "" : " worth \(value) in minor units"), \(lost.payments) payments
                """
            )
        }
        return lines.joined(separator: "\n")
    }
}
