// An order is what was agreed (lines at their prices, who, where to; never changed after it is placed) and how far it has come
// (state, units fulfilled and returned, history; only ever moving forward). Every change of an order is one of the methods
// below, and each says which stock movements go with it, so that order and stock cannot disagree.

/// One line of an order.
public struct OrderLine: Hashable, Sendable {
    /// What was ordered.
    public var sku: SKU
    /// Its name when it was ordered.
    public var name: String
    /// Units ordered, at least 1.
    public var quantity: Int64
    /// The agreed price of one unit.
    public var unitPrice: Money
    /// Price times quantity.
    public var total: Money
    /// From where the units come; empty where no stock is kept.
    public var allocations: [Allocation]
    /// Units shipped.
    public var fulfilled: Int64
    /// Units that came back, at most those shipped.
    public var returned: Int64
    /// From where units left, where that is not the order of the allocations; empty otherwise.
    public var shippedFrom: [Allocation]
    /// Units that were called off: they neither ship nor are paid for.
    public var cancelled: Int64
    /// Where the units that were called off had been held, each location once.
    public var released: [Allocation]

    /// A line as it is placed.
    public init(
        sku: SKU,
        name: String,
        quantity: Int64,
        unitPrice: Money,
        total: Money,
        allocations: [Allocation] = [],
        fulfilled: Int64 = 0,
        returned: Int64 = 0,
        shippedFrom: [Allocation] = [],
        cancelled: Int64 = 0,
        released: [Allocation] = []
    ) {
        self.sku = sku
        self.name = name
        self.quantity = quantity
        self.unitPrice = unitPrice
        self.total = total
        self.allocations = allocations
        self.fulfilled = fulfilled
        self.returned = returned
        self.shippedFrom = shippedFrom
        self.cancelled = cancelled
        self.released = released
    }

    /// Units that were neither shipped nor called off.
    public var outstanding: Int64 { quantity - fulfilled - cancelled }

    /// Whether stock is kept of what was ordered.
    public var tracked: Bool { !allocations.isEmpty }

    /// From where the units that shipped have left: in the order of the allocations, unless a parcel left another location first.
    public var shipped: [Allocation] {
        shippedFrom.isEmpty ? allocations.first(fulfilled) : shippedFrom
    }

    /// The allocations that have neither shipped nor been called off.
    public var unshipped: [Allocation] {
        allocations.less(shipped).less(released)
    }

    /// From where units left that have not come back, in the order in which they come back.
    var returnable: [Allocation] { shipped.dropping(returned) }

    /// Units that can still leave: from one location where it is named, and none that are packed for another parcel.
    func left(from location: String?, sparing packed: [Allocation]) -> Int64 {
        guard tracked else { return outstanding - packed.reduce(0) { $0 + $1.quantity } }
        return picking(.max, from: location, sparing: packed).reduce(0) { $0 + $1.quantity }
    }

    /// From where `quantity` units would leave: from one location where it is named, and none that are packed for another parcel.
    func picking(_ quantity: Int64, from location: String?, sparing packed: [Allocation]) -> [Allocation] {
        let free = unshipped.less(packed)
        return (location.map { place in free.filter { $0.location == place } } ?? free).first(quantity)
    }

    /// Counts units as shipped that left like this.
    mutating func ship(_ quantity: Int64, from parts: [Allocation]) {
        let gone = (shipped + parts)
        fulfilled += quantity
        let sums = told(gone)
        shippedFrom = sums == allocations.first(fulfilled) ? [] : sums
    }

    /// Counts units as called off; gives what that sets free, the last allocations first.
    mutating func cancel(_ quantity: Int64, sparing packed: [Allocation]) -> [Allocation] {
        cancelled += quantity
        guard tracked else { return [] }
        let freed = Array(unshipped.less(packed).reversed()).first(quantity)
        released = told(released + freed)
        return freed
    }

    /// Units by location in the order of the allocations, so that the same units are always told the same way.
    private func told(_ parts: [Allocation]) -> [Allocation] {
        allocations.map { allocation in
            Allocation(
                location: allocation.location,
                quantity: parts.reduce(0) { $0 + ($1.location == allocation.location ? $1.quantity : 0) }
            )
        }.filter { $0.quantity > 0 }
    }
}

extension [Allocation] {
    /// The first so many units.
    func first(_ units: Int64) -> [Allocation] {
        var left = units
        var result: [Allocation] = []
        for part in self where left > 0 {
            result.append(Allocation(location: part.location, quantity: Swift.min(left, part.quantity)))
            left -= part.quantity
        }
        return result
    }

    /// What is left without the first so many units.
    func dropping(_ units: Int64) -> [Allocation] {
        var skip = units
        var result: [Allocation] = []
        for part in self {
            let gone = Swift.min(skip, part.quantity)
            skip -= gone
            if part.quantity > gone {
                result.append(Allocation(location: part.location, quantity: part.quantity - gone))
            }
        }
        return result
    }

