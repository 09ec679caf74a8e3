import API
import Hummingbird
import JSON
import Ledger
import Providers
import Trading

/// Webhooks of payment providers.
///
/// A webhook is only ever a hint to look: it is taken into the inbox and answered at once, and the payment that it is about is
/// looked at by the worker. Repeats, any order and losing some are therefore harmless.
struct PaymentWebhookRoutes {
    let shop: Shop

    var endpoints: [Endpoint] {
        [
            Endpoint(
                .post,
                "/v1/providers/{name}/webhook",
                id: "providerWebhook",
                tag: "Payments",
                "Takes a payment provider's webhook; its signature is what lets it in",
                access: .anyone,
                parameters: [
                    Parameter("name", in: .path, #"{"type":"string","examples":["stripe"]}"#, "The provider's name.")
                ],
                body: BodyKind("ProviderWebhook"),
                outcomes: [Outcome(200, "WebhookTaken", "It was taken, now or before.")],
                problems: [400, 401],
                handler: take
            )
        ]
    }

    private func take(_ call: Call) async throws(Problem) -> Response {
        let name = try call.path("name")
        guard let provider = shop.payments.providers[name] else { throw .notFound("provider") }
        let body = try await call.bytes()
        let headers = call.request.headers.map { (name: $0.name.canonicalName, value: $0.value) }
        let notice: ProviderNotice
        do throws(NoticeRefusal) {
            notice = try provider.notice(headers: headers, body: body, now: .now)
        } catch {
            throw error.problem
        }
        let payment = try await payment(of: notice, at: name)
        let isNew = try await shop.commit(TakeNotice(InboxRow.Key(name, notice.id), payment: payment)).outcome
        return .json { json in json.object { $0.member("new", isNew) } }
    }

    /// The payment that a notice is about: by our own id, or by the provider's.
    private func payment(of notice: ProviderNotice, at provider: String) async throws(Problem) -> ID<Payment>? {
        if let id = notice.subject.flatMap({ ID<Payment>($0) }) { return id }
        guard let reference = notice.reference else { return nil }
        return try await shop.read { (view) throws(LedgerFailure) in
            try view.rows(
                RowQuery<PaymentRow>(
                    [
                        Condition("provider", .equal, .text(provider)),
                        Condition("reference", .equal, .text(reference)),
                    ],
                    limit: 1
                )
            ).first?.key
        }
    }
}

extension NoticeRefusal {
    var problem: Problem {
        switch self {
        case .unsigned: Problem(.unauthorized, "webhook_refused", "the webhook is not signed")
        case .forged:
            Problem(.unauthorized, "webhook_refused", "the webhook's signature is not by who knows the secret")
        case .stale: Problem(.badRequest, "webhook_refused", "the webhook's time is too far from ours")
        case .malformed: Problem(.badRequest, "webhook_refused", "the webhook makes no sense")
        }
    }
}
