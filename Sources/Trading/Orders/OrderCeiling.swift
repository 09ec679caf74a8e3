// An order of any value adds to the sums that the books keep, so the shop bounds it: for all currencies in minor units, and for
// single ones whose minor unit is worth much more or much less.

/// The most that one order may be worth.
public struct OrderCeiling: Hashable, Sendable, CustomStringConvertible {
    /// Minor units of any currency that has no bound of its own.
    public let amount: Int64
    /// Minor units of single currencies.
    public let byCurrency: [Currency: Int64]

    /// What a shop takes unless it says otherwise: ten thousand million of a currency with cents.
    public static let standard = OrderCeiling(1_000_000_000_000)
    /// Whatever can be written exactly.
    public static let none = OrderCeiling(OrderLimits.maxAmount)

    /// A bound in minor units, and those of single currencies.
    public init(_ amount: Int64, byCurrency: [Currency: Int64] = [:]) {
        self.amount = amount
        self.byCurrency = byCurrency
    }

    /// Reads a bound as a setting has it: minor units first, then currencies with their own, as in `1000000000000,JPY=50000000`.
    ///
    /// Nil where it is another text, where a currency stands twice, or where a bound is not 1 to ``OrderLimits/maxAmount``.
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

    /// The bound in a currency.
    public func limit(in currency: Currency) -> Money {
        Money(byCurrency[currency] ?? amount, currency)
    }

    /// The bound as a setting has it, currencies in the order of their codes.
    public var description: String {
        let single = byCurrency.sorted { $0.key.code < $1.key.code }.map { ",\($0.key.code)=\($0.value)" }
        return "\(amount)" + single.joined()
    }

    private static func bound(_ text: Substring) -> Int64? {
        guard text.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else { return nil }
        return Int64(text).flatMap { (1...OrderLimits.maxAmount).contains($0) ? $0 : nil }
    }
}
