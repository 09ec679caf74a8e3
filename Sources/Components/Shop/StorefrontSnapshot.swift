// The source of all browsing answers: every product with its prepared bytes, and the available stock, in memory. It follows the
// ledger: the committer passes on each batch before it is answered, and the follower reads the commits of other processes. The
// snapshot never decides anything; an order is decided on the ledger's own rows.
//
// Each row has the number of the event or movement with which it was read, and is replaced only by one with an equal or greater
// number. So batches of this process are visible at once even if other processes have committed in between, and an older row that
// the follower reads afterwards is ignored. The number up to which the feed is complete is kept separately: there the follower
// continues.

import API
import Ledger
import NIOCore
import Synchronization
import Trading

/// A product for browsing.
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

/// The fields of a product for lists and quotes.
struct ListedFields: Sendable {
    let sku: SKU
    let group: String?
    let categories: [String]
    let offer: Offer
    let grams: Int64?
    let version: Int64

    var active: Bool { offer.active }

    /// Whether lists and searches show it without its category being asked for.
    var isListed: Bool { !isProbe }

    /// Whether it is for probers.
    var isProbe: Bool { categories.contains(Product.probeCategory) }

    /// Whether it is in a category, or in a subcategory.
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
///
/// Thread-safe; reads take a short lock and never wait for the ledger.
public final class StorefrontSnapshot: Sendable {
    struct LocatedStock {
        let location: String
        var level: StockLevel
        /// The movement after which it has this value.
        var movement: Int64
    }

    /// The state of a SKU; its stock may be read before the product.
    fileprivate struct Entry {
        /// Nil where the product does not exist, or was deleted.
        var listed: ListedProduct?
        /// The event up to which `listed` is current.
        var event: Int64 = 0
        var stock: [LocatedStock] = []
    }

    fileprivate struct State {
        var entries: [SKU: Entry] = [:]
        var order: [SKU]?
        var locations: [Location] = []
        /// The event up to which the locations are current.
        var locationsEvent: Int64 = 0
        /// All events up to this one were applied.
        var sequence: Int64 = 0
        /// All movements up to this one were applied.
        var movement: Int64 = 0
        var keysChanged = true
        var followedAt = ContinuousClock.now
    }

    private let state = Mutex(State())

    /// An empty snapshot.
    public init() {}

    // MARK: Reading

    func product(_ sku: SKU) -> ListedProduct? {
        state.withLock { $0.entries[sku]?.listed }
    }

    /// The greatest possible delay of the snapshot to other processes, in whole seconds.
    var ageSeconds: Int64 { position.age.components.seconds }

    func products(_ skus: [SKU]) -> [ListedProduct?] {
        state.withLock { state in skus.map { state.entries[$0]?.listed } }
    }

    /// The stock of a SKU by location, and the units that can be ordered; nil for a SKU that is not in the catalogue.
    func stock(_ sku: SKU) -> (levels: [(location: String, level: StockLevel, available: Int64)], tracked: Bool)? {
        state.withLock { state in
            guard let entry = state.entries[sku], let listed = entry.listed else { return nil }
            let levels = entry.stock.map { ($0.location, $0.level, state.available($0)) }
            return (levels, listed.product.offer.tracked)
        }
    }

    /// Products with their available units over all active locations; nil for a SKU that is not in the catalogue.
    func offers(_ skus: [SKU]) -> [(listed: ListedProduct, available: Int64)?] {
        state.withLock { state in
            skus.map { sku in
                guard let entry = state.entries[sku], let listed = entry.listed else { return nil }
                return (listed, entry.stock.reduce(0) { $0 + state.available($1) })
            }
        }
    }

    var locations: [Location] { state.withLock { $0.locations } }

    /// All SKUs in order, with their entries.
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
    /// Cost: one pass over all products, for any number of groups.
    func variants(of groups: Set<String>) -> [String: [SKU]] {
        let (order, entries) = ordered
        var variants: [String: [SKU]] = [:]
        for sku in order {
            guard let group = entries[sku]?.listed?.product.group, groups.contains(group) else { continue }
            variants[group, default: []].append(sku)
        }
        return variants
    }

    /// Products in the order of their SKUs, after one SKU.
    ///
    /// Cost: scans until `limit` products match.
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

    /// The newest event in the snapshot, and the time since it was known to be current.
    public var position: (sequence: Int64, age: Duration) {
        state.withLock { ($0.sequence, $0.followedAt.duration(to: .now)) }
    }

    /// The number of products.
    public var productCount: Int { state.withLock { $0.entries.count } }

    // MARK: Following

    /// Applies a batch that this process committed; called on the committer's thread before the batch is answered.
    ///
    /// Cost: one entry for each changed product, stock row and location.
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

    /// Applies rows that the follower read, as they were at an event.
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

    /// Applies stock levels as they were at a movement.
    func load(stock: [StockRow], upTo movement: Int64) {
        state.withLock { state in
            for row in stock { state.set(row.key, row.level, at: row.lastMovement) }
            state.movement = movement
        }
    }

    /// The newest event and movement in the snapshot, and whether keys changed since the last call.
    func takeCursors() -> (sequence: Int64, movement: Int64, keysChanged: Bool) {
        state.withLock { state in
            defer { state.keysChanged = false }
            return (state.sequence, state.movement, state.keysChanged)
        }
    }

    /// Records that the keys must be read again.
    func noteKeysChanged() {
        state.withLock { $0.keysChanged = true }
    }
}

extension StorefrontSnapshot.State {
    /// Units that can be ordered; 0 at an unknown location.
    fileprivate func available(_ stock: StorefrontSnapshot.LocatedStock) -> Int64 {
        locations.first { $0.code == stock.location }?.available(stock.level) ?? 0
    }

    /// Sets a product as it was at an event, or nil where it did not exist.
    ///
    /// The stock counters stay after a deletion, since a new product of that SKU would have the same ones.
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
    /// Whether the event changes the server's keys.
    var changesKeys: Bool { type == .keyCreated || type == .keyRevoked }
}
