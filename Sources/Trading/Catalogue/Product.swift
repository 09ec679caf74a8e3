// A product here is one sellable variant with a SKU. Variants that a buyer sees as one thing (a shirt in three sizes) name the
// same group and differ in their options. A product holds at most one price for each currency, and it is sold only while active.

/// One sellable variant of the catalogue.
public struct Product: Hashable, Sendable {
    /// The shop's name for it.
    public var sku: SKU
    /// What a buyer reads, 1 to 200 bytes.
    public var name: String
    /// Longer text, up to 10,000 bytes.
    public var description: String
    /// The group whose variant it is.
    public var group: String?
    /// What sets it apart within its group, as in size: L.
    public var options: [String: String]
    /// Paths of categories, as in `kitchen/mugs`.
    public var categories: [String]
    /// At most one price for each currency, none negative.
    public var prices: [Money]
    /// Whether it may be ordered.
    public var active: Bool
    /// Whether stock is kept of it; postage and other services have none and are always available.
    public var tracked: Bool
    /// What one unit weighs, packed, in grams; nil where nobody said.
    public var grams: Int64?
    /// The merchant's own notes.
    public var metadata: [String: String]
    /// Counts the changes, from 1.
    public var version: Int64
    /// When it was first put.
    public var createdAt: Timestamp
    /// When it last changed.
    public var updatedAt: Timestamp

    /// The category of what probers buy: lists and searches leave it out, unless they are asked for this very category.
    public static let probeCategory = "tradewind-probe"

    /// Whether it is there for probers: merchants and buyers do not see it.
    public var isProbe: Bool { categories.contains(Self.probeCategory) }

    /// A product as a merchant describes it, at version 0: not yet put.
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
    /// What a buyer reads.
    public let name: String
    /// At most one price for each currency.
    public let prices: [Money]
    /// Whether it may be ordered.
    public let active: Bool
    /// Whether stock is kept of it.
    public let tracked: Bool

    /// Its price in a currency, if it has one.
    public func price(in currency: Currency) -> Money? {
        for price in prices where price.currency == currency { return price }
        return nil
    }
}

/// What putting a thing by name did.
public enum PutChange: String, Hashable, Sendable {
    /// It was not there before.
    case created
    /// It differed from what was there.
    case updated
    /// It was there, just so.
    case unchanged
}

/// Variants that a buyer sees as one product.
public struct ProductGroup: Hashable, Sendable {
    /// The shop's name for the group, 1 to 64 printable ASCII characters.
    public var code: String
    /// What a buyer reads.
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

/// Why a change by an editor was refused.
public enum EditRefusal: Error, Hashable, Sendable {
    /// There is no such thing.
    case notFound
    /// Another editor was first: the version asked for is not the version that is there.
    case versionConflict(current: Int64)
    /// A limit of the shop is reached, as for locations.
    case limitReached(Int)
}
