// A cart is a wish list with a currency: it holds no stock and no prices, so it can neither oversell nor go stale. Prices and
// stock are looked at when it is shown, and decided when it becomes an order. A cart becomes at most one order.

/// One line of a cart; a SKU stands in a cart once.
public struct CartLine: Hashable, Sendable {
    /// What.
    public var sku: SKU
    /// How many.
    public var quantity: Int64

    /// A line of a cart.
    public init(sku: SKU, quantity: Int64) {
        self.sku = sku
        self.quantity = quantity
    }
}

/// Where a cart stands.
public enum CartState: Int64, Hashable, Sendable, CaseIterable {
    /// It can be filled and ordered.
    case open = 1
    /// It became an order.
    case ordered = 2
    /// Its lines went into another cart.
    case merged = 3

    /// The name in the API.
    public var name: String {
        switch self {
        case .open: "open"
        case .ordered: "ordered"
        case .merged: "merged"
        }
    }
}

/// Why a cart did not change, in order of precedence.
public indirect enum CartRefusal: Error, Hashable, Sendable {
    /// There is no such cart, or its time ran out.
    case notFound
    /// The cart, or the customer, is that of somebody who has not proved to be that one.
    case notYours
    /// It was ordered or merged.
    case closed(CartState)
    /// Another editor was first.
    case versionConflict(current: Int64)
    /// The other cart is missing, closed, the same one, or in another currency.
    case cannotMerge
    /// The customer on file that it names does not exist, or was erased.
    case customerNotFound
    /// The catalogue does not have the SKU, or does not sell it.
    case unknownProduct(index: Int, sku: SKU)
    /// The line would hold too many units, or too few.
    case quantityOutOfRange(index: Int)
    /// The cart would have more lines than a cart may have.
    case tooManyLines(limit: Int)
    /// A line or the cart would be worth more at today's prices than can be written exactly.
    case amountTooLarge
    /// Several lines are refused, each for its own reason of those above; there are at least two.
    case several([CartRefusal])
}

/// How much a cart may hold, and how long it is kept unused.
public struct CartBounds: Hashable, Sendable {
    /// The most lines.
    public var lines: Int
    /// For how long it is kept while it is a customer's, or the shop's own doing, in seconds.
    public var lifetimeSeconds: Int64
    /// For how long it is kept while it is nobody's, in seconds.
    public var guestSeconds: Int64

    /// Bounds.
    ///
    /// - Parameter guestSeconds: nil for as long as any other.
    public init(lines: Int = OrderLimits.maxCartLines, lifetimeSeconds: Int64, guestSeconds: Int64? = nil) {
        self.lines = lines
        self.lifetimeSeconds = lifetimeSeconds
        self.guestSeconds = min(guestSeconds ?? lifetimeSeconds, lifetimeSeconds)
    }

    /// For how long a cart of this customer's, or of nobody's, is kept unused, in seconds.
    public func seconds(of customer: ID<Customer>?) -> Int64 { customer == nil ? guestSeconds : lifetimeSeconds }
}

/// A cart.
public struct Cart: Hashable, Sendable, Identified {
    /// The prefix of cart ids.
    public static let idPrefix = "crt"

    /// Its id, which is also the right to use it while it is nobody's: 62 of its bits are random.
    public let id: ID<Cart>
    /// The currency in which it will be ordered.
    public let currency: Currency
    /// Whose it is; nil for a guest's.
    public var customer: ID<Customer>?
    /// What is in it, in the order in which it was put there.
    public var lines: [CartLine]
    /// Where it stands.
    public var state: CartState
    /// The order that it became.
    public var order: ID<Order>?
    /// When it is forgotten unless it is used before.
    public var expiresAt: Timestamp
    /// When it was made.
    public let createdAt: Timestamp
    /// When it last changed.
    public var updatedAt: Timestamp
    /// Counts the changes, from 1.
    public var version: Int64

    /// A cart with every field.
    public init(
        id: ID<Cart>,
        currency: Currency,
        customer: ID<Customer>?,
        lines: [CartLine] = [],
        state: CartState = .open,
        order: ID<Order>? = nil,
        expiresAt: Timestamp,
        createdAt: Timestamp,
        updatedAt: Timestamp,
        version: Int64 = 1
    ) {
        self.id = id
        self.currency = currency
        self.customer = customer
        self.lines = lines
        self.state = state
        self.order = order
        self.expiresAt = expiresAt
        self.createdAt = createdAt
        self.updatedAt = updatedAt
        self.version = version
    }

    /// Refuses what is not open any more; a cart whose time ran out is as good as gone.
    public func checkOpen(at now: Timestamp) throws(CartRefusal) {
        guard expiresAt > now || state != .open else { throw .notFound }
        guard state == .open else { throw .closed(state) }
    }

    /// Puts `quantity` units of a SKU in place of what was there; 0 takes the line out.
    public mutating func set(
        _ sku: SKU,
        to quantity: Int64,
        index: Int = 0,
        lines most: Int = OrderLimits.maxCartLines
    ) throws(CartRefusal) {
        let position = lines.firstIndex { $0.sku == sku }
        guard quantity != 0 else {
            if let position { lines.remove(at: position) }
            return
        }
        guard OrderLimits.quantity.contains(quantity) else { throw .quantityOutOfRange(index: index) }
        if let position {
            lines[position].quantity = quantity
        } else {
            guard lines.count < most else { throw .tooManyLines(limit: most) }
            lines.append(CartLine(sku: sku, quantity: quantity))
        }
    }

    /// Puts `quantity` more units of a SKU in.
    public mutating func add(
        _ sku: SKU,
        _ quantity: Int64,
        index: Int = 0,
        lines most: Int = OrderLimits.maxCartLines
    ) throws(CartRefusal) {
        guard OrderLimits.quantity.contains(quantity) else { throw .quantityOutOfRange(index: index) }
        let there = lines.first { $0.sku == sku }?.quantity ?? 0
        try set(sku, to: there + quantity, index: index, lines: most)
    }

    /// Takes over the lines of another cart: of a SKU that stands in both, the larger quantity.
    ///
    /// The larger, not the sum: a buyer who filled the same cart on two devices wanted the goods once.
    public mutating func merge(_ other: Cart, lines most: Int = OrderLimits.maxCartLines) throws(CartRefusal) {
        guard other.state == .open, other.id != id, other.currency == currency else { throw .cannotMerge }
        for (index, line) in other.lines.enumerated() {
            let there = lines.first { $0.sku == line.sku }?.quantity ?? 0
            try set(line.sku, to: max(there, line.quantity), index: index, lines: most)
        }
        if customer == nil { customer = other.customer }
    }

    /// What its lines come to, as far as they have a price; nil where that cannot be written exactly.
    ///
    /// - Parameter price: what one unit costs now; nil where it cannot be ordered.
    public func worth(_ price: (SKU) -> Money?) -> Money? {
        var total: Int64 = 0
        for line in lines {
            guard let price = price(line.sku) else { continue }
            let (amount, overflow) = price.amount.multipliedReportingOverflow(by: line.quantity)
            guard !overflow, amount <= OrderLimits.maxAmount, total + amount <= OrderLimits.maxAmount else {
                return nil
            }
            total += amount
        }
        return Money(total, currency)
    }

    /// Counts a change, and lets the cart live on from now.
    public mutating func touch(at now: Timestamp, lifetimeSeconds: Int64) {
        updatedAt = now
        expiresAt = now.adding(seconds: lifetimeSeconds)
        version += 1
    }
}
