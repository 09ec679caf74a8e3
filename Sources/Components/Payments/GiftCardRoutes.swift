import API
import Hummingbird
import JSON
import Ledger
import Trading

/// Gift cards and store credit: money that the shop itself holds.
struct GiftCardRoutes {
    let shop: Shop

    var endpoints: [Endpoint] {
        [
            Endpoint(
                .post,
                "/v1/gift-cards",
                id: "issueGiftCard",
                tag: "Payments",
                "Issues a gift card; its code is told only here",
                access: .scope(.paymentsWrite),
                body: BodyKind("GiftCardInput"),
                responses: [ResponseKind(201, "IssuedGiftCard", "The gift card, with its code.")],
                handler: issue
            ),
            Endpoint(
                .get,
                "/v1/gift-cards/{id}",
                id: "getGiftCard",
                tag: "Payments",
                "A gift card and what is left of it",
                access: .scope(.paymentsRead),
                parameters: [.id("gft")],
                responses: [ResponseKind(200, "GiftCard", "The gift card.")],
                handler: get
            ),
            Endpoint(
                .post,
                "/v1/customers/{id}/store-credit",
                id: "grantStoreCredit",
                tag: "Payments",
                "Grants a customer store credit",
                access: .scope(.paymentsWrite),
                parameters: [.id("cus")],
                body: BodyKind("StoreCreditInput"),
                responses: [ResponseKind(201, "StoreCredit", "What the customer has in that currency now.")],
                handler: grant
            ),
            Endpoint(
                .get,
                "/v1/customers/{id}/store-credit",
                id: "getStoreCredit",
                tag: "Payments",
                "What a customer has as store credit, by currency",
                access: .scopeOrCustomer(.paymentsRead),
                parameters: [.id("cus")],
                responses: [ResponseKind(200, "StoreCreditPage", "There is one page.")],
                handler: credits
            ),
        ]
    }

    private func issue(_ call: Call) async throws(Problem) -> Response {
        let (input, bytes) = try await call.requiredJSON { (json) throws(JSONError) in try GiftCardInput(from: &json) }
        let key = try call.idempotencyKey(bytes)
        let code = GiftCardCode.make(for: key, shop.secrets)
        guard let id = GiftCardCode.id(code, shop.secrets) else { preconditionFailure("a code of ours is a code") }
        let command = IssueGiftCard(id, amount: input.amount, funding: input.funding, reference: input.reference)
        let result = try await shop.commit(command, key: key)
        let document = result.outcome.document
        return .json(document.dropLast() + Array(",\"code\":\"\(code)\"}".utf8), status: .created)
            .replayed(result.replayed)
    }

    private func get(_ call: Call) async throws(Problem) -> Response {
        let row = try await shop.row(GiftCardRow.self, try call.id(GiftCard.self, "gift card"), "gift card")
        return .document(row.card, version: row.card.version)
    }

    private func grant(_ call: Call) async throws(Problem) -> Response {
        let id = try call.id(Customer.self, "customer")
        let (command, bytes) = try await call.requiredJSON { (json) throws(JSONError) in
            var amount: Money?
            var reason: String?
            try json.object { (json, member) throws(JSONError) in
                switch member {
                case "amount": amount = try json.money(in: 1...OrderLimits.maxAmount)
                case "reason": reason = try json.text(Bounds.reason)
                default: throw json.unknown(member)
                }
            }
            return GrantStoreCredit(
                to: id,
                try json.required(amount, "amount"),
                reason: try json.required(reason, "reason")
            )
        }
        let result = try await shop.commit(command, key: try call.idempotencyKey(bytes))
        return .document(result.outcome, status: .created).replayed(result.replayed)
    }

    private func credits(_ call: Call) async throws(Problem) -> Response {
        let id = try call.id(Customer.self, "customer")
        try await shop.admit(call, to: id, .paymentsRead)
        _ = try await shop.row(CustomerRow.self, id, "customer")
        let rows = try await shop.read { (view) throws(LedgerFailure) in
            try view.rows(
                RowQuery<StoreCreditRow>([Condition("customer", .equal, .bits(id.bits))], limit: Currency.all.count)
            )
        }
        return .page(rows.map(\.document), next: nil)
    }
}

/// A gift card to issue, as the merchant sends it.
private struct GiftCardInput {
    var amount: Money
    var funding = GiftCardFunding.sold
    var reference: String?

    init(from json: inout JSONReader) throws(JSONError) {
        var amount: Money?
        var funding = GiftCardFunding.sold
        var reference: String?
        try json.object { (json, member) throws(JSONError) in
            switch member {
            case "amount": amount = try json.money(in: 1...OrderLimits.maxAmount)
            case "funding": funding = try json.value(GiftCardFunding.self)
            case "reference": reference = try json.optionalKey(Bounds.reference)
            default: throw json.unknown(member)
            }
        }
        self.amount = try json.required(amount, "amount")
        self.funding = funding
        self.reference = reference
    }
}
