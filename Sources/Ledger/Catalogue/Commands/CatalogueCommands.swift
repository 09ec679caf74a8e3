import JSON
import Trading

/// Puts products; each is decided separately.
public struct PutProducts: IdempotentCommand {
    /// `putProducts`.
    public static let name = "putProducts"

    /// What to put.
    public let products: [Product]
    /// The expected version of the single product, 0 for a new one; nil accepts any.
    public let expectedVersion: Int64?
    private let folded: FoldedTexts

    /// Products to put.
    ///
    /// Cost: folds long texts, on the calling thread.
    public init(_ products: [Product], expectedVersion: Int64? = nil) {
        self.products = products
        self.expectedVersion = expectedVersion
        folded = FoldedTexts(products.map(\.description))
    }

    /// The products.
    public func prefetch(_ set: WorkingSet) {
        for product in products { set.products.want(product.sku) }
    }

    /// Decides the result for each product.
    public func decide(_ set: WorkingSet) throws(EditRefusal) -> [PutProduct] {
        var result: [PutProduct] = []
        result.reserveCapacity(products.count)
        for wanted in products {
            let current = set.products.get(wanted.sku)
            if let expectedVersion, current?.product.version ?? 0 != expectedVersion {
                throw .versionConflict(current: current?.product.version ?? 0)
            }
            result.append(set.put(wanted, over: current?.product, folded))
        }
        return result
    }

    /// A byte for each product; a repeated request puts the products again, which changes nothing.
    public func receipt(for outcome: [PutProduct]) -> [UInt8] {
        outcome.map { $0.change == .created ? 1 : $0.change == .updated ? 2 : 3 }
    }

    /// The current products, with the results of the first request.
    public func recall(_ receipt: [UInt8], _ set: WorkingSet) -> [PutProduct]? {
        guard receipt.count == products.count else { return nil }
        return zip(products, receipt).compactMap { product, code in
            set.products.get(product.sku).map {
                PutProduct(row: $0, change: code == 1 ? .created : code == 2 ? .updated : .unchanged)
            }
        }
    }
}

/// The result of putting a product.
public struct PutProduct: Sendable {
    /// The product and its JSON.
    public let row: ProductRow
    /// The effect.
    public let change: PutChange
}

/// The result of putting an object by its name.
public struct Put<Value: Sendable>: Sendable {
    /// The object as it is now.
    public let value: Value
    /// The effect.
    public let change: PutChange

    init(_ value: Value, _ change: PutChange) {
        self.value = value
        self.change = change
    }
}

extension Put where Value: Document {
    /// The receipt: a byte for the effect, and the object.
    var receipt: [UInt8] { [change == .created ? 1 : change == .updated ? 2 : 3] + value.document }

    init?(receipt: [UInt8]) {
        guard let code = receipt.first, let value = Value(document: Array(receipt.dropFirst())) else { return nil }
        self.init(value, code == 1 ? .created : code == 2 ? .updated : .unchanged)
    }
}

/// Puts a group of variants.
public struct PutGroup: IdempotentCommand {
    /// `putGroup`.
    public static let name = "putGroup"

    /// What to put.
    public let group: ProductGroup
    /// The expected version; nil accepts any.
    public let expectedVersion: Int64?

    /// A group to put.
    public init(_ group: ProductGroup, expectedVersion: Int64? = nil) {
        self.group = group
        self.expectedVersion = expectedVersion
    }

    /// Decides the group, and whether it is new.
    public func decide(_ set: WorkingSet) throws(EditRefusal) -> Put<ProductGroup> {
        let current = set.groups.get(group.code)?.group
        if let expectedVersion, current?.version ?? 0 != expectedVersion {
            throw .versionConflict(current: current?.version ?? 0)
        }
        let put = set.put(group, over: current)
        return Put(put, current == nil ? .created : put == current ? .unchanged : .updated)
    }

