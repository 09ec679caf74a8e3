import JSON
import Providers

/// An error in Stripe's format.
///
/// Source: docs.stripe.com/api/errors.
struct StripeError: Sendable {
    private var type = ""
    private var code: String?
    private var declineCode: String?
    private var message = ""

    /// Reads the body of an unsuccessful reply; nil where it is not Stripe's format.
    init?(_ reply: ProviderReply) {
        do throws(JSONError) {
            var found: StripeError?
            try reply.json { json throws(JSONError) in
                try json.object { json, name throws(JSONError) in
                    if name == "error" { found = try StripeError(&json) } else { try json.skip() }
                }
            }
            guard let found else { return nil }
            self = found
        } catch {
            // The body is not Stripe's.
            return nil
        }
    }

    /// Reads the object `error`, or `last_payment_error` of an intent.
    init(_ json: inout JSONReader) throws(JSONError) {
        var error = (type: "", code: String?.none, declineCode: String?.none, message: "")
        try json.object { json, name throws(JSONError) in
            switch name {
            case "type": error.type = try json.text() ?? ""
            case "code": error.code = try json.text()
            case "decline_code": error.declineCode = try json.text()
            case "message": error.message = try json.text() ?? ""
            default: try json.skip()
            }
        }
        (type, code, declineCode, message) = error
    }

    /// The refusal, for programs and people.
    var refusal: ProviderRefusal {
        ProviderRefusal(code: declineCode ?? code ?? (type.isEmpty ? "declined" : type), detail: message)
    }

    /// The outcome after an error.
    ///
    /// | error | outcome |
    /// |---|---|
    /// | `card_error` | refused |
    /// | `invalid_request_error` | refused: nothing was done, and the same request never will be |
    /// | 401 and 403 | not done: the key is wrong, not the customer |
    /// | 429 | not done: Stripe limits before it works |
    /// | 409, `idempotency_error` | unknown: the key is in use, or had an effect with another body |
    /// | `api_error`, and all else | unknown |
    func answer<Value>(_ reply: ProviderReply) -> ProviderAnswer<Value> {
        let trouble = ProviderTrouble(
            code: "status_\(reply.status)",
            detail: "\(type) \(code ?? ""): \(message)",
            // Stripe's text about the shop's own key is for the log only.
            words: reply.status == 401 || reply.status == 403 ? nil : message,
            retryAfter: reply.retryAfter
        )
        switch (reply.status, type) {
        case (429, _), (401, _), (403, _): return .notDone(trouble)
        case (409, _), (_, "idempotency_error"): return .unknown(trouble)
        case (400..<500, "card_error"), (400, "invalid_request_error"), (402, "invalid_request_error"),
            (404, "invalid_request_error"):
            return .refused(refusal)
        default: return .unknown(trouble)
        }
    }
}
