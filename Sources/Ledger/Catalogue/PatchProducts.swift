import Trading

/// Changes products by merge patches; each is decided on its own, against what is there by then.
public struct PatchProducts: IdempotentCommand {
    /// `patchProducts`.
    public static let name = "patchProducts"

    /// What to change, in order: a product that is named twice is changed twice.
    public let patches: [ProductPatch]
    /// Whether a product that is not there is made.
    public let creates: Bool
    /// How much a product holds.
    public let bounds: ProductBounds
    /// The version that each product must have, 0 for one that must be new; nil where any will do.
    public let expectedVersion: Int64?

    /// Changes of products.
    public init(
        _ patches: [ProductPatch],
        creates: Bool,
        within bounds: ProductBounds,
        expectedVersion: Int64? = nil
    ) {
        self.patches = patches
        self.creates = creates
        self.bounds = bounds
        self.expectedVersion = expectedVersion
    }

    /// The products.
    public func prefetch(_ set: WorkingSet) {
        for patch in patches { set.products.want(patch.sku) }
    }

    /// What became of each patch.
    public func decide(_ set: WorkingSet) throws(EditRefusal) -> [PatchedProduct] {
        var result: [PatchedProduct] = []
        result.reserveCapacity(patches.count)
        for patch in patches {
            let current = set.products.get(patch.sku)?.product
            guard current != nil || creates else { throw .notFound }
            if let expectedVersion, current?.version ?? 0 != expectedVersion {
                throw .versionConflict(current: current?.version ?? 0)
            }
            do throws(ProductPatchRefusal) {
                let wanted = try patch.applied(to: current, within: bounds)
                result.append(.put(set.put(wanted, over: current)))
            } catch {
                result.append(.refused(error))
            }
        }
        return result
    }

    /// The outcome of an import by key is told by what became of each patch: 0 for one that was refused.
    public func receipt(for outcome: [PatchedProduct]) -> [UInt8] {
        outcome.map { patched in
            switch patched {
            case .put(let put): put.change == .created ? 1 : put.change == .updated ? 2 : 3
            case .refused: 0
            }
        }
    }

    /// The products as they are now, with what the first request did.
    public func recall(_ receipt: [UInt8], _ set: WorkingSet) -> [PatchedProduct]? {
        guard receipt.count == patches.count else { return nil }
        return zip(patches, receipt).compactMap { patch, code in
            let current = set.products.get(patch.sku)
            guard code == 0 else {
                return current.map {
                    .put(PutProduct(row: $0, change: code == 1 ? .created : code == 2 ? .updated : .unchanged))
                }
            }
            return .refused(refusal(of: patch, now: current?.product))
        }
    }

    /// Why a patch was refused, as far as that can still be told: another request may have made room since.
    private func refusal(of patch: ProductPatch, now current: Product?) -> ProductPatchRefusal {
        do throws(ProductPatchRefusal) {
            _ = try patch.applied(to: current, within: bounds)
            return .lacks(patch.name == nil ? "name" : "prices")
        } catch {
            return error
        }
    }
}

/// What became of a patch.
public enum PatchedProduct: Sendable {
    /// The product is as the patch wants it.
    case put(PutProduct)
    /// Nothing was changed.
    case refused(ProductPatchRefusal)
}

extension WorkingSet {
    /// Puts a product over what is there, with its event where that changes anything.
    func put(_ wanted: Product, over current: Product?) -> PutProduct {
        var (product, change) = wanted.put(over: current, at: now)
        if change == .created, let deleted = deletedProducts.get(product.sku) {
            product.version = deleted.version + 1
            deletedProducts.delete(product.sku)
        }
        let row = ProductRow(product)
        if change != .unchanged {
            products.put(row)
            let type: EventType = change == .created ? .productCreated : .productUpdated
            event(type, product.sku.description, isProbe: product.isProbe) { $0.member("version", product.version) }
        }
        return PutProduct(row: row, change: change)
    }
}
