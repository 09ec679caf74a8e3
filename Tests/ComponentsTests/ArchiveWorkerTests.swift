import Ledger
import Logging
import OrderArchive
import Testing
import Trading

@testable import Components

@Suite("The archiver of closed orders", .timeLimit(.minutes(1)))
struct ArchiveWorkerTests {
    private static let schedule = ArchiveSchedule(afterSeconds: 86_400, intervalSeconds: 3600)

    private func figures(_ here: ArchivedShop) async throws -> [String] {
        var text = ""
        try await here.shop.shop.ledger.read { (view) throws(LedgerFailure) in try ArchiveMetrics(view) }
            .write(now: here.shop.now, to: &text)
        return text.split(separator: "\n").filter { !$0.hasPrefix("#") }.map(String.init)
    }

    @Test("a shop that sets no time archives nothing by itself")
    func isOff() async throws {
        let here = try await ArchivedShop()
        defer { here.end() }
        #expect(ArchiveWorker(shop: here.shop.shop, logger: Logger(label: "test")) == nil)
    }

    @Test(
        "orders that are closed for long enough are archived, once in an interval in the whole shop, and the figures say so"
    )
    func keepsToItsSchedule() async throws {
        let here = try await ArchivedShop(archiving: Self.schedule)
        defer { here.end() }
        let worker = try #require(ArchiveWorker(shop: here.shop.shop, logger: Logger(label: "test")))
        let other = try #require(ArchiveWorker(shop: here.shop.shop, logger: Logger(label: "test")))
        #expect(try await figures(here).contains("tradewind_archive_run_age_seconds +Inf"))
        // Too young: the run has nothing to do, and counts as one.
        #expect(try await worker.round(now: here.shop.now)?.archived == 0)
        here.shop.advance(seconds: 3599)
        #expect(try await other.round(now: here.shop.now) == nil)
        here.shop.advance(seconds: 86_400)
        let outcome = try #require(try await other.round(now: here.shop.now))
        #expect(outcome.archived == 1 && outcome.files == 1)
        #expect(try await worker.round(now: here.shop.now) == nil)
        here.shop.advance(seconds: 60)
        let told = try await figures(here)
        #expect(told.contains("tradewind_archive_run_age_seconds 60.0"))
        #expect(told.contains("tradewind_archive_run_orders 1") && told.contains("tradewind_archive_orders 1"))
        #expect(told.contains("tradewind_archive_files 1") && told.contains("tradewind_archive_bytes \(outcome.bytes)"))
        try await here.shop.serve { client in
            let reply = try await client.ask(.get, here.paths[0])
            #expect(reply.status == 200 && reply.headers[.orderArchived] == "true")
        }
    }

    @Test("while another process archives, nothing is done, and the next round does it")
    func givesWay() async throws {
        let here = try await ArchivedShop(archiving: Self.schedule)
        defer { here.end() }
        here.shop.advance(seconds: 100_000)
        let worker = try #require(ArchiveWorker(shop: here.shop.shop, logger: Logger(label: "test")))
        _ = try await here.shop.shop.committer.submit(AcquireLease("archive", holder: "another", seconds: 30))
        #expect(try await worker.round(now: here.shop.now) == nil)
        #expect(try await figures(here).contains("tradewind_archive_orders 0"))
        _ = try await here.shop.shop.committer.submit(ReleaseLease("archive", holder: "another"))
        #expect(try await worker.round(now: here.shop.now)?.archived == 1)
    }
}
