// Orders add to the sums of the books, so the shop limits the value of an order: for all currencies in minor units, and
// separately for currencies whose minor unit is worth much more or less.

/// The greatest value of one order.
public struct OrderCeiling: Hashable, Sendable, CustomStringConvertible {
    /// Minor units of any currency without a limit of its own.
    public let amount: Int64
    /// Limits of individual currencies, in minor units.
    public let byCurrency: [Currency: Int64]

    /// The default: ten thousand million of a currency with cents.
    public static let standard = OrderCeiling(1_000_000_000_000)
    /// The largest exact amount.
    public static let none = OrderCeiling(OrderLimits.maxAmount)

    /// A limit in minor units, and those of individual currencies.
    public init(_ amount: Int64, byCurrency: [Currency: Int64] = [:]) {
        self.amount = amount
        self.byCurrency = byCurrency
    }

    /// Parses a setting: minor units first, then currencies with their own limits, as in `1000000000000,JPY=50000000`.
    ///
    /// Nil for another text, a repeated currency, or a limit outside 1 to ``OrderLimits/maxAmount``.
    public init?(_ text: String) {
        let parts = text.split(separator: ",", omittingEmptySubsequences: false)
        guard let first = parts.first, let amount = Self.bound(first) else { return nil }
        var byCurrency: [Currency: Int64] = [:]
        for part in parts.dropFirst() {
            let sides = part.split(separator: "=", omittingEmptySubsequences: false)
            guard sides.count == 2, let currency = Currency(String(sides[0])), let bound = Self.bound(sides[1]),
                byCurrency.updateValue(bound, forKey: currency) == nil
            else { return nil }
        }
        self.init(amount, byCurrency: byCurrency)
    }

    /// The limit in a currency.
    public func limit(in currency: Currency) -> Money {
        Money(byCurrency[currency] ?? amount, currency)
    }

    /// The text of the setting, currencies in the order of their codes.
    public var description: String {
        let single = byCurrency.sorted { $0.key.code < $1.key.code }.map { ",\($0.key.code)=\($0.value)" }
        return "\(amount)" + single.joined()
    }

    private static func bound(_ text: Substring) -> Int64? {
        guard text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        return Int64(text).flatMap { (1...OrderLimits.maxAmount).contains($0) ? $0 : nil }
    }
}
