import LedgerSQLite
import TestSupport
import Testing
import Trading

@testable import Ledger

@Suite("Random trading")
struct RandomTradingTests {
    @Test(
        "leaves books that agree, after every stretch of it, and the same in every engine",
        arguments: 1...6 as ClosedRange<UInt64>
    )
    func walk(_ seed: UInt64) async throws {
        var dumps: [LedgerDump] = []
        for kind in EngineKind.allCases {
            try await TestShop.open(kind) { shop in
                var trader = Trader(shop: shop, generator: SeededGenerator(seed: seed))
                try await trader.open()
                for _ in 0..<6 {
                    for _ in 0..<30 { try await trader.step() }
                    try await shop.expectSound()
                    try await shop.expectBooks()
                }
                #expect(trader.done > 40, "seed \(seed): a walk that goes nowhere shows nothing")
                dumps.append(try await shop.dump())
            }
        }
        #expect(dumps[0].changes(since: dumps[1]) == [], "seed \(seed)")
    }
}

/// A client that sends random commands, both allowed and refused ones.
struct Trader {
    let shop: TestShop
    var generator: SeededGenerator
    var orders: [ID<Order>] = []
    var carts: [ID<Cart>] = []
    var done = 0
    private let giftCard = ID<GiftCard>(high: 9, low: 9)

    init(shop: TestShop, generator: SeededGenerator) {
        self.shop = shop
        self.generator = generator
    }

    mutating func open() async throws {
        try await shop.run(PutLocation(Location(code: "b", name: "B", priority: 1)))
        for sku in ["A", "B", "C"] {
            try await shop.stock([sku: 8], price: 100)
            try await shop.stock([sku: 4], price: 100, at: "b")
        }
        let card = IssueGiftCard(giftCard, amount: Money(2500, .gbp), funding: .sold, reference: nil)
        try await shop.run(card)
    }

    mutating func step() async throws {
        shop.clock.advance(seconds: Int64.random(in: 0...120, using: &generator))
        switch Int.random(in: 0..<16, using: &generator) {
        case 12...15: try await workPayments()
        case 0...2: try await place(.lines(lines(), .gbp))
        case 3:
            let cart = CreateCart(currency: .gbp, customer: nil, lines: [], bounds: CartBounds(lifetimeSeconds: 600))
            if let made = try await attempt(cart) { carts.append(made.id) }
        case 4:
            guard let cart = carts.randomElement(using: &generator) else { return }
            let other = carts.randomElement(using: &generator) ?? cart
            let change: ChangeCart.Change =
                Bool.random(using: &generator) ? .add(sku(), quantity()) : .merge(other)
            _ = try await attempt(ChangeCart(cart, change, bounds: CartBounds(lifetimeSeconds: 600)))
        case 5:
            guard let cart = carts.randomElement(using: &generator) else { return }
            try await place(.cart(cart))
        case 6: try await sweep()
        case 7:
            let kind =
                MovementKind.allCases.filter { $0 != .reserved && $0 != .released && $0 != .shipped }
                .randomElement(using: &generator) ?? .received
            let delta = Int64.random(in: -4...6, using: &generator)
            let place = Bool.random(using: &generator) ? "main" : "b"
            _ = try await attempt(AdjustStock(sku: sku(), location: place, kind: kind, delta: delta, reason: "r"))
        case 8:
            guard let order = orders.randomElement(using: &generator) else { return }
            let disposition = Disposition.allCases.randomElement(using: &generator) ?? .restock
            let line = ReturnRequestLine(line: 1, quantity: quantity(), disposition: disposition)
            _ = try await attempt(TakeBack(order: order, lines: [line], reason: "r"))
        default:
            guard let order = orders.randomElement(using: &generator) else { return }
            _ = try await attempt(ChangeOrder(order, change()))
        }
    }

    private mutating func change() -> ChangeOrder.Change {
        switch Int.random(in: 0..<7, using: &generator) {
        case 0, 1: .pay(reason: nil)
        case 2: .extend(seconds: 300)
        case 3: .cancel(reason: "r")
        case 4: .fulfil(nil)
        case 5: .fulfil([LineQuantity(line: 1, quantity: quantity())])
        default: .complete
        }
    }

    private mutating func place(_ source: PlaceOrder.Source) async throws {
        let hold = Int64.random(in: 60...900, using: &generator)
        if let placed = try await attempt(
            PlaceOrder(source: source, payment: choice(), terms: terms(), holdSeconds: hold)
        ) {
            orders.append(placed.order.id)
        }
    }

    private mutating func choice() -> PaymentChoice {
        switch Int.random(in: 0..<6, using: &generator) {
        case 0...2: .card(token: "t", provider: nil)
        case 3: .giftCard(giftCard)
        case 4: .cashOnDelivery
        default: .manual
        }
    }

    private mutating func terms() -> PaymentTerms {
        PaymentTerms(
            routing: TestShop.routing,
            capture: Bool.random(using: &generator) ? .atOnce : .onShipment,
            cashOnDelivery: true
        )
    }

    /// Runs the payment operations against providers with random outcomes; a worker may also die during its call.
    private mutating func workPayments() async throws {
        let now = shop.clock.now
        let due = try await shop.engine.read { (view) throws(LedgerFailure) in
            let first = try view.duePayments("first", now, limit: 3)
            return try (first + view.duePayments("second", now, limit: 3)).map(\.key)
        }
        for claim in try await shop.run(ClaimPayments(due, seconds: 30)) {
            let outcome: PaymentOutcome
            switch Int.random(in: 0..<8, using: &generator) {
            case 0: continue
            case 1: outcome = .unknown(code: "timeout")
            case 2: outcome = .notDone(code: "connect")
            case 3: outcome = .refused(code: "no")
            default: outcome = .done(PaymentProof(reference: "ch_\(claim.payment.id)", fee: 1))
            }
            try await shop.record(claim, outcome)
        }
        guard let order = orders.randomElement(using: &generator) else { return }
        _ = try await attempt(StartPayment(order, .card(token: "t", provider: nil), terms: terms()))
        let change: ChangePayment.Change = Bool.random(using: &generator) ? .refund(nil) : .capture(nil, isFinal: true)
        _ = try await attempt(ChangePayment(Payment.id(of: order, attempt: 1), change))
    }

    /// Expires the orders that are due, as the sweep does.
    private mutating func sweep() async throws {
        let now = shop.clock.now
        let due = try await shop.engine.read { (view) throws(LedgerFailure) in
            try view.dueOrders(now, limit: 5)
        }
        for order in due { _ = try await attempt(ExpireOrder(order)) }
    }

    private mutating func attempt<C: Command>(_ command: C) async throws -> C.Outcome? {
        do throws(CommitError<C.Refusal>) {
            let outcome = try await shop.committer.submit(command).outcome
            done += 1
            return outcome
        } catch {
            guard case .refused = error else { throw error }
            return nil
        }
    }

    private mutating func lines() -> [OrderRequestLine] {
        (0..<Int.random(in: 1...3, using: &generator)).map { _ in OrderRequestLine(sku: sku(), quantity: quantity()) }
    }

    private mutating func sku() -> SKU {
        SKU(stored: ["A", "B", "C"].randomElement(using: &generator) ?? "A")
    }

    private mutating func quantity() -> Int64 {
        Int64.random(in: 1...5, using: &generator)
    }
}
