// Deletions from the catalogue. Existing agreements stay: orders, movements and events refer to a product by its SKU and contain
// all that they need of it.

import JSON
import Trading

/// Why a product was not deleted, in order of precedence.
///
/// Nothing was changed.
public enum DeleteProductRefusal: Error, Hashable, Sendable {
    /// The product does not exist.
    case notFound
    /// Another editor changed it first.
    case versionConflict(current: Int64)
    /// Units of it are on hand or reserved.
    case inUse(onHand: Int64, reserved: Int64)
}

/// Deletes a product from the catalogue.
///
/// Stock-counted units must be gone first, since nothing would count them any more. An open order for a product without stock
/// continues; a cart that contains the product is refused when it is ordered.
public struct DeleteProduct: IdempotentCommand {
    /// `deleteProduct`.
    public static let name = "deleteProduct"

    /// The product's SKU.
    public let sku: SKU
    /// The expected version; nil accepts any.
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

    /// Deletes it, except for its version.
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

    /// Empty.
    public func receipt(for outcome: Void) -> [UInt8] { [] }

    /// No content.
    public func recall(_ receipt: [UInt8], _ set: WorkingSet) -> Void? { () }
}

/// Why a group was not deleted, in order of precedence.
///
/// Nothing was changed.
public enum DeleteGroupRefusal: Error, Hashable, Sendable {
    /// The group does not exist.
    case notFound
    /// Another editor changed it first.
    case versionConflict(current: Int64)
    /// A product belongs to it.
    case inUse(by: SKU)
}

/// Deletes a group of variants from the catalogue.
///
/// Whether a product belongs to it is decided in the transaction: a product put at the same time is committed before or after.
public struct DeleteGroup: IdempotentCommand {
    /// `deleteGroup`.
    public static let name = "deleteGroup"

    /// The group's code.
    public let code: String
    /// The expected version; nil accepts any.
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

    /// Deletes it.
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

    /// Empty.
    public func receipt(for outcome: Void) -> [UInt8] { [] }

    /// No content.
    public func recall(_ receipt: [UInt8], _ set: WorkingSet) -> Void? { () }
}
