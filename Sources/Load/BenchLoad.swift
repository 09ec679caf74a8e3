/// The requests of a load, whether the hot SKU takes part, and how orders are paid.
package struct BenchLoad: Hashable, Sendable, CustomStringConvertible {
    /// The kinds of load.
    package enum Kind: String, CaseIterable, Sendable {
        /// `POST /v1/orders` with two lines and an idempotency key of its own; expects 201.
        case checkout
        /// `POST /v1/orders/quote` with the same body; expects 200.
        case quote
        /// `GET /v1/products/{sku}`; expects 200.
        case browse
        /// `GET /v1/products/{sku}` with the ETag from a first GET of that SKU; expects 304.
        case browse304
        /// `GET /livez`; expects 200.
        case livez
        /// Browse, quote and checkout in the shares of `BenchMix`.
        case mixed

        /// Whether it places orders.
        package var hasOrders: Bool { self == .checkout || self == .mixed }
    }

    /// How orders are paid.
    package enum Payment: String, CaseIterable, Sendable {
        /// Outside Tradewind; the server only waits for the payment.
        case manual
        /// By a card's token, which the server charges at its provider.
        case card
    }

    /// The kind of requests.
    package var kind: Kind
    /// Whether the hot SKU takes its share.
    package var isHot: Bool
    /// How its orders are paid; ignored for a load without orders.
    package var payment: Payment

    /// A load of that kind.
    package init(_ kind: Kind, isHot: Bool = false, payment: Payment = .manual) {
        self.kind = kind
        self.isHot = isHot
        self.payment = payment
    }

    /// Reads `checkout`, `checkout:hot` for the same with the hot SKU, `checkout:card` for the same paid by card, or both; nil for
    /// anything else.
    package init?(_ text: String) {
        let parts = text.split(separator: ":", omittingEmptySubsequences: false).map(String.init)
        guard let first = parts.first, let kind = Kind(rawValue: first) else { return nil }
        self.init(kind)
        for part in parts.dropFirst() {
            switch part {
            case "hot" where !isHot: isHot = true
            case "card" where payment == .manual && kind.hasOrders: payment = .card
            default: return nil
            }
        }
    }

    /// As it is read.
    package var description: String {
        kind.rawValue + (isHot ? ":hot" : "") + (payment == .card ? ":card" : "")
    }
}

/// One SKU that takes a share of all requests.
///
/// The first line of a hot order is the hot SKU, the second is drawn uniformly, so that it is as much work as any other order.
package struct BenchHotSKU: Hashable, Sendable {
    /// The SKU; nil for the first generated one.
    package var sku: String?
    /// The share of requests that name it, 0 to 1.
    package var fraction: Double

    /// A SKU with its share.
    package init(sku: String? = nil, fraction: Double = 1) {
        self.sku = sku
        self.fraction = fraction
    }

    /// Reads `sku-00007` (all requests), `0.3` (a share on the first generated SKU) or `sku-00007:0.3`; nil if it is none.
    package init?(_ text: String) {
        if let fraction = Double(text) {
            self.init(fraction: fraction)
        } else if let colon = text.lastIndex(of: ":"), let fraction = Double(text[text.index(after: colon)...]) {
            self.init(sku: String(text[..<colon]), fraction: fraction)
        } else {
            self.init(sku: text)
        }
        guard (0...1).contains(fraction), sku.map(Self.isPlain) ?? true else { return nil }
    }

    /// Whether the SKU can be used in a path and in JSON without escaping.
    static func isPlain(_ sku: String) -> Bool {
        (1...64).contains(sku.utf8.count)
            && sku.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
                    true
                default: false
                }
            }
    }
}

/// The shares of a mixed load, as weights.
package struct BenchMix: Hashable, Sendable {
    /// Weight of browsing.
    package var browse: Int
    /// Weight of quotes.
    package var quote: Int
    /// Weight of checkouts.
    package var checkout: Int

    /// 80 % browse, 15 % quote, 5 % checkout.
    package static let standard = BenchMix(browse: 80, quote: 15, checkout: 5)

    /// Weights; the shares are each over their sum.
    ///
    /// Negative ones count as zero.
    package init(browse: Int, quote: Int, checkout: Int) {
        self.browse = max(0, browse)
        self.quote = max(0, quote)
        self.checkout = max(0, checkout)
    }
}
