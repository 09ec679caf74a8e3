import API
import Hummingbird
import JSON
import Ledger
import Trading

/// Payments: attempts to pay an order, and operations on them.
struct PaymentRoutes {
    let shop: Shop

    var endpoints: [Endpoint] {
        [
            Endpoint(
                .get,
                "/v1/orders/{id}/payments",
                id: "listOrderPayments",
                tag: "Payments",
                "Every attempt to pay an order, the oldest first",
                access: .scopeOrOrderSecret(.paymentsRead),
                parameters: [.id("ord"), .secret],
                responses: [ResponseKind(200, "PaymentPage", "The attempts; there is one page.")],
                handler: listOfOrder
            ),
            Endpoint(
                .post,
                "/v1/orders/{id}/payments",
                id: "startPayment",
                tag: "Payments",
                "Makes a further attempt to pay an order, after those before came to nothing",
                access: .scopeOrOrderSecret(.paymentsWrite),
                parameters: [.id("ord"), .secret, .preferWait],
                body: BodyKind("PaymentInput"),
                responses: [ResponseKind(201, "Payment", "The attempt.")],
                problems: [409],
                handler: start
            ),
            Endpoint(
                .get,
                "/v1/payments",
                id: "listPayments",
                tag: "Payments",
                "Payments, the newest first; without those of archived orders",
                access: .scope(.paymentsRead),
                parameters: .page + [
                    Parameter("state", in: .query, Self.statusSchema, "Where they stand."),
                    Parameter("provider", in: .query, Parameter.text(Bounds.provider), "Whose."),
                ],
                responses: [ResponseKind(200, "PaymentPage", "A page of payments.")],
                handler: list
            ),
            Endpoint(
                .get,
                "/v1/payments/{id}",
                id: "getPayment",
                tag: "Payments",
                "A payment, with everything that was asked of the provider",
                access: .scope(.paymentsRead),
                parameters: [.id("pay")],
                responses: [ResponseKind(200, "Payment", "The payment.")],
                handler: get
            ),
            change("capture", "Takes a part of what is held, or all; cash that is awaited is collected", "CaptureInput")
            {
                (json) throws(JSONError) in
                var amount: Money?
                var isFinal = true
                try json.object { (json, member) throws(JSONError) in
                    switch member {
                    case "amount": amount = try json.money(in: 1...OrderLimits.maxAmount)
                    case "final": isFinal = try json.bool()
                    default: throw json.unknown(member)
                    }
                }
                return .capture(amount, isFinal: isFinal)
            } missing: {
                .capture(nil, isFinal: true)
            },
            change("void", "Lets go of what is held for an order that is over", "CompleteInput") {
                (json) throws(JSONError) in
                try json.object { (json, member) throws(JSONError) in throw json.unknown(member) }
                return .void
            } missing: {
                .void
            },
            change("refund", "Gives a part of what was taken back, or all that is left", "RefundInput") {
                (json) throws(JSONError) in
                var amount: Money?
                try json.object { (json, member) throws(JSONError) in
                    guard member == "amount" else { throw json.unknown(member) }
                    amount = try json.money(in: 1...OrderLimits.maxAmount)
                }
                return .refund(amount)
            } missing: {
                .refund(nil)
            },
        ]
    }

    static let statusSchema: String = {
        let names = PaymentStatus.allCases.map { "\"\($0.name)\"" }.joined(separator: ",")
        return #"{"type":"string","enum":[\#(names)]}"#
    }()

