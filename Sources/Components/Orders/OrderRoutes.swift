import API
import Hummingbird
import JSON
import Ledger
import NIOCore
import Trading

/// Orders, from the quote to the last unit shipped.
struct OrderRoutes {
    let shop: Shop

    var endpoints: [Endpoint] {
        [
            Endpoint(
                .post,
                "/v1/orders",
                id: "placeOrder",
                tag: "Orders",
                "Places an order, from lines or from a cart",
                access: .anyoneOrKnown,
                parameters: [.preferWait],
                body: BodyKind("OrderInput"),
                responses: [
                    ResponseKind(
                        201,
                        "PlacedOrder",
                        "The order; its units are held until it is paid or its time is over."
                    )
                ],
                problems: [403, 409, 429],
                handler: place
            ),
            Endpoint(
                .post,
                "/v1/orders/quote",
                id: "quoteOrder",
                tag: "Orders",
                "Prices an order without any effect",
                access: .anyoneOrKnown,
                body: BodyKind("OrderInput"),
                responses: [ResponseKind(200, "Quote", "Lines at today's prices, and what is available now.")],
                problems: [403, 409],
                handler: quote
            ),
            Endpoint(
                .get,
                "/v1/orders",
                id: "listOrders",
                tag: "Orders",
                "Orders, the newest first; those of probers and archived ones are not among them",
                access: .scopeOrCustomer(.ordersRead),
                parameters: .page + [
                    Parameter(
                        "customer",
                        in: .query,
                        #"{"type":"string","pattern":"^cus_[0-9a-f]{32}$"}"#,
                        "Whose; with a customer's token that customer's alone."
                    ),
                    Parameter(
                        "email",
                        in: .query,
                        Parameter.text(Bounds.email),
                        "With that e-mail address, in the order itself or as that of its customer."
                    ),
                    Parameter("reference", in: .query, Parameter.text(Bounds.reference), "The merchant's reference."),
                    Parameter("state", in: .query, OrderRoutes.stateSchema, "In which state."),
                    Parameter(
                        "balance",
                        in: .query,
                        #"{"type":"string","enum":["due","owed"]}"#,
                        "Of which money is still due, or whose customer is owed money."
                    ),
                    Parameter(
                        "placedFrom",
                        in: .query,
                        #"{"type":"string","format":"date-time"}"#,
                        "Placed then or later."
                    ),
                    Parameter(
                        "placedTo",
                        in: .query,
                        #"{"type":"string","format":"date-time"}"#,
                        "Placed before then."
                    ),
                ],
                responses: [ResponseKind(200, "OrderPage", "A page of orders.")],
                handler: list
            ),
            Endpoint(
                .get,
                "/v1/orders/{id}",
                id: "getOrder",
                tag: "Orders",
                "An order",
                access: .scopeOrOrderSecret(.ordersRead),
                parameters: [.id("ord"), .secret],
                responses: [ResponseKind(200, "Order", "The order.")],
                handler: get
            ),
            Endpoint(
                .post,
                "/v1/orders/{id}/cancel",
                id: "cancelOrder",
                tag: "Orders",
                "Calls off an order, or units of it, that have not shipped; they are free again and not paid for",
                access: .scopeOrOrderSecret(.ordersWrite),
                parameters: [.id("ord"), .secret],
                body: BodyKind("CancelInput", isOptional: true),
                responses: [ResponseKind(200, "Order", "The order.")],
                problems: [409],
                handler: cancel
            ),
            change("pay", id: "payOrder", "Marks an order paid", body: "PayInput", handler: pay),
            change(
                "extend",
                id: "extendOrder",
                "Holds the units of an unpaid order longer",
                body: "ExtendInput",
                isOptional: false,
                handler: extend
            ),
            change(
                "fulfilments",
                id: "fulfilOrder",
                "Ships units of lines, or all that is left",
                body: "FulfilInput",
                handler: fulfil
            ),
            change(
                "complete",
                id: "completeOrder",
                "Closes a fulfilled order",
                body: "CompleteInput",
                handler: complete
            ),
        ]
    }

    static let stateSchema: String = {
        let names = OrderState.allCases.map { "\"\($0.name)\"" }.joined(separator: ",")
        return #"{"type":"string","enum":[\#(names)]}"#
    }()

    private func change(
        _ verb: String,
        id: String,
        _ summary: String,
        body: String,
        isOptional: Bool = true,
        handler: @escaping Endpoint.Handler
    ) -> Endpoint {
        Endpoint(
            .post,
            "/v1/orders/{id}/\(verb)",
            id: id,
            tag: "Orders",
            summary,
            access: .scope(.ordersWrite),
            parameters: [.id("ord")],
            body: BodyKind(body, isOptional: isOptional),
            responses: [ResponseKind(200, "Order", "The order.")],
            problems: [409],
            handler: handler
        )
    }

    // MARK: Reading

    private func get(_ call: Call) async throws(Problem) -> Response {
        let id = try call.id(Order.self, "order")
        try await shop.admit(call, to: id, .ordersRead)
        let row = try await shop.row(OrderRow.self, id, "order")
        return .json(row.document, version: row.order.version)
    }

