import JSON
import Trading

/// Places an order: prices it, allocates its units, and reserves them until it is paid or its reservation ends.
public struct PlaceOrder: IdempotentCommand {
    /// The source of the lines.
    public enum Source: Sendable {
        /// Lines in the request.
        case lines([OrderRequestLine], Currency)
        /// A cart, which becomes the order.
        case cart(ID<Cart>)
    }

    /// `placeOrder`.
    public static let name = "placeOrder"

    /// The source of the lines.
    public let source: Source
    /// The customer; where it is nil, that of the cart.
    public let customer: OrderCustomer?
    /// The delivery address.
    public let shipTo: [String: String]?
    /// The choice of payment.
    public let payment: PaymentChoice
    /// The shop's terms of payment.
    public let terms: PaymentTerms
    /// The buyer's expected total.
    public let expectedTotal: Money?
    /// The greatest value of the order.
    public let ceiling: OrderCeiling
    /// The merchant's own reference.
    public let reference: String?
    /// Whether another order may have that reference.
    public let references: ReferenceRule
    /// The merchant's own notes.
    public let metadata: [String: String]
    /// How long its units are reserved unpaid, in seconds.
    public let holdSeconds: Int64
    /// The sender's authority.
    public let authority: Authority
    /// Whose store credit it may spend: placing an order for a customer does not allow spending that customer's money.
    public let spending: Authority
    /// The client without a key; nil for the shop itself, which has no limit.
    public let client: UnpaidClient?
    /// The limits of unpaid units of clients without a key.
    public let limits: UnpaidLimits

    /// An order to place.
    public init(
        source: Source,
        customer: OrderCustomer? = nil,
        shipTo: [String: String]? = nil,
        payment: PaymentChoice = .manual,
        terms: PaymentTerms = PaymentTerms(),
        expectedTotal: Money? = nil,
        ceiling: OrderCeiling = .standard,
        reference: String? = nil,
        references: ReferenceRule = .shared,
        metadata: [String: String] = [:],
        holdSeconds: Int64,
        authority: Authority = .anyone,
        spending: Authority? = nil,
        client: UnpaidClient? = nil,
        limits: UnpaidLimits = UnpaidLimits(unitsOfClient: nil, shareOfSKU: 100)
    ) {
        self.client = client
        self.limits = limits
        self.source = source
        self.customer = customer
        self.shipTo = shipTo
        self.payment = payment
        self.terms = terms
        self.expectedTotal = expectedTotal
        self.ceiling = ceiling
        self.reference = reference
        self.references = references
        self.metadata = metadata
        self.holdSeconds = holdSeconds
        self.authority = authority
        self.spending = spending ?? authority
    }

    /// Its products with their stock, and the customer; or its cart.
    public func prefetch(_ set: WorkingSet) {
        if let id = customer?.id { set.customers.want(id) }
        switch source {
        case .lines(let lines, _): set.wantOffers(lines.lazy.map(\.sku))
        case .cart(let id): set.carts.want(id)
        }
    }

    /// The lines of its cart, and their customer.
    public func prefetchLinked(_ set: WorkingSet) {
        guard case .cart(let id) = source, let cart = set.carts.get(id)?.cart else { return }
        set.wantOffers(cart.lines.lazy.map(\.sku))
        if let customer = cart.customer { set.customers.want(customer) }
    }

    /// Decides, in the order of ``PlaceOrderRefusal``.
    public func decide(_ set: WorkingSet) throws(PlaceOrderRefusal) -> AnsweredOrder {
        let (requests, currency, cart) = try requestedLines(set)
        let buyer = try buyer(set, cart: cart)
        try checkReference(set)
        if client != nil, requests.count > OrderLimits.maxGuestLines {
            throw .tooManyLines(limit: OrderLimits.maxGuestLines)
        }
        var priced = try PricedLines(
            requests,
            products: requests.map { set.offer($0.sku, toProber: isProbe) },
            currency: currency,
            expectedTotal: expectedTotal,
            ceiling: ceiling
        )
        var free = FreeStock(openOf: set.allLocations)
        for (index, line) in priced.lines.enumerated() where priced.tracked[index] {
            free.add(line.sku) { set.stock.get(StockRow.Key(line.sku, $0))?.level.available ?? 0 }
        }
        try priced.allocate(from: &free)
        let prepared: PreparedPayment
        do throws(PaymentChoiceRefusal) {
            prepared = try set.prepare(
                payment,
                priced.total,
                units: priced.lines.map(\.unitPrice),
                customer: buyer?.id,
                terms: terms,
                spending,
                isProbe: isProbe
            )
        } catch {
            throw .payment(error)
        }
        if let client {
            // Money that the shop itself holds pays at once.
            if case .source = prepared {} else { try set.check(client, limits, priced.lines, tracked: priced.tracked) }
        }
        return place(priced, prepared, currency: currency, customer: buyer, cart: cart, set)
    }

    /// Whether a prober places it.
    private var isProbe: Bool { metadata[Order.probeMark] != nil }

    /// The order's id: the agreement never changes, so the first answer can be reconstructed from the order itself.
    public func receipt(for outcome: AnsweredOrder) -> [UInt8] {
        outcome.order.id.bits.bytes
    }

    /// Refuses an erased customer's token.
    public func checkRecall(_ receipt: [UInt8], _ set: WorkingSet) throws(PlaceOrderRefusal) {
        guard set.permits(authority, on: nil) else { throw .notYours }
    }

