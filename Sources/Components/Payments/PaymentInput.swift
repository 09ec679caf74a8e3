import API
import JSON
import Trading

/// The buyer's choice of payment, as the client sends it.
enum PaymentInput {
    case manual
    case card(token: String, provider: String?)
    case cashOnDelivery
    case storeCredit
    case giftCard(code: String)

    /// Reads it.
    ///
    /// - Parameter methods: the allowed methods.
    init(
        from json: inout JSONReader,
        methods: [PaymentMethod] = PaymentMethod.allCases
    ) throws(JSONError) {
        var method: PaymentMethod?
        var token: String?
        var provider: String?
        var code: String?
        try json.object { (json, member) throws(JSONError) in
            switch member {
            case "method":
                let named = try json.value(PaymentMethod.self)
                guard methods.contains(named) else {
                    let names = methods.map(\.rawValue).joined(separator: ", ")
                    throw json.failure(.invalidValue, "one of \(names)")
                }
                method = named
            case "token": token = try json.paymentToken()
            case "provider": provider = try json.text(Bounds.provider)
            case "code": code = try json.text(Bounds.giftCardCode)
            default: throw json.unknown(member)
            }
        }
        self = try Self.make(try json.required(method, "method"), token, provider, code, json)
    }

    /// Checks that a method has its own members and no others.
    private static func make(
        _ method: PaymentMethod,
        _ token: String?,
        _ provider: String?,
        _ code: String?,
        _ json: JSONReader
    ) throws(JSONError) -> PaymentInput {
        if method != .card, token != nil || provider != nil {
            throw json.failure(.invalidValue, "token and provider belong to the method card")
        }
        if method != .giftCard, code != nil { throw json.failure(.invalidValue, "code belongs to the method giftCard") }
        switch method {
        case .manual: return .manual
        case .cashOnDelivery: return .cashOnDelivery
        case .storeCredit: return .storeCredit
        case .card: return .card(token: try json.required(token, "token"), provider: provider)
        case .giftCard: return .giftCard(code: try json.required(code, "code"))
        }
    }

    /// The choice; a text that is not a gift card's code finds no card.
    func choice(_ secrets: OrderSecret) -> PaymentChoice {
        switch self {
        case .manual: .manual
        case .card(let token, let provider): .card(token: token, provider: provider)
        case .cashOnDelivery: .cashOnDelivery
        case .storeCredit: .storeCredit
        case .giftCard(let code): .giftCard(GiftCardCode.id(code, secrets) ?? ID(high: 0, low: 0))
        }
    }
}

extension JSONReader {
    /// A provider's token; a card number is refused, and is not part of the answer or the log.
    fileprivate mutating func paymentToken() throws(JSONError) -> String {
        let text = try string(maxBytes: 1000)
        do throws(PaymentTokenRefusal) {
            try PaymentToken.check(text)
            return text
        } catch {
            switch error {
            case .cardNumber:
                throw failure(.invalidValue, "this is a card's number; send the provider's token, never a number")
            case .malformed:
                throw failure(.invalidValue, "1 to \(PaymentToken.maxBytes) letters, digits and _-.:~+/=")
            }
        }
    }
}
