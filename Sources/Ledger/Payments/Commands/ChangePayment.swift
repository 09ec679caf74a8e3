import Trading

/// Why no further attempt was made, in order of precedence.
///
/// Nothing was changed.
public enum StartPaymentRefusal: Error, Hashable, Sendable {
    /// The order does not exist.
    case notFound
    /// The order is not waiting for payment.
    case wrongState(OrderState)
    /// The outcome of an earlier attempt is not known yet.
    case open(ID<Payment>)
    /// The shop was restored from a backup, and attempts that it lost are still searched for.
    case searching
    /// There were too many attempts.
    case tooManyAttempts(limit: Int)
    /// It cannot be paid in this way.
    case choice(PaymentChoiceRefusal)
}

/// Makes a further attempt to pay an order, after the earlier ones failed.
public struct StartPayment: IdempotentCommand {
    /// `startPayment`.
    public static let name = "startPayment"

    /// The order.
    public let order: ID<Order>
    /// The choice of payment: by card, from store credit or a gift card.
    public let choice: PaymentChoice
    /// The shop's terms of payment.
    public let terms: PaymentTerms
    /// The sender's authority.
    public let authority: Authority

    /// A further attempt.
    public init(_ order: ID<Order>, _ choice: PaymentChoice, terms: PaymentTerms, authority: Authority = .anyone) {
        self.authority = authority
        self.order = order
        self.choice = choice
        self.terms = terms
    }

    /// The order.
    public func prefetch(_ set: WorkingSet) {
        set.orders.want(order)
    }

    /// The order's last payment.
    public func prefetchLinked(_ set: WorkingSet) {
        set.wantParts(of: order)
    }

    /// Decides, in the order of ``StartPaymentRefusal``.
    public func decide(_ set: WorkingSet) throws(StartPaymentRefusal) -> Payment {
        guard var order = set.orders.get(order)?.order else { throw .notFound }
        let lacking = Money(set.lacking(order), order.currency)
        guard !lacking.isZero else { throw .wrongState(order.state) }
        if let id = order.currentPayment, set.payments.get(id)?.payment.isProcessing == true { throw .open(id) }
        guard !set.isSearched(for: order) else { throw .searching }
        guard order.payments.attempts < Payment.maxAttempts else {
            throw .tooManyAttempts(limit: Payment.maxAttempts)
        }
        let prepared: PreparedPayment
        do throws(PaymentChoiceRefusal) {
            guard choice.method != .manual, choice.method != .cashOnDelivery else { throw .notOffered }
            prepared = try set.prepare(
                choice,
                lacking,
                units: order.lines.map(\.unitPrice),
                customer: order.customer?.id,
                terms: terms,
                authority,
                isProbe: order.isProbe
            )
        } catch {
            throw .choice(error)
        }
        do throws(OrderRefusal) {
            try order.beginAttempt(at: set.now)
        } catch {
            throw .wrongState(order.state)
        }
        guard let payment = set.begin(prepared, of: order, lacking) else { throw .choice(.notOffered) }
        set.paymentEvent(.paymentStarted, payment, payment.amount.amount)
        if case .source = prepared {
            set.confirm(&order)
            let nothing = Payment.awaited(order.id, number: payment.number, amount: payment.amount, at: set.now)
            order.follow(nothing, payment, at: set.now)
            set.book(.captured(payment, payment.captured))
        }
        set.orders.put(OrderRow(order))
        return payment
    }
}

/// Captures, voids or refunds a payment for an operator.
public struct ChangePayment: IdempotentCommand {
    /// The change.
    public enum Change: Sendable {
        /// Capture a part of the authorised amount, or all of the rest; awaited cash is collected.
        case capture(Money?, isFinal: Bool)
        /// Release the authorised amount.
        case void
        /// Refund a part of the captured amount, or all of the rest.
        case refund(Money?)
    }

    /// `changePayment`.
    public static let name = "changePayment"

    /// The payment.
    public let id: ID<Payment>
    /// The change.
    public let change: Change
    /// The capabilities of the providers.
    public let routing: PaymentRouting

