import API
import Hummingbird
import JSON
import Ledger
import Trading

extension WebhookRoutes {
    /// The routes without effects.
    var reading: [Endpoint] {
        [
            Endpoint(
                .get,
                "/v1/webhooks",
                id: "listWebhooks",
                tag: "Webhooks",
                "Endpoints in the order in which they were put on file",
                access: .scope(.webhooksRead),
                parameters: .page,
                responses: [ResponseKind(200, "WebhookPage", "A page of endpoints.")],
                handler: list
            ),
            Endpoint(
                .get,
                "/v1/webhooks/{id}",
                id: "getWebhook",
                tag: "Webhooks",
                "An endpoint",
                access: .scope(.webhooksRead),
                parameters: [.id("whk")],
                responses: [ResponseKind(200, "Webhook", "The endpoint.")],
                handler: get
            ),
            Endpoint(
                .get,
                "/v1/webhooks/{id}/deliveries",
                id: "listDeliveries",
                tag: "Webhooks",
                "The last \(WebhookEndpoint.keptAttempts) attempts at an endpoint, the newest first",
                access: .scope(.webhooksRead),
                parameters: [
                    .id("whk")
                ] + .page,
                responses: [ResponseKind(200, "DeliveryPage", "A page of attempts.")],
                handler: deliveries
            ),
        ]
    }

    private func get(_ call: Call) async throws(Problem) -> Response {
        let row = try await shop.row(WebhookRow.self, try call.id(WebhookEndpoint.self, "webhook"), "webhook")
        return .json(row.endpoint.shown, version: row.endpoint.version)
    }

    private func list(_ call: Call) async throws(Problem) -> Response {
        let query = try call.query(["limit", "after"])
        let page = try await shop.page(query, WebhookRow.self)
        return .page(page.rows.map(\.endpoint.shown), next: page.next)
    }

    private func deliveries(_ call: Call) async throws(Problem) -> Response {
        let id = try call.id(WebhookEndpoint.self, "webhook")
        let query = try call.query(["limit", "after"])
        let limit = try query.limit()
        let after = try query.after(Int64.self, shop.secrets) ?? .max
        _ = try await shop.row(WebhookRow.self, id, "webhook")
        let ofEndpoint = Condition("endpoint", .equal, .bits(id.bits))
        let rows = try await shop.read { (view) throws(LedgerFailure) in
            try view.rows(
                RowQuery<DeliveryRow>(
                    [ofEndpoint],
                    after: DeliveryRow.Key(id, after),
                    descending: true,
                    limit: limit + 1
                )
            )
        }
        let shown = rows.prefix(limit)
        let items = shown.map { row in
            var json = JSONWriter()
            row.write(to: &json)
            return json.bytes
        }
        return .page(items, next: query.next(rows.count > limit ? shown.last?.key.number : nil, shop.secrets))
    }
}

extension WebhookEndpoint {
    /// The JSON of an answer.
    fileprivate var shown: [UInt8] {
        var json = JSONWriter()
        writeShown(to: &json)
        return json.bytes
    }
}

extension DeliveryRow {
    /// Writes the attempt as the API answers it.
    func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("number", key.number)
            json.member("message", attempt.message)
            json.member("type", attempt.type)
            if let event = attempt.event { json.member("event", event) }
            json.member("origin", attempt.origin.name)
            json.member("at", attempt.at)
            json.member("milliseconds", attempt.milliseconds)
            json.member("acknowledged", attempt.answer.isAcknowledged)
            switch attempt.answer {
            case .status(let status, let retryAfter):
                json.member("status", status)
                if let retryAfter { json.member("retryAfter", retryAfter) }
            case .none(let failure): json.member("failure", failure.rawValue)
            }
        }
    }
}
