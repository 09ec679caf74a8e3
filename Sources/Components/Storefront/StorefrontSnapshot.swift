// What browsing is answered from: every product with its ready-made bytes, and the free stock, in memory. It follows the ledger:
// the committer tells it of each batch before anyone is answered, and the follower reads what other processes committed. It never
// decides anything; an order is decided on the ledger's own rows.
//
// Each row is as new as the event or the movement that it was seen with, and gives way only to one that is as new or newer. So batches of
// this process are shown at once although others have committed in between, and what the follower reads of that time afterwards takes
// nothing back. How far the feed is known without a gap is another number: there the follower reads on.

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
        /// The movement that left it so.
        var movement: Int64
    }

    /// What is known of a SKU; the product comes last where stock was read first.
    fileprivate struct Entry {
        /// Nil where there is none, or none any more.
        var listed: ListedProduct?
        /// The event up to which that is so.
        var event: Int64 = 0
        var stock: [LocatedStock] = []
    }

    fileprivate struct State {
        var entries: [SKU: Entry] = [:]
        var order: [SKU]?
        var locations: [Location] = []
        /// The event up to which the locations are so.
        var locationsEvent: Int64 = 0
        /// Every event up to here is taken.
        var sequence: Int64 = 0
        /// Every movement up to here is taken.
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

    /// Takes a batch that this process committed, at once and whoever else has committed before it.
    public func apply(_ batch: CommittedBatch) {
        state.withLock { state in
            for movement in batch.movements { state.set(movement.stock, movement.level, at: movement.key) }
            if batch.movements.first?.key == state.movement + 1 {
                state.movement += Int64(batch.movements.count)
            }
            guard let first = batch.events.first, let last = batch.events.last else { return }
            for sku in batch.deletedProducts { state.set(sku, nil, at: last.key) }
            for row in batch.products { state.set(row.product.sku, row, at: last.key) }
            if let locations = batch.locations { state.set(locations, at: last.key) }
            if batch.events.contains(where: \.changesKeys) { state.keysChanged = true }
            if first.key == state.sequence + 1 { state.sequence = last.key }
        }
    }

    /// Takes what the follower read, as it was at an event.
    func apply(
        products: [ProductRow],
        deleted: [SKU] = [],
        movements: [MovementRow],
        locations: [Location]?,
        sequence: Int64
    ) {
        state.withLock { state in
            for sku in deleted { state.set(sku, nil, at: sequence) }
            for row in products { state.set(row.product.sku, row, at: sequence) }
            for movement in movements { state.set(movement.stock, movement.level, at: movement.key) }
            state.movement = max(state.movement, movements.last?.key ?? 0)
            if let locations { state.set(locations, at: sequence) }
            state.sequence = max(state.sequence, sequence)
            state.followedAt = .now
        }
    }

    /// Takes stock levels as they were at a movement.
    func load(stock: [StockRow], upTo movement: Int64) {
        state.withLock { state in
            for row in stock { state.set(row.key, row.level, at: row.lastMovement) }
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

    /// Shows a product as it was at an event, or nil where it was none.
    ///
    /// Counters of its stock stay where it is deleted, since another one of that SKU has the same.
    fileprivate mutating func set(_ sku: SKU, _ row: ProductRow?, at event: Int64) {
        let entry = entries[sku]
        guard event >= entry?.event ?? 0 else { return }
        if (entry?.listed == nil) != (row == nil) { order = nil }
        entries[sku, default: .init()].event = event
        entries[sku]?.listed = row.map(ListedProduct.init)
    }

    fileprivate mutating func set(_ locations: [Location], at event: Int64) {
        guard event >= locationsEvent else { return }
        self.locations = locations
        locationsEvent = event
    }

    fileprivate mutating func set(_ key: StockRow.Key, _ level: StockLevel, at movement: Int64) {
        let located = StorefrontSnapshot.LocatedStock(location: key.location, level: level, movement: movement)
        guard let index = entries[key.sku]?.stock.firstIndex(where: { $0.location == key.location }) else {
            entries[key.sku, default: .init()].stock.append(located)
            return
        }
        guard movement >= entries[key.sku]?.stock[index].movement ?? 0 else { return }
        entries[key.sku]?.stock[index] = located
    }
}

extension EventRow {
    /// Whether the server's keys are other than before.
    var changesKeys: Bool { type == .keyCreated || type == .keyRevoked }
}
