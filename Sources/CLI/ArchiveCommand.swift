import ArgumentParser
import Auditing
import Foundation
import Ledger
import LedgerEngines
import OrderArchive
import Server
import Trading

/// `tradewind archive`.
struct ArchiveCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "archive",
        abstract: "Moves orders that were closed long ago into files that stay readable; also beside a running server.",
        discussion: """
            An order is archived once it has ended, nothing about it is expected any more, and it has not changed for the time of \
            --older-than. It leaves the hot tables with its payments, parcels, labels, returns and credits, for a file in DIR/archive. \
            GET /v1/orders/ID answers as before, marked `Order-Archived: true`; lists of orders no longer contain it, and a change of it \
            is refused with `order_archived` until --bring-back puts it back. Journal and stock movements stay where they are.

            The shop is audited before and after; the digest of the rows that left is compared with that of the rows read back from the \
            files. Space that becomes free in the database file is used again; --shrink gives it back to the disk while no server runs. \
            The exit code is 0 where all is well, and 1 where it is not.
            """
    )

    @OptionGroup var data: DataOptions

    @Option(
        name: .long,
        help: ArgumentHelp("How long nothing may have changed, as in 365d or 720h.", valueName: "time")
    )
    var olderThan = "365d"

    @Flag(name: .long, help: "Counts what would be archived, and changes nothing.")
    var dryRun = false

    @Flag(name: .long, help: "Reads every file and compares it with the ledger, and changes nothing.")
    var verify = false

    @Flag(name: .long, help: "Gives free space of the database file back to the disk; no server may run.")
    var shrink = false

    @Option(name: .long, help: ArgumentHelp("Puts this archived order back, or all of them.", valueName: "order|all"))
    var bringBack: String?

    @Flag(
        name: .long,
        help:
            "Also takes orders whose requests with a key are still remembered; such a request, repeated, is answered with 503."
    )
    var evenIfRemembered = false

    func validate() throws {
        guard [dryRun, verify, shrink, bringBack != nil].count(where: { $0 }) <= 1 else {
            throw ValidationError("--dry-run, --verify, --shrink and --bring-back exclude one another")
        }
        _ = try seconds()
    }

    func run() async throws {
        // It gives way to servers on the same machine.
        _ = setpriority(__priority_which_t(PRIO_PROCESS.rawValue), 0, 19)
        let settings: ServerSettings
        do {
            settings = try await data.settings()
            try ShopDirectory.require(settings)
        } catch let error as ExitCode {
            throw error
        } catch {
            throw Failure.exit(Failure.words(error))
        }
        let location = settings.ledger
        guard location.isOfOneMachine else {
            throw Failure.exit(
                "a shop on PostgreSQL keeps its orders there: files of one machine are not on the others"
            )
        }
        if shrink { return try shrinkFile(location) }
        let least = settings.idempotencySeconds
        let age = try seconds()
        guard age >= least || evenIfRemembered || verify || bringBack != nil else {
            throw ValidationError(
                "--older-than is at least \(least) s (ledger.idempotency-retention): a request with a key may be repeated until then"
            )
        }
        let order = try bringBack.flatMap { text -> ID<Order>? in
            guard text != "all" else { return nil }
            guard let id = ID<Order>(text) else { throw ValidationError("\(text) is not an order's id") }
            return id
        }
        try await withLedger(data) { engine, committer in
            let run = ArchiveRun(
                archiver: OrderArchiver(engine, committer, location.archive),
                whole: WholeLedger(engine, location.archive),
                ledger: location
            )
            do {
                if bringBack == "all" {
                    try await run.bringBackAll(engine)
                } else if let order {
                    try await run.bringBack(order)
                } else if verify {
                    try await run.verify()
                } else if dryRun {
                    try await run.count(closedBefore: Timestamp.now.adding(seconds: -age))
                } else {
                    try await run.archive(closedBefore: Timestamp.now.adding(seconds: -age))
                }
            } catch OrderArchiver.Stop.held(let until) {
                let words = until.map { ", or ended early and holds its place until \($0)" } ?? ""
                throw Failure.exit("another run is under way\(words)")
            }
        }
    }

    private func shrinkFile(_ location: LedgerLocation) throws {
        do throws(LedgerFailure) {
            let (before, after) = try location.shrink()
            print("the database file has \(after) bytes now; it had \(before)")
        } catch  where error.code == .busy {
            throw Failure.exit("a process has the shop's file open: stop its servers first")
        } catch {
            throw Failure.exit(Failure.words(error))
        }
    }

    /// The time of `--older-than`.
    private func seconds() throws -> Int64 {
        let units: [Character: Int64] = ["s": 1, "m": 60, "h": 3600, "d": 86_400]
        guard let unit = olderThan.last.flatMap({ units[$0] }), let count = Int64(olderThan.dropLast()),
            (0...10_000_000_000).contains(count), (0...10_000_000_000).contains(count * unit)
        else { throw ValidationError("--older-than takes a time as in 365d, 720h, 90m or 30s, not \(olderThan)") }
        return count * unit
    }
}

