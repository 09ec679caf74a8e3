import API
import Hummingbird
import JSON
import Ledger
import Logging
import Trading

/// Webhook endpoints.
struct WebhookRoutes {
    let shop: Shop
    let courier: WebhookCourier

    var endpoints: [Endpoint] { editing + steering + reading }

    private var editing: [Endpoint] {
        [
            Endpoint(
                .post,
                "/v1/webhooks",
                id: "createWebhook",
                tag: "Webhooks",
                "Puts an endpoint on file, to be told of what happens from now on",
                access: .scope(.webhooksWrite),
                body: BodyKind("WebhookInput"),
                responses: [ResponseKind(201, "Webhook", "The endpoint; its `secret` is shown this once.")],
                problems: [409],
                handler: create
            ),
            Endpoint(
                .patch,
                "/v1/webhooks/{id}",
                id: "changeWebhook",
                tag: "Webhooks",
                "Changes where an endpoint is told, or of what",
                access: .scope(.webhooksWrite),
                parameters: [.id("whk"), .ifMatch],
                body: BodyKind("WebhookPatch"),
                responses: [ResponseKind(200, "Webhook", "The endpoint.")],
                problems: [412],
                handler: edit
            ),
            Endpoint(
                .delete,
                "/v1/webhooks/{id}",
                id: "deleteWebhook",
                tag: "Webhooks",
                "Takes an endpoint off file, with its log",
                access: .scope(.webhooksWrite),
                parameters: [.id("whk"), .ifMatch],
                responses: [ResponseKind(204, nil, "It is gone.")],
                problems: [412],
                handler: delete
            ),
        ]
    }

    private var steering: [Endpoint] {
        [
            step(
                "rotate",
                "Gives an endpoint a fresh secret; messages carry signatures by both until the one before retires",
                body: "WebhookRotation",
                response: ResponseKind(200, "Webhook", "The endpoint; its new `secret` is shown this once."),
                handler: rotate
            ),
            step(
                "replay",
                "Tells an endpoint a range of events once more, beside what is new",
                body: "WebhookReplayInput",
                isOptional: false,
                response: ResponseKind(200, "Webhook", "The endpoint."),
                problems: [409, 410],
                handler: replay
            ),
            step(
                "test",
                "Sends a message of the type `webhook.test` at once, and says what came of it",
                body: "CompleteInput",
                response: ResponseKind(200, "Delivery", "The attempt, whether it was acknowledged or not."),
                handler: test
            ),
            step(
                "enable",
                "Tells an endpoint again what happens, from where it was or from now on",
                body: "WebhookEnabling",
                response: ResponseKind(200, "Webhook", "The endpoint."),
                handler: enable
            ),
            step(
                "disable",
                "Tells an endpoint nothing more",
                body: "CompleteInput",
                response: ResponseKind(200, "Webhook", "The endpoint."),
                handler: disable
            ),
        ]
    }

    private func step(
        _ name: String,
        _ summary: String,
        body: String,
        isOptional: Bool = true,
        response: ResponseKind,
        problems: [Int] = [],
        handler: @escaping Endpoint.Handler
    ) -> Endpoint {
        Endpoint(
            .post,
            "/v1/webhooks/{id}/\(name)",
            id: "\(name)Webhook",
            tag: "Webhooks",
            summary,
            access: .scope(.webhooksWrite),
            parameters: [.id("whk")],
            body: BodyKind(body, isOptional: isOptional),
            responses: [response],
            problems: problems,
            handler: handler
        )
    }

    private func create(_ call: Call) async throws(Problem) -> Response {
        let (edit, bytes) = try await call.requiredJSON { (json) throws(JSONError) in
            let edit = try json.webhookEdit()
            _ = try json.required(edit.url, "url")
            return edit
        }
        guard let url = edit.url else { preconditionFailure("a URL that is required was read") }
        try check(url)
        let command = CreateWebhook(
            url: url,
            filter: edit.filter ?? EventFilter(stored: [EventFilter.everything]),
            description: edit.description ?? nil
        )
        let result = try await shop.commit(command, key: try call.idempotencyKey(bytes))
        return .json(result.outcome.document, status: .created, version: result.outcome.version)
            .replayed(result.replayed)
    }

    private func edit(_ call: Call) async throws(Problem) -> Response {
        let id = try call.id(WebhookEndpoint.self, "webhook")
        let (edit, _) = try await call.requiredJSON { (json) throws(JSONError) in try json.webhookEdit() }
        if let url = edit.url { try check(url) }
        let command = ChangeWebhook(
            id,
            .edit(url: edit.url, filter: edit.filter, description: edit.description),
            expectedVersion: try call.expectedVersion()
        )
        let answered = try await shop.commit(command)
        return .json(answered.document, version: answered.version)
    }