    /// The order as it was placed.
    public func recall(_ receipt: [UInt8], _ set: WorkingSet) -> AnsweredOrder? {
        guard let bits = Bits128(bytes: receipt), let row = set.orders.get(ID(bits)) else { return nil }
        return AnsweredOrder(OrderRow(row.order.asPlaced))
    }

    private func requestedLines(_ set: WorkingSet) throws(PlaceOrderRefusal) -> ([OrderRequestLine], Currency, Cart?) {
        switch source {
        case .lines(let lines, let currency):
            return (lines, currency, nil)
        case .cart(let id):
            guard let cart = set.carts.get(id)?.cart else { throw .cartNotFound }
            guard set.permits(authority, on: cart.customer) else { throw .notYours }
            guard cart.state == .open, cart.expiresAt > set.now else { throw .cartClosed(order: cart.order) }
            return (cart.lines.map { OrderRequestLine(sku: $0.sku, quantity: $0.quantity) }, cart.currency, cart)
        }
    }

    private func buyer(_ set: WorkingSet, cart: Cart?) throws(PlaceOrderRefusal) -> OrderCustomer? {
        let buyer = customer ?? cart?.customer.map { OrderCustomer(id: $0) }
        if let id = buyer?.id {
            guard set.permits(authority, on: id) else { throw .notYours }
            guard let known = set.customers.get(id)?.customer, known.erasedAt == nil else { throw .customerNotFound }
        }
        return buyer
    }

    /// Checked in the transaction of the order, so that of two at the same time one is first.
    private func checkReference(_ set: WorkingSet) throws(PlaceOrderRefusal) {
        guard case .unique(let tellsOrder) = references, let reference, !isProbe else { return }
        let named = [
            Condition("reference", .equal, .text(reference)), Condition("probe", .equal, .integer(0)),
        ]
        let holder = set.orders.first(named) { $0.order.reference == reference && !$0.order.isProbe }
        let archived = set.archivedOrders.first([named[0]]) { $0.reference == reference }
        guard let order = holder?.key ?? archived?.key else { return }
        throw .referenceTaken(order: tellsOrder ? order : nil)
    }

    private func place(
        _ priced: PricedLines,
        _ prepared: PreparedPayment,
        currency: Currency,
        customer: OrderCustomer?,
        cart: Cart?,
        _ set: WorkingSet
    ) -> AnsweredOrder {
        let until = set.now.adding(seconds: holdSeconds)
        var order = Order(
            id: set.freshID(),
            currency: currency,
            lines: priced.lines,
            total: priced.total,
            paymentMethod: payment.method,
            customer: customer,
            shipTo: shipTo,
            reference: reference,
            metadata: metadata,
            cart: cart?.id,
            reservedUntil: until,
            createdAt: set.now,
            updatedAt: set.now,
            history: [OrderHistoryEntry(state: .pendingPayment, at: set.now, reservedUntil: until)]
        )
        order.client = client
        set.apply(order.reservingMovements, of: order.id)
        order.beginPayment(at: set.now)
        set.begin(prepared, of: order, order.payable)
        let row = OrderRow(order)
        set.orders.insert(row)
        if var cart {
            cart.state = .ordered
            cart.order = order.id
            cart.updatedAt = set.now
            cart.version += 1
            set.carts.put(CartRow(cart))
        }
        set.orderEvent(.orderPlaced, order)
        if order.state == .confirmed {
            set.orderEvent(.orderConfirmed, order)
            set.book(.orderConfirmed(order))
            if case .source = prepared, let paid = order.currentPayment.flatMap({ set.payments.get($0)?.payment }) {
                set.book(.captured(paid, paid.captured))
            }
        }
        return AnsweredOrder(row)
    }
}

/// An order with the bytes of its answer: the stored bytes, so that nothing is serialised twice.
public struct AnsweredOrder: Sendable {
    private let row: OrderRow

    init(_ row: OrderRow) {
        self.row = row
    }

    /// The order.
    public var order: Order { row.order }
    /// Its JSON.
    public var document: [UInt8] { row.document }
}

extension WorkingSet {
    /// The offer of a SKU; a prober's product is offered to probers only.
    fileprivate func offer(_ sku: SKU, toProber isProber: Bool) -> Offer? {
        guard let product = products.get(sku)?.product, isProber || !product.isProbe else { return nil }
        return product.offer
    }

    /// Applies the movements of an order's change.
    ///
    /// The order was allocated from the same levels, so a refusal is a fault of ours.
    func apply(_ movements: [OrderMovement], of order: ID<Order>, reason: String? = nil) {
        for movement in movements {
            do throws(StockRefusal) {
                try move(
                    StockRow.Key(movement.sku, movement.location),
                    movement.kind,
                    movement.quantity,
                    order: order,
                    reason: reason
                )
            } catch {
                // A failure to load a row looks like empty stock; that batch is dropped.
                precondition(loadFailure != nil, "stock and order \(order) disagree: \(error)")
            }
        }
    }

    /// Adds an event about an order.
    func orderEvent(_ type: EventType, _ order: Order, _ members: (inout JSONWriter) -> Void = { _ in }) {
        event(type, order.id.description, isProbe: order.isProbe) { json in
            json.member("state", order.state.name)
            json.member("version", order.version)
            json.member("total", order.total)
            members(&json)
        }
    }
}