/// One run of the command over an open ledger.
private struct ArchiveRun {
    let archiver: OrderArchiver
    let whole: WholeLedger
    let ledger: LedgerLocation
    private let progress = StageProgress()

    init(archiver: OrderArchiver, whole: WholeLedger, ledger: LedgerLocation) {
        var archiver = archiver
        let progress = progress
        archiver.progress = { looked, left in
            progress.tell("orders looked at, \(left) archived:", done: looked, total: nil)
        }
        self.archiver = archiver
        self.whole = whole
        self.ledger = ledger
    }

    func bringBack(_ order: ID<Order>) async throws {
        guard try await archiver.bringBack(order) else { throw Failure.exit("\(order) is not archived") }
        _ = try await archiver.rewrite()
        print("\(order) is in the hot tables again")
    }

    func bringBackAll(_ engine: any LedgerEngine) async throws {
        var count = 0
        while true {
            let archived = try await engine.read { (view) throws(LedgerFailure) in
                try view.rows(RowQuery<KeyOf<ArchivedOrderRow>>(limit: 500)).map(\.key)
            }
            guard !archived.isEmpty else { break }
            for order in archived where try await archiver.bringBack(order) { count += 1 }
            progress.tell("orders put back:", done: count, total: nil)
        }
        _ = try await archiver.rewrite()
        progress.end()
        print("\(count) orders are in the hot tables again")
    }

    func verify() async throws {
        let errors = try await whole.archiveErrors()
        let digest = try await ArchiveDigest.readParts(whole) { progress.tell($0, done: $1, total: nil) }
        progress.end()
        for error in errors { print(error) }
        print("archived rows: \(Self.words(digest.archived)), digest \(digest.archived)")
        if !errors.isEmpty { throw ExitCode.failure }
    }

    func count(closedBefore time: Timestamp) async throws {
        let found = try await archiver.count(closedBefore: time)
        progress.end()
        print("\(found.orders) orders would be archived, with \(found.bytes) bytes of rows")
    }

    func archive(closedBefore time: Timestamp) async throws {
        try await audit("before; nothing was archived")
        let before = try await digests()
        let outcome = try await archiver.run(closedBefore: time)
        let after = try await digests()
        try await audit("after it was archived")
        progress.end()
        print(
            """
            \(outcome.archived) orders archived, in \(outcome.files) files of \(outcome.bytes) bytes; \
            \(outcome.changed) changed meanwhile and stayed; \(outcome.rewritten) files written anew
            rows that left: \(Self.words(outcome.digest)), digest \(outcome.digest)
            all rows: digest \(before.all) before, \(after.all) after\
            \(before.all == after.all ? "; nothing is missing" : "; they differ, as the shop wrote meanwhile")
            """
        )
        var readBack = after.archived
        readBack.remove(before.archived)
        guard readBack == outcome.digest else {
            throw Failure.exit(
                "read back from the files: \(Self.words(readBack)), digest \(readBack); that is not what left, unless orders were brought back"
            )
        }
        print("read back from the files: the same digest")
    }

    private func digests() async throws -> (all: ArchiveDigest, archived: ArchiveDigest) {
        try await ArchiveDigest.readParts(whole) { progress.tell("digest of \($0)", done: $1, total: nil) }
    }

    private func audit(_ when: String) async throws {
        let report = try await Audit.run(AuditOptions(ledger)) { step in
            progress.tell("audit of \(step.stage)", done: step.done, total: step.total)
        }
        guard !report.isClean else { return }
        progress.end()
        print(report.text)
        throw Failure.exit("the audit found violations \(when)")
    }

    private static func words(_ digest: ArchiveDigest) -> String {
        guard !digest.rows.isEmpty else { return "none" }
        return digest.rows.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }.joined(separator: ", ")
    }
}
