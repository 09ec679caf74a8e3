// An order is an agreement (lines at their prices, customer, address; never changed after it is placed) and its progress (state,
// fulfilled and returned units, history; only ever moving forward). Every change of an order is one of the methods below, and
// each returns the stock movements that belong to it, so that order and stock cannot disagree.

/// One line of an order.
public struct OrderLine: Hashable, Sendable {
    /// The ordered SKU.
    public var sku: SKU
    /// The product's name at the time of the order.
    public var name: String
    /// Units ordered, at least 1.
    public var quantity: Int64
    /// The agreed price of one unit.
    public var unitPrice: Money
    /// Price times quantity.
    public var total: Money
    /// The locations of the units; empty where stock is not counted.
    public var allocations: [Allocation]
    /// Units shipped.
    public var fulfilled: Int64
    /// Units returned, at most those shipped.
    public var returned: Int64
    /// From where units left, where that differs from the order of the allocations; empty otherwise.
    public var shippedFrom: [Allocation]
    /// Cancelled units: they neither ship nor are paid for.
    public var cancelled: Int64
    /// The allocations of the cancelled units, each location once.
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

    /// Units neither shipped nor cancelled.
    public var outstanding: Int64 { quantity - fulfilled - cancelled }

    /// Whether stock is counted.
    public var tracked: Bool { !allocations.isEmpty }

    /// From where the shipped units left: in the order of the allocations, unless a parcel left another location first.
    public var shipped: [Allocation] {
        shippedFrom.isEmpty ? allocations.first(fulfilled) : shippedFrom
    }

    /// The allocations that have neither shipped nor been cancelled.
    public var unshipped: [Allocation] {
        allocations.less(shipped).less(released)
    }

    /// The origins of the units that have not been returned, in the order in which they would be.
    var returnable: [Allocation] { shipped.dropping(returned) }

    /// Units that can still leave: from one location where it is given, without units packed for another parcel.
    func left(from location: String?, sparing packed: [Allocation]) -> Int64 {
        guard tracked else { return outstanding - packed.reduce(0) { $0 + $1.quantity } }
        return picking(.max, from: location, sparing: packed).reduce(0) { $0 + $1.quantity }
    }

    /// The origins of `quantity` units to ship: from one location where it is given, without units packed for another parcel.
    func picking(_ quantity: Int64, from location: String?, sparing packed: [Allocation]) -> [Allocation] {
        let free = unshipped.less(packed)
        return (location.map { place in free.filter { $0.location == place } } ?? free).first(quantity)
    }

    /// Counts units as shipped from these origins.
    mutating func ship(_ quantity: Int64, from parts: [Allocation]) {
        let gone = (shipped + parts)
        fulfilled += quantity
        let sums = told(gone)
        shippedFrom = sums == allocations.first(fulfilled) ? [] : sums
    }

    /// Counts units as cancelled; returns the released allocations, the last ones first.
    mutating func cancel(_ quantity: Int64, sparing packed: [Allocation]) -> [Allocation] {
        cancelled += quantity
        guard tracked else { return [] }
        let freed = Array(unshipped.less(packed).reversed()).first(quantity)
        released = told(released + freed)
        return freed
    }

    /// Units by location in the order of the allocations, so that equal units have one representation.
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
    /// The first units.
    func first(_ units: Int64) -> [Allocation] {
        var left = units
        var result: [Allocation] = []
        for part in self where left > 0 {
            result.append(Allocation(location: part.location, quantity: Swift.min(left, part.quantity)))
            left -= part.quantity
        }
        return result
    }

    /// The parts without the first units.
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

    /// The parts without these units, location by location.
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

/// The customer of an order, as far as the order itself contains it.
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
    public package(set) var id: ID<Order>
    /// The one currency of all its amounts.
    public package(set) var currency: Currency
    /// The lines, in the requested order; line numbers count from 1.
    public var lines: [OrderLine]
    /// The sum of the lines.
    public package(set) var total: Money
    /// The payment method.
    public package(set) var paymentMethod: PaymentMethod
    /// The state of its payments.
    public var paymentState: PaymentState
    /// The sums of its payments.
    public var payments: OrderPayments
    /// The customer.
    public var customer: OrderCustomer?
    /// The delivery address; members as the client named them.
    public var shipTo: [String: String]?
    /// The merchant's own reference.
    public package(set) var reference: String?
    /// The merchant's own notes, and ``probeMark`` for a prober's order.
    public package(set) var metadata: [String: String]
    /// The cart that it was made from.
    public package(set) var cart: ID<Cart>?
    /// When its personal data was erased.
    public var erasedAt: Timestamp?
    /// Its state.
    public var state: OrderState
    /// The end of the reservation; nil once its units are reserved without limit, or no longer.
    public var reservedUntil: Timestamp?
    /// When it was placed.
    public package(set) var createdAt: Timestamp
    /// When it last changed.
    public var updatedAt: Timestamp
    /// Counts the changes, from 1.
    public var version: Int64
    /// The history, in order; entries are only ever added.
    public var history: [OrderHistoryEntry]
    /// The client without a key who placed it; stored beside the order, not in its document.
    public var client: UnpaidClient?

    /// The member of the metadata of a prober's order, which is in no list of orders.
    public static let probeMark = "tradewind-probe"

    /// The amount to be paid: the total without cancelled units.
    public var payable: Money {
        Money(total.amount - lines.reduce(0) { $0 + $1.unitPrice.amount * $1.cancelled }, currency)
    }

    /// The amount to be paid without returned units, in minor units.
    public var worthKept: Int64 {
        payable.amount - lines.reduce(0) { $0 + $1.unitPrice.amount * $1.returned }
    }

    /// Whether every unit has shipped or was cancelled.
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
        customer: OrderCustomer? = nil,
        shipTo: [String: String]? = nil,
        reference: String? = nil,
        metadata: [String: String] = [:],
        cart: ID<Cart>? = nil,
        erasedAt: Timestamp? = nil,
        state: OrderState = .pendingPayment,
        reservedUntil: Timestamp? = nil,
        createdAt: Timestamp,
        updatedAt: Timestamp,
        version: Int64 = 1,
        history: [OrderHistoryEntry] = []
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

/// A stock movement that belongs to a change of an order.
public struct OrderMovement: Hashable, Sendable {
    /// The SKU.
    public var sku: SKU
    /// The location.
    public var location: String
    /// The kind.
    public var kind: MovementKind
    /// The number of units, signed as the counters change.
    public var quantity: Int64
}
