import Testing
import Trading

@testable import Ledger

@Suite("Parcels of the lost future")
struct LostParcelTests {
    /// A shop at the moment to which it will be restored, with paid orders and an unpaid one.
    private struct Moment {
        let shop: TestShop
        /// Paid; nothing was done yet.
        let plain: Order
        /// Paid, and packed; its booking is not answered yet.
        let packed: Shipment
        /// Paid, packed and booked as `bk_1`.
        let booked: Shipment
        /// Not paid.
        let unpaid: Order
    }

    /// Opens such a shop, restores it an hour later, and runs `body`.
    private func open(
        _ kind: EngineKind = .memory,
        isSearched: Bool = true,
        _ body: (Moment) async throws -> Void
    ) async throws {
        try await TestShop.open(kind) { shop in
            try await shop.stock(["MUG": 200])
            let plain = try await shop.paid([("MUG", 3)])
            let packed = try await shop.pack(try await shop.paid([("MUG", 2)]).id)
            let booked = try await shop.book(try await shop.pack(try await shop.paid([("MUG", 2)]).id).id)
            let unpaid = try await shop.placeByCard()
            let moment = shop.clock.now
            shop.clock.advance(seconds: 3600)
            let restore = try await shop.run(MarkRestored(RestoreTests.id, to: moment))
            if isSearched {
                let all = ["payments/first", "carriers/sandbox"]
                try await shop.run(RecordSearch(restore.epoch, at: "payments/first", of: all))
            }
            try await body(Moment(shop: shop, plain: plain, packed: packed, booked: booked, unpaid: unpaid))
            try await shop.expectBooks()
            try await shop.expectParcelsSound()
        }
    }

    /// The id of a shipment that was made in the lost future.
    private func lostShipment(_ shop: TestShop, _ number: UInt64 = 1) -> ID<Shipment> {
        ID(at: shop.clock.now.adding(seconds: -1800), random: (number, number))
    }

    /// The id of an order that was placed in the lost future.
    private func lostOrder(_ shop: TestShop) -> ID<Order> {
        ID(at: shop.clock.now.adding(seconds: -1900), random: (9, 9))
    }

    private func listed(
        _ shipment: ID<Shipment>?,
        of order: ID<Order>?,
        _ contents: String? = "1x2",
        _ standing: ListedParcel.Standing = .booked,
        reference: String = "bk_9"
    ) -> ListedParcel {
        ListedParcel(
            BookedParcel(reference: reference, trackingNumber: "T\(reference)"),
            shipment: shipment,
            order: order,
            contents: contents.flatMap { PackedContents($0) },
            from: "main",
            service: "standard",
            grams: 700,
            standing: standing
        )
    }

    private func recover(
        _ shop: TestShop,
        _ parcels: [ListedParcel],
        _ part: RecoverParcels.Part = .all,
        rule: LostParcelRule = .cancel
    ) async throws -> [ParcelRecovery] {
        try await shop.run(RecoverParcels(TestShop.carrier, parcels, part, rule: rule))
    }

    private func restore(_ shop: TestShop) async throws -> Restoration {
        try #require(try await shop.rows(RestoreRow.self).last).restore
    }

    private func settle(_ shop: TestShop) async throws {
        let epoch = try await restore(shop).epoch
        try await shop.run(RecordSearch(epoch, at: "carriers/sandbox", of: ["payments/first", "carriers/sandbox"]))
    }

    @Test(
        "an order that waits for its goods takes the parcel, once, and they cannot be packed again",
        arguments: EngineKind.allCases
    )
    func adopted(_ kind: EngineKind) async throws {
        try await open(kind) { moment in
            let (shop, order) = (moment.shop, moment.plain)
            let id = lostShipment(shop)
            let parcel = listed(id, of: order.id, "1x3")
            #expect(try await recover(shop, [parcel], .ofKnownShipments) == [.later])
            #expect(try await recover(shop, [parcel]) == [.adopted])
            #expect(try await recover(shop, [parcel], .ofKnownShipments) == [.known])
            #expect(try await recover(shop, [parcel]) == [.known])
            let shipment = try await shop.shipment(id)
            #expect(shipment.state == .booked && shipment.reference == "bk_9" && shipment.number == 1)
            #expect(shipment.lines == [LineQuantity(line: 1, quantity: 3)] && shipment.carrier == TestShop.carrier)
            #expect(try await shop.task(.fetchLabel, id) != nil)
            #expect(try await shop.task(.trackShipment, id) != nil)
            #expect(try await shop.task(.bookShipment, id) == nil)
            let found = try await restore(shop)
            #expect(found.found.parcelsAdopted == 1 && found.heldParcels.isEmpty)
            let created = try await shop.rows(EventRow.self).filter { $0.type == .shipmentCreated }
            #expect(created.count { $0.subject == "\(id)" } == 1)
            try await settle(shop)
            try await shop.expect(
                PackRefusal.nothingLeft,
                of: CreateShipment(order: order.id, carrier: TestShop.carrier)
            )
            try await shop.run(HandOver(id))
            #expect(try await shop.order(order.id).state == .fulfilled)
            #expect(try await restore(shop).settledAt != nil)
        }
    }

