// Taking things out of the catalogue. What was agreed stays as it is: orders, movements and events name a product by its SKU and hold
// all that they need of it themselves.

import JSON
import Trading

/// Why a product was not deleted, in order of precedence.
public enum DeleteProductRefusal: Error, Hashable, Sendable {
    /// There is no such product.
    case notFound
    /// Another editor was first.
    case versionConflict(current: Int64)
    /// Units of it lie somewhere, or are held for open orders.
    case inUse(onHand: Int64, reserved: Int64)
}

/// Takes a product out of the catalogue.
///
/// Units of which stock is kept have to be gone first: nothing would count them any more. An open order for a product without stock goes
/// on, and a cart that holds it is told so when it is ordered.
public struct DeleteProduct: IdempotentCommand {
    /// `deleteProduct`.
    public static let name = "deleteProduct"

    /// Which one.
    public let sku: SKU
    /// The version that it must have; nil where any will do.
    public let expectedVersion: Int64?

    /// A product to delete.
    public init(_ sku: SKU, expectedVersion: Int64? = nil) {
        self.sku = sku
        self.expectedVersion = expectedVersion
    }

    /// The product and its stock.
    public func prefetch(_ set: WorkingSet) {
        set.wantOffers(CollectionOfOne(sku))
    }

    /// Nothing is left of it but its version.
    public func decide(_ set: WorkingSet) throws(DeleteProductRefusal) {
        guard let product = set.products.get(sku)?.product else { throw .notFound }
        if let expectedVersion, expectedVersion != product.version { throw .versionConflict(current: product.version) }
        var onHand: Int64 = 0
        var reserved: Int64 = 0
        for location in set.allLocations {
            guard let level = set.stock.get(StockRow.Key(sku, location.code))?.level else { continue }
            onHand += level.onHand
            reserved += level.reserved
        }
        guard onHand == 0, reserved == 0 else { throw .inUse(onHand: onHand, reserved: reserved) }
        set.products.delete(sku)
        set.deletedProducts.put(DeletedProductRow(product))
        set.event(.productDeleted, sku.description) { $0.member("version", product.version) }
    }

    /// Nothing to keep.
    public func receipt(for outcome: Void) -> [UInt8] { [] }

    /// Nothing to tell.
    public func recall(_ receipt: [UInt8], _ set: WorkingSet) -> Void? { () }
}

/// Why a group was not deleted, in order of precedence.
public enum DeleteGroupRefusal: Error, Hashable, Sendable {
    /// There is no such group.
    case notFound
    /// Another editor was first.
    case versionConflict(current: Int64)
    /// A product names it.
    case inUse(by: SKU)
}

/// Takes a group of variants out of the catalogue.
///
/// Whether a product names it is decided here: one that is put at the same time is in the ledger before or after.
public struct DeleteGroup: IdempotentCommand {
    /// `deleteGroup`.
    public static let name = "deleteGroup"

    /// Which one.
    public let code: String
    /// The version that it must have; nil where any will do.
    public let expectedVersion: Int64?

    /// A group to delete.
    public init(_ code: String, expectedVersion: Int64? = nil) {
        self.code = code
        self.expectedVersion = expectedVersion
    }

    /// The group.
    public func prefetch(_ set: WorkingSet) {
        set.groups.want(code)
    }

    /// Nothing is left of it.
    public func decide(_ set: WorkingSet) throws(DeleteGroupRefusal) {
        guard let group = set.groups.get(code)?.group else { throw .notFound }
        if let expectedVersion, expectedVersion != group.version { throw .versionConflict(current: group.version) }
        let named = [Condition("product_group", .equal, .text(code))]
        if let product = set.products.first(named, where: { $0.product.group == code })?.product {
            throw .inUse(by: product.sku)
        }
        set.groups.delete(code)
        set.event(.groupDeleted, code) { $0.member("version", group.version) }
    }

    /// Nothing to keep.
    public func receipt(for outcome: Void) -> [UInt8] { [] }

    /// Nothing to tell.
    public func recall(_ receipt: [UInt8], _ set: WorkingSet) -> Void? { () }
}