    private func list(_ call: Call) async throws(Problem) -> Response {
        let query = try call.query([
            "limit", "after", "customer", "email", "reference", "state", "balance", "placedFrom", "placedTo",
        ])
        var conditions = [Condition("probe", .equal, .integer(0))]
        var customer = try query.id("customer", Customer.self)
        if case .customer(let own) = call.principal {
            try await shop.admit(call, to: customer ?? own, .ordersRead)
            customer = own
        }
        if let customer {
            conditions.append(Condition("customer", .equal, .bits(customer.bits)))
        }
        if let references = try query.readings("reference", maxLength: Bounds.reference) {
            conditions.append(Condition("reference", anyOf: references.map { .text($0) }))
        }
        let states = Dictionary(uniqueKeysWithValues: OrderState.allCases.map { ($0.name, $0) })
        if let state = try query.choice("state", states) {
            conditions.append(Condition("state", .equal, .integer(state.rawValue)))
        }
        if let balance = try query.choice("balance", ["due": OrderRow.isDue, "owed": OrderRow.isOwed]) {
            conditions.append(Condition("balance", .equal, .integer(balance)))
        }
        if let from = try query.time("placedFrom") {
            conditions.append(Condition("id", .atLeast, .bits(.first(at: from))))
        }
        if let to = try query.time("placedTo") {
            conditions.append(Condition("id", .below, .bits(.first(at: to))))
        }
        if let email = try query.text("email", maxLength: Bounds.email) {
            return try await list(query, ofEmail: EmailKey(email).text, conditions)
        }
        let page = try await shop.page(query, OrderRow.self, conditions, descending: true)
        return .page(page.rows.map(\.document), next: page.next)
    }

    /// Orders with an e-mail address, and those of the customer on file with that address, merged into one order.
    private func list(
        _ query: Query,
        ofEmail email: String,
        _ conditions: [Condition]
    ) async throws(Problem) -> Response {
        let after = try query.after(ID<Order>.self, shop.secrets)
        let limit = try query.limit()
        let rows = try await shop.read { (view) throws(LedgerFailure) -> [OrderRow] in
            var whose = [Condition("email", .equal, .text(email))]
            if let customer = try view.row(EmailRow.self, email)?.customer {
                whose.append(Condition("customer", .equal, .bits(customer.bits)))
            }
            var found: [ID<Order>: OrderRow] = [:]
            for condition in whose {
                let query = RowQuery<OrderRow>(
                    [condition] + conditions,
                    after: after,
                    descending: true,
                    limit: limit + 1
                )
                for row in try view.rows(query) { found[row.key] = row }
            }
            return found.values.sorted { $0.key > $1.key }
        }
        let shown = rows.prefix(limit)
        return .page(shown.map(\.document), next: query.next(rows.count > limit ? shown.last?.key : nil, shop.secrets))
    }

    // MARK: Moving on

    private func cancel(_ call: Call) async throws(Problem) -> Response {
        let id = try call.id(Order.self, "order")
        try await shop.admit(call, to: id, .ordersWrite)
        let (request, bytes) = try await call.json { (json) throws(JSONError) in try CancelRequest(from: &json) }
        return try await change(call, id, .cancel(request?.units, reason: request?.reason), bytes)
    }

    private func pay(_ call: Call) async throws(Problem) -> Response {
        let (reference, bytes) = try await call.json { (json) throws(JSONError) in try json.note("reference") }
        return try await change(call, try call.id(Order.self, "order"), .pay(reason: reference ?? nil), bytes)
    }

    private func extend(_ call: Call) async throws(Problem) -> Response {
        let (seconds, bytes) = try await call.requiredJSON { (json) throws(JSONError) in
            try json.member("seconds") { (json) throws(JSONError) in try json.int64(in: 1...2_592_000) }
        }
        return try await change(call, try call.id(Order.self, "order"), .extend(seconds: seconds), bytes)
    }

    private func fulfil(_ call: Call) async throws(Problem) -> Response {
        let (lines, bytes) = try await call.json { (json) throws(JSONError) -> [LineQuantity]? in
            var lines: [LineQuantity]?
            try json.object { (json, member) throws(JSONError) in
                guard member == "lines" else { throw json.unknown(member) }
                lines = try json.list(OrderLimits.maxLines) { (json) throws(JSONError) in try json.lineQuantity() }
            }
            return lines
        }
        return try await change(call, try call.id(Order.self, "order"), .fulfil(lines ?? nil), bytes)
    }

    private func complete(_ call: Call) async throws(Problem) -> Response {
        let (_, bytes) = try await call.json { (json) throws(JSONError) in
            try json.object { (json, member) throws(JSONError) in throw json.unknown(member) }
        }
        return try await change(call, try call.id(Order.self, "order"), .complete, bytes)
    }

    private func change(
        _ call: Call,
        _ id: ID<Order>,
        _ change: ChangeOrder.Change,
        _ body: [UInt8]
    ) async throws(Problem) -> Response {
        let result = try await shop.commit(ChangeOrder(id, change), key: try call.idempotencyKey(body))
        let answered = result.outcome
        return .json(answered.document, version: answered.order.version).replayed(result.replayed)
    }
}

extension JSONReader {
    /// Reads an object whose only member, a note, is optional.
    fileprivate mutating func note(_ name: String) throws(JSONError) -> String? {
        var note: String?
        try object { (json, member) throws(JSONError) in
            guard member == name else { throw json.unknown(member) }
            note = try json.optionalText(Bounds.reason)
        }
        return note
    }

    mutating func lineQuantity() throws(JSONError) -> LineQuantity {
        var line: Int64?
        var quantity: Int64?
        try object { (json, member) throws(JSONError) in
            switch member {
            case "line": line = try json.int64(in: 1...Int64(OrderLimits.maxLines))
            case "quantity": quantity = try json.quantity()
            default: throw json.unknown(member)
            }
        }
        return LineQuantity(line: try required(line, "line"), quantity: try required(quantity, "quantity"))
    }
}

extension Parameter {
    /// The order's secret, for links that cannot carry a header.
    static let secret = Parameter(
        "secret",
        in: .query,
        #"{"type":"string","pattern":"^osk_[0-9a-f]{32}$"}"#,
        "The order's secret; better sent as bearer."
    )
}
