// The parts that an intent lacks: refunds beyond the ten within a charge, and the results of disputes.

import JSON
import Providers
import Trading

extension StripePayments {
    /// The most pages of one charge's refunds that are read.
    private static let refundPagesMax = 20

    /// An intent as the provider's books have it, with all of its refunds and disputes.
    ///
    /// Cost: no call where the charge contains its refunds and is not disputed.
    func known(
        _ intent: StripeIntent,
        _ deadline: ContinuousClock.Instant
    ) async -> ProviderAnswer<ProviderCharge?> {
        var refunds: [StripeRefund] = []
        if !intent.received.isZero {
            switch await self.refunds(of: intent, deadline) {
            case .done(let found): refunds = found
            case .refused(let refusal): return .refused(refusal)
            case .notDone(let trouble): return .notDone(trouble)
            case .unknown(let trouble): return .unknown(trouble)
            }
        }
        var disputes: [StripeDispute] = []
        if intent.latest.isDisputed {
            switch await self.disputes(of: intent, deadline) {
            case .done(let found): disputes = found
            case .refused(let refusal): return .refused(refusal)
            case .notDone(let trouble): return .notDone(trouble)
            case .unknown(let trouble): return .unknown(trouble)
            }
        }
        return intent.charge(refunds: refunds, disputes: disputes).map { .done($0) }
            ?? .unknown(ProviderTrouble(code: "nonsense", detail: "\(intent.id) is \(intent.status)"))
    }

    private func refunds(
        of intent: StripeIntent,
        _ deadline: ContinuousClock.Instant
    ) async -> ProviderAnswer<[StripeRefund]> {
        if let all = intent.latest.allRefunds { return .done(all) }
        var refunds: [StripeRefund] = []
        for _ in 0..<Self.refundPagesMax {
            var query = StripeForm()
            query.set("payment_intent", intent.id)
            query.set("limit", 100)
            if let last = refunds.last { query.set("starting_after", last.id) }
            let page: ProviderAnswer<StripeRefunds> = await client.call(
                get("refunds", "/v1/refunds?\(query.text)"),
                deadline: deadline
            ) { reply in
                Self.read(reply) { json throws(JSONError) in .done(try StripeRefunds(&json)) }
            }
            switch page {
            case .done(let page):
                refunds += page.refunds
                guard page.hasMore, !page.refunds.isEmpty else { return .done(refunds) }
            case .refused(let refusal): return .refused(refusal)
            case .notDone(let trouble): return .notDone(trouble)
            case .unknown(let trouble): return .unknown(trouble)
            }
        }
        return .unknown(ProviderTrouble(code: "list_too_long", detail: "\(intent.id) has more refunds than are read"))
    }

    private func disputes(
        of intent: StripeIntent,
        _ deadline: ContinuousClock.Instant
    ) async -> ProviderAnswer<[StripeDispute]> {
        var query = StripeForm()
        query.set("payment_intent", intent.id)
        query.set("limit", 100)
        return await client.call(get("disputes", "/v1/disputes?\(query.text)"), deadline: deadline) { reply in
            Self.read(reply) { json throws(JSONError) in .done(try StripeDisputes(&json).disputes) }
        }
    }
}
