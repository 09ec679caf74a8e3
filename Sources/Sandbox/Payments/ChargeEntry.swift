import JSON
import Trading

/// A line of the payment sandbox's journal.
enum ChargeEntry: SandboxEntry {
    /// A charge was made or declined.
    case charged(Charge, ChargeAction, RequestKey)
    /// An action on a charge.
    case acted(ChargeAction, RequestKey)
    /// A pending charge succeeded.
    case settled(charge: String, at: Timestamp, fee: Int64)

    func write(to json: inout JSONWriter) {
        json.object { json in
            switch self {
            case .charged(let charge, let action, let key):
                Self.write(action, key, to: &json)
                json.member("capturesAtOnce", charge.capturesAtOnce)
                json.member("settlesAt", charge.settlesAt?.milliseconds ?? 0)
                json.key("metadata")
                json.object { json in
                    for (name, value) in charge.metadata.sorted(by: { $0.key < $1.key }) {
                        json.key(name)
                        json.string(value)
                    }
                }
            case .acted(let action, let key):
                Self.write(action, key, to: &json)
            case .settled(let charge, let at, let fee):
                json.member("kind", "settle")
                json.member("charge", charge)
                json.member("at", at.milliseconds)
                json.member("fee", fee)
            }
        }
    }

    private static func write(_ action: ChargeAction, _ key: RequestKey, to json: inout JSONWriter) {
        json.member("kind", action.kind.rawValue)
        json.member("id", action.id)
        json.member("charge", action.charge)
        json.member("payment", action.payment)
        json.member("amount", action.amount.amount)
        json.member("currency", action.amount.currency.code)
        json.member("state", action.state.rawValue)
        json.member("fee", action.fee)
        json.member("final", action.isFinal)
        json.member("code", action.code)
        json.member("at", action.at.milliseconds)
        json.member("key", key.text)
        json.member("fingerprint", Int64(bitPattern: key.fingerprint))
    }

    init(_ json: inout JSONReader) throws(JSONError) {
        var line = Line()
        try json.object { json, name throws(JSONError) in try line.read(name, &json) }
        guard let at = line.at else { throw json.missing("at") }
        if line.kind == "settle" {
            self = .settled(charge: line.charge, at: at, fee: line.fee)
            return
        }
        guard let kind = ChargeAction.Kind(rawValue: line.kind), let state = Charge.State(rawValue: line.state),
            let currency = Currency(line.currency)
        else { throw json.failure(.invalidValue, "not an entry of a payment journal") }
        let action = ChargeAction(
            kind: kind,
            id: line.id,
            charge: line.charge,
            payment: line.payment,
            amount: Money(line.amount, currency),
            state: state,
            fee: line.fee,
            isFinal: line.isFinal,
            code: line.code,
            at: at
        )
        let key = RequestKey(text: line.key, fingerprint: line.fingerprint)
        self = kind == .authorise ? .charged(line.newCharge(action), action, key) : .acted(action, key)
    }

    /// The members of a line.
    private struct Line {
        var (kind, id, charge, payment, currency, state, key) = ("", "", "", "", "", "", "")
        var (amount, fee): (Int64, Int64) = (0, 0)
        var (isFinal, capturesAtOnce) = (false, false)
        var code: String?
        var (at, settlesAt): (Timestamp?, Timestamp?)
        var fingerprint: UInt64 = 0
        var metadata: [String: String] = [:]

        mutating func read(_ name: String, _ json: inout JSONReader) throws(JSONError) {
            switch name {
            case "kind": kind = try json.string()
            case "id": id = try json.string()
            case "charge": charge = try json.string()
            case "payment": payment = try json.string()
            case "currency": currency = try json.string()
            case "state": state = try json.string()
            case "key": key = try json.string()
            case "code": code = try json.string()
            case "amount": amount = try json.int64()
            case "fee": fee = try json.int64()
            case "final": isFinal = try json.bool()
            case "capturesAtOnce": capturesAtOnce = try json.bool()
            case "at": at = Timestamp(milliseconds: try json.int64())
            case "settlesAt":
                let milliseconds = try json.int64()
                settlesAt = milliseconds == 0 ? nil : Timestamp(milliseconds: milliseconds)
            case "fingerprint": fingerprint = UInt64(bitPattern: try json.int64())
            case "metadata":
                try json.object { json, name throws(JSONError) in metadata[name] = try json.string() }
            default: throw json.unknown(name)
            }
        }

        func newCharge(_ action: ChargeAction) -> Charge {
            Charge(
                id: charge,
                payment: payment,
                amount: action.amount,
                capturesAtOnce: capturesAtOnce,
                metadata: metadata,
                createdAt: action.at,
                settlesAt: settlesAt,
                state: action.state
            )
        }
    }
}
