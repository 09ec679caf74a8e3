import Testing
import Trading

@testable import Ledger

extension TestShop {
    static let routing = PaymentRouting([
        PaymentRoute("first", vault: "shared"), PaymentRoute("second", vault: "shared"),
    ])
    static let terms = PaymentTerms(routing: routing)
    static let proof = PaymentProof(reference: "ch_1")

    static func wish(
        _ lines: [(String, Int64)],
        _ payment: PaymentChoice,
        customer: OrderCustomer? = nil,
        capture: CaptureMode = .onShipment
    ) -> PlaceOrder {
        PlaceOrder(
            source: .lines(lines.map { OrderRequestLine(sku: SKU(stored: $0.0), quantity: $0.1) }, .gbp),
            customer: customer,
            payment: payment,
            terms: PaymentTerms(routing: routing, capture: capture, cashOnDelivery: true),
            holdSeconds: 900,
            authority: .shop
        )
    }

    func place(
        _ lines: [(String, Int64)],
        _ payment: PaymentChoice,
        customer: OrderCustomer? = nil,
        capture: CaptureMode = .onShipment
    ) async throws -> Order {
        try await run(Self.wish(lines, payment, customer: customer, capture: capture)).order
    }

    /// An order that is paid by card.
    func placeByCard(
        _ lines: [(String, Int64)] = [("MUG", 2)],
        capture: CaptureMode = .onShipment
    ) async throws -> Order {
        try await place(lines, .card(token: "tok_1", provider: nil), capture: capture)
    }

    func payment(_ order: ID<Order>, _ number: Int = 1) async throws -> Payment {
        try #require(try await row(PaymentRow.self, Payment.id(of: order, attempt: number))).payment
    }

    /// Claims the next operation of a payment.
    func claim(_ order: ID<Order>, _ number: Int = 1) async throws -> PaymentClaim {
        try #require(
            try await run(ClaimPayments([Payment.id(of: order, attempt: number)], seconds: 30)).first,
            "attempt \(number) is not due"
        )
    }

    /// Claims the next operation of a payment and records an outcome.
    @discardableResult
    func answer(_ order: ID<Order>, _ outcome: PaymentOutcome, attempt number: Int = 1) async throws -> PaymentEffect {
        let claim = try await claim(order, number)
        return try await record(claim, outcome)
    }

    @discardableResult
    func record(_ claim: PaymentClaim, _ outcome: PaymentOutcome) async throws -> PaymentEffect {
        try await run(
            RecordPayment(
                claim.payment.id,
                operation: claim.step.operation,
                outcome,
                epoch: claim.epoch,
                routing: Self.routing
            )
        )
    }

    /// The balance of an account, in pounds.
    func balance(_ account: Account) async throws -> Int64 {
        try await row(BalanceRow.self, BalanceRow.Key(account, .gbp))?.amount ?? 0
    }

    /// Expects these balances in pounds; every account that is not named must be zero.
    func expectBalances(
        _ expected: [Account: Int64],
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        var found: [Account: Int64] = [:]
        for row in try await rows(BalanceRow.self) where row.amount != 0 { found[row.key.account] = row.amount }
        #expect(found == expected, sourceLocation: sourceLocation)
        try await expectBooks(sourceLocation: sourceLocation)
    }

    /// Expects the invariants of books and payments.
    func expectBooks(sourceLocation: SourceLocation = #_sourceLocation) async throws {
        let journal = try await rows(JournalRow.self)
        #expect(journal.map(\.key) == (0..<journal.count).map { Int64($0 + 1) }, sourceLocation: sourceLocation)
        var sums: [BalanceRow.Key: Int64] = [:]
        for posting in journal.flatMap(\.entry.postings) {
            sums[BalanceRow.Key(posting.account, posting.amount.currency), default: 0] += posting.amount.amount
        }
        for row in try await rows(BalanceRow.self) {
            #expect(row.amount == sums.removeValue(forKey: row.key), "\(row.key)", sourceLocation: sourceLocation)
        }
        #expect(sums.isEmpty, sourceLocation: sourceLocation)
        let cards = try await rows(GiftCardRow.self).map(\.card.balance).filter { $0.currency == .gbp }.map(\.amount)
            .reduce(0, +)
        #expect(try await balance(.giftCards) == -cards, sourceLocation: sourceLocation)
        let payments = try await rows(PaymentRow.self).map(\.payment)
        for order in try await rows(OrderRow.self).map(\.order) {
            let own = payments.filter { $0.order == order.id }
            #expect(
                own.map(\.number) == Array(0..<order.payments.attempts).map { $0 + 1 },
                sourceLocation: sourceLocation
            )
            #expect(own.map(\.authorised).reduce(0, +) == order.payments.authorised, sourceLocation: sourceLocation)
            #expect(own.map(\.captured).reduce(0, +) == order.payments.captured, sourceLocation: sourceLocation)
            #expect(own.map(\.refunded).reduce(0, +) == order.payments.refunded, sourceLocation: sourceLocation)
            #expect(own.count { $0.isProcessing } <= 1, sourceLocation: sourceLocation)
            let net = order.payments.captured - order.payments.refunded
            #expect(net <= order.total.amount, sourceLocation: sourceLocation)
        }
    }
}
