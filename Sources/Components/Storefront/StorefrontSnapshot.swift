// What browsing is answered from: every product with its ready-made bytes, and the free stock, in memory. It follows the ledger:
// the committer tells it of each batch before anyone is answered, and the follower reads what other processes committed. It never
// decides anything; an order is decided on the ledger's own rows.

import API
import Ledger
import NIOCore
import Synchronization
import Trading

/// A product as browsing sees it.
final class ListedProduct: Sendable {
    let product: ListedFields
    let bytes: ByteBuffer
    let tag: String

    init(_ row: ProductRow) {
        product = ListedFields(row.product)
        bytes = ByteBuffer(bytes: row.document)
        tag = ETag.text(row.product.version)
    }
}

/// The parts of a product that lists and quotes need.
struct ListedFields: Sendable {
    let sku: SKU
    let group: String?
    let categories: [String]
    let offer: Offer
    let grams: Int64?
    let version: Int64

    var active: Bool { offer.active }

    /// Whether lists and searches show it to those who did not ask for its category.
    var isListed: Bool { !isProbe }

    /// Whether it is there for probers.
    var isProbe: Bool { categories.contains(Product.probeCategory) }

    /// Whether it is in a category, or in one beneath it.
    func isWithin(_ category: String) -> Bool {
        categories.contains { path in
            path.utf8.starts(with: category.utf8)
                && (path.utf8.count == category.utf8.count
                    || path.utf8.dropFirst(category.utf8.count).first == UInt8(ascii: "/"))
        }
    }

    init(_ product: Product) {
        sku = product.sku
        group = product.group
        categories = product.categories
        offer = product.offer
        grams = product.grams
        version = product.version
    }
}

/// Catalogue and stock in memory.
public final class StorefrontSnapshot: Sendable {
    struct LocatedStock {
        let location: String
        var level: StockLevel
    }

    /// What is known of a SKU; the product comes last where stock was read first.
    fileprivate struct Entry {
        var listed: ListedProduct?
        var stock: [LocatedStock] = []
    }

    fileprivate struct State {
        var entries: [SKU: Entry] = [:]
        var order: [SKU]?
        var locations: [Location] = []
        var sequence: Int64 = 0
        var movement: Int64 = 0
        var keysChanged = true
        var followedAt = ContinuousClock.now
    }

    private let state = Mutex(State())

    /// An empty shop.
    public init() {}

    // MARK: Reading

    func product(_ sku: SKU) -> ListedProduct? {
        state.withLock { $0.entries[sku]?.listed }
    }

    /// For how long the snapshot may be behind other processes, in whole seconds.
    var ageSeconds: Int64 { position.age.components.seconds }

    func products(_ skus: [SKU]) -> [ListedProduct?] {
        state.withLock { state in skus.map { state.entries[$0]?.listed } }
    }

    /// The stock of a SKU by location, and how many units of it can be ordered; nil for a SKU that is not in the catalogue.
    func stock(_ sku: SKU) -> (levels: [(location: String, level: StockLevel, available: Int64)], tracked: Bool)? {
        state.withLock { state in
            guard let entry = state.entries[sku], let listed = entry.listed else { return nil }
            let levels = entry.stock.map { ($0.location, $0.level, state.available($0)) }
            return (levels, listed.product.offer.tracked)
        }
    }

    /// Products with the units free of each, over all active locations; nil for a SKU that is not in the catalogue.
    func offers(_ skus: [SKU]) -> [(listed: ListedProduct, available: Int64)?] {
        state.withLock { state in
            skus.map { sku in
                guard let entry = state.entries[sku], let listed = entry.listed else { return nil }
                return (listed, entry.stock.reduce(0) { $0 + state.available($1) })
            }
        }
    }

    var locations: [Location] { state.withLock { $0.locations } }

    /// All SKUs in order, with what is known of them.
    private var ordered: (order: [SKU], entries: [SKU: Entry]) {
        state.withLock { state in
            if let order = state.order { return (order, state.entries) }
            let order = state.entries.filter { $0.value.listed != nil }.keys.sorted()
            state.order = order
            return (order, state.entries)
        }
    }

    /// The SKUs of groups, in order.
    ///
    /// Cost: one look at each product, for however many groups.
    func variants(of groups: Set<String>) -> [String: [SKU]] {
        let (order, entries) = ordered
        var variants: [String: [SKU]] = [:]
        for sku in order {
            guard let group = entries[sku]?.listed?.product.group, groups.contains(group) else { continue }
            variants[group, default: []].append(sku)
        }
        return variants
    }

