// A cart is a list of wanted units with a currency: it holds no stock and no prices, so it can neither oversell nor become
// outdated. Prices and stock are read when it is shown, and decided when it becomes an order. A cart becomes at most one order.

/// One line of a cart; a cart has at most one line for a SKU.
public struct CartLine: Hashable, Sendable {
    /// The SKU.
    public var sku: SKU
    /// The number of units.
    public var quantity: Int64

    /// A line of a cart.
    public init(sku: SKU, quantity: Int64) {
        self.sku = sku
        self.quantity = quantity
    }
}

/// The state of a cart.
public enum CartState: Int64, Hashable, Sendable, CaseIterable {
    /// It can be changed and ordered.
    case open = 1
    /// It became an order.
    case ordered = 2
    /// Its lines were moved into another cart.
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
///
/// Nothing was changed.
public indirect enum CartRefusal: Error, Hashable, Sendable {
    /// The cart does not exist, or it has expired.
    case notFound
    /// The cart or the customer belongs to a customer whose identity the sender has not proved.
    case notYours
    /// It was ordered or merged.
    case closed(CartState)
    /// Another editor changed it first.
    case versionConflict(current: Int64)
    /// The other cart is missing, closed, the same one, or in another currency.
    case cannotMerge
    /// The customer on file that it names does not exist, or was erased.
    case customerNotFound
    /// The SKU is not in the catalogue, or not for sale.
    case unknownProduct(index: Int, sku: SKU)
    /// The line would have too many units, or too few.
    case quantityOutOfRange(index: Int)
    /// The cart would have more lines than a cart may have.
    case tooManyLines(limit: Int)
    /// A line or the cart would exceed the largest exact amount at current prices.
    case amountTooLarge
    /// Several lines are refused, each for one of the reasons above; at least two.
    case several([CartRefusal])
}

/// The size of a cart, and how long it is kept unused.
public struct CartBounds: Hashable, Sendable {
    /// The most lines.
    public var lines: Int
    /// How long the cart of a customer, or of the shop itself, is kept unused, in seconds.
    public var lifetimeSeconds: Int64
    /// How long a guest's cart is kept unused, in seconds.
    public var guestSeconds: Int64

    /// Bounds.
    ///
    /// - Parameter guestSeconds: nil for the same as `lifetimeSeconds`.
    public init(lines: Int = OrderLimits.maxCartLines, lifetimeSeconds: Int64, guestSeconds: Int64? = nil) {
        self.lines = lines
        self.lifetimeSeconds = lifetimeSeconds
        self.guestSeconds = min(guestSeconds ?? lifetimeSeconds, lifetimeSeconds)
    }

    /// How long a cart of this customer, or of a guest (nil), is kept unused, in seconds.
    public func seconds(of customer: ID<Customer>?) -> Int64 { customer == nil ? guestSeconds : lifetimeSeconds }
}

/// A cart.
public struct Cart: Hashable, Sendable, Identified {
    /// The prefix of cart ids.
    public static let idPrefix = "crt"

    /// Its id, which also grants access to a guest's cart: 62 of its bits are random.
    public package(set) var id: ID<Cart>
    /// The currency in which it will be ordered.
    public package(set) var currency: Currency
    /// Its customer; nil for a guest's cart.
    public var customer: ID<Customer>?
    /// Its lines, in the order in which they were added.
    public var lines: [CartLine]
    /// Its state.
    public var state: CartState
    /// The order that it became.
    public var order: ID<Order>?
    /// When it expires unless it is used before.
    public var expiresAt: Timestamp
    /// When it was created.
    public package(set) var createdAt: Timestamp
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

    /// Refuses a cart that is not open any more, or has expired.
    public func checkOpen(at now: Timestamp) throws(CartRefusal) {
        guard expiresAt > now || state != .open else { throw .notFound }
        guard state == .open else { throw .closed(state) }
    }

    /// Sets the units of a SKU to `quantity`; 0 removes the line.
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

    /// Adds `quantity` units of a SKU.
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

    /// Adds the lines of another cart; for a SKU in both, the larger quantity counts.
    ///
    /// The larger, not the sum: a buyer who filled the same cart on two devices wanted the goods once.
    ///
    /// - Throws: ``CartRefusal``; the value may then hold some of the lines, and the caller discards it.
    public mutating func merge(_ other: Cart, lines most: Int = OrderLimits.maxCartLines) throws(CartRefusal) {
        guard other.state == .open, other.id != id, other.currency == currency else { throw .cannotMerge }
        for (index, line) in other.lines.enumerated() {
            let there = lines.first { $0.sku == line.sku }?.quantity ?? 0
            try set(line.sku, to: max(there, line.quantity), index: index, lines: most)
        }
        if customer == nil { customer = other.customer }
    }

    /// The total of its lines that have a price; nil where it exceeds the largest exact amount.
    ///
    /// - Parameter price: the current price of a unit; nil where it cannot be ordered.
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

    /// Counts a change, and restarts the lifetime of the cart.
    public mutating func touch(at now: Timestamp, lifetimeSeconds: Int64) {
        updatedAt = now
        expiresAt = now.adding(seconds: lifetimeSeconds)
        version += 1
    }
}
