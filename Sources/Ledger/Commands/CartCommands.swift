import Trading

/// Makes a cart.
public struct CreateCart: Command {
    /// `createCart`.
    public static let name = "createCart"

    /// The currency in which it will be ordered.
    public let currency: Currency
    /// Whose it is.
    public let customer: ID<Customer>?
    /// What is in it from the start.
    public let lines: [CartLine]
    /// For how long it is kept unused, in seconds.
    public let lifetimeSeconds: Int64
    /// On whose behalf it is made.
    public let authority: Authority

    /// A cart to make.
    public init(
        currency: Currency,
        customer: ID<Customer>?,
        lines: [CartLine],
        lifetimeSeconds: Int64,
        authority: Authority = .anyone
    ) {
        self.authority = authority
        self.currency = currency
        self.customer = customer
        self.lines = lines
        self.lifetimeSeconds = lifetimeSeconds
    }

    /// The cart.
    public func decide(_ set: WorkingSet) throws(CartRefusal) -> Cart {
        if let customer { try set.checkCustomer(customer, authority) }
        var cart = Cart(
            id: set.freshID(),
            currency: currency,
            customer: customer,
            expiresAt: set.now.adding(seconds: lifetimeSeconds),
            createdAt: set.now,
            updatedAt: set.now
        )
        for (index, line) in lines.enumerated() {
            try set.checkSellable(line.sku, index: index, authority)
            try cart.add(line.sku, line.quantity, index: index)
        }
        set.carts.put(CartRow(cart))
        return cart
    }
}

/// Changes a cart.
public struct ChangeCart: Command {
    /// What to do.
    public enum Change: Sendable {
        /// Put that many units of a SKU in place of what was there; 0 takes it out.
        case set(SKU, Int64)
        /// Put that many more units of a SKU in.
        case add(SKU, Int64)
        /// Take over the lines of another cart, which is closed by that.
        case merge(ID<Cart>)
        /// Make it a customer's.
        case assign(ID<Customer>)
    }

    /// `changeCart`.
    public static let name = "changeCart"

    /// Which cart.
    public let id: ID<Cart>
    /// What to do.
    public let change: Change
    /// The version that it must have; nil where any will do.
    public let expectedVersion: Int64?
    /// For how long it is kept unused from now, in seconds.
    public let lifetimeSeconds: Int64
    /// On whose behalf it is changed.
    public let authority: Authority

    /// A change of a cart.
    public init(
        _ id: ID<Cart>,
        _ change: Change,
        expectedVersion: Int64? = nil,
        lifetimeSeconds: Int64,
        authority: Authority = .anyone
    ) {
        self.authority = authority
        self.id = id
        self.change = change
        self.expectedVersion = expectedVersion
        self.lifetimeSeconds = lifetimeSeconds
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
            try cart.set(sku, to: quantity)
        case .add(let sku, let quantity):
            try set.checkSellable(sku, index: 0, authority)
            try cart.add(sku, quantity)
        case .merge(let other):
            guard var from = set.carts.get(other)?.cart, from.expiresAt > set.now else { throw .cannotMerge }
            guard set.permits(authority, on: from.customer) else { throw .notYours }
            try cart.merge(from)
            from.state = .merged
            from.updatedAt = set.now
            from.version += 1
            set.carts.put(CartRow(from))
        case .assign(let customer):
            try set.checkCustomer(customer, authority)
            cart.customer = customer
        }
        cart.touch(at: set.now, lifetimeSeconds: lifetimeSeconds)
        set.carts.put(CartRow(cart))
        return cart
    }
}

extension WorkingSet {
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