    /// A change of a payment.
    public init(_ id: ID<Payment>, _ change: Change, routing: PaymentRouting = PaymentRouting()) {
        self.id = id
        self.change = change
        self.routing = routing
    }

    /// The payment.
    public func prefetch(_ set: WorkingSet) {
        set.payments.want(id)
    }

    /// Its order.
    public func prefetchLinked(_ set: WorkingSet) {
        set.wantOrder(of: id)
    }

    /// Decides, in the order of ``PaymentRefusal``; the provider's operation follows later.
    public func decide(_ set: WorkingSet) throws(PaymentRefusal) -> Payment {
        guard let row = set.payments.get(id) else { throw .notFound }
        if row.payment.lostOrder != nil { return try changeLost(row, set) }
        guard var order = set.orders.get(row.payment.order)?.order else { throw .notFound }
        let version = order.version
        var payment = row.payment
        let effect: PaymentEffect
        switch change {
        case .capture(let amount, _) where payment.method == .cashOnDelivery:
            let left = order.collectable(of: payment)
            guard left > 0 else { throw .wrongStatus(payment.status) }
            let wanted = try minorUnits(amount, of: payment, all: left)
            guard (1...left).contains(wanted) else { throw .tooMuch(left: Money(left, order.currency)) }
            effect = payment.collect(wanted)
        case .capture(let amount, let isFinal):
            if !isFinal, let route = route(of: payment), !route.capturesInParts { throw .capturesOnce }
            // Units may have been cancelled since the authorisation.
            let left = min(payment.capturable, max(0, order.claim - set.funds(of: order).taken))
            let wanted = try minorUnits(amount, of: payment, all: left)
            guard wanted <= left || wanted > payment.capturable else {
                throw .tooMuch(left: Money(left, order.currency))
            }
            try payment.requestCapture(wanted, isFinal: isFinal)
            effect = .none
        case .void:
            guard !order.needs(payment) else { throw .needed(order.state) }
            effect = try payment.requestVoid()
        case .refund(let amount):
            effect = try payment.requestRefund(try minorUnits(amount, of: payment, all: payment.refundable))
        }
        set.follow(effect, row.payment, &payment, &order)
        set.put(payment, over: row)
        if order.version != version { set.orders.put(OrderRow(order)) }
        return payment.touched(at: set.now)
    }

    /// Decides for a payment whose order was lost: its money can only be given back.
    private func changeLost(_ row: PaymentRow, _ set: WorkingSet) throws(PaymentRefusal) -> Payment {
        var payment = row.payment
        let effect: PaymentEffect
        switch change {
        case .capture: throw .wrongStatus(payment.status)
        case .void: effect = try payment.requestVoid()
        case .refund(let amount):
            effect = try payment.requestRefund(try minorUnits(amount, of: payment, all: payment.refundable))
        }
        set.record(effect, row.payment, payment)
        set.put(payment, over: row)
        return payment.touched(at: set.now)
    }

    private func minorUnits(_ money: Money?, of payment: Payment, all: Int64) throws(PaymentRefusal) -> Int64 {
        guard let money else { return all }
        guard money.currency == payment.amount.currency else { throw .currencyMismatch(payment.amount.currency) }
        if let step = route(of: payment)?.rules?[money.currency]?.step, money.amount % step != 0 {
            throw .notRepresentable(step: Money(step, money.currency))
        }
        return money.amount
    }

    private func route(of payment: Payment) -> PaymentRoute? {
        payment.provider.flatMap { name in routing.routes.first { $0.provider == name } }
    }
}

extension Order {
    /// Whether the authorised amount of an attempt is for units that are still to ship, or cash that is still to be collected.
    fileprivate func needs(_ payment: Payment) -> Bool {
        guard !payment.isProcessing, currentPayment == payment.id || payment.capturable > 0 else { return false }
        switch state {
        case .cancelled, .expired: return false
        case .fulfilled, .completed: return collectable(of: payment) > 0
        case .pendingPayment, .confirmed, .partlyFulfilled: return true
        }
    }
}
