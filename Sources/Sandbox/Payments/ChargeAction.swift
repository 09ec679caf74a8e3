import JSON
import Trading

/// An action on a charge, as its request was answered.
struct ChargeAction: Sendable {
    enum Kind: String, Sendable {
        case authorise, capture, refund, void
    }

    let kind: Kind
    /// Its own id.
    let id: String
    let charge: String
    let payment: String
    let amount: Money
    /// The state of the charge after it.
    var state: Charge.State
    /// The fee that it added to the charge.
    var fee: Int64
    /// Whether a capture releases the rest.
    let isFinal: Bool
    /// Why a charge was declined.
    let code: String?
    let at: Timestamp

    /// Writes the answer to its request, and to every repetition of it.
    func answer(to json: inout JSONWriter) {
        json.object { json in
            json.member("kind", kind.rawValue)
            json.member("action", id)
            json.member("charge", charge)
            json.member("payment", payment)
            json.member("state", state.rawValue)
            json.member("amount", amount.amount)
            json.member("currency", amount.currency.code)
            json.member("fee", fee)
            json.member("at", "\(at)")
        }
    }

    /// The webhook that reports it.
    var message: SandboxWebhookMessage {
        let word =
            switch kind {
            case .authorise: state.rawValue
            case .capture: "captured"
            case .refund: "refunded"
            case .void: "voided"
            }
        return SandboxWebhookMessage(id: "evt_\(id)_\(word)", type: "charge.\(word)", at: at, subject: charge) { json in
            json.member("charge", charge)
            json.member("payment", payment)
            json.member("action", id)
            json.member("state", state.rawValue)
            json.member("amount", amount.amount)
            json.member("currency", amount.currency.code)
        }
    }
}
