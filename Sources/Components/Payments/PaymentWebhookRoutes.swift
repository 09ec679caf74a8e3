import API
import Hummingbird
import JSON
import Ledger
import Providers
import Trading

/// Webhooks of payment providers.
///
/// A webhook is only a hint: it is stored in the inbox and answered at once, and the worker looks its payment up. So repeated,
/// reordered and lost webhooks are harmless.
struct PaymentWebhookRoutes {
    let shop: Shop

    var endpoints: [Endpoint] {
        [
            Endpoint(
                .post,
                "/v1/providers/{name}/webhook",
                id: "takePaymentNotice",
                tag: "Payments",
                "Takes a payment provider's webhook; its signature is what lets it in",
                access: .anyone,
                parameters: [Parameter("name", in: .path, Parameter.text(Bounds.provider), "The provider.")],
                body: BodyKind("PaymentNotice", maxBytes: 256 << 10),
                responses: [ResponseKind(200, nil, "It was taken, now or before.")],
                handler: take
            )
        ]
    }

    private func take(_ call: Call) async throws(Problem) -> Response {
        let name = try call.path("name")
        guard let provider = shop.payments.providers[name] else { throw .notFound("provider") }
        let notice = try await call.notice { (headers, body) throws(NoticeRefusal) in
            try provider.notice(headers: headers, body: body, now: .now)
        }
        let payment = try await payment(of: notice, at: name)
        if let payment { try await bringBack(payment, at: name, for: notice.news) }
        _ = try await shop.commit(TakeNotice(InboxRow.Key(name, notice.id), payment: payment, notice.news))
        return Response(status: .ok)
    }

    /// Brings back the order of an archived payment that has news.
    private func bringBack(_ payment: ID<Payment>, at provider: String, for news: ChargeNews) async throws(Problem) {
        guard try await shop.archivedOrder(named: "\(payment)") != nil else { return }
        let row = try await shop.whole.read { (view) throws(LedgerFailure) in try view.row(PaymentRow.self, payment) }
        guard let found = row?.payment, found.provider == provider, found.isNews(news) else { return }
        try await shop.bringBack(found.order)
    }

    /// The payment of a notice, by our own id, or by the provider's.
    ///
    /// Cost: one read.
    private func payment(of notice: ProviderNotice, at provider: String) async throws(Problem) -> ID<Payment>? {
        if let id = notice.subject.flatMap({ ID<Payment>($0) }) { return id }
        guard let reference = notice.reference else { return nil }
        return try await shop.whole.read { (view) throws(LedgerFailure) in
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
