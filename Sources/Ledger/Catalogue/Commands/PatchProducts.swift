import Trading

/// Changes products by merge patches; each is decided separately, against the current product.
public struct PatchProducts: IdempotentCommand {
    /// `patchProducts`.
    public static let name = "patchProducts"

    /// The patches, in order: a product that occurs twice is changed twice.
    public let patches: [ProductPatch]
    /// Whether a missing product is created.
    public let creates: Bool
    /// The limits of a product.
    public let bounds: ProductBounds
    /// The expected version of each product, 0 for a new one; nil accepts any.
    public let expectedVersion: Int64?
    private let folded: FoldedTexts

    /// Changes of products.
    ///
    /// Cost: folds long texts, on the calling thread.
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
        folded = FoldedTexts(patches.compactMap(\.description))
    }

    /// The products.
    public func prefetch(_ set: WorkingSet) {
        for patch in patches { set.products.want(patch.sku) }
    }

    /// Decides the result of each patch.
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
                result.append(.put(set.put(wanted, over: current, folded)))
            } catch {
                result.append(.refused(error))
            }
        }
        return result
    }

    /// A byte for the result of each patch: 0 for a refused one.
    public func receipt(for outcome: [PatchedProduct]) -> [UInt8] {
        outcome.map { patched in
            switch patched {
            case .put(let put): put.change == .created ? 1 : put.change == .updated ? 2 : 3
            case .refused: 0
            }
        }
    }

    /// The current products, with the results of the first request.
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

    /// Why a patch was refused, as far as that can still be determined: another request may have changed the product since.
    private func refusal(of patch: ProductPatch, now current: Product?) -> ProductPatchRefusal {
        do throws(ProductPatchRefusal) {
            _ = try patch.applied(to: current, within: bounds)
            return .lacks(patch.name == nil ? "name" : "prices")
        } catch {
            return error
        }
    }
}

/// The result of a patch.
public enum PatchedProduct: Sendable {
    /// The product is as the patch demands.
    case put(PutProduct)
    /// The patch was refused; nothing was changed.
    case refused(ProductPatchRefusal)
}

extension WorkingSet {
    /// Puts a product, with an event if that changes anything.
    func put(_ wanted: Product, over current: Product?, _ folded: FoldedTexts) -> PutProduct {
        var (product, change) = wanted.put(over: current, at: now)
        if change == .created, let deleted = deletedProducts.get(product.sku) {
            product.version = deleted.version + 1
            deletedProducts.delete(product.sku)
        }
        let row = ProductRow(product, folded: folded)
        if change != .unchanged {
            products.put(row)
            let type: EventType = change == .created ? .productCreated : .productUpdated
            event(type, product.sku.description, isProbe: product.isProbe) { $0.member("version", product.version) }
        }
        return PutProduct(row: row, change: change)
    }
}