    private func delete(_ call: Call) async throws(Problem) -> Response {
        let id = try call.id(WebhookEndpoint.self, "webhook")
        _ = try await shop.commit(DeleteWebhook(id, expectedVersion: try call.expectedVersion()))
        return Response(status: .noContent)
    }

    /// Refuses URLs whose host is a private address; names are checked when they are called.
    private func check(_ url: WebhookURL) throws(Problem) {
        guard !shop.settings.webhooksAllowPrivate else { return }
        let isPrivate =
            url.host == "localhost" || url.host.hasSuffix(".localhost")
            || HostAddresses.literal(url.host).map { !$0.isPublic } ?? false
        guard !isPrivate else {
            throw .invalid("/url", "invalid_value", "a private address; the setting webhooks.allow-private allows them")
        }
    }

    // MARK: Steps

    private func rotate(_ call: Call) async throws(Problem) -> Response {
        let id = try call.id(WebhookEndpoint.self, "webhook")
        let (overlap, bytes) = try await call.json { (json) throws(JSONError) -> Int64? in
            var seconds: Int64?
            try json.object { (json, member) throws(JSONError) in
                guard member == "overlapSeconds" else { throw json.unknown(member) }
                seconds = try json.int64(in: Bounds.overlapSeconds)
            }
            return seconds
        }
        let seconds = (overlap ?? nil) ?? Bounds.overlapSecondsByDefault
        return try await change(call, ChangeWebhook(id, .rotate(overlapSeconds: seconds)), bytes)
    }

    private func enable(_ call: Call) async throws(Problem) -> Response {
        let id = try call.id(WebhookEndpoint.self, "webhook")
        let (skips, bytes) = try await call.json { (json) throws(JSONError) -> Bool in
            var skips = false
            try json.object { (json, member) throws(JSONError) in
                guard member == "skipMissed" else { throw json.unknown(member) }
                skips = try json.bool()
            }
            return skips
        }
        let command = ChangeWebhook(id, .enable(skipsMissed: skips ?? false))
        let result = try await shop.commit(command, key: try call.idempotencyKey(bytes))
        if let missed = result.outcome.missed {
            courier.logger.warning(
                "a webhook is enabled that was not told of all: what it missed is no longer kept",
                metadata: missed.metadata(of: id)
            )
        }
        return .json(result.outcome.document, version: result.outcome.version).replayed(result.replayed)
    }

    private func disable(_ call: Call) async throws(Problem) -> Response {
        let id = try call.id(WebhookEndpoint.self, "webhook")
        let bytes = try await call.nothing()
        return try await change(call, ChangeWebhook(id, .disable), bytes)
    }

    private func replay(_ call: Call) async throws(Problem) -> Response {
        let id = try call.id(WebhookEndpoint.self, "webhook")
        let (range, bytes) = try await call.requiredJSON { (json) throws(JSONError) in try ReplayRange(from: &json) }
        let horizon = Timestamp.now.adding(seconds: -shop.settings.eventSeconds)
        let (after, end, firstKept, last) = try await shop.read { (view) throws(LedgerFailure) in
            let (after, end) = try range.events(in: view)
            let last = try view.counter(CounterRow.events)
            return (after, end, try range.firstKept(in: view, horizon: horizon), last)
        }
        if let firstKept { throw .eventsGone(first: firstKept, last: last) }
        return try await change(call, ChangeWebhook(id, .replay(after: after, end: end)), bytes)
    }

    private func change(_ call: Call, _ command: ChangeWebhook, _ bytes: [UInt8]) async throws(Problem) -> Response {
        let result = try await shop.commit(command, key: try call.idempotencyKey(bytes))
        return .json(result.outcome.document, version: result.outcome.version).replayed(result.replayed)
    }

    private func test(_ call: Call) async throws(Problem) -> Response {
        let id = try call.id(WebhookEndpoint.self, "webhook")
        let bytes = try await call.nothing()
        let key = try call.idempotencyKey(bytes)
        let endpoint = try await shop.row(WebhookRow.self, id, "webhook").endpoint
        // Derived from the request's id, so that a receiver recognises a repeated test.
        let testID = "test_\(call.requestID.filter(\.isHexDigit).prefix(32))_\(Timestamp.now.milliseconds)"
        let message = WebhookMessage(testID: testID, at: .now)
        let attempt = await courier.send(message, to: endpoint, .test)
        let result = try await shop.commit(RecordTestDelivery(id, attempt), key: key)
        var json = JSONWriter()
        result.outcome.write(to: &json)
        return .json(json.bytes).replayed(result.replayed)
    }
}

extension WebhookEndpoint.Missed {
    /// The metadata for the log.
    func metadata(of webhook: ID<WebhookEndpoint>) -> Logger.Metadata {
        ["webhook": "\(webhook)", "missed": "\(count)", "first": "\(first)", "last": "\(last)"]
    }
}
