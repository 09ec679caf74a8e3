import Testing
import Trading

@testable import Ledger

@Suite("Cash on delivery, and orders that cost nothing")
struct CashTests {
    private func open(_ kind: EngineKind, _ body: (TestShop) async throws -> Void) async throws {
        try await TestShop.open(kind) { shop in
            try await shop.stock(["MUG": 20], price: 1000)
            try await body(shop)
            try await shop.expectSound()
            try await shop.expectBooks()
        }
    }

    private static func back(_ order: ID<Order>, _ quantity: Int64) -> TakeBack {
        let line = ReturnRequestLine(line: 1, quantity: quantity, disposition: .restock)
        return TakeBack(order: order, lines: [line], reason: "refused at the door")
    }

    @Test("of two units one is refused at the door, and 10.00 is collected", arguments: EngineKind.allCases)
    func refusedAtTheDoor(_ kind: EngineKind) async throws {
        try await open(kind) { shop in
            for byPayment in [true, false] {
                let id = try await shop.place([("MUG", 2)], .cashOnDelivery).id
                let payment = Payment.id(of: id, attempt: 1)
                try await shop.run(ChangeOrder(id, .fulfil(nil)))
                try await shop.run(Self.back(id, 1))
                try await shop.expect(
                    .tooMuch(left: Money(1000, .gbp)),
                    of: ChangePayment(payment, .capture(Money(2000, .gbp), isFinal: true))
                )
                if byPayment {
                    try await shop.run(ChangePayment(payment, .capture(Money(1000, .gbp), isFinal: true)))
                } else {
                    try await shop.run(ChangeOrder(id, .collected))
                }
                #expect(try await shop.payment(id).captured == 1000)
                #expect(try await shop.order(id).paymentState == .paid)
                try await shop.expect(.nothingToCollect(.paid), of: ChangeOrder(id, .collected))
            }
            try await shop.expectBalances([.cashInTransit: 2000, .revenue: -4000, .returns: 2000])
        }
    }

    @Test(
        "what was collected at the door is what was kept there, before the return is told",
        arguments: EngineKind.allCases
    )
    func collectedFirst(_ kind: EngineKind) async throws {
        try await open(kind) { shop in
            let id = try await shop.place([("MUG", 2)], .cashOnDelivery).id
            let payment = Payment.id(of: id, attempt: 1)
            try await shop.run(ChangeOrder(id, .fulfil(nil)))
            try await shop.run(ChangePayment(payment, .capture(Money(1000, .gbp), isFinal: true)))
            #expect(try await shop.order(id).paymentState == .partlyPaid)
            try await shop.run(Self.back(id, 1))
            let after = try await shop.order(id)
            #expect(after.paymentState == .paid, "\(after.payments)")
            try await shop.expect(.wrongStatus(.captured), of: ChangePayment(payment, .capture(nil, isFinal: true)))
            try await shop.expectBalances([.cashInTransit: 1000, .revenue: -2000, .returns: 1000])
        }
    }

    @Test("after a return of everything nothing is collected", arguments: EngineKind.allCases)
    func allReturned(_ kind: EngineKind) async throws {
        try await open(kind) { shop in
            let id = try await shop.place([("MUG", 2)], .cashOnDelivery).id
            try await shop.run(ChangeOrder(id, .fulfil(nil)))
            try await shop.run(Self.back(id, 2))
            let order = try await shop.order(id)
            #expect(order.paymentState == .void)
            #expect(try await shop.payment(id).status == .voided)
            try await shop.expect(.nothingToCollect(.void), of: ChangeOrder(id, .collected))
            try await shop.expect(
                .wrongStatus(.voided),
                of: ChangePayment(Payment.id(of: id, attempt: 1), .capture(nil, isFinal: true))
            )
            try await shop.expectBalances([.revenue: -2000, .returns: 2000])
            try await shop.run(ChangeOrder(id, .complete))
        }
    }

    @Test("an order that costs nothing is confirmed at once, however it is to be paid", arguments: EngineKind.allCases)
    func free(_ kind: EngineKind) async throws {
        try await open(kind) { shop in
            try await shop.stock(["FREE": 9], price: 0)
            for choice in [PaymentChoice.manual, .cashOnDelivery, .card(token: "t", provider: nil), .storeCredit] {
                let wish = TestShop.wish([("FREE", 1)], choice)
                let placed = try await shop.committer.submit(
                    wish,
                    key: .test(UInt64(choice.method.hashValue.magnitude))
                )
                let order = placed.outcome.order
                #expect((order.state, order.paymentState, order.reservedUntil) == (.confirmed, .paid, nil), "\(choice)")
                #expect(order.payments == OrderPayments())
                #expect(order.asPlaced == order)
                try await shop.run(ChangeOrder(order.id, .fulfil(nil)))
                try await shop.run(ChangeOrder(order.id, .complete))
            }
            try await shop.expectBalances([:])
        }
    }

    @Test("an order whose paid units are called off costs nothing, and is confirmed", arguments: EngineKind.allCases)
    func becomesFree(_ kind: EngineKind) async throws {
        try await open(kind) { shop in
            try await shop.stock(["FREE": 9], price: 0)
            let manual = try await shop.place([("MUG", 1), ("FREE", 1)]).id
            let card = try await shop.placeByCard([("MUG", 1), ("FREE", 1)]).id
            let late = try await shop.placeByCard([("MUG", 1), ("FREE", 1)]).id
            let call = try await shop.claim(late)
            for id in [manual, card, late] {
                try await shop.run(ChangeOrder(id, .cancel([UnitsToCancel(.sku(SKU(stored: "MUG")), 1)], reason: nil)))
                #expect(try await shop.order(id).state == .confirmed)
            }
            try await shop.record(call, .done(TestShop.proof))
            try await shop.answer(late, .done(TestShop.proof))
            #expect(try await shop.payment(late).status == .voided)
            #expect(try await shop.payment(card).openOperation == nil)
            try await shop.expectBalances([:])
        }
    }
}