    @Test("until the carriers were searched no goods of earlier orders leave; later orders are served")
    func gates() async throws {
        try await open(isSearched: false) { moment in
            let shop = moment.shop
            try await shop.expect(PackRefusal.searching, of: CreateShipment(order: moment.plain.id))
            try await shop.expect(OrderRefusal.searching, of: ChangeOrder(moment.plain.id, .fulfil(nil)))
            try await shop.expect(ShipmentRefusal.order(.searching), of: CancelShipment(moment.booked.id))
            try await shop.expect(ShipmentRefusal.order(.searching), of: HandOver(moment.booked.id))
            shop.clock.advance(seconds: 1)
            let new = try await shop.paid([("MUG", 1)])
            let sent = try await shop.pack(new.id)
            try await shop.book(sent.id, reference: "bk_new")
            try await shop.run(HandOver(sent.id))

            // Carriers do not wait for payment providers, nor these for carriers.
            try await settle(shop)
            let searched = try await restore(shop)
            #expect(
                searched.settledAt == nil && searched.paymentsSearchedAt == nil && searched.parcelsSearchedAt != nil
            )
            _ = try await shop.pack(moment.plain.id)
            try await shop.run(HandOver(moment.booked.id))
        }
    }

    @Test("a booking from before waits until its carrier was searched: its key may be forgotten there")
    func waitsToBook() async throws {
        try await open { moment in
            let shop = moment.shop
            let task = TaskRow.Key(.bookShipment, moment.packed.id.bits)
            func call() async throws -> CarrierCall? {
                try await shop.engine.read { (view) throws(LedgerFailure) in try CarrierTask(task, in: view)?.call }
            }
            #expect(try await call() == nil)
            let epoch = try await shop.claim(.bookShipment, moment.packed.id)
            try await shop.run(TestShop.recorded(moment.packed.id, epoch, .nothing(for: .bookShipment)))
            let due = try #require(try await shop.task(.bookShipment, moment.packed.id)).due
            #expect(due == shop.clock.now.adding(seconds: 10))
            try await settle(shop)
            #expect(try await call() == .book(key: "\(moment.packed.id)-1"))
        }
    }

    @Test("a shipment whose booking was not answered takes the booking that the lost future made")
    func answeredThere() async throws {
        try await open { moment in
            let shop = moment.shop
            let parcel = listed(moment.packed.id, of: moment.packed.order)
            #expect(try await recover(shop, [parcel], .ofKnownShipments) == [.adopted])
            #expect(try await recover(shop, [parcel]) == [.known])
            let shipment = try await shop.shipment(moment.packed.id)
            #expect(shipment.state == .booked && shipment.reference == "bk_9")
            #expect(shipment.operation(.book)?.state == .done)
            #expect(try await shop.task(.bookShipment, moment.packed.id) == nil)
            #expect(try await restore(shop).found.parcelsAdopted == 1)
        }
    }

    @Test("what was cancelled in the lost future is cancelled here, and its units are in the parcel that followed")
    func packedAnew() async throws {
        try await open { moment in
            let shop = moment.shop
            let anew = lostShipment(shop)
            let parcels = [
                // The newer one stands first.
                listed(anew, of: moment.booked.order, reference: "bk_2"),
                listed(moment.booked.id, of: moment.booked.order, "1x2", .cancelled, reference: "bk_1"),
                listed(moment.packed.id, of: moment.packed.order, "1x2", .cancelled, reference: "bk_3"),
            ]
            #expect(try await recover(shop, parcels, .ofKnownShipments) == [.later, .followed, .followed])
            #expect(try await recover(shop, parcels) == [.adopted, .known, .known])
            for id in [moment.booked.id, moment.packed.id] {
                #expect(try await shop.shipment(id).state == .cancelled)
                for kind in TaskKind.carrierCalls { #expect(try await shop.task(kind, id) == nil) }
            }
            #expect(try await shop.shipment(anew).number == 2)
            #expect(try await restore(shop).found.parcelsFollowed == 2)
            try await settle(shop)
            _ = try await shop.pack(moment.packed.order)
            try await shop.expect(PackRefusal.nothingLeft, of: CreateShipment(order: moment.booked.order))
        }
    }

    @Test(
        "a parcel that left with units of one that no carrier knows takes their place; one that has not left is called off"
    )
    func unbooked() async throws {
        try await open { moment in
            let shop = moment.shop
            let parcel = listed(lostShipment(shop), of: moment.packed.order)
            let first = try await recover(shop, [parcel])
            #expect(first == [.toCallOff])
            #expect(try await shop.shipment(moment.packed.id).state == .packed)
            let left = listed(lostShipment(shop, 2), of: moment.packed.order, "1x2", .left, reference: "bk_8")
            #expect(try await recover(shop, [left]) == [.adopted])
            #expect(try await shop.shipment(moment.packed.id).state == .cancelled)
            // The other one holds its units at its carrier.
            let more = listed(lostShipment(shop, 3), of: moment.booked.order, "1x2", .left, reference: "bk_7")
            #expect(try await recover(shop, [more]) == [.held(.unitsElsewhere)])
            #expect(try await shop.shipment(moment.booked.id).state == .booked)
        }
    }

    @Test("a parcel of a lost order is called off at the carrier, or kept for a person if it left or the rule says so")
    func orderLost() async throws {
        try await open { moment in
            let shop = moment.shop
            let order = lostOrder(shop)
            let parcels = [
                listed(lostShipment(shop, 1), of: order, reference: "bk_a"),
                listed(lostShipment(shop, 2), of: order, "1x2", .left, reference: "bk_b"),
                listed(lostShipment(shop, 3), of: order, "1x2", .cancelled, reference: "bk_c"),
            ]
            #expect(try await recover(shop, parcels) == [.toCallOff, .held(.orderLost), .harmless])
            #expect(try await recover(shop, parcels) == [.toCallOff, .held(.orderLost), .harmless])
            let held = listed(lostShipment(shop, 4), of: order, reference: "bk_d")
            #expect(try await recover(shop, [held], rule: .hold) == [.held(.orderLost)])
            #expect(try await recover(shop, [held]) == [.held(.orderLost)], "it was decided")
            let found = try await restore(shop)
            #expect(found.found.parcelsHeld == 2 && found.found.parcelsCalledOff == 0)
            #expect(found.heldParcels.map(\.reference) == ["bk_b", "bk_d"] && found.heldParcels[0].order == order)
            #expect(try await shop.rows(ShipmentRow.self).count == 2)
        }
    }

    @Test("the carrier's answer ends a calling off; found cancelled or gone, it is known without one")
    func calledOff() async throws {
        try await open { moment in
            let shop = moment.shop
            let order = lostOrder(shop)
            var parcels = (1...4).map { listed(lostShipment(shop, $0), of: order, reference: "bk_\($0)x") }
            #expect(try await recover(shop, parcels) == [.toCallOff, .toCallOff, .toCallOff, .toCallOff])
            let epoch = try await restore(shop).epoch
            func key(_ number: Int) -> RecoveredParcelRow.Key { .init(epoch, TestShop.carrier, "bk_\(number)x") }
            for _ in 0..<2 {
                let first = try await shop.run(RecordCallOff(key(1), isDone: true))
                let second = try await shop.run(RecordCallOff(key(2), isDone: false))
                let isRepeated = try await restore(shop).found.parcelsHeld == 1 && first == .known && second == .known
                #expect((first == .calledOff && second == .held(.cancelRefused)) || isRepeated)
            }
            parcels[2].standing = .cancelled
            parcels[3].standing = .left
            let again = try await recover(shop, parcels)
            #expect(again == [.known, .held(.cancelRefused), .calledOff, .held(.cancelRefused)])
            let found = try await restore(shop).found
            #expect(found.parcelsCalledOff == 2 && found.parcelsHeld == 2)
        }
    }

    @Test("a parcel of an order that was cancelled is called off, or kept for a person if it left")
    func orderCalledOff() async throws {
        try await open { moment in
            let shop = moment.shop
            try await shop.run(ChangeOrder(moment.plain.id, .cancel(nil, reason: nil)))
            let parcels = [
                listed(lostShipment(shop, 1), of: moment.plain.id, reference: "bk_a"),
                listed(lostShipment(shop, 2), of: moment.plain.id, "1x1", .left, reference: "bk_b"),
            ]
            #expect(try await recover(shop, parcels) == [.toCallOff, .held(.orderCalledOff)])
        }
    }

    @Test("an unpaid order waits for the search at the providers; what left is a fact, and is not sent again")
    func unpaid() async throws {
        try await open(isSearched: false) { moment in
            let shop = moment.shop
            let parcel = listed(lostShipment(shop), of: moment.unpaid.id, "1x1", reference: "bk_a")
            #expect(try await recover(shop, [parcel]) == [.waits])
            let epoch = try await restore(shop).epoch
            let all = ["payments/first", "carriers/sandbox"]
            try await shop.run(RecordSearch(epoch, at: "payments/first", of: all))
            #expect(try await recover(shop, [parcel]) == [.waits], "its payment is not answered")
            try await shop.answer(moment.unpaid.id, .refused(code: "card_declined"))
            let left = listed(lostShipment(shop, 2), of: moment.unpaid.id, "1x1", .left, reference: "bk_b")
            #expect(try await recover(shop, [parcel, left]) == [.toCallOff, .adopted])
            try await settle(shop)
            try await shop.run(ChangeOrder(moment.unpaid.id, .pay(reason: nil)))
            let rest = try await shop.pack(moment.unpaid.id)
            #expect(rest.lines == [LineQuantity(line: 1, quantity: 1)], "one of two units has left")
        }
    }

    @Test("a parcel that the carrier cannot explain is called off, or kept for a person if it left")
    func unexplained() async throws {
        try await open { moment in
            let shop = moment.shop
            let order = moment.plain.id
            var elsewhere = listed(lostShipment(shop, 5), of: order, "1x1", .booked, reference: "bk_e")
            elsewhere.from = "nowhere"
            let parcels = [
                listed(lostShipment(shop, 1), of: nil, reference: "bk_a"),
                listed(lostShipment(shop, 2), of: nil, "1x1", .left, reference: "bk_b"),
                listed(lostShipment(shop, 3), of: order, nil, reference: "bk_c"),
                listed(lostShipment(shop, 4), of: order, "2x1", .left, reference: "bk_d"),
                elsewhere,
                listed(lostShipment(shop, 6), of: order, "1x4", reference: "bk_f"),
            ]
            let decided = try await recover(shop, parcels)
            let expected: [ParcelRecovery] = [
                .toCallOff, .held(.contentsUnknown), .toCallOff, .held(.unitsElsewhere), .toCallOff, .toCallOff,
            ]
            #expect(decided == expected)
            let unnamed = listed(lostShipment(shop, 7), of: nil, reference: "bk_g")
            #expect(try await recover(shop, [unnamed], rule: .hold) == [.held(.contentsUnknown)])
        }
    }

    @Test("what no shipment of the shop can explain is left alone")
    func foreign() async throws {
        try await open { moment in
            let shop = moment.shop
            let old = ID<Shipment>(at: shop.clock.now.adding(seconds: -90_000), random: (1, 1))
            let oldOrder = ID<Order>(at: shop.clock.now.adding(seconds: -90_000), random: (1, 1))
            let parcels = [
                listed(nil, of: nil), listed(old, of: moment.plain.id), listed(lostShipment(shop), of: oldOrder),
                listed(lostShipment(shop), of: moment.plain.id, reference: ""),
                listed(lostShipment(shop), of: moment.plain.id, reference: String(repeating: "x", count: 201)),
            ]
            let decided = try await recover(shop, parcels)
            #expect(decided == parcels.map { _ in .foreign })
            #expect(try await shop.rows(RecoveredParcelRow.self).isEmpty)
        }
        try await TestShop.open(.memory) { shop in
            let decided = try await recover(shop, [listed(lostShipment(shop), of: nil)])
            #expect(decided == [.foreign], "never restored")
        }
    }

    @Test("a restore before the search of another one has ended searches for both")
    func again() async throws {
        try await open(isSearched: false) { moment in
            let shop = moment.shop
            let parcel = listed(lostShipment(shop), of: moment.plain.id, "1x3")
            let first = try await restore(shop)
            shop.clock.advance(seconds: 90_000)
            for number in [2, 3] {
                let second = try await shop.run(MarkRestored(ID(high: 2, low: UInt64(number)), to: shop.clock.now))
                #expect(second.openSince == first.restoredTo && second.searchedFrom == first.searchedFrom)
                #expect(Restoration(document: second.document) == second)
            }
            #expect(try await recover(shop, [parcel]) == [.adopted])
            try await shop.run(RecordSearch(try await restore(shop).epoch, at: nil, of: []))
            let third = try await shop.run(MarkRestored(ID(high: 3, low: 3), to: shop.clock.now))
            #expect(third.openSince == nil)
        }
    }

    @Test("a shipment with two bookings keeps its own; another carrier's is none of it")
    func twice() async throws {
        try await open { moment in
            let shop = moment.shop
            let (id, order) = (moment.booked.id, moment.booked.order)
            let parcels = [
                listed(id, of: order, reference: "bk_1"),
                listed(id, of: order, reference: "bk_2"),
                listed(id, of: order, "1x2", .left, reference: "bk_3"),
                listed(id, of: order, "1x2", .cancelled, reference: "bk_4"),
            ]
            let decided = try await recover(shop, parcels)
            #expect(decided == [.known, .toCallOff, .held(.bookedTwice), .harmless])
            #expect(try await shop.shipment(id).reference == "bk_1")
            let other = RecoverParcels("other", [listed(id, of: order, reference: "bk_5")], .all, rule: .cancel)
            #expect(try await shop.run(other) == [.toCallOff])
        }
    }

    @Test("a parcel that was cancelled here since the restore is called off, or kept for a person if it left")
    func cancelledHere() async throws {
        try await open { moment in
            let shop = moment.shop
            // Whole orders can be cancelled at any time.
            try await shop.run(ChangeOrder(moment.packed.order, .cancel(nil, reason: nil)))
            #expect(try await shop.shipment(moment.packed.id).state == .cancelled)
            let left = listed(moment.packed.id, of: moment.packed.order, "1x2", .left, reference: "bk_l")
            #expect(try await recover(shop, [left]) == [.held(.cancelledHere)])
            let booked = listed(moment.packed.id, of: moment.packed.order, reference: "bk_m")
            #expect(try await recover(shop, [booked]) == [.calledOff])
            #expect(try await shop.shipment(moment.packed.id).call(.cancel) != nil)
            #expect(try await shop.task(.cancelBooking, moment.packed.id) != nil)
        }
    }

    @Test("a parcel that left here and is cancelled there is kept for a person")
    func cancelledThere() async throws {
        try await open { moment in
            let shop = moment.shop
            let left = listed(moment.booked.id, of: moment.booked.order, "1x2", .left, reference: "bk_1")
            shop.clock.advance(seconds: 100)
            #expect(try await recover(shop, [left]) == [.known])
            #expect(try await shop.task(.trackShipment, moment.booked.id)?.due == shop.clock.now)
            try await shop.tell(moment.booked.id, .handedOver)
            let cancelled = listed(moment.booked.id, of: moment.booked.order, "1x2", .cancelled, reference: "bk_1")
            #expect(try await recover(shop, [cancelled]) == [.held(.cancelledThere)])
        }
    }

    @Test("the document lists the first hundred held parcels, and counts all")
    func many() async throws {
        try await open { moment in
            let shop = moment.shop
            let order = lostOrder(shop)
            let parcels = (0..<103).map { number in
                listed(lostShipment(shop, UInt64(number)), of: order, "1x1", .left, reference: "bk_\(number)")
            }
            _ = try await recover(shop, parcels)
            let found = try await restore(shop)
            #expect(found.heldParcels.count == 100 && found.found.parcelsHeld == 103)
            #expect(Restoration(document: found.document) == found)
        }
    }

    @Test("contents are read back as they were written, and nothing else is contents")
    func contents() {
        let lines = [LineQuantity(line: 3, quantity: 1), LineQuantity(line: 1, quantity: 250)]
        #expect(PackedContents(lines).description == "3x1,1x250")
        #expect(PackedContents("3x1,1x250")?.lines == lines)
        for text in [
            "", "1", "1x", "x1", "0x1", "1x0", "1x1,", ",1x1", "1x1,1x2", "-1x2", "+1x2", "1x2x3", "1 x2",
            "1x99999999999999999999", "١x1",
        ] {
            #expect(PackedContents(text) == nil, "\(text)")
        }
    }
}
