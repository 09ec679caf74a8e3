import Testing
import Trading

@Suite("Routes, tokens and refunds")
struct PaymentRulesTests {
    private static let routing = PaymentRouting([
        PaymentRoute("euro", currencies: [.eur]),
        PaymentRoute("small", amounts: 1...999, vault: "shared"),
        PaymentRoute("large", amounts: 1000...Int64.max, vault: "shared"),
        PaymentRoute("spare", vault: "shared"),
        PaymentRoute("other"),
    ])

    @Test("the first route that takes currency and amount is the one, unless another is asked for that does")
    func routes() {
        let cases: [(Money, String?, String?)] = [
            (Money(5, .eur), nil, "euro"), (Money(5, .gbp), nil, "small"), (Money(1000, .gbp), nil, "large"),
            (Money(5, .gbp), "other", "other"), (Money(5, .gbp), "large", nil), (Money(5, .gbp), "euro", nil),
            (Money(5, .gbp), "nobody", nil),
        ]
        for (amount, wanted, provider) in cases {
            let route = Self.routing.route(.card, amount, wanted: wanted)
            #expect(route?.provider == provider, "\(amount) \(wanted ?? "-")")
        }
        #expect(Self.routing.route(.giftCard, Money(5, .gbp)) == nil)
        #expect(PaymentRouting().route(.card, Money(5, .gbp)) == nil)
    }

    @Test("a provider that counts in coarser steps takes neither a total nor a unit's price that it cannot say")
    func steps() {
        let coarse = PaymentRoute("coarse", rules: [.kwd: AmountRule(step: 10, 100...1000)], vault: "shared")
        let routing = PaymentRouting([coarse])
        func refusal(_ total: Int64, _ units: [Int64]) -> PaymentChoiceRefusal? {
            let units = units.map { Money($0, .kwd) }
            guard routing.route(.card, Money(total, .kwd), units: units) == nil else { return nil }
            return routing.refusal(.card, Money(total, .kwd), units: units)
        }
        let step = Money(10, .kwd)
        #expect(refusal(500, [250]) == nil)
        #expect(refusal(505, [505]) == .notRepresentable(Money(505, .kwd), step: step))
        #expect(refusal(510, [255]) == .notRepresentable(Money(255, .kwd), step: step))
        #expect(refusal(90, [90]) == .notOffered && refusal(1010, [10]) == .notOffered)
        #expect(routing.route(.card, Money(500, .gbp)) == nil, "a currency that it does not take")
        // A second provider whose step represents the amount is used instead.
        let both = PaymentRouting([coarse, PaymentRoute("fine", vault: "shared")])
        #expect(both.route(.card, Money(505, .kwd))?.provider == "fine")
        #expect(both.fallback(.card, Money(505, .kwd), tried: ["fine"]) == nil)
    }

    @Test("a payment falls back to who reads the same tokens, and to nobody twice")
    func fallback() {
        let amount = Money(5, .gbp)
        #expect(Self.routing.fallback(.card, amount, tried: ["small"])?.provider == "spare")
        #expect(Self.routing.fallback(.card, amount, tried: ["small", "spare"]) == nil)
        #expect(Self.routing.fallback(.card, Money(1000, .gbp), tried: ["spare"])?.provider == "large")
        #expect(Self.routing.fallback(.card, amount, tried: ["other"]) == nil)
        #expect(Self.routing.fallback(.card, amount, tried: ["gone"]) == nil)
    }

    @Test("a provider that takes in one piece takes all with the first goods")
    func wholeCaptures() {
        let whole = PaymentRoute("whole", capturesInParts: false)
        #expect(CaptureMode.allCases.map { whole.capture($0) } == [.atOnce, .onFirstShipment, .onFirstShipment])
        #expect(CaptureMode.allCases.map { PaymentRoute("parts").capture($0) } == CaptureMode.allCases)
    }

    @Test("a card's number is refused however it is grouped, and tokens are not taken for one")
    func tokens() {
        let numbers = [
            "4242424242424242", "4242 4242 4242 4242", "4242-4242-4242-4242", "378282246310005", "6011000990139424",
            "４２４２４２４２４２４２４２４２",
        ]
        for number in numbers {
            #expect(throws: PaymentTokenRefusal.cardNumber, "\(number)") { try PaymentToken.check(number) }
        }
        for token in ["tok_visa", "pm_1MqLiJLkdIwHu7ix", "4242424242424241", "12345678901", "a.b~c+d/e=:f-g"] {
            #expect(throws: Never.self, "\(token)") { try PaymentToken.check(token) }
        }
        for text in ["", "tok 1", "tok\n", "töken", String(repeating: "t", count: 256)] {
            #expect(throws: PaymentTokenRefusal.malformed, "\(text)") { try PaymentToken.check(text) }
        }
    }