    /// The group, and the effect.
    public func receipt(for outcome: Put<ProductGroup>) -> [UInt8] { outcome.receipt }

    /// The group as it was put.
    public func recall(_ receipt: [UInt8], _ set: WorkingSet) -> Put<ProductGroup>? { Put(receipt: receipt) }
}

/// Puts a location.
public struct PutLocation: IdempotentCommand {
    /// `putLocation`.
    public static let name = "putLocation"

    /// What to put.
    public let location: Location
    /// The expected version; nil accepts any.
    public let expectedVersion: Int64?

    /// A location to put.
    public init(_ location: Location, expectedVersion: Int64? = nil) {
        self.location = location
        self.expectedVersion = expectedVersion
    }

    /// Decides the location, and whether it is new.
    public func decide(_ set: WorkingSet) throws(EditRefusal) -> Put<Location> {
        var all = set.allLocations
        let index = all.firstIndex { $0.code == location.code }
        let current = index.map { all[$0] }
        if let expectedVersion, current?.version ?? 0 != expectedVersion {
            throw .versionConflict(current: current?.version ?? 0)
        }
        var next = location
        next.version = current?.version ?? 0
        if next == current { return Put(next, .unchanged) }
        next.version += 1
        if let index {
            all[index] = next
        } else {
            guard all.count < Location.maxCount else { throw .limitReached(Location.maxCount) }
            all.append(next)
        }
        set.put(all, changed: next)
        return Put(next, current == nil ? .created : .updated)
    }

    /// The location, and the effect.
    public func receipt(for outcome: Put<Location>) -> [UInt8] { outcome.receipt }

    /// The location as it was put.
    public func recall(_ receipt: [UInt8], _ set: WorkingSet) -> Put<Location>? { Put(receipt: receipt) }
}

/// Why stock was not changed by hand, in order of precedence.
///
/// Nothing was changed.
public enum AdjustStockRefusal: Error, Hashable, Sendable {
    /// The product does not exist.
    case productNotFound
    /// The product's stock is not counted.
    case untracked
    /// The location does not exist.
    case unknownLocation
    /// Stock refuses the movement.
    case stock(StockRefusal)
}

/// Changes stock by hand, with a reason.
public struct AdjustStock: IdempotentCommand {
    /// `adjustStock`.
    public static let name = "adjustStock"

    /// The SKU.
    public let sku: SKU
    /// The location's code.
    public let location: String
    /// The kind of movement.
    public let kind: MovementKind
    /// Units, signed as on hand changes.
    public let delta: Int64
    /// The reason.
    public let reason: String

    /// A change of stock by hand.
    public init(sku: SKU, location: String, kind: MovementKind, delta: Int64, reason: String) {
        self.sku = sku
        self.location = location
        self.kind = kind
        self.delta = delta
        self.reason = reason
    }

    /// The product, and its stock there.
    public func prefetch(_ set: WorkingSet) {
        set.products.want(sku)
        set.stock.want(StockRow.Key(sku, location))
    }

    /// Decides the movement.
    public func decide(_ set: WorkingSet) throws(AdjustStockRefusal) -> MovementRow {
        guard let product = set.products.get(sku)?.product else { throw .productNotFound }
        guard product.tracked else { throw .untracked }
        guard set.allLocations.contains(where: { $0.code == location }) else { throw .unknownLocation }
        let movement: MovementRow
        do {
            movement = try set.move(StockRow.Key(sku, location), kind, delta, reason: reason)
        } catch {
            throw .stock(error)
        }
        let isProbe = set.products.get(sku)?.product.isProbe ?? false
        set.event(.stockChanged, sku.description, isProbe: isProbe) { json in
            json.member("location", location)
            json.member("kind", kind.name)
            json.member("quantity", delta)
            json.member("onHand", movement.level.onHand)
            json.member("reserved", movement.level.reserved)
            json.member("movement", movement.key)
        }
        return movement
    }
}
