import Trading

/// A command that creates or changes a cart.
///
/// A repeated request with its key is answered with the current cart.
public protocol CartCommand: IdempotentCommand where Outcome == Cart, Refusal == CartRefusal {
    /// The sender's authority.
    var authority: Authority { get }
}

extension CartCommand {
    /// The cart's id: a cart may be large, and can be read.
    public func receipt(for outcome: Cart) -> [UInt8] { outcome.receipt }

    /// The cart may have expired or been assigned to a customer since.
    public func checkRecall(_ receipt: [UInt8], _ set: WorkingSet) throws(CartRefusal) {
        try set.checkRecall(receipt, authority)
    }

    /// The current cart.
    public func recall(_ receipt: [UInt8], _ set: WorkingSet) -> Cart? {
        Cart.id(in: receipt).flatMap { set.carts.get($0)?.cart }
    }

    /// Nil: the receipt contains the cart's id only.
    public func erasure(of outcome: Cart) -> ReceiptErasure? { nil }
}

/// Creates a cart.
public struct CreateCart: CartCommand {
    /// `createCart`.
    public static let name = "createCart"

    /// The currency in which it will be ordered.
    public let currency: Currency
    /// Its customer; nil for a guest.
    public let customer: ID<Customer>?
    /// Its initial lines.
    public let lines: [CartLine]
    /// The size of the cart, and how long it is kept unused.
    public let bounds: CartBounds
    /// The sender's authority.
    public let authority: Authority

    /// A cart to make.
    public init(
        currency: Currency,
        customer: ID<Customer>?,
        lines: [CartLine],
        bounds: CartBounds,
        authority: Authority = .anyone
    ) {
        self.authority = authority
        self.currency = currency
        self.customer = customer
        self.lines = lines
        self.bounds = bounds
    }

    /// Its products, and its customer.
    public func prefetch(_ set: WorkingSet) {
        if let customer { set.customers.want(customer) }
        for line in lines { set.products.want(line.sku) }
    }

    /// The cart.
    public func decide(_ set: WorkingSet) throws(CartRefusal) -> Cart {
        if let customer { try set.checkCustomer(customer, authority) }
        let seconds = bounds.seconds(of: customer)
        var cart = Cart(
            id: set.freshID(),
            currency: currency,
            customer: customer,
            expiresAt: set.now.adding(seconds: seconds),
            createdAt: set.now,
            updatedAt: set.now
        )
        var reasons: [CartRefusal] = []
        for (index, line) in lines.enumerated() where reasons.count < OrderLimits.maxReasons {
            do throws(CartRefusal) {
                try set.checkSellable(line.sku, index: index, authority)
                try cart.add(line.sku, line.quantity, index: index, lines: bounds.lines)
            } catch {
                if case .tooManyLines = error { throw error }
                reasons.append(error)
            }
        }
        if let first = reasons.first { throw reasons.count == 1 ? first : .several(reasons) }
        try set.checkWorth(cart)
        set.carts.put(CartRow(cart))
        return cart
    }
}

/// Changes a cart.
public struct ChangeCart: CartCommand {
    /// A change of a cart.
    public enum Change: Sendable {
        /// Set the units of a SKU; 0 removes the line.
        case set(SKU, Int64)
        /// Add units of a SKU.
        case add(SKU, Int64)
        /// Move the lines of another cart into this one, which closes the other.
        case merge(ID<Cart>)
        /// Assign the cart to a customer.
        case assign(ID<Customer>)
    }

    /// `changeCart`.
    public static let name = "changeCart"

    /// The cart.
    public let id: ID<Cart>
    /// The change.
    public let change: Change
    /// The expected version; nil accepts any.
    public let expectedVersion: Int64?
    /// The size of the cart, and how long it is kept unused from now.
    public let bounds: CartBounds
    /// The sender's authority.
    public let authority: Authority

    /// A change of a cart.
    public init(
        _ id: ID<Cart>,
        _ change: Change,
        expectedVersion: Int64? = nil,
        bounds: CartBounds,
        authority: Authority = .anyone
    ) {
        self.authority = authority
        self.id = id
        self.change = change
        self.expectedVersion = expectedVersion
        self.bounds = bounds
    }

