import Testing
import Trading

@testable import Ledger

@Suite("Parcels in the ledger")
struct ShipmentCommandTests {
    @Test("a parcel goes from packing to the door, and order and stock go with it", arguments: EngineKind.allCases)
    func life(_ kind: EngineKind) async throws {
        try await TestShop.open(kind) { shop in
            try await shop.stock(["MUG": 5, "CUP": 5])
            let order = try await shop.paid([("MUG", 2), ("CUP", 1)])
            let packed = try await shop.pack(order.id)
            #expect(packed.state == .packed && packed.number == 1 && packed.location == Location.mainCode)
            #expect(packed.lines == [LineQuantity(line: 1, quantity: 2), LineQuantity(line: 2, quantity: 1)])
            #expect(try await shop.level("MUG") == StockLevel(onHand: 5, reserved: 2))
            #expect(try await shop.book(packed.id).state == .booked)
            #expect(try await shop.task(.bookShipment, packed.id)?.epoch == nil)
            #expect(try await shop.task(.fetchLabel, packed.id)?.due == shop.clock.now)
            #expect(try await shop.task(.lateShipment, packed.id)?.due == shop.clock.now.adding(seconds: 86_401))
            let label = ShippingLabel(mediaType: "application/pdf", bytes: [1, 2, 3])
            let claim = try await shop.claim(.fetchLabel, packed.id)
            try await shop.run(TestShop.recorded(packed.id, claim, .label(.done(label))))
            #expect(try await shop.row(LabelRow.self, packed.id)?.bytes == [1, 2, 3])
            #expect(try await shop.run(HandOver(packed.id)).state == .handedOver)
            #expect(try await shop.level("MUG") == StockLevel(onHand: 3, reserved: 0))
            #expect(try await shop.order(order.id).state == .fulfilled)
            #expect(try await shop.tell(packed.id, .delivered).state == .delivered)
            #expect(try await shop.order(order.id).state == .completed)
            #expect(try await shop.task(.lateShipment, packed.id)?.epoch == nil)
            let names = try await shop.rows(EventRow.self).map(\.type.name)
            #expect(
                names.suffix(6) == [
                    "shipment.created", "shipment.booked", "order.fulfilled", "shipment.handedOver",
                    "shipment.delivered", "order.completed",
                ]
            )
            try await shop.expectSound()
            try await shop.expectParcelsSound()
        }
    }

    @Test("packing is refused in the order of precedence, and then nothing changed", arguments: EngineKind.allCases)
    func refusals(_ kind: EngineKind) async throws {
        try await TestShop.open(kind) { shop in
            try await shop.stock(["MUG": 5])
            let unpaid = try await shop.place([("MUG", 1)]).id
            let order = try await shop.paid([("MUG", 2)]).id
            func pack(_ order: ID<Order>, _ lines: [(Int64, Int64)]?, from place: String? = nil) -> CreateShipment {
                let lines = lines?.map { LineQuantity(line: $0.0, quantity: $0.1) }
                return CreateShipment(order: order, lines: lines, location: place)
            }
            let cases: [(CreateShipment, PackRefusal)] = [
                (pack(ID(high: 1, low: 1), [], from: "nowhere"), .orderNotFound),
                (pack(unpaid, [], from: "nowhere"), .unknownLocation),
                (pack(unpaid, []), .wrongState(.pendingPayment)),
                (pack(order, []), .noLines),
                (pack(order, [(2, 1)]), .unknownLine(index: 0, line: 2)),
                (pack(order, [(1, 1), (1, 1)]), .repeatedLine(index: 1, line: 1)),
                (pack(order, [(1, 3)]), .tooMany(index: 0, line: 1, left: 2)),
            ]
            for (command, refusal) in cases { try await shop.expect(refusal, of: command) }
            _ = try await shop.pack(order, [(1, 1)])
            try await shop.expect(.tooMany(index: 0, line: 1, left: 1), of: pack(order, [(1, 2)]))
            _ = try await shop.pack(order)
            try await shop.expect(.nothingLeft, of: pack(order, nil))
            try await shop.expect(
                .tooMany(index: 0, line: 1, left: 0),
                of: ChangeOrder(order, .fulfil([LineQuantity(line: 1, quantity: 1)])),
                "what is packed does not leave another way"
            )
            try await shop.expect(.nothingLeft, of: ChangeOrder(order, .fulfil(nil)))
        }
    }

    @Test("moving a parcel on is refused in the order of precedence", arguments: EngineKind.allCases)
    func moving(_ kind: EngineKind) async throws {
        try await TestShop.open(kind) { shop in
            try await shop.stock(["MUG": 5])
            let order = try await shop.paid([("MUG", 2)]).id
            let none = ID<Shipment>(high: 1, low: 1)
            try await shop.expect(.notFound, of: CancelShipment(none))
            try await shop.expect(.notFound, of: HandOver(none))
            try await shop.expect(.notFound, of: RecordEvents(none, [], completesOrder: true))
            let parcel = try await shop.pack(order)
            try await shop.expect(.notBooked, of: HandOver(parcel.id))
            try await shop.expect(
                .notBooked,
                of: RecordEvents(parcel.id, [shop.event(.delivered)], completesOrder: true)
            )
            try await shop.run(CancelShipment(parcel.id))
            try await shop.expect(.wrongState(.cancelled), of: CancelShipment(parcel.id))
            try await shop.expect(.wrongState(.cancelled), of: HandOver(parcel.id))
        }
    }

    @Test("units of a cancelled parcel can be packed again, and no task is left", arguments: EngineKind.allCases)
    func cancelling(_ kind: EngineKind) async throws {
        try await TestShop.open(kind) { shop in
            try await shop.stock(["MUG": 5])
            let order = try await shop.paid([("MUG", 2)]).id
            let untouched = try await shop.pack(order)
            try await shop.run(CancelShipment(untouched.id))
            #expect(try await shop.rows(TaskRow.self).isEmpty, "nobody had asked the carrier yet")
            let booked = try await shop.pack(order)
            #expect(booked.number == 2)
            try await shop.book(booked.id)
            try await shop.run(CancelShipment(booked.id))
            #expect(try await shop.rows(TaskRow.self).map(\.key.kind) == [.cancelBooking])
            let epoch = try await shop.claim(.cancelBooking, booked.id)
            try await shop.run(TestShop.recorded(booked.id, epoch, .cancelling(.unknown(code: "timeout"))))
            shop.clock.advance(seconds: 30)
            let again = try await shop.claim(.cancelBooking, booked.id)
            let done = CarrierKnowledge.cancelling(.done(Acknowledged()))
            try await shop.expect(.lapsed, of: TestShop.recorded(booked.id, epoch, done))
            try await shop.run(TestShop.recorded(booked.id, again, done))
            #expect(try await shop.rows(TaskRow.self).isEmpty)
            let last = try await shop.pack(order)
            #expect(last.lines == [LineQuantity(line: 1, quantity: 2)])
            try await shop.expectParcelsSound()
        }
    }

    @Test(
        "a parcel that is cancelled while its booking is under way leaves no booking behind",
        arguments: EngineKind.allCases
    )
    func cancelledUnderWay(_ kind: EngineKind) async throws {
        try await TestShop.open(kind) { shop in
            try await shop.stock(["MUG": 5])
            let order = try await shop.paid([("MUG", 2)]).id
            let parcel = try await shop.pack(order)
            let epoch = try await shop.claim(.bookShipment, parcel.id)
            try await shop.run(CancelShipment(parcel.id))
            let booking = CarrierOutcome.done(BookedParcel(reference: "bk_9", trackingNumber: "T"))
            try await shop.run(TestShop.recorded(parcel.id, epoch, .booking(booking)))
            let cancelled = try await shop.shipment(parcel.id)
            #expect(cancelled.state == .cancelled)
            #expect(cancelled.call(.cancel) == .cancel(reference: "bk_9", key: "\(parcel.id)-2"))
            #expect(try await shop.rows(TaskRow.self).map(\.key.kind) == [.cancelBooking])
        }
    }

    @Test(
        "a booking that a worker may have sent before it died is found out about, and called off",
        arguments: EngineKind.allCases
    )
    func cancelledAfterCrash(_ kind: EngineKind) async throws {
        try await TestShop.open(kind) { shop in
            try await shop.stock(["MUG": 5])
            let order = try await shop.paid([("MUG", 2)]).id
            let parcel = try await shop.pack(order)
            _ = try await shop.claim(.bookShipment, parcel.id)
            try await shop.run(CancelShipment(parcel.id))
            func record(_ outcome: CarrierOutcome<BookedParcel>) async throws -> CarrierEffect {
                shop.clock.advance(seconds: 60)
                let epoch = try await shop.claim(.bookShipment, parcel.id)
                return try await shop.run(TestShop.recorded(parcel.id, epoch, .booking(outcome)))
            }
            #expect(try await record(.notDone(code: "status_503")) == .none)
            #expect(try await shop.task(.bookShipment, parcel.id) != nil)
            #expect(try await record(.done(BookedParcel(reference: "bk_9", trackingNumber: "T"))) == .done)
            #expect(try await shop.rows(TaskRow.self).map(\.key.kind) == [.cancelBooking])
        }
    }

    @Test("cancelling an order calls its parcels off", arguments: EngineKind.allCases)
    func cancelledOrder(_ kind: EngineKind) async throws {
        try await TestShop.open(kind) { shop in
            try await shop.stock(["MUG": 5])
            let order = try await shop.paid([("MUG", 2)]).id
            let first = try await shop.pack(order, [(1, 1)])
            let second = try await shop.pack(order)
            try await shop.book(second.id)
            try await shop.run(ChangeOrder(order, .cancel(reason: nil)))
            #expect(try await shop.shipment(first.id).state == .cancelled)
            #expect(try await shop.shipment(second.id).state == .cancelled)
            #expect(try await shop.rows(TaskRow.self).map(\.key.kind) == [.cancelBooking])
            #expect(try await shop.level("MUG") == StockLevel(onHand: 5, reserved: 0))
            try await shop.expectSound()
        }
    }

    @Test(
        "units leave the location of their parcel, and those that leave in none are counted apart",
        arguments: EngineKind.allCases
    )
    func locations(_ kind: EngineKind) async throws {
        try await TestShop.open(kind) { shop in
            try await shop.run(PutLocation(Location(code: "north", name: "North", priority: 1)))
            try await shop.stock(["MUG": 2])
            try await shop.stock(["MUG": 3], at: "north")
            let order = try await shop.paid([("MUG", 5)]).id
            try await shop.run(ChangeOrder(order, .fulfil([LineQuantity(line: 1, quantity: 1)])))
            let main = try await shop.pack(order, by: Shipment.manualCarrier)
            let north = try await shop.pack(order, [(1, 2)], by: Shipment.manualCarrier)
            #expect(main.location == "main" && main.units(of: 1) == 1)
            #expect(north.location == "north")
            try await shop.run(HandOver(north.id, trackingNumber: "N1"))
            #expect(try await shop.level("MUG")?.onHand == 1)
            #expect(try await shop.level("MUG", at: "north") == StockLevel(onHand: 1, reserved: 1))
            try await shop.run(ChangeOrder(order, .fulfil(nil)))
            #expect(try await shop.level("MUG", at: "north") == StockLevel(onHand: 0, reserved: 0))
            #expect(try await shop.row(HandlingRow.self, order)?.loose == [2])
            try await shop.run(HandOver(main.id))
            #expect(try await shop.order(order).state == .fulfilled)
            for parcel in [main, north] { try await shop.tell(parcel.id, .delivered) }
            #expect(try await shop.order(order).state == .fulfilled, "nobody knows where the others are")
            try await shop.expectSound()
            try await shop.expectParcelsSound()
        }
    }

    @Test(
        "an order is closed when its last parcel arrives, and only where that is wanted",
        arguments: EngineKind.allCases
    )
    func completion(_ kind: EngineKind) async throws {
        try await TestShop.open(kind) { shop in
            try await shop.stock(["MUG": 9])
            for completes in [true, false] {
                let order = try await shop.paid([("MUG", 2)]).id
                let parcels = [
                    try await shop.pack(order, [(1, 1)], by: Shipment.manualCarrier),
                    try await shop.pack(order, by: Shipment.manualCarrier),
                ]
                try await shop.tell(parcels[0].id, .delivered, completing: completes)
                #expect(try await shop.order(order).state == .partlyFulfilled)
                try await shop.tell(parcels[1].id, .inTransit, completing: completes)
                #expect(try await shop.order(order).state == .fulfilled)
                try await shop.tell(parcels[1].id, .delivered, completing: completes)
                #expect(try await shop.order(order).state == (completes ? .completed : .fulfilled))
            }
            try await shop.expectParcelsSound()
        }
    }

    @Test("news is asked for less and less often, and a webhook makes it due at once", arguments: EngineKind.allCases)
    func tracking(_ kind: EngineKind) async throws {
        try await TestShop.open(kind) { shop in
            try await shop.stock(["MUG": 5])
            let order = try await shop.paid([("MUG", 1)]).id
            let id = try await shop.pack(order).id
            try await shop.book(id)
            try await shop.run(HandOver(id))
            func record(_ epoch: Int64, _ outcome: CarrierOutcome<[TrackingEvent]>) -> RecordCarrierCall {
                TestShop.recorded(id, epoch, .tracking(outcome))
            }
            shop.clock.advance(seconds: 1000)
            try await shop.run(record(try await shop.claim(.trackShipment, id), .notDone(code: "connect")))
            #expect(try await shop.task(.trackShipment, id)?.due == shop.clock.now.adding(seconds: 250))
            shop.clock.advance(seconds: 250)
            let news = [shop.event(.inTransit, id: "a")]
            try await shop.run(record(try await shop.claim(.trackShipment, id), .done(news)))
            #expect(try await shop.task(.trackShipment, id)?.due == shop.clock.now.adding(seconds: 60))
            shop.clock.advance(seconds: 60)
            let underWay = try await shop.claim(.trackShipment, id)
            let notice = TakeCarrierNotice(carrier: TestShop.carrier, event: "n1", type: "moved", shipment: id)
            #expect(try await shop.run(notice))
            try await shop.expect(.lapsed, of: record(underWay, .done(news)), "it is older than the hint")
            let before = try await shop.dump()
            #expect(try await !shop.run(notice), "a repeat")
            #expect(try await shop.dump() == before)
            let epoch = try await shop.claim(.trackShipment, id)
            try await shop.run(record(epoch, .done(news + [shop.event(.delivered, id: "b")])))
            let delivered = try await shop.shipment(id)
            #expect(delivered.state == .delivered && delivered.events.count { $0.id == "a" } == 1)
            #expect(try await shop.task(.trackShipment, id)?.epoch == nil)
            #expect(try await shop.order(order).state == .completed)
            let other = TakeCarrierNotice(carrier: "other", event: "n1", type: "moved", shipment: id)
            #expect(try await shop.run(other))
            #expect(try await shop.task(.trackShipment, id)?.epoch == nil, "another carrier has no say in it")
        }
    }

    @Test("a carrier's word that a parcel is moving hands it over", arguments: EngineKind.allCases)
    func impliedHandOver(_ kind: EngineKind) async throws {
        try await TestShop.open(kind) { shop in
            try await shop.stock(["MUG": 5])
            let order = try await shop.paid([("MUG", 2)]).id
            let id = try await shop.pack(order).id
            try await shop.book(id)
            shop.clock.advance(seconds: 60)
            let news = CarrierKnowledge.tracking(.done([shop.event(.outForDelivery)]))
            try await shop.run(TestShop.recorded(id, try await shop.claim(.trackShipment, id), news))
            #expect(try await shop.shipment(id).state == .outForDelivery)
            #expect(try await shop.order(order).state == .fulfilled)
            #expect(try await shop.level("MUG") == StockLevel(onHand: 3, reserved: 0))
            try await shop.expect(.wrongState(.outForDelivery), of: HandOver(id))
            try await shop.expectParcelsSound()
        }
    }

    @Test(
        "a lost parcel that is found goes on, and a correction reopens one that is not there",
        arguments: EngineKind.allCases
    )
    func found(_ kind: EngineKind) async throws {
        try await TestShop.open(kind) { shop in
            try await shop.stock(["A": 5], price: 100)
            let order = try await shop.paid([("A", 2)]).id
            let id = try await shop.pack(order).id
            try await shop.book(id)
            for (code, state) in [
                (.lost, .lost), (.outForDelivery, .outForDelivery), (.returning, .returning),
                (.outForDelivery, .outForDelivery), (.delivered, .delivered),
            ] as [(TrackingCode, ShipmentState)] {
                shop.clock.advance(seconds: 60)
                #expect(try await shop.tell(id, code).state == state)
                try await shop.expectParcelsSound()
                let isAsked = try await shop.task(.trackShipment, id) != nil
                #expect(isAsked == (state != .delivered) || code == .delivered)
            }
            #expect(try await shop.order(order).state == .completed)
            let before = try await shop.rows(MovementRow.self).count
            let wrong = try await shop.run(CorrectShipment(id, to: .lost, note: "not there", completesOrder: true))
            #expect(wrong.state == .lost && wrong.deliveredAt == nil)
            #expect(try await shop.task(.trackShipment, id) != nil, "its carrier is asked for it again")
            #expect(try await shop.rows(MovementRow.self).count == before, "stock stays as it is")
            let types = try await shop.rows(EventRow.self).suffix(2).map(\.type)
            #expect(types == [.shipmentCorrected, .shipmentLost])
            try await shop.expect(.notFound, of: CorrectShipment(ID(high: 1, low: 1), to: .lost, completesOrder: true))
            try await shop.expectSound()
            try await shop.expectParcelsSound()
        }
    }

    @Test("a parcel is marked late once, when its estimate is past", arguments: EngineKind.allCases)
    func lateness(_ kind: EngineKind) async throws {
        try await TestShop.open(kind) { shop in
            try await shop.stock(["MUG": 5])
            let order = try await shop.paid([("MUG", 1)]).id
            let id = try await shop.pack(order).id
            try await shop.book(id)
            try await shop.run(HandOver(id))
            shop.clock.advance(seconds: 86_401)
            let epoch = try await shop.claim(.lateShipment, id)
            try await shop.expect(.lapsed, of: MarkLate(id, epoch: epoch + 1))
            #expect(try await shop.run(MarkLate(id, epoch: epoch)))
            #expect(try await shop.task(.lateShipment, id)?.epoch == nil)
            let late = RowQuery<ShipmentRow>([Condition("late", .equal, .integer(1))], limit: 10)
            #expect(try await shop.rows(late).map(\.key) == [id])
            try await shop.tell(id, .delivered)
            #expect(try await shop.rows(late).isEmpty)
            #expect(try await shop.rows(EventRow.self).count { $0.type == .shipmentLate } == 1)
        }
    }

    @Test("a command that is sent again with its key has no second effect", arguments: EngineKind.allCases)
    func repeats(_ kind: EngineKind) async throws {
        try await TestShop.open(kind) { shop in
            try await shop.stock(["MUG": 5])
            let order = try await shop.paid([("MUG", 2)]).id
            let create = CreateShipment(order: order, carrier: Shipment.manualCarrier)
            let first = try await shop.run(create, key: .test(1))
            #expect(try await shop.run(create, key: .test(1)) == first)
            let left = try await shop.run(HandOver(first.id), key: .test(2))
            try await shop.tell(first.id, .delivered)
            let before = try await shop.dump()
            #expect(try await shop.run(HandOver(first.id), key: .test(2)) == left)
            #expect(try await shop.dump() == before)
        }
    }

    @Test("erasing a person takes labels and notes of the person's parcels away", arguments: EngineKind.allCases)
    func erasure(_ kind: EngineKind) async throws {
        try await TestShop.open(kind) { shop in
            try await shop.stock(["MUG": 5])
            let customer = try await shop.run(PutCustomer(CustomerDetails(email: "a@example.com"))).id
            let order = try await shop.place([("MUG", 1)], customer: OrderCustomer(id: customer)).id
            try await shop.run(ChangeOrder(order, .pay(reason: nil)))
            let id = try await shop.pack(order).id
            try await shop.book(id)
            let label = ShippingLabel(mediaType: "text/plain", bytes: Array("Ann".utf8))
            try await shop.run(TestShop.recorded(id, try await shop.claim(.fetchLabel, id), .label(.done(label))))
            try await shop.run(HandOver(id))
            var event = shop.event(.delivered)
            event.note = "left with Ann"
            try await shop.run(RecordEvents(id, [event], completesOrder: true))
            try await shop.run(EraseCustomer(customer))
            let claimed = try await shop.run(ClaimTasks([TaskRow.Key(.eraseOrders, customer.bits)], seconds: 30))
            let epoch = try #require(claimed.first).epoch
            try await shop.run(
                ErasePersonalData(customer, PersonalKeys(orders: [order]), next: .ends, epoch: epoch)
            )
            #expect(try await shop.row(LabelRow.self, id)?.bytes == nil)
            try await shop.run(RecordEvents(id, [event], completesOrder: true))
            let shipment = try await shop.shipment(id)
            #expect(shipment.state == .delivered && shipment.events.map(\.note) == [nil])
        }
    }

    @Test("the table of rates is put by version", arguments: EngineKind.allCases)
    func rates(_ kind: EngineKind) async throws {
        try await TestShop.open(kind) { shop in
            let rate = ServiceRate(service: "s", steps: [RateStep(grams: 1000, price: 395)], freeFrom: 5000)
            let zone = ShippingZone(name: "Z", countries: ["GB"], postcodes: ["LS"], services: [rate])
            let table = ShippingRates(currency: .gbp, zones: [zone], fallback: rate)
            try await shop.expect(.versionConflict(current: 0), of: PutShippingRates(table, expectedVersion: 1))
            #expect(try await shop.run(PutShippingRates(table, expectedVersion: 0)).version == 1)
            #expect(try await shop.run(PutShippingRates(table)).version == 1, "it is the same")
            let kept = try #require(try await shop.row(SettingRow.self, SettingRow.shippingRates))
            #expect(ShippingRates(document: kept.value)?.zones == [zone])
            #expect(try await shop.run(PutShippingRates(ShippingRates(currency: .gbp, zones: []))).version == 2)
        }
    }
}
