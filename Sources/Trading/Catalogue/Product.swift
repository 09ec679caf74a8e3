// A product here is one sellable variant with a SKU. Variants that a buyer sees as one product (a shirt in three sizes) share a
// group and differ in their options. A product has at most one price for each currency, and is sold only while active.

/// One sellable variant of the catalogue.
public struct Product: Hashable, Sendable {
    /// The shop's identifier of the variant.
    public var sku: SKU
    /// The name for buyers, 1 to 200 bytes.
    public var name: String
    /// Longer text, up to 10,000 bytes.
    public var description: String
    /// The code of its group; nil where it has none.
    public var group: String?
    /// The options that distinguish it within its group, such as size: L.
    public var options: [String: String]
    /// Paths of categories, such as `kitchen/mugs`.
    public var categories: [String]
    /// At most one price for each currency, none negative.
    public var prices: [Money]
    /// Whether it may be ordered.
    public var active: Bool
    /// Whether stock is counted; postage and other services have none and are always available.
    public var tracked: Bool
    /// The packed weight of a unit in grams; nil where it is unknown.
    public var grams: Int64?
    /// The merchant's own notes.
    public var metadata: [String: String]
    /// Counts the changes, from 1.
    public var version: Int64
    /// When it was created.
    public var createdAt: Timestamp
    /// When it last changed.
    public var updatedAt: Timestamp

    /// The category of probers' products: lists and searches leave it out, unless they ask for this category.
    public static let probeCategory = "tradewind-probe"

    /// Whether it is for probers: merchants and buyers do not see it.
    public var isProbe: Bool { categories.contains(Self.probeCategory) }

    /// A product as a merchant describes it, at version 0: not yet stored.
    public init(
        sku: SKU,
        name: String,
        description: String = "",
        group: String? = nil,
        options: [String: String] = [:],
        categories: [String] = [],
        prices: [Money],
        active: Bool = true,
        tracked: Bool = true,
        grams: Int64? = nil,
        metadata: [String: String] = [:]
    ) {
        self.sku = sku
        self.name = name
        self.description = description
        self.group = group
        self.options = options
        self.categories = categories
        self.prices = prices
        self.active = active
        self.tracked = tracked
        self.grams = grams
        self.metadata = metadata
        version = 0
        createdAt = Timestamp(milliseconds: 0)
        updatedAt = Timestamp(milliseconds: 0)
    }

    /// What an order needs to know of it.
    public var offer: Offer {
        Offer(name: name, prices: prices, active: active, tracked: tracked)
    }

    /// This product put over what was there: the next version, or the current one unchanged where nothing differs.
    ///
    /// - Returns: the product to keep, and whether it is new, changed or the same.
    public func put(over current: Product?, at now: Timestamp) -> (product: Product, change: PutChange) {
        var next = self
        next.version = (current?.version ?? 0) + 1
        next.createdAt = current?.createdAt ?? now
        next.updatedAt = now
        guard let current else { return (next, .created) }
        var same = next
        same.version = current.version
        same.updatedAt = current.updatedAt
        return same == current ? (current, .unchanged) : (next, .updated)
    }
}

/// What an order needs to know of a product.
public struct Offer: Hashable, Sendable {
    /// The name for buyers.
    public let name: String
    /// At most one price for each currency.
    public let prices: [Money]
    /// Whether it may be ordered.
    public let active: Bool
    /// Whether stock is counted.
    public let tracked: Bool

    /// Its price in a currency; nil where it has none.
    public func price(in currency: Currency) -> Money? {
        for price in prices where price.currency == currency { return price }
        return nil
    }
}

/// The effect of a PUT.
public enum PutChange: String, Hashable, Sendable {
    /// It did not exist before.
    case created
    /// It was changed.
    case updated
    /// It existed with equal content.
    case unchanged
}

/// Variants that a buyer sees as one product.
public struct ProductGroup: Hashable, Sendable {
    /// The shop's identifier of the group, 1 to 64 printable ASCII characters.
    public var code: String
    /// The name for buyers.
    public var name: String
    /// Longer text.
    public var description: String
    /// The names of the options by which its variants differ, in order.
    public var options: [String]
    /// The merchant's own notes.
    public var metadata: [String: String]
    /// Counts the changes, from 1.
    public var version: Int64

    /// A group of variants.
    public init(
        code: String,
        name: String,
        description: String = "",
        options: [String] = [],
        metadata: [String: String] = [:],
        version: Int64 = 0
    ) {
        self.code = code
        self.name = name
        self.description = description
        self.options = options
        self.metadata = metadata
        self.version = version
    }
}

/// Why an editor's change was refused.
///
/// Nothing was changed.
public enum EditRefusal: Error, Hashable, Sendable {
    /// It does not exist.
    case notFound
    /// Another editor was first: the requested version is not the current one.
    case versionConflict(current: Int64)
    /// A limit of the shop is reached, such as that of locations.
    case limitReached(Int)
}
