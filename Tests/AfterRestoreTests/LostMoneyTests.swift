import Auditing
import Components
import Foundation
import Ledger
import LedgerEngines
import OrderArchive
import Providers
import Testing
import Trading

@Suite("A shop restored to an hour before", .timeLimit(.minutes(20)))
struct LostMoneyTests {
    /// The orders that exist at the moment, by what the lost future does to them.
    private struct Orders {
        /// Captured, and refunded in part later.
        var refunded: [ID<Order>] = []
        /// Authorised, and captured later.
        var shipped: [ID<Order>] = []
        /// Declined, and paid later by a second attempt.
        var paidLater: [ID<Order>] = []
        /// Requested at the moment, and carried out later.
        var open: [ID<Order>] = []
    }

    private func before(_ shop: LosingShop) async throws -> Orders {
        var orders = Orders()
        for _ in 0..<20 {
            orders.refunded.append(try await shop.place())
            orders.shipped.append(try await shop.place(capture: .onShipment))
            orders.paidLater.append(try await shop.place("tok_declined"))
        }
        try await shop.work()
        for _ in 0..<10 { orders.open.append(try await shop.place()) }
        return orders
    }

    /// What the shop does after the moment: at least `count` charges of all cases.
    private func loseFuture(_ shop: LosingShop, _ orders: Orders, _ count: Int) async throws {
        for order in orders.refunded {
            try await shop.refund(order, 300)
            try await shop.refund(order, 200)
        }
        for order in orders.shipped { try await shop.run(ChangeOrder(order, .fulfil(nil))) }
        for order in orders.paidLater { try await shop.pay(order) }
        for number in 0..<count {
            let order = try await shop.place(
                number % 10 == 0 ? "tok_declined" : "tok_visa",
                units: Int64(1 + number % 3),
                capture: number % 2 == 0 ? .atOnce : .onShipment
            )
            if number % 10 == 2 || number % 10 == 4 {
                try await shop.work()
                try await shop.refund(order, 100)
            }
        }
        try await shop.work()
    }