    /// The cart, and the products to add.
    public func prefetch(_ set: WorkingSet) {
        set.carts.want(id)
        switch change {
        case .set(let sku, _), .add(let sku, _): set.products.want(sku)
        case .merge(let other): set.carts.want(other)
        case .assign(let customer): set.customers.want(customer)
        }
    }

    /// The cart as it is now.
    public func decide(_ set: WorkingSet) throws(CartRefusal) -> Cart {
        guard var cart = set.carts.get(id)?.cart else { throw .notFound }
        guard set.permits(authority, on: cart.customer) else { throw .notYours }
        try cart.checkOpen(at: set.now)
        if let expectedVersion, cart.version != expectedVersion { throw .versionConflict(current: cart.version) }
        switch change {
        case .set(let sku, let quantity):
            if quantity != 0 { try set.checkSellable(sku, index: 0, authority) }
            try cart.set(sku, to: quantity, lines: bounds.lines)
        case .add(let sku, let quantity):
            try set.checkSellable(sku, index: 0, authority)
            try cart.add(sku, quantity, lines: bounds.lines)
        case .merge(let other):
            guard var from = set.carts.get(other)?.cart, from.expiresAt > set.now else { throw .cannotMerge }
            guard set.permits(authority, on: from.customer) else { throw .notYours }
            try cart.merge(from, lines: bounds.lines)
            from.state = .merged
            from.updatedAt = set.now
            from.version += 1
            set.carts.put(CartRow(from))
        case .assign(let customer):
            try set.checkCustomer(customer, authority)
            cart.customer = customer
        }
        if change.adds { try set.checkWorth(cart) }
        cart.touch(at: set.now, lifetimeSeconds: bounds.seconds(of: cart.customer))
        set.carts.put(CartRow(cart))
        return cart
    }
}

extension ChangeCart.Change {
    /// Whether the cart's value may grow: lines can always be removed from a cart whose value is too large.
    fileprivate var adds: Bool {
        switch self {
        case .set(_, let quantity): quantity != 0
        case .add, .merge: true
        case .assign: false
        }
    }
}

extension Cart {
    /// The receipt of an answer about it.
    fileprivate var receipt: [UInt8] { Array(id.description.utf8) }

    /// The cart in a receipt; an old receipt is the cart's document.
    fileprivate static func id(in receipt: [UInt8]) -> ID<Cart>? {
        ID(String(decoding: receipt, as: UTF8.self)) ?? Cart(document: receipt)?.id
    }
}

extension WorkingSet {
    /// Refuses a sender who may not use the cart in a receipt, and a cart that does not exist any more.
    fileprivate func checkRecall(_ receipt: [UInt8], _ authority: Authority) throws(CartRefusal) {
        guard permits(authority, on: nil) else { throw .notYours }
        guard let id = Cart.id(in: receipt) else { return }
        guard let cart = carts.get(id)?.cart, cart.state != .open || cart.expiresAt > now else { throw .notFound }
        guard permits(authority, on: cart.customer) else { throw .notYours }
    }

    /// Refuses a cart whose total at current prices exceeds the largest exact amount.
    fileprivate func checkWorth(_ cart: Cart) throws(CartRefusal) {
        let worth = cart.worth { sku in
            guard let offer = products.get(sku)?.product.offer, offer.active else { return nil }
            return offer.price(in: cart.currency)
        }
        if worth == nil { throw .amountTooLarge }
    }

    fileprivate func checkCustomer(_ id: ID<Customer>, _ authority: Authority) throws(CartRefusal) {
        guard permits(authority, on: id) else { throw .notYours }
        guard let customer = customers.get(id)?.customer, customer.erasedAt == nil else { throw .customerNotFound }
    }

    fileprivate func checkSellable(_ sku: SKU, index: Int, _ authority: Authority) throws(CartRefusal) {
        guard let product = products.get(sku)?.product, product.active, !product.isProbe || authority == .shop else {
            throw .unknownProduct(index: index, sku: sku)
        }
    }
}