    /// What is left without these units, location by location.
    func less(_ gone: [Allocation]) -> [Allocation] {
        guard !gone.isEmpty else { return self }
        var skip: [String: Int64] = [:]
        for part in gone { skip[part.location, default: 0] += part.quantity }
        return compactMap { part in
            let taken = Swift.min(skip[part.location] ?? 0, part.quantity)
            skip[part.location, default: 0] -= taken
            return part.quantity > taken
                ? Allocation(location: part.location, quantity: part.quantity - taken) : nil
        }
    }
}

/// Who ordered, as far as the order itself says.
public struct OrderCustomer: Hashable, Sendable {
    /// A customer on file.
    public var id: ID<Customer>?
    /// A guest's e-mail address.
    public var email: String?
    /// A guest's name.
    public var name: String?
    /// A guest's telephone number.
    public var phone: String?

    /// A customer on file, or a guest.
    public init(id: ID<Customer>? = nil, email: String? = nil, name: String? = nil, phone: String? = nil) {
        self.id = id
        self.email = email
        self.name = name
        self.phone = phone
    }
}

/// An order, from the moment it was placed.
public struct Order: Hashable, Sendable, Identified {
    /// The prefix of order ids.
    public static let idPrefix = "ord"

    /// Its id.
    public let id: ID<Order>
    /// The one currency of all its amounts.
    public let currency: Currency
    /// What was ordered, in the order in which it was asked for; line numbers count from 1.
    public var lines: [OrderLine]
    /// The sum of the lines.
    public let total: Money
    /// How it is paid.
    public let paymentMethod: PaymentMethod
    /// Whether it is paid.
    public var paymentState: PaymentState
    /// What its payments come to.
    public var payments: OrderPayments
    /// Who ordered.
    public var customer: OrderCustomer?
    /// Where the goods go; members as the client named them.
    public var shipTo: [String: String]?
    /// The merchant's own reference.
    public let reference: String?
    /// The merchant's own notes, and ``probeMark`` of an order that nobody wants.
    public let metadata: [String: String]
    /// The cart that it was made from.
    public let cart: ID<Cart>?
    /// When its personal data was erased.
    public var erasedAt: Timestamp?
    /// Where it stands.
    public var state: OrderState
    /// Until when its units are held; nil once they are held for good, or no longer.
    public var reservedUntil: Timestamp?
    /// When it was placed.
    public let createdAt: Timestamp
    /// When it last changed.
    public var updatedAt: Timestamp
    /// Counts the changes, from 1.
    public var version: Int64
    /// What happened, in order; entries are only ever added.
    public var history: [OrderHistoryEntry]
    /// Who placed it without a key; kept beside the order, and not in what it says of itself.
    public var client: UnpaidClient?

    /// What the metadata of a prober's order names: it is in no list of orders.
    public static let probeMark = "tradewind-probe"

    /// What is to be paid for it: the total without the units that were called off.
    public var payable: Money {
        Money(total.amount - lines.reduce(0) { $0 + $1.unitPrice.amount * $1.cancelled }, currency)
    }

    /// What is to be paid for it without the units that came back, in minor units.
    public var worthKept: Int64 {
        payable.amount - lines.reduce(0) { $0 + $1.unitPrice.amount * $1.returned }
    }

    /// Whether every unit has shipped or was called off.
    public var isDone: Bool { lines.allSatisfy { $0.outstanding == 0 } }

    /// Whether a prober placed it.
    public var isProbe: Bool { !metadata.isEmpty && metadata[Self.probeMark] != nil }

    /// An order with every field, as an engine reads it.
    public init(
        id: ID<Order>,
        currency: Currency,
        lines: [OrderLine],
        total: Money,
        paymentMethod: PaymentMethod,
        paymentState: PaymentState = .pending,
        payments: OrderPayments = OrderPayments(),
        customer: OrderCustomer?,
        shipTo: [String: String]?,
        reference: String?,
        metadata: [String: String],
        cart: ID<Cart>?,
        erasedAt: Timestamp? = nil,
        state: OrderState = .pendingPayment,
        reservedUntil: Timestamp?,
        createdAt: Timestamp,
        updatedAt: Timestamp,
        version: Int64 = 1,
        history: [OrderHistoryEntry]
    ) {
        self.id = id
        self.currency = currency
        self.lines = lines
        self.total = total
        self.paymentMethod = paymentMethod
        self.paymentState = paymentState
        self.payments = payments
        self.customer = customer
        self.shipTo = shipTo
        self.reference = reference
        self.metadata = metadata
        self.cart = cart
        self.erasedAt = erasedAt
        self.state = state
        self.reservedUntil = reservedUntil
        self.createdAt = createdAt
        self.updatedAt = updatedAt
        self.version = version
        self.history = history
    }
}

/// A stock movement that goes with a change of an order.
public struct OrderMovement: Hashable, Sendable {
    /// What moves.
    public var sku: SKU
    /// Where.
    public var location: String
    /// Why.
    public var kind: MovementKind
    /// By how many units, signed as the counters change.
    public var quantity: Int64
}