    @Test(
        "every one of 500 later charges is found, and in the end the books equal the provider's list",
        arguments: [500]
    )
    func all(_ count: Int) async throws {
        try await SandboxBooks.with { books, folder in
            let first = try await LosingShop.new(folder + "/lost.db", books.provider)
            let orders = try await before(first)
            await first.close()
            let moment = Timestamp.now
            let copy = folder + "/restored.db"
            try FileManager.default.copyItem(atPath: first.path, toPath: copy)
            let lost = try LosingShop(first.path, books.provider)
            try await loseFuture(lost, orders, count)
            await lost.close()
            let there = try await books.charges()
            #expect(there.count >= count)

            let shop = try LosingShop(copy, books.provider)
            let restore = try await shop.run(MarkRestored(ID(high: 7, low: 7), to: moment))
            // Before anything was searched, customers come: one cancels, one wants to pay once more.
            try await shop.run(ChangeOrder(orders.paidLater[0], .cancel(nil, reason: "changed my mind")))
            let early = await #expect(throws: CommitError<StartPaymentRefusal>.self) {
                try await shop.pay(orders.paidLater[1])
            }
            if case .refused(.searching)? = early {} else { Issue.record("\(String(describing: early))") }
            let new = try await shop.place()

            // The provider is away in the middle of its list, and the process ends; then it is there.
            let away = try await search(shop, AwayList(inner: books.provider)).run()
            #expect(!away.isSettled && away.text.contains("its list cannot be read (connect)"))
            var report = try await search(shop, books.provider).run()
            for _ in 0..<3 where !report.isSettled {
                try await shop.work()
                report = try await search(shop, books.provider).run()
            }
            #expect(report.isSettled, "\(report.text)")
            try await shop.work()
            #expect(try await search(shop, books.provider).run().isSettled)

            let found = try #require(report.restore).found
            #expect(found.adopted == 19 && found.notNeeded == 1 && found.foreign == 0, "\(report.text)")
            let lostOrders = there.filter { $0.createdAt >= moment && $0.state != .declined }.count - 20 - 10
            #expect(found.givenBack == Int64(lostOrders), "\(report.text)")
            #expect(try await shop.order(orders.paidLater[5])?.state == .confirmed)
            #expect(try await shop.order(orders.shipped[0])?.payments.captured == 1000)
            #expect(try await shop.order(orders.refunded[0])?.payments.refunded == 500)
            #expect(try await shop.order(orders.open[0])?.state == .confirmed)
            #expect(try await shop.order(new)?.state == .confirmed)

            try await expectEqualBooks(shop, books, restore)
            await shop.close()
            try await expectSound(copy, books)
        }
    }

    @Test(
        "a refund in the lost future of an order that is archived is found: the order is brought back, and its charge is no lost one"
    )
    func archived() async throws {
        try await SandboxBooks.with { books, folder in
            let archive = ArchiveDirectory(path: folder + "/archive")
            let first = try await LosingShop.new(folder + "/lost.db", books.provider)
            let (refunded, kept) = (try await first.place(), try await first.place())
            try await first.work()
            for order in [refunded, kept] { try await first.run(ChangeOrder(order, .fulfil(nil))) }
            let archiver = OrderArchiver(first.engine, first.committer, archive)
            #expect(try await archiver.run(closedBefore: Timestamp.now.adding(seconds: 1)).archived == 2)
            await first.close()
            let moment = Timestamp.now
            let copy = folder + "/restored.db"
            try FileManager.default.copyItem(atPath: first.path, toPath: copy)
            let lost = try LosingShop(first.path, books.provider)
            #expect(try await OrderArchiver(lost.engine, lost.committer, archive).bringBack(refunded))
            try await lost.refund(refunded, 300)
            try await lost.work()
            await lost.close()

            let shop = try LosingShop(copy, books.provider)
            try await shop.run(MarkRestored(ID(high: 7, low: 7), to: moment))
            let report = try await search(shop, books.provider, archive).run()
            try await shop.work()
            #expect(report.isSettled, "\(report.text)")
            let found = try #require(report.restore).found
            #expect(found.givenBack == 0 && found.foreign == 0, "\(report.text)")
            #expect(try await shop.order(refunded)?.payments.refunded == 300)
            let charges = try await books.charges()
            #expect(charges.map(\.refunded.amount).sorted() == [0, 300], "nothing else is given back")
            await shop.close()
        }
    }

    private func search(
        _ shop: LosingShop,
        _ provider: any PaymentProvider,
        _ archive: ArchiveDirectory? = nil
    ) -> RestoreSearch {
        RestoreSearch(
            ledger: shop.engine,
            committer: shop.committer,
            archive: archive,
            providers: [provider],
            carriers: [],
            rule: .refund,
            lostParcels: .cancel
        )
    }

    /// Expects each charge with money in exactly one payment, with the same sums, and none kept of a lost order.
    private func expectEqualBooks(_ shop: LosingShop, _ books: SandboxBooks, _ restore: Restoration) async throws {
        let payments = try await shop.payments()
        let byReference = Dictionary(grouping: payments.filter { $0.reference != nil }) { $0.reference ?? "" }
        var unexplained = 0
        for charge in try await books.charges() where charge.state != .declined {
            let ours = byReference[charge.reference] ?? []
            guard ours.count == 1, let one = ours.first else {
                unexplained += 1
                continue
            }
            #expect(one.captured == charge.captured.amount && one.refunded == charge.refunded.amount)
            #expect(one.held == charge.held.amount)
            guard one.lostOrder != nil else { continue }
            #expect(charge.held.isZero && charge.captured == charge.refunded, "\(charge.reference)")
        }
        #expect(unexplained == 0)
        let keys = payments.filter { $0.createdAt > restore.at && $0.lostOrder == nil && $0.number == 1 }
            .flatMap(\.operations).map(\.key)
        #expect(!keys.isEmpty && keys.allSatisfy { $0.contains("-\(restore.epoch)-") })
    }

    /// Expects what `tradewind reconcile` and `tradewind audit` say of the file.
    private func expectSound(_ path: String, _ books: SandboxBooks) async throws {
        let report = try await ReconciliationReport.run(
            LedgerLocation(path: path),
            provider: books.provider,
            from: Timestamp.now.adding(seconds: -3600),
            to: Timestamp.now.adding(seconds: 3600)
        )
        #expect(report.isClean && report.result.open == 0, "\(report.text)")
        let audit = try await Audit.run(AuditOptions(database: path))
        #expect(audit.isClean, "\(audit.text)")
    }
}
