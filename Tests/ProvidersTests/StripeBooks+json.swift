import Foundation

/// The contract's own examples, from which the stand-in builds its answers.
struct StripeExamples: Sendable {
    private let texts: [String: [UInt8]]

    init() throws {
        let names = ["payment_intent", "charge", "refund", "dispute", "balance_transaction"]
        texts = try Dictionary(uniqueKeysWithValues: names.map { ($0, try StripeContract.example($0)) })
    }

    /// An example as a tree.
    func object(_ name: String) -> [String: Any] {
        let tree = texts[name].flatMap { try? JSONSerialization.jsonObject(with: Data($0)) }
        return tree as? [String: Any] ?? [:]
    }
}

extension StripeBooks {
    /// A page of intents.
    func page(_ intents: [Intent], hasMore: Bool, object: String, _ expanded: [String]) -> (Int, String) {
        let inner = expanded.compactMap { $0.hasPrefix("data.") ? String($0.dropFirst(5)) : nil }
        var page = list(intents.map { tree($0, inner) }, hasMore: hasMore)
        page["object"] = object
        return (200, Self.text(page))
    }

    /// An intent; its charge is an id unless expanded.
    func json(_ intent: Intent, _ expanded: [String]) -> String { Self.text(tree(intent, expanded)) }

    /// A refund.
    func json(_ refund: Refund, of intent: Intent) -> [String: Any] {
        var json = examples?.object("refund") ?? [:]
        json.merge([
            "id": refund.id, "amount": refund.amount, "currency": intent.currency, "status": refund.status,
            "reason": (refund.reason as Any?) ?? NSNull(), "metadata": refund.metadata, "charge": "ch_\(intent.id)",
            "payment_intent": refund.isOfPlainCharge ? NSNull() : intent.id as Any, "created": refund.created,
        ]) { $1 }
        return json
    }

    func list(_ data: [[String: Any]], hasMore: Bool) -> [String: Any] {
        ["object": "list", "url": "/v1/list", "has_more": hasMore, "data": data]
    }

    func transaction(_ amount: Int64, fee: Int64, of intent: Intent) -> [String: Any] {
        var json = examples?.object("balance_transaction") ?? [:]
        json.merge(["amount": amount, "fee": fee, "net": amount - fee, "currency": intent.currency]) { $1 }
        return json
    }

    static func text(_ tree: [String: Any]) -> String {
        let data = try? JSONSerialization.data(withJSONObject: tree, options: [.sortedKeys])
        return data.map { String(decoding: $0, as: UTF8.self) } ?? "{}"
    }

    private func tree(_ intent: Intent, _ expanded: [String]) -> [String: Any] {
        var json = examples?.object("payment_intent") ?? [:]
        let error: Any = intent.error.flatMap { try? JSONSerialization.jsonObject(with: Data($0.utf8)) } ?? NSNull()
        let isCharged = ["requires_capture", "succeeded", "canceled"].contains(intent.status)
        let isExpanded = expanded.contains { $0.hasPrefix("latest_charge") }
        let latest: Any = isExpanded ? charge(intent, expanded) : "ch_\(intent.id)"
        json.merge([
            "id": intent.id, "amount": intent.amount, "currency": intent.currency, "created": intent.created,
            "status": intent.status, "metadata": intent.metadata, "last_payment_error": error,
            // "Amount that can be captured from this PaymentIntent" and "amount that was collected by this PaymentIntent".
            "amount_capturable": intent.status == "requires_capture" ? intent.amount : 0,
            "amount_received": intent.captured,
            "latest_charge": isCharged ? latest : NSNull() as Any,
        ]) { $1 }
        return json
    }

    private func charge(_ intent: Intent, _ expanded: [String]) -> Any {
        var json = examples?.object("charge") ?? [:]
        json.merge([
            "id": "ch_\(intent.id)", "amount": intent.amount, "amount_captured": intent.captured,
            "amount_refunded": intent.refunded, "captured": intent.captured > 0,
            "refunded": intent.refunded == intent.amount, "currency": intent.currency,
            "disputed": !intent.disputes.isEmpty, "payment_intent": intent.id, "metadata": intent.metadata,
            "balance_transaction": NSNull(),
        ]) { $1 }
        if intent.captured > 0 { json["balance_transaction"] = "txn_1" }
        if expanded.contains("latest_charge.balance_transaction"), intent.captured > 0 {
            json["balance_transaction"] = transaction(intent.captured, fee: 34, of: intent)
        }
        // "The 10 most recent refunds", and only if they are requested.
        json["refunds"] = nil
        if expanded.contains("latest_charge.refunds") {
            json["refunds"] = list(
                intent.refunds.prefix(10).map { self.json($0, of: intent) },
                hasMore: intent.refunds.count > 10
            )
        }
        return json
    }
}

extension FormValue {
    /// The elements of a member that is a list of strings.
    func list(_ name: String) -> [String] {
        guard case .members(let members) = self, case .list(let list)? = members[name] else { return [] }
        return list.compactMap { value in
            guard case .text(let text) = value else { return nil }
            return text
        }
    }
}