    private func change(
        _ verb: String,
        _ summary: String,
        _ body: String,
        read: @escaping @Sendable (inout JSONReader) throws(JSONError) -> ChangePayment.Change,
        missing: @escaping @Sendable () -> ChangePayment.Change
    ) -> Endpoint {
        Endpoint(
            .post,
            "/v1/payments/{id}/\(verb)",
            id: "\(verb)Payment",
            tag: "Payments",
            summary,
            access: .scope(.paymentsWrite),
            parameters: [.id("pay"), .preferWait],
            body: BodyKind(body, isOptional: true),
            responses: [ResponseKind(200, "Payment", "The payment; what the provider has to do follows.")],
            problems: [409]
        ) { (call) throws(Problem) in
            let id = try call.id(Payment.self, "payment")
            let (change, bytes) = try await call.json(read)
            let command = ChangePayment(id, change ?? missing(), routing: shop.payments.terms.routing)
            let result = try await shop.commit(command, key: try call.idempotencyKey(bytes))
            shop.payments.bell.ring()
            let changed = result.outcome
            var payment = changed
            var applied: Int?
            if changed.openOperation != nil, let seconds = call.preferredWait,
                let done = try await call.wait({ () async throws(Problem) -> Payment? in
                    try await shop.paymentOnceDone(changed, seconds: seconds)
                })
            {
                payment = done
                applied = seconds
            }
            var response = Response.document(payment, version: payment.version)
            if let applied { response.headers[.preferenceApplied] = "wait=\(applied)" }
            return response.replayed(result.replayed)
        }
    }

    private func listOfOrder(_ call: Call) async throws(Problem) -> Response {
        let id = try call.id(Order.self, "order")
        try await shop.admit(call, to: id, .paymentsRead)
        let payments = try await shop.read { (view) throws(LedgerFailure) -> [Payment]? in
            guard let order = try view.row(OrderRow.self, id)?.order else { return nil }
            var payments: [Payment] = []
            for id in order.allPayments {
                if let row = try view.row(PaymentRow.self, id) { payments.append(row.payment) }
            }
            return payments
        }
        guard let payments else { throw .notFound("order") }
        return .page(payments.map(\.document), next: nil)
    }

    private func start(_ call: Call) async throws(Problem) -> Response {
        let id = try call.id(Order.self, "order")
        try await shop.admit(call, to: id, .paymentsWrite)
        let (input, bytes) = try await call.requiredJSON { (json) throws(JSONError) in
            try PaymentInput(from: &json, methods: [.card, .storeCredit, .giftCard])
        }
        if case .giftCard = input { try call.checkProof() }
        let command = StartPayment(
            id,
            input.choice(shop.secrets),
            terms: shop.payments.terms,
            authority: call.principal.authority(.paymentsWrite)
        )
        let result = try await shop.commit(command, key: try call.idempotencyKey(bytes))
        shop.payments.bell.ring()
        var payment = result.outcome
        var applied: Int?
        if payment.isProcessing, let seconds = call.preferredWait,
            try await call.wait({ () async throws(Problem) -> OrderRow? in
                try await shop.orderOncePaid(id, seconds: seconds)
            }) != nil
        {
            payment = try await shop.row(PaymentRow.self, payment.id, "payment").payment
            applied = seconds
        }
        var response = Response.document(payment, status: .created, version: payment.version)
        response.headers[.location] = "/v1/payments/\(payment.id)"
        if let applied { response.headers[.preferenceApplied] = "wait=\(applied)" }
        return response.replayed(result.replayed)
    }

    private func get(_ call: Call) async throws(Problem) -> Response {
        let row = try await shop.row(PaymentRow.self, try call.id(Payment.self, "payment"), "payment")
        return .document(row.payment, version: row.payment.version)
    }

    private func list(_ call: Call) async throws(Problem) -> Response {
        let query = try call.query(["limit", "after", "state", "provider"])
        var conditions = [Condition("probe", .equal, .integer(0))]
        let statuses = Dictionary(uniqueKeysWithValues: PaymentStatus.allCases.map { ($0.name, $0) })
        if let status = try query.choice("state", statuses) {
            conditions.append(Condition("state", .equal, .integer(status.rawValue)))
        }
        if let provider = try query.text("provider", maxLength: Bounds.provider) {
            conditions.append(Condition("provider", .equal, .text(provider)))
        }
        let page = try await shop.page(query, PaymentRow.self, conditions, descending: true)
        return .page(page.rows.map(\.payment.document), next: page.next)
    }
}

extension Parameter {
    /// How long the client would wait for the outcome of a payment.
    static let preferWait = Parameter(
        "Prefer",
        in: .header,
        #"{"type":"string","examples":["wait=10"]}"#,
        "`wait=N`: answer once the provider has decided, if that takes at most N seconds, 30 at most."
    )
}