    @Test("what is owed is spread over the newest payments first, and what nobody can give back is left")
    func spread() {
        let cases: [(Int64, [Int64], [Int64], Int64)] = [
            (0, [5, 5], [0, 0], 0), (3, [5, 5], [0, 3], 0), (7, [5, 5], [2, 5], 0), (12, [5, 5], [5, 5], 2),
            (4, [], [], 4), (4, [0, 9, -3], [0, 4, 0], 0), (-1, [5], [0], 0),
        ]
        for (amount, refundable, parts, rest) in cases {
            let spread = Refunds.spread(amount, over: refundable)
            #expect(spread.parts == parts)
            #expect(spread.rest == rest)
        }
    }

    @Test("a gift card gives what it has, in its own currency, and takes back what it gave")
    func giftCard() {
        var card = GiftCard(
            id: ID(high: 1, low: 1),
            issued: Money(500, .gbp),
            balance: Money(500, .gbp),
            reference: nil,
            createdAt: OrderExamples.start,
            updatedAt: OrderExamples.start
        )
        expectSame(card.redeem(Money(501, .gbp), at: OrderExamples.start), false)
        expectSame(card.redeem(Money(5, .eur), at: OrderExamples.start), false)
        #expect(card.version == 1)
        expectSame(card.redeem(Money(500, .gbp), at: OrderExamples.start), true)
        #expect(card.balance.isZero)
        expectSame(card.redeem(Money(-200, .gbp), at: OrderExamples.start), true)
        #expect(card.balance == Money(200, .gbp))
    }
}

@Suite("What an order keeps of its payments")
struct OrderPaymentsTests {
    private func order(_ method: PaymentMethod, total: Int64 = 2395) -> Order {
        let example = OrderExamples.placed()
        var order = Order(
            id: example.id,
            currency: .gbp,
            lines: example.lines,
            total: Money(total, .gbp),
            paymentMethod: method,
            customer: nil,
            shipTo: nil,
            reference: nil,
            metadata: [:],
            cart: nil,
            reservedUntil: example.reservedUntil,
            createdAt: example.createdAt,
            updatedAt: example.updatedAt,
            history: example.history
        )
        order.beginPayment(at: OrderExamples.start)
        return order
    }

    @Test("an order whose money is there, or is not waited for, is confirmed at once; others wait")
    func placing() {
        let expected: [PaymentMethod: (OrderState, PaymentState, Int64)] = [
            .manual: (.pendingPayment, .pending, 0), .card: (.pendingPayment, .pending, 0),
            .cashOnDelivery: (.confirmed, .pending, 0), .storeCredit: (.confirmed, .paid, 2395),
            .giftCard: (.confirmed, .paid, 2395),
        ]
        for method in PaymentMethod.allCases {
            let placed = order(method)
            #expect(placed.state == expected[method]?.0, "\(method)")
            #expect(placed.paymentState == expected[method]?.1, "\(method)")
            #expect(placed.payments.captured == expected[method]?.2, "\(method)")
            #expect(placed.asPlaced == placed, "\(method)")
        }
        #expect(order(.card, total: 0).state == .confirmed)
        #expect(order(.manual, total: 0).state == .confirmed)
    }

    @Test(
        "an order of any method can be told as it was placed, and at each of its versions",
        arguments: PaymentMethod.allCases
    )
    func replay(_ method: PaymentMethod) throws {
        var now = OrderExamples.start
        let placed = order(method)
        var versions = [placed]
        var current = placed
        if current.state == .pendingPayment {
            now = now.adding(seconds: 1)
            try current.pay(reason: nil, at: now)
            versions.append(current)
        }
        _ = try current.fulfil(nil, at: now)
        versions.append(current)
        for version in versions {
            #expect(current.at(version.progress) == version)
            #expect(version.asPlaced == placed)
        }
    }

    @Test("its sums follow its payments, and so does the word for them")
    func following() throws {
        var order = order(.card)
        var payment = Payment.charge(
            order.id,
            number: 1,
            provider: "first",
            token: "t",
            amount: order.total,
            capture: .onShipment,
            at: OrderExamples.start
        )
        func answer(_ outcome: PaymentOutcome) {
            let before = payment
            PaymentExamples.answer(&payment, outcome)
            order.follow(before, payment, at: OrderExamples.start)
        }
        let version = order.version
        answer(.unknown(code: "timeout"))
        #expect(order.version == version)
        answer(.done(PaymentExamples.proof))
        #expect(order.paymentState == .authorised)
        #expect(order.payments.provider == "first")
        try payment.requestCapture(1000, isFinal: false)
        answer(.done(PaymentExamples.proof))
        #expect(order.paymentState == .partlyPaid)
        try payment.requestCapture(1395, isFinal: true)
        answer(.done(PaymentExamples.proof))
        #expect(order.paymentState == .paid)
        _ = try payment.requestRefund(2395)
        answer(.done(PaymentExamples.proof))
        #expect(order.paymentState == .refunded)
        #expect(
            order.payments
                == OrderPayments(attempts: 1, provider: "first", authorised: 2395, captured: 2395, refunded: 2395)
        )
    }
}
