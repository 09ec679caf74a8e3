import Testing
import Trading

@testable import Ledger

@Suite("Calling off units, with their stock and their money")
struct CancelUnitsTests {
    private func open(_ kind: EngineKind, _ body: (TestShop) async throws -> Void) async throws {
        try await TestShop.open(kind) { shop in
            try await shop.stock(["MUG": 20], price: 1000)
            try await body(shop)
            try await shop.expectSound()
            try await shop.expectBooks()
        }
    }

    private static func units(_ quantity: Int64, of line: Int64 = 1) -> ChangeOrder.Change {
        .cancel([UnitsToCancel(.line(line), quantity)], reason: "sold out")
    }

    private static func ship(_ quantity: Int64) -> ChangeOrder.Change {
        .fulfil([LineQuantity(line: 1, quantity: quantity)])
    }

    @Test(
        "of 3 by card 2 ship and 1 is called off: 20.00 is taken, 10.00 is let go, and the order is closed",
        arguments: EngineKind.allCases
    )
    func card(_ kind: EngineKind) async throws {
        try await open(kind) { shop in
            let id = try await shop.placeByCard([("MUG", 3)]).id
            try await shop.answer(id, .done(TestShop.proof))
            try await shop.run(ChangeOrder(id, Self.ship(2)))
            try await shop.answer(id, .done(TestShop.proof))
            #expect(try await shop.payment(id).status == .partlyCaptured)
            try await shop.run(ChangeOrder(id, .cancel(reason: nil)))
            let step = try await shop.claim(id)
            let operation = step.payment.operations[try #require(step.step.operation)]
            #expect(operation.kind == .void && operation.amount == 1000)
            try await shop.record(step, .done(TestShop.proof))
            let order = try await shop.order(id)
            #expect((order.state, order.paymentState) == (.fulfilled, .paid))
            #expect(order.payments.authorised == 2000 && order.payments.captured == 2000)
            try await shop.expectBalances([.clearing(provider: "first"): 2000, .revenue: -2000])
            #expect(try await shop.level("MUG") == StockLevel(onHand: 18, reserved: 0))
            let types = try await shop.rows(EventRow.self).filter { $0.subject == id.description }.map(\.type)
            #expect(types.suffix(2) == [.orderUnitsCancelled, .orderFulfilled])
            #expect(try await shop.run(ChangeOrder(id, .complete)).order.state == .completed)
        }
    }

    @Test("units that are called off before the goods leave are never taken", arguments: EngineKind.allCases)
    func before(_ kind: EngineKind) async throws {
        try await open(kind) { shop in
            for capture in [CaptureMode.onShipment, .onFirstShipment] {
                let id = try await shop.placeByCard([("MUG", 3)], capture: capture).id
                try await shop.answer(id, .done(TestShop.proof))
                try await shop.run(ChangeOrder(id, Self.units(1)))
                try await shop.run(ChangeOrder(id, .fulfil(nil)))
                try await shop.answer(id, .done(TestShop.proof))
                let payment = try await shop.payment(id)
                #expect((payment.authorised, payment.captured, payment.openOperation) == (2000, 2000, nil))
                #expect(try await shop.order(id).paymentState == .paid)
            }
            try await shop.expectBalances([.clearing(provider: "first"): 4000, .revenue: -4000])
        }
    }

    @Test("money that was taken is given back by whoever has it", arguments: EngineKind.allCases)
    func taken(_ kind: EngineKind) async throws {
        try await open(kind) { shop in
            let customer = try await shop.run(PutCustomer(CustomerDetails(email: "a@example.com"))).id
            try await shop.run(GrantStoreCredit(to: customer, Money(3000, .gbp), reason: "r"))
            let gift = IssueGiftCard(ID(high: 1, low: 1), amount: Money(3000, .gbp), funding: .sold, reference: nil)
            let card = try await shop.run(gift).id
            let byGift = try await shop.place([("MUG", 3)], .giftCard(card)).id
            let buyer = OrderCustomer(id: customer)
            let byCredit = try await shop.place([("MUG", 3)], .storeCredit, customer: buyer).id
            let atOnce = try await shop.placeByCard([("MUG", 3)], capture: .atOnce).id
            try await shop.answer(atOnce, .done(TestShop.proof))
            for id in [byGift, byCredit, atOnce] {
                try await shop.run(ChangeOrder(id, Self.ship(2)))
                try await shop.run(ChangeOrder(id, Self.units(1)))
            }
            try await shop.answer(atOnce, .done(TestShop.proof))
            #expect(try await shop.row(GiftCardRow.self, card)?.card.balance == Money(1000, .gbp))
            let left = try await shop.row(StoreCreditRow.self, StoreCreditRow.Key(customer, .gbp))
            #expect(left?.amount == 1000)
            for id in [byGift, byCredit, atOnce] {
                let order = try await shop.order(id)
                #expect((order.state, order.paymentState) == (.fulfilled, .paid))
                #expect(order.payments.captured - order.payments.refunded == 2000)
            }
            let purses: [Account: Int64] = [.bank: 3000, .goodwill: 3000, .giftCards: -1000, .storeCredit: -1000]
            try await shop.expectBalances(
                purses.merging([.clearing(provider: "first"): 2000, .revenue: -6000]) { $1 }
            )
        }
    }

    @Test("a return and a cancellation of the same order give back each its own", arguments: EngineKind.allCases)
    func withReturn(_ kind: EngineKind) async throws {
        try await open(kind) { shop in
            let id = try await shop.placeByCard([("MUG", 3)], capture: .atOnce).id
            try await shop.answer(id, .done(TestShop.proof))
            try await shop.run(ChangeOrder(id, Self.ship(2)))
            let back = ReturnRequestLine(line: 1, quantity: 1, disposition: .restock)
            try await shop.run(TakeBack(order: id, lines: [back], reason: "r"))
            try await shop.answer(id, .done(TestShop.proof))
            try await shop.run(ChangeOrder(id, .cancel(reason: nil)))
            try await shop.answer(id, .done(TestShop.proof))
            let payment = try await shop.payment(id)
            #expect((payment.captured, payment.refunded, payment.openOperation) == (3000, 2000, nil))
            try await shop.expectBalances([
                .clearing(provider: "first"): 1000, .revenue: -2000, .returns: 1000,
            ])
        }
    }

    @Test("units of an unpaid order are called off before it is paid, whatever pays it", arguments: EngineKind.allCases)
    func unpaid(_ kind: EngineKind) async throws {
        try await open(kind) { shop in
            let manual = try await shop.place([("MUG", 3)]).id
            try await shop.run(ChangeOrder(manual, Self.units(1)))
            try await shop.run(ChangeOrder(manual, .pay(reason: nil)))
            #expect(try await shop.payment(manual).captured == 2000)
            for capture in CaptureMode.allCases {
                let id = try await shop.placeByCard([("MUG", 3)], capture: capture).id
                try await shop.run(ChangeOrder(id, Self.units(1)))
                try await shop.answer(id, .done(TestShop.proof))
                try await shop.run(ChangeOrder(id, .fulfil(nil)))
                try await shop.answer(id, .done(TestShop.proof))
                let payment = try await shop.payment(id)
                #expect(payment.captured - payment.refunded == 2000, "\(capture)")
                #expect(payment.authorised == payment.captured && payment.openOperation == nil, "\(capture)")
            }
            let free = try await shop.placeByCard([("MUG", 1)]).id
            try await shop.run(ChangeOrder(free, Self.units(1)))
            #expect(try await shop.order(free).state == .cancelled)
            try await shop.expectBalances([.bank: 2000, .clearing(provider: "first"): 6000, .revenue: -8000])
        }
    }

    @Test("what was taken by hand for units that are called off is given back by hand", arguments: EngineKind.allCases)
    func byHand(_ kind: EngineKind) async throws {
        try await open(kind) { shop in
            let id = try await shop.paid([("MUG", 3)]).id
            try await shop.run(ChangeOrder(id, Self.units(1)))
            try await shop.expectBalances([.bank: 3000, .revenue: -2000, .receivable: -1000])
            try await shop.run(ChangePayment(Payment.id(of: id, attempt: 1), .refund(Money(1000, .gbp))))
            try await shop.expectBalances([.bank: 2000, .revenue: -2000])
            try await shop.run(ChangeOrder(id, .cancel(reason: nil)))
            try await shop.expectBalances([.bank: 2000, .receivable: -2000])
        }
    }

    @Test(
        "units in a parcel are spared by the unit, and called off with all the others",
        arguments: EngineKind.allCases
    )
    func parcels(_ kind: EngineKind) async throws {
        try await open(kind) { shop in
            let id = try await shop.paid([("MUG", 4)]).id
            try await shop.run(ChangeOrder(id, Self.ship(1)))
            let parcel = try await shop.pack(id, [(1, 2)])
            try await shop.expect(.tooMany(index: 0, line: 1, left: 1), of: ChangeOrder(id, Self.units(2)))
            try await shop.run(ChangeOrder(id, Self.units(1)))
            #expect(try await shop.order(id).state == .partlyFulfilled)
            try await shop.run(ChangeOrder(id, .cancel(reason: nil)))
            #expect(try await shop.shipment(parcel.id).state == .cancelled)
            #expect(try await shop.order(id).state == .fulfilled)
            try await shop.expectParcelsSound()
        }
    }

    @Test("an order is closed when all that was not called off has arrived", arguments: EngineKind.allCases)
    func arrival(_ kind: EngineKind) async throws {
        try await open(kind) { shop in
            let id = try await shop.place([("MUG", 2)], .cashOnDelivery).id
            try await shop.run(ChangeOrder(id, Self.units(1)))
            let parcel = try await shop.pack(id)
            try await shop.book(parcel.id)
            try await shop.tell(parcel.id, .delivered)
            let order = try await shop.order(id)
            #expect((order.state, order.paymentState) == (.completed, .paid))
            try await shop.expectBalances([.cashInTransit: 1000, .revenue: -1000])
        }
    }

    @Test(
        "a cancellation that is sent again is answered as it was, whatever came after",
        arguments: EngineKind.allCases
    )
    func replay(_ kind: EngineKind) async throws {
        try await open(kind) { shop in
            let id = try await shop.paid([("MUG", 4)]).id
            let first = try await shop.committer.submit(ChangeOrder(id, Self.units(1)), key: .test(1))
            try await shop.run(ChangeOrder(id, Self.ship(1)))
            try await shop.run(ChangeOrder(id, .cancel(reason: nil)))
            let again = try await shop.committer.submit(ChangeOrder(id, Self.units(1)), key: .test(1))
            #expect(again.replayed)
            #expect(again.outcome.document == first.outcome.document)
            let stored = try await shop.order(id)
            #expect(Order(document: stored.document) == stored)
        }
    }
}