    /// SKUs in order from one on, with their products.
    func list(after: SKU?, limit: Int, where matches: (ListedFields) -> Bool) -> (items: [ListedProduct], next: SKU?) {
        let (order, entries) = ordered
        var index = 0
        if let after {
            var upper = order.count
            while index < upper {
                let middle = (index + upper) / 2
                if order[middle] <= after { index = middle + 1 } else { upper = middle }
            }
        }
        var items: [ListedProduct] = []
        while index < order.count {
            if let product = entries[order[index]]?.listed, matches(product.product) {
                if items.count == limit { return (items, items.last?.product.sku) }
                items.append(product)
            }
            index += 1
        }
        return (items, nil)
    }

    /// The newest event that is in the snapshot, and for how long it has been known to be current.
    public var position: (sequence: Int64, age: Duration) {
        state.withLock { ($0.sequence, $0.followedAt.duration(to: .now)) }
    }

    /// How many products it holds.
    public var productCount: Int { state.withLock { $0.entries.count } }

    // MARK: Following

    /// Takes a batch that this process committed; one that does not continue what is known is left to the follower.
    public func apply(_ batch: CommittedBatch) {
        state.withLock { state in
            if let first = batch.movements.first {
                if first.key == state.movement + 1 {
                    for movement in batch.movements { state.apply(movement) }
                }
            }
            if let first = batch.events.first, first.key == state.sequence + 1 {
                for sku in batch.deletedProducts { state.remove(sku) }
                for row in batch.products { state.apply(row) }
                if let locations = batch.locations { state.locations = locations }
                if batch.events.contains(where: \.changesKeys) { state.keysChanged = true }
                state.sequence = first.key + Int64(batch.events.count) - 1
            }
        }
    }

    /// Takes what the follower read.
    func apply(
        products: [ProductRow],
        deleted: [SKU] = [],
        movements: [MovementRow],
        locations: [Location]?,
        sequence: Int64
    ) {
        state.withLock { state in
            for sku in deleted { state.remove(sku) }
            for row in products { state.apply(row) }
            for movement in movements where movement.key > state.movement { state.apply(movement) }
            if let locations { state.locations = locations }
            state.sequence = max(state.sequence, sequence)
            state.followedAt = .now
        }
    }

    /// Takes stock levels as they were at a movement.
    func load(stock: [StockRow], upTo movement: Int64) {
        state.withLock { state in
            for row in stock { state.set(row.key, row.level) }
            state.movement = movement
        }
    }

    /// The newest event and the newest movement that are in it, and whether keys were made or revoked since this was asked last.
    func takeCursors() -> (sequence: Int64, movement: Int64, keysChanged: Bool) {
        state.withLock { state in
            defer { state.keysChanged = false }
            return (state.sequence, state.movement, state.keysChanged)
        }
    }

    /// Remembers that keys must be read again.
    func noteKeysChanged() {
        state.withLock { $0.keysChanged = true }
    }
}

extension StorefrontSnapshot.State {
    /// Units that can be ordered; none at a location that is not known.
    fileprivate func available(_ stock: StorefrontSnapshot.LocatedStock) -> Int64 {
        locations.first { $0.code == stock.location }?.available(stock.level) ?? 0
    }

    fileprivate mutating func apply(_ row: ProductRow) {
        let known = entries[row.product.sku]?.listed
        if let known, known.product.version > row.product.version { return }
        if known == nil { order = nil }
        entries[row.product.sku, default: .init()].listed = ListedProduct(row)
    }

    /// Forgets a product; counters of its stock stay, since another one of that SKU has the same.
    fileprivate mutating func remove(_ sku: SKU) {
        entries[sku]?.listed = nil
        order = nil
    }

    fileprivate mutating func apply(_ movement: MovementRow) {
        set(movement.stock, movement.level)
        self.movement = movement.key
    }

    fileprivate mutating func set(_ key: StockRow.Key, _ level: StockLevel) {
        let located = StorefrontSnapshot.LocatedStock(location: key.location, level: level)
        guard let index = entries[key.sku]?.stock.firstIndex(where: { $0.location == key.location }) else {
            entries[key.sku, default: .init()].stock.append(located)
            return
        }
        entries[key.sku]?.stock[index] = located
    }
}

extension EventRow {
    /// Whether the server's keys are other than before.
    var changesKeys: Bool { type == .keyCreated || type == .keyRevoked }
}
