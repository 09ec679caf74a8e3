// A patch is applied to the current row inside the transaction, so two editors of different members never undo each other's work.

/// The largest sizes of a product's maps and lists.
public struct ProductBounds: Hashable, Sendable {
    /// Most options.
    public var options: Int
    /// Most prices.
    public var prices: Int
    /// Most members of metadata.
    public var metadata: Int

    /// Bounds of a product.
    public init(options: Int, prices: Int, metadata: Int) {
        self.options = options
        self.prices = prices
        self.metadata = metadata
    }
}

/// Why a patch cannot be applied, in order of precedence.
///
/// Nothing was changed.
public enum ProductPatchRefusal: Error, Hashable, Sendable {
    /// The product is new, and the patch lacks a required member.
    case lacks(String)
    /// The patch removes the last price.
    case noPrice
    /// A map or list of the product would exceed its limit.
    case tooMany(String, limit: Int)
}

/// A change of one product: only the named members change.
public struct ProductPatch: Hashable, Sendable {
    /// The product.
    public var sku: SKU
    /// The name for buyers.
    public var name: String?
    /// Longer text; empty removes it.
    public var description: String?
    /// The code of its group.
    public var group = Change<String>.keep
    /// The options that distinguish it within its group.
    public var options = MemberChanges()
    /// All of its categories.
    public var categories: [String]?
    /// All of its prices.
    public var prices: [Money]?
    /// Prices by currency, in addition to the others; nil removes the price in a currency.
    public var priceChanges: [Currency: Money?] = [:]
    /// Whether it may be ordered.
    public var active: Bool?
    /// Whether stock is counted.
    public var tracked: Bool?
    /// The packed weight of a unit in grams.
    public var grams = Change<Int64>.keep
    /// The merchant's own notes.
    public var metadata = MemberChanges()

    /// A patch without changes.
    public init(sku: SKU) {
        self.sku = sku
    }

    /// The product with the changes, still with its old version; a new product where `current` is nil.
    ///
    /// - Throws: `lacks` for a new product without a name or any price, `noPrice` where no price would be left, `tooMany` where a
    ///   bound would be exceeded.
    public func applied(to current: Product?, within bounds: ProductBounds) throws(ProductPatchRefusal) -> Product {
        var next: Product
        if let current {
            next = current
        } else {
            guard let name else { throw .lacks("name") }
            guard !changedPrices(of: []).isEmpty else { throw .lacks("prices") }
            next = Product(sku: sku, name: name, prices: [])
        }
        if let name { next.name = name }
        if let description { next.description = description }
        if let categories { next.categories = categories }
        if let active { next.active = active }
        if let tracked { next.tracked = tracked }
        next.group = group.applied(to: next.group)
        next.grams = grams.applied(to: next.grams)
        next.options = options.applied(to: next.options)
        next.metadata = metadata.applied(to: next.metadata)
        next.prices = changedPrices(of: next.prices)
        // A product without prices, from an older release, may be changed without adding a price.
        guard !next.prices.isEmpty || current?.prices.isEmpty ?? false else { throw .noPrice }
        guard next.options.count <= bounds.options else { throw .tooMany("options", limit: bounds.options) }
        guard next.prices.count <= bounds.prices else { throw .tooMany("prices", limit: bounds.prices) }
        guard next.metadata.count <= bounds.metadata else { throw .tooMany("metadata", limit: bounds.metadata) }
        return next
    }

    /// Unchanged prices keep their place; those in new currencies come last, in the order of the codes.
    private func changedPrices(of current: [Money]) -> [Money] {
        var next = prices ?? current
        for (currency, price) in priceChanges.sorted(by: { $0.key.code < $1.key.code }) {
            let place = next.firstIndex { $0.currency == currency }
            switch (place, price) {
            case (let place?, let price?): next[place] = price
            case (let place?, nil): next.remove(at: place)
            case (nil, let price?): next.append(price)
            case (nil, nil): break
            }
        }
        return next
    }
}

/// A change of one group of variants: only the named members change.
public struct ProductGroupPatch: Hashable, Sendable {
    /// The name for buyers.
    public var name: String?
    /// Longer text; empty removes it.
    public var description: String?
    /// The names of all options, in order.
    public var options: [String]?
    /// The merchant's own notes.
    public var metadata = MemberChanges()

    /// A patch without changes.
    public init() {}

    /// The group with the changes, still with its old version.
    ///
    /// - Throws: `tooMany` where its notes would exceed `members`.
    public func applied(to current: ProductGroup, members: Int) throws(ProductPatchRefusal) -> ProductGroup {
        var next = current
        if let name { next.name = name }
        if let description { next.description = description }
        if let options { next.options = options }
        next.metadata = metadata.applied(to: next.metadata)
        guard next.metadata.count <= members else { throw .tooMany("metadata", limit: members) }
        return next
    }
}
