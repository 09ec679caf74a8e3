import Auditing
import Components
import Foundation
import Ledger
import Providers
import Testing
import Trading

@Suite("A shop whose parcels were booked after the moment to which it is restored", .timeLimit(.minutes(20)))
struct LostParcelsTests {
    /// The orders that exist at the moment, by what the lost future does to them.
    private struct Orders {
        /// Packed and booked later.
        var booked: [ID<Order>] = []
        /// Packed and booked later, with the carrier whose parcels arrive.
        var arrived: [ID<Order>] = []
        /// Packed at the moment, and booked later.
        var open: [ID<Order>] = []
        /// Booked at the moment; cancelled and packed anew later.
        var anew: [ID<Order>] = []
        /// Booked later, and cancelled by their customers after the restore.
        var calledOff: [ID<Order>] = []
        /// Not paid at the moment; paid and booked later.
        var unpaid: [ID<Order>] = []

        var all: [ID<Order>] { booked + arrived + open + anew + calledOff + unpaid }
    }

    private func before(_ shop: ParcelShop) async throws -> Orders {
        var orders = Orders()
        for _ in 0..<60 {
            orders.booked.append(try await shop.place())
            orders.arrived.append(try await shop.place())
        }
        for _ in 0..<20 {
            orders.anew.append(try await shop.place())
            try await shop.pack(orders.anew[orders.anew.count - 1], by: "still")
            orders.calledOff.append(try await shop.place())
            orders.unpaid.append(try await shop.place(isPaid: false))
        }
        try await shop.work()
        for _ in 0..<20 {
            orders.open.append(try await shop.place())
            try await shop.pack(orders.open[orders.open.count - 1], by: "still")
        }
        return orders
    }

    /// What the shop does after the moment, with 70 orders that are lost: 55 parcels of these never leave, 15 arrive.
    private func loseFuture(_ shop: ParcelShop, _ orders: Orders) async throws {
        for order in orders.booked + orders.calledOff { try await shop.pack(order, by: "still") }
        for order in orders.arrived { try await shop.pack(order, by: "quick") }
        for order in orders.anew {
            let shipment = try #require(try await shop.shipments(of: order).first)
            try await shop.run(CancelShipment(shipment.id))
            try await shop.pack(order, by: "still")
        }
        for order in orders.unpaid {
            try await shop.run(ChangeOrder(order, .pay(reason: nil)))
            try await shop.pack(order, by: "still")
        }
        for number in 0..<70 {
            try await shop.pack(try await shop.place(), by: number < 55 ? "still" : "quick")
        }
        try await shop.work()
        // The parcels with the quick carrier are on their way by then.
        try await Task.sleep(for: .milliseconds(600))
    }

    /// Runs `body` with a restored shop whose lost future is known to its carriers alone.
    private func restored(
        _ body: @escaping @Sendable (ParcelShop, SandboxCarriers, Orders, Restoration) async throws -> Void
    ) async throws {
        try await SandboxCarriers.with { carriers, folder in
            let first = try await ParcelShop.new(folder + "/lost.db", carriers.all)
            let orders = try await before(first)
            await first.close()
            let moment = Timestamp.now
            let copy = folder + "/restored.db"
            try FileManager.default.copyItem(atPath: first.path, toPath: copy)
            let lost = try ParcelShop(first.path, carriers.all)
            try await loseFuture(lost, orders)
            await lost.close()
            let shop = try ParcelShop(copy, carriers.all)
            let restore = try await shop.run(MarkRestored(ID(high: 7, low: 7), to: moment))
            try await body(shop, carriers, orders, restore)
            await shop.close()
            let audit = try await Audit.run(AuditOptions(database: copy))
            #expect(audit.isClean, "\(audit.text)")
        }
    }

