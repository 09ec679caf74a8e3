import JSON
import Providers
import Trading

/// Reads Stripe's events, of which only the subject matters.
enum StripeEvent {
    /// The notice in a body.
    static func read(_ body: [UInt8]) throws(NoticeRefusal) -> ProviderNotice {
        var (id, type): (String?, String?)
        var object = Subject()
        do throws(JSONError) {
            var json = JSONReader(body)
            try json.object { json, name throws(JSONError) in
                switch name {
                case "id": id = try json.text()
                case "type": type = try json.text()
                case "data":
                    try json.object { json, name throws(JSONError) in
                        if name == "object" { try object.read(&json) } else { try json.skip() }
                    }
                default: try json.skip()
                }
            }
            try json.finish()
        } catch {
            throw .malformed
        }
        guard let id, let type, !id.isEmpty, !type.isEmpty else { throw .malformed }
        return ProviderNotice(
            id: id,
            reference: object.reference,
            subject: object.payment,
            type: type,
            news: news(type, object)
        )
    }

    /// The meaning of a type for the charge; any other type, such as of disputes and failed refunds, may mean anything.
    private static func news(_ type: String, _ object: Subject) -> ChargeNews {
        switch type {
        case "payment_intent.created", "payment_intent.processing", "payment_intent.requires_action",
            "payment_intent.payment_failed", "payment_intent.amount_capturable_updated", "charge.pending",
            "charge.failed",
            "charge.succeeded":
            ChargeNews(.authorised)
        case "payment_intent.succeeded", "charge.captured": ChargeNews(.captured)
        case "payment_intent.canceled", "charge.expired": ChargeNews(.voided)
        case "charge.refunded": ChargeNews(.refunded)
        case "refund.created": ChargeNews(.refunded, action: object.id)
        default: ChargeNews()
        }
    }

    /// The object of an event: an intent, or a charge, refund or dispute of one.
    private struct Subject {
        private(set) var id: String?
        private var (object, intent): (String?, String?)
        private(set) var payment: String?

        mutating func read(_ json: inout JSONReader) throws(JSONError) {
            try json.object { json, name throws(JSONError) in
                switch name {
                case "id": id = try json.text()
                case "object": object = try json.text()
                case "payment_intent" where try json.peek() == .string: intent = try json.text()
                case "metadata": payment = try StripeIntent.ids(&json).payment
                default: try json.skip()
                }
            }
        }

        /// The id of the intent.
        var reference: String? { object == "payment_intent" ? id : intent }
    }
}
