// A patch is decided against what is there inside the transaction, so two editors of different members never undo each other's work.

/// How many members a product's maps and lists hold.
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

/// Why a patch makes no product, in order of precedence.
public enum ProductPatchRefusal: Error, Hashable, Sendable {
    /// The product is new, and the patch does not name what a product must have.
    case lacks(String)
    /// The patch takes the last price away.
    case noPrice
    /// The product would have more of something than it may.
    case tooMany(String, limit: Int)
}

/// A change of one product: only what is named changes.
public struct ProductPatch: Hashable, Sendable {
    /// Which product.
    public var sku: SKU
    /// What a buyer reads.
    public var name: String?
    /// Longer text; empty for none.
    public var description: String?
    /// The group whose variant it is.
    public var group = Change<String>.keep
    /// What sets it apart within its group.
    public var options = MemberChanges()
    /// Paths of categories, all of them.
    public var categories: [String]?
    /// All of its prices.
    public var prices: [Money]?
    /// Prices by currency, beside those that stay; nil takes the price in a currency away.
    public var priceChanges: [Currency: Money?] = [:]
    /// Whether it may be ordered.
    public var active: Bool?
    /// Whether stock is kept of it.
    public var tracked: Bool?
    /// What one unit weighs, packed, in grams.
    public var grams = Change<Int64>.keep
    /// The merchant's own notes.
    public var metadata = MemberChanges()

    /// A patch that changes nothing yet.
    public init(sku: SKU) {
        self.sku = sku
    }

    /// The product with the changes, its version still the old one; a new one where there is none.
    ///
    /// Throws `lacks` for a new product without a name or any price, `noPrice` where none would be left, `tooMany` where a bound would be
    /// passed.
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
        // One that older releases left without stays as it is until somebody gives it a price.
        guard !next.prices.isEmpty || current?.prices.isEmpty ?? false else { throw .noPrice }
        guard next.options.count <= bounds.options else { throw .tooMany("options", limit: bounds.options) }
        guard next.prices.count <= bounds.prices else { throw .tooMany("prices", limit: bounds.prices) }
        guard next.metadata.count <= bounds.metadata else { throw .tooMany("metadata", limit: bounds.metadata) }
        return next
    }

    /// Prices that stay keep their place; those in a currency that is new come last, in the order of the codes.
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

/// A change of one group of variants: only what is named changes.
public struct ProductGroupPatch: Hashable, Sendable {
    /// What a buyer reads.
    public var name: String?
    /// Longer text; empty for none.
    public var description: String?
    /// The names of the options, all of them in order.
    public var options: [String]?
    /// The merchant's own notes.
    public var metadata = MemberChanges()

    /// A patch that changes nothing yet.
    public init() {}

    /// The group with the changes, its version still the old one; throws `tooMany` where it would have more notes than it may.
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
