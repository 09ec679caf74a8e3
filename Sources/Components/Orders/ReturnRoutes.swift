import API
import Hummingbird
import JSON
import Ledger
import Trading

/// Returns and credits.
struct ReturnRoutes {
    let shop: Shop

    var endpoints: [Endpoint] {
        [
            Endpoint(
                .post,
                "/v1/orders/{id}/returns",
                id: "createReturn",
                tag: "Returns",
                "Takes shipped units back at once, or asks for them to be taken back in stages",
                access: .scope(.ordersWrite),
                parameters: [.id("ord")],
                body: BodyKind("ReturnInput"),
                responses: [ResponseKind(201, "Return", "The return, with its credit where it was taken at once.")],
                problems: [409],
                handler: takeBack
            ),
            Endpoint(
                .get,
                "/v1/returns/{id}",
                id: "getReturn",
                tag: "Returns",
                "A return",
                access: .scope(.ordersRead),
                parameters: [.id("ret")],
                responses: [ResponseKind(200, "Return", "The return.")],
                handler: getReturn
            ),
            Endpoint(
                .get,
                "/v1/orders/{id}/returns",
                id: "listOrderReturns",
                tag: "Returns",
                "Returns of an order, the newest first",
                access: .scopeOrOrderSecret(.ordersRead),
                parameters: [.id("ord"), .secret] + .page,
                responses: [ResponseKind(200, "ReturnPage", "A page of returns.")],
                handler: listOfOrder
            ),
            Endpoint(
                .get,
                "/v1/returns",
                id: "listReturns",
                tag: "Returns",
                "Returns, the newest first; without those of archived orders",
                access: .scope(.ordersRead),
                parameters: .page + [.orderFilter, .stageFilter],
                responses: [ResponseKind(200, "ReturnPage", "A page of returns.")],
                handler: listReturns
            ),
            Endpoint(
                .post,
                "/v1/credits",
                id: "createCredit",
                tag: "Returns",
                "Credits money, corrects the books, or notes what was paid out by hand, with a reason",
                access: .scope(.ordersWrite),
                body: BodyKind("CreditInput"),
                responses: [ResponseKind(201, "Credit", "The credit.")],
                problems: [409],
                handler: giveCredit
            ),
            Endpoint(
                .get,
                "/v1/credits/{id}",
                id: "getCredit",
                tag: "Returns",
                "A credit",
                access: .scope(.ordersRead),
                parameters: [.id("crd")],
                responses: [ResponseKind(200, "Credit", "The credit.")],
                handler: getCredit
            ),
            Endpoint(
                .get,
                "/v1/credits",
                id: "listCredits",
                tag: "Returns",
                "Credits, the newest first; without those of archived orders",
                access: .scope(.ordersRead),
                parameters: .page + [
                    .orderFilter,
                    Parameter("customer", in: .query, #"{"type":"string","pattern":"^cus_[0-9a-f]{32}$"}"#, "Whose."),
                    Parameter(
                        "kind",
                        in: .query,
                        #"{"type":"string","enum":["credit","adjustment","return","payout"]}"#,
                        "Why."
                    ),
                ],
                responses: [ResponseKind(200, "CreditPage", "A page of credits.")],
                handler: listCredits
            ),
        ]
    }

    private func takeBack(_ call: Call) async throws(Problem) -> Response {
        let id = try call.id(Order.self, "order")
        let (wanted, bytes) = try await call.requiredJSON { (json) throws(JSONError) in try json.returnRequest() }
        let key = try call.idempotencyKey(bytes)
        let result =
            wanted.isStaged
            ? try await shop.commit(
                RequestReturn(
                    order: id,
                    lines: wanted.lines.map { LineQuantity(line: $0.line, quantity: $0.quantity) },
                    reason: wanted.reason
                ),
                key: key
            )
            : try await shop.commit(TakeBack(order: id, lines: wanted.lines, reason: wanted.reason), key: key)
        return .document(result.outcome, status: .created).replayed(result.replayed)
    }

    private func getReturn(_ call: Call) async throws(Problem) -> Response {
        .document(try await shop.row(ReturnRow.self, try call.id(Return.self, "return"), "return").value)
    }

    private func listOfOrder(_ call: Call) async throws(Problem) -> Response {
        let id = try call.id(Order.self, "order")
        try await shop.admit(call, to: id, .ordersRead, besides: ["limit", "after"])
        let query = try call.query(["limit", "after", "secret"])
        _ = try await shop.row(OrderRow.self, id, "order")
        let ofOrder = Condition("order_id", .equal, .bits(id.bits))
        let page = try await shop.page(query, ReturnRow.self, [ofOrder], descending: true)
        return .page(page.rows.map(\.value.document), next: page.next)
    }

    private func listReturns(_ call: Call) async throws(Problem) -> Response {
        let query = try call.query(["limit", "after", "order", "state"])
        var conditions = try query.orderCondition()
        let stages = Dictionary(uniqueKeysWithValues: ReturnStage.allCases.map { ($0.rawValue, $0) })
        if let stage = try query.choice("state", stages) {
            conditions.append(Condition("stage", .equal, .text(stage.rawValue)))
        }
        let page = try await shop.page(query, ReturnRow.self, conditions, descending: true)
        return .page(page.rows.map(\.value.document), next: page.next)
    }

    private func giveCredit(_ call: Call) async throws(Problem) -> Response {
        let (command, bytes) = try await call.requiredJSON { (json) throws(JSONError) in try json.credit() }
        if let order = command.order, let archived = try await shop.archivedOrder(named: "\(order)") {
            throw .orderArchived(archived)
        }
        let result = try await shop.commit(command, key: try call.idempotencyKey(bytes))
        return .document(result.outcome, status: .created).replayed(result.replayed)
    }

    private func getCredit(_ call: Call) async throws(Problem) -> Response {
        .document(try await shop.row(CreditRow.self, try call.id(Credit.self, "credit"), "credit").credit)
    }

    private func listCredits(_ call: Call) async throws(Problem) -> Response {
        let query = try call.query(["limit", "after", "order", "customer", "kind"])
        var conditions = try query.orderCondition()
        if let customer = try query.id("customer", Customer.self) {
            conditions.append(Condition("customer", .equal, .bits(customer.bits)))
        }
        let kinds = Dictionary(uniqueKeysWithValues: CreditKind.allCases.map { ($0.name, $0) })
        if let kind = try query.choice("kind", kinds) {
            conditions.append(Condition("kind", .equal, .integer(kind.rawValue)))
        }
        let page = try await shop.page(query, CreditRow.self, conditions, descending: true)
        return .page(page.rows.map(\.credit.document), next: page.next)
    }
}

extension Query {
    fileprivate func orderCondition() throws(Problem) -> [Condition] {
        guard let order = try id("order", Order.self) else { return [] }
        return [Condition("order_id", .equal, .bits(order.bits))]
    }
}

extension Parameter {
    fileprivate static let orderFilter = Parameter(
        "order",
        in: .query,
        #"{"type":"string","pattern":"^ord_[0-9a-f]{32}$"}"#,
        "Of which order."
    )
    fileprivate static let stageFilter = Parameter(
        "state",
        in: .query,
        #"{"type":"string","enum":[\#(Schemas.quoted(ReturnStage.allCases.map(\.rawValue)))]}"#,
        "In which state; those that were taken at once are inspected."
    )
}