    @Test("each parcel is taken by its order, called off or kept for a person, and no unit is sent twice")
    func all() async throws {
        try await restored { shop, carriers, orders, _ in
            let there = try await carriers.bookings().count
            // Before anything was searched, the staff packs and customers cancel.
            let early = await #expect(throws: CommitError<PackRefusal>.self) {
                try await shop.pack(orders.booked[0], by: "still")
            }
            if case .refused(.searching)? = early {} else { Issue.record("\(String(describing: early))") }
            for order in orders.calledOff { try await shop.run(ChangeOrder(order, .cancel(nil, reason: nil))) }
            // Nothing is booked meanwhile, not even what waits since before the moment.
            try await shop.work()
            #expect(try await carriers.bookings().count == there)

            let report = try await searchThroughOutages(shop, carriers)
            let found = try #require(report.restore).found
            #expect(found.parcelsAdopted == 60 + 60 + 20 + 20 && found.parcelsFollowed == 20, "\(report.text)")
            #expect(found.parcelsCalledOff == 55 + 20 + 20 && found.parcelsHeld == 15, "\(report.text)")
            #expect(found.parcelsForeign == 0 && report.restore?.heldParcels.count == 15)
            #expect(report.text.contains("160 taken by their orders, 95 called off at their carriers"))

            try await shop.work()
            #expect(try await carriers.bookings().count == there, "nothing was booked a second time")
            for order in orders.arrived { #expect(try await shop.order(order).state == .completed) }
            #expect(try await shop.shipments(of: orders.open[0]).map(\.state) == [.booked])
            #expect(try await shop.shipments(of: orders.anew[0]).map(\.state) == [.cancelled, .booked])

            // The staff goes on with whatever the shop still shows as to be sent.
            for order in orders.unpaid { try await shop.run(ChangeOrder(order, .pay(reason: nil))) }
            var sent = 0
            for order in orders.all {
                do { try await shop.pack(order, by: "still") } catch { continue }
                sent += 1
            }
            #expect(sent == orders.unpaid.count)
            try await shop.work()
            try await expectOnce(shop, carriers, orders)
        }
    }

    /// Searches while a carrier is away in its list, then while it cancels, and then until all is found; a second time nothing is.
    private func searchThroughOutages(_ shop: ParcelShop, _ carriers: SandboxCarriers) async throws -> RestoreReport {
        carriers.still.be(.losesList)
        let cut = try await shop.search()
        #expect(!cut.isSettled && cut.text.contains("carriers/still: its list cannot be read (connect)"), "\(cut.text)")
        #expect(cut.restore?.searched == ["carriers/quick"])
        carriers.still.be(.losesCancels(after: 10))
        let away = try await shop.search()
        #expect(!away.isSettled && away.text.contains("carriers/still: 86 cannot be decided yet"), "\(away.text)")
        #expect(away.restore?.found.parcelsCalledOff == 9, "the tenth answer was lost")
        carriers.still.be(.well)
        let report = try await shop.search()
        #expect(report.isSettled && report.text.contains("every payment provider and carrier was searched"))
        let again = try await shop.search()
        #expect(again.isSettled && again.restore == report.restore)
        return report
    }

    /// Expects each unit of each order in one live booking, and none of a lost order in any but those that are held.
    private func expectOnce(_ shop: ParcelShop, _ carriers: SandboxCarriers, _ orders: Orders) async throws {
        let live = try await carriers.bookings().filter { $0.state != .cancelled }
        let byOrder = Dictionary(grouping: live) { $0.order ?? "" }
        for order in orders.all where !orders.calledOff.contains(order) {
            let bookings = byOrder[order.description] ?? []
            #expect(bookings.map(\.contents) == ["1x2"], "\(order)")
            let ours = try await shop.shipments(of: order).filter { $0.state != .cancelled }
            #expect(ours.map(\.reference) == bookings.map(\.parcel.reference), "\(order)")
        }
        for order in orders.calledOff { #expect(byOrder[order.description] == nil) }
        let known = Set(orders.all.map(\.description))
        let lost = live.filter { !known.contains($0.order ?? "") }
        let held = try #require(try await shop.restore()).heldParcels
        #expect(Set(lost.map(\.parcel.reference)) == Set(held.map(\.reference)) && lost.count == 15)
        #expect(lost.allSatisfy { $0.state == .left })
    }

    @Test("parcels of lost orders are kept where the shop shares its account")
    func kept() async throws {
        try await restored { shop, carriers, _, _ in
            let report = try await shop.search(rule: .hold)
            let found = try #require(report.restore)
            #expect(found.found.parcelsHeld == 70 && report.isSettled, "\(report.text)")
            #expect(found.heldParcels.count { $0.reason == .orderLost } == 70)
            #expect(report.text.components(separatedBy: "its order was lost, and it is kept").count == 71)
            #expect(try await carriers.bookings().count { $0.state == .cancelled } == 20 + found.found.parcelsCalledOff)
        }
    }

    @Test("a carrier without a list is named, and does not hold up the search of the others")
    func unlisted() async throws {
        try await restored { shop, carriers, orders, restore in
            carriers.quick.be(.unlisted)
            let report = try await shop.search()
            #expect(report.isSettled && report.restore?.unlisted == ["carriers/quick"], "\(report.text)")
            #expect(report.restore?.searched == ["carriers/still"])
            #expect(
                report.text.contains(
                    "carriers/quick: it has no list; compare its bookings since \(restore.searchedFrom)"
                )
            )
            #expect(report.restore?.found.parcelsAdopted == 120)
            #expect(try await shop.shipments(of: orders.arrived[0]).isEmpty)
        }
    }
}
