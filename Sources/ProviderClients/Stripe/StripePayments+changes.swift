// What was done lately to charges of any age: Stripe lists refunds and disputes by their own time. A capture has none of its own;
// what it changes is found by a look at every authorised payment.

import JSON
import Providers
import Trading

extension StripePayments {
    /// What a cursor of disputes begins with; others are of refunds, which come first.
    private static let disputesMark = "disputes:"

    /// A page of the intents with a refund or a dispute that was made in a span of time.
    public func changed(
        from: Timestamp,
        to: Timestamp,
        after cursor: String?,
        deadline: ContinuousClock.Instant
    ) async -> ProviderAnswer<ChangedCharges> {
        var query = StripeForm()
        query.set("limit", 100)
        query.set("created[gte]", max(0, from.milliseconds / 1000))
        query.set("created[lt]", max(0, (to.milliseconds + 999) / 1000))
        guard let cursor, cursor.hasPrefix(Self.disputesMark) else { return await refunded(cursor, query, deadline) }
        return await disputed(String(cursor.dropFirst(Self.disputesMark.count)), query, deadline)
    }

    private func refunded(
        _ last: String?,
        _ span: StripeForm,
        _ deadline: ContinuousClock.Instant
    ) async -> ProviderAnswer<ChangedCharges> {
        var query = span
        if let last { query.set("starting_after", last) }
        return await client.call(get("refunds", "/v1/refunds?\(query.text)"), deadline: deadline) { reply in
            Self.read(reply) { json throws(JSONError) in
                let page = try StripeRefunds(&json)
                let next = page.hasMore ? page.refunds.last?.id : nil
                return .done(
                    ChangedCharges(references: page.refunds.compactMap(\.intent), next: next ?? Self.disputesMark)
                )
            }
        }
    }

    private func disputed(
        _ last: String,
        _ span: StripeForm,
        _ deadline: ContinuousClock.Instant
    ) async -> ProviderAnswer<ChangedCharges> {
        var query = span
        if !last.isEmpty { query.set("starting_after", last) }
        return await client.call(get("disputes", "/v1/disputes?\(query.text)"), deadline: deadline) { reply in
            Self.read(reply) { json throws(JSONError) in
                let page = try StripeDisputes(&json)
                let next = page.hasMore ? page.disputes.last.map { Self.disputesMark + $0.id } : nil
                return .done(ChangedCharges(references: page.disputes.compactMap(\.intent), next: next))
            }
        }
    }
}
