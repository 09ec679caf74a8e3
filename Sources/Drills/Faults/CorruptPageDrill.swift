import Foundation
import LedgerEngines
import Load

/// Damages a page of the ledger's file while customers are buying.
///
/// The page is one that no customer needs, so that only the scheduled check can find it. Afterwards it is as it was before, so that the books can
/// be audited.
struct CorruptPageDrill: Drill {
    let name = "corrupt-page"
    let summary = "a page of the ledger's file is damaged on the disk, and put right again"

    /// How often the shop of this drill checks its file, in seconds.
    private static let interval = 2
    /// The most time from the damage to its detection, beyond the interval: how long a check takes, beside customers.
    private static let checkTime = 8.0
    /// A batch that is under way when the damage is found may still be committed, and answered.
    private static let underWay: Int64 = 500_000_000

    func run(_ options: DrillOptions) async throws -> DrillReport {
        var needs = DrillCourse.Needs()
        needs.settings = ["ledger.check-interval=\(Self.interval)"]
        // So that every refusal counts.
        needs.retries = 0
        let (damaged, found, room) = (DrillSpan(), DrillSpan(), DrillSpan())
        return try await DrillCourse.run(name, options, needs) { course in
            let ledger = LedgerLocation(path: course.shop.database)
            let page = try DamagedPage(of: course.shop.database)
            damaged.begin()
            try page.invert()
            try await Self.until("the damage is found", within: 60) { ledger.damage.isMarked }
            found.begin()
            damaged.end()
            course.report.notes.append("found: \(ledger.damage.read()?.description ?? "nothing")")
            try await Task.sleep(for: .seconds(options.isShort ? 4 : 20))
            found.end()
            try page.invert()
            let cleared = try await course.shop.check(["--clear"])
            course.report.check("cleared by one command", "exit code \(cleared)", cleared == 0)
            room.begin()
            course.report.faults = 1
        } judge: { course in
            let seconds = Double(damaged.ended - damaged.begun) / 1e9
            course.report.detectSeconds = seconds
            course.report.checkDetection(within: Double(Self.interval) + Self.checkTime)
            let late = course.timeline.operations(from: found.begun + Self.underWay, to: found.ended)
            let (purchases, reads) = (late.filter(\.isPurchase), late.filter { !$0.isPurchase })
            course.report.checkNone(
                "purchases of \(purchases.count) done after it was found",
                purchases.count { $0.outcome == .done }
            )
            course.report.checkNone(
                "purchases refused without word",
                purchases.count { $0.outcome != .done && $0.outcome != .refused }
            )
            let during = course.timeline.operations(from: damaged.begun, to: found.ended).filter { !$0.isPurchase }
            course.report.checkNone("failed reads of \(during.count)", during.count { $0.outcome != .done })
            course.report.check(
                "purchases and reads after it was found",
                "\(purchases.count) and \(reads.count)",
                !purchases.isEmpty && !reads.isEmpty
            )
            let later = course.timeline.operations(from: room.begun, to: course.ended)
            let lastFailure = later.last { $0.outcome != .done }
            let resumed = lastFailure.map { Double($0.due - room.begun) / 1e9 } ?? 0
            course.report.recoverSeconds = resumed
            course.report.checkTime("writing again within 2 s", "\(DrillReport.seconds(resumed)) s", resumed <= 2)
        }
    }

    private static func until(_ what: String, within seconds: Int64, _ isTrue: () -> Bool) async throws {
        let deadline = ContinuousClock.now + .seconds(seconds)
        while !isTrue() {
            guard .now < deadline else { throw DrillError("\(what): not within \(seconds) s") }
            try await Task.sleep(for: .milliseconds(2))
        }
    }
}

/// A page of the file that holds the names of the migrations, which are written once and read at the start.
private struct DamagedPage {
    private let path: String
    private let offset: UInt64

    /// The page size of every ledger.
    private static let bytes = 4096
    /// The types of a page that has no pages below it (sqlite.org/fileformat2.html, 1.6).
    private static let leaves: Set<UInt8> = [0x0A, 0x0D]

    init(of path: String) throws {
        self.path = path
        let file = try Data(contentsOf: URL(fileURLWithPath: path), options: .alwaysMapped)
        let name = Data("0001 ".utf8)
        // The first page is the schema's.
        let page = stride(from: Self.bytes, to: file.count - Self.bytes + 1, by: Self.bytes).first { start in
            Self.leaves.contains(file[start]) && file[start..<start + Self.bytes].range(of: name) != nil
        }
        guard let page else { throw DrillError("no page of \(path) has the migrations") }
        offset = UInt64(page)
    }

    /// Inverts the byte that says which type of page it is; a second time, the page is sound again.
    func invert() throws {
        let file = try FileHandle(forUpdating: URL(fileURLWithPath: path))
        defer { try? file.close() }
        try file.seek(toOffset: offset)
        guard let byte = try file.read(upToCount: 1)?.first else { throw DrillError("\(path) is too short") }
        try file.seek(toOffset: offset)
        try file.write(contentsOf: Data([byte ^ 0xFF]))
    }
}
