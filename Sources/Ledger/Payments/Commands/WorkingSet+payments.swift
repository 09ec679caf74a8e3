// The consequences of a payment's change for the order, the books and the source of the money, all in the same transaction.

import JSON
import Trading

/// The first step of a payment that the rules have accepted; nothing is written yet.
enum PreparedPayment {
    /// Nothing is to be paid, or an operator will mark it paid.
    case none
    /// A provider will charge a token.
    case charge(provider: String, token: String, capture: CaptureMode)
    /// Cash is paid on delivery.
    case awaited
    /// The money is held by the shop itself.
    case source(PaymentSource, PaymentMethod)
}

extension WorkingSet {
    /// Checks whether an amount can be paid in this way, in the order of ``PaymentChoiceRefusal``.
    ///
    /// - Parameter units: the price of one unit of each line: it may have to be captured or refunded separately.
    func prepare(
        _ choice: PaymentChoice,
        _ total: Money,
        units: [Money],
        customer: ID<Customer>?,
        terms: PaymentTerms,
        _ authority: Authority,
        isProbe: Bool = false
    ) throws(PaymentChoiceRefusal) -> PreparedPayment {
        if case .cashOnDelivery = choice, !terms.cashOnDelivery { throw .notOffered }
        if isProbe { return try prepareProbe(choice, total, units: units, terms) }
        if total.isZero { return .none }
        switch choice {
        case .manual: return .none
        case .cashOnDelivery: return .awaited
        case .card(let token, let wanted):
            guard let route = terms.routing.route(.card, total, units: units, wanted: wanted) else {
                throw terms.routing.refusal(.card, total, units: units, wanted: wanted)
            }
            return .charge(provider: route.provider, token: token, capture: route.capture(terms.capture))
        case .storeCredit:
            guard let customer else { throw .customerNeeded }
            guard permits(authority, on: customer) else { throw .notYours }
            let available = storeCredits.get(StoreCreditRow.Key(customer, total.currency))?.amount ?? 0
            guard available >= total.amount else {
                throw .insufficientFunds(available: Money(available, total.currency))
            }
            return .source(.storeCredit(customer), .storeCredit)
        case .giftCard(let id):
            guard let card = giftCards.get(id)?.card else { throw .giftCardNotFound }
            guard card.balance.currency == total.currency else { throw .currencyMismatch(card.balance.currency) }
            guard card.balance.amount >= total.amount else { throw .insufficientFunds(available: card.balance) }
            return .source(.giftCard(id), .giftCard)
        }
    }

    /// The payments allowed for a prober: none, or with a provider that moves no real money.
    ///
    /// So none of it belongs in the books.
    private func prepareProbe(
        _ choice: PaymentChoice,
        _ total: Money,
        units: [Money],
        _ terms: PaymentTerms
    ) throws(PaymentChoiceRefusal) -> PreparedPayment {
        switch choice {
        case .manual: return .none
        case .card(let token, let wanted):
            guard !total.isZero, let route = terms.routing.route(.card, total, units: units, wanted: wanted),
                route.provider == Payment.sandboxProvider
            else { throw .notOffered }
            return .charge(provider: route.provider, token: token, capture: route.capture(terms.capture))
        case .cashOnDelivery, .storeCredit, .giftCard: throw .notOffered
        }
    }

    /// Writes the first step of an order's attempt to pay an amount; money that the shop itself holds is captured.
    @discardableResult
    func begin(_ prepared: PreparedPayment, of order: Order, _ amount: Money) -> Payment? {
        let number = order.payments.attempts
        var payment: Payment
        switch prepared {
        case .none: return nil
        case .awaited: payment = .awaited(order.id, number: number, amount: amount, at: now)
        case .charge(let provider, let token, let capture):
            payment = .charge(
                order.id,
                number: number,
                provider: provider,
                token: token,
                amount: amount,
                capture: capture,
                epoch: epoch,
                at: now
            )
        case .source(let source, let method):
            payment = .settled(order.id, number: number, method: method, source: source, amount: amount, at: now)
            draw(amount.amount, from: source, order.currency)
        }
        payment.isProbe = order.isProbe
        payments.insert(PaymentRow(payment, due: payment.openOperation == nil ? nil : now))
        return payment
    }

    /// Deducts an amount from money that the shop itself holds, or adds it where it is negative.
    ///
    /// ``prepare(_:_:units:customer:terms:_:)`` has found it to be available in the same decision.
    private func draw(_ amount: Int64, from source: PaymentSource, _ currency: Currency) {
        switch source {
        case .giftCard(let id):
            guard var card = giftCards.get(id)?.card, card.redeem(Money(amount, currency), at: now) else {
                // A failure to load a row looks like an empty card; that batch is dropped.
                return precondition(loadFailure != nil, "gift card \(id) has less than was found on it")
            }
            giftCards.put(GiftCardRow(card))
        case .storeCredit(let customer):
            let key = StoreCreditRow.Key(customer, currency)
            let (has, spent) = storeCredits.get(key).map { ($0.amount, $0.spent) } ?? (0, 0)
            let left = has - amount
            precondition(left >= 0 || loadFailure != nil, "\(customer) has less store credit than was found")
            storeCredits.put(StoreCreditRow(key, amount: left, spent: max(0, spent + amount), updatedAt: now))
        }
    }

    /// Posts an event to the books; a prober's events are not posted.
    func book(_ event: BookedEvent) {
        guard let entry = event.entry else { return }
        if let order = entry.order, orders.get(order)?.order.isProbe == true { return }
        post(entry)
    }

    /// Confirms an order whose payment is complete, and posts the sale.
    func confirm(_ order: inout Order) {
        guard order.confirmPaid(at: now) else { return }
        orderEvent(.orderConfirmed, order)
        book(.orderConfirmed(order))
    }

    /// Makes a payment due at a time, or earlier if it was.
    func makeDue(_ row: PaymentRow, at time: Timestamp) {
        guard row.due.map({ time < $0 }) ?? true else { return }
        payments.put(PaymentRow(row.payment, due: time, epoch: row.epoch))
    }

    /// Puts a changed payment; a newly opened step is due at once, a scheduled step or look-up stays scheduled.
    func put(_ payment: Payment, over row: PaymentRow) {
        let isLook = row.payment.openOperation == nil
        let due = payment.openOperation == nil ? (isLook ? row.due : nil) : row.due ?? now
        payments.put(PaymentRow(payment.touched(at: now), due: due, epoch: row.epoch))
    }

    /// Applies an effect to the order, the books, the feed, and the money that the shop itself holds.
    ///
    /// Money that arrives for an order that no longer needs it is refunded at once.
    ///
    /// - Parameters:
    ///   - isOutside: whether others made the change at the provider; its event says so.
    ///   - isWanted: whether the order takes the money once it is authorised; by default, whether it still needs some.
    func follow(
        _ effect: PaymentEffect,
        _ before: Payment,
        _ payment: inout Payment,
        _ order: inout Order,
        isOutside: Bool = false,
        isWanted: Bool? = nil
    ) {
        if case .authorised = effect, order.currentPayment == payment.id, isWanted != false { confirm(&order) }
        order.follow(before, payment, at: now)
        record(effect, before, payment, isOutside: isOutside)
        guard case .authorised = effect else { return }
        if isWanted ?? self.isWanted(payment, by: order) {
            takeForLeft(&payment, &order)
            giveBackExcess(&payment, &order)
        } else {
            callOff(&payment, &order)
        }
    }

    /// Applies an effect to the books, the feed, and the money that the shop itself holds; the order follows by itself.
    func record(_ effect: PaymentEffect, _ before: Payment, _ payment: Payment, isOutside: Bool = false) {
        if payment.fees > before.fees { book(.fee(payment, payment.fees - before.fees)) }
        switch effect {
        case .none: break
        case .authorised(let taken):
            paymentEvent(.paymentAuthorised, payment, payment.authorised)
            if taken > 0 { book(.captured(payment, taken)) }
        case .captured(let amount):
            book(.captured(payment, amount))
            paymentEvent(.paymentCaptured, payment, amount, isOutside: isOutside)
        case .refunded(let amount):
            book(.refunded(payment, amount))
            if let source = payment.source { draw(-amount, from: source, payment.amount.currency) }
            paymentEvent(.paymentRefunded, payment, amount, isOutside: isOutside)
        case .voided(let amount): paymentEvent(.paymentVoided, payment, amount, isOutside: isOutside)
        case .refundFailed(let amount, let code):
            book(.refunded(payment, -amount))
            paymentEvent(.paymentStuck, payment, amount, code: code)
        case .disputed(let amount):
            book(.disputed(payment, amount))
            paymentEvent(.paymentDisputed, payment, amount, isOutside: isOutside)
        case .declined(let code): paymentEvent(.paymentDeclined, payment, payment.amount.amount, code: code)
        case .refused(_, let code): paymentEvent(.paymentStuck, payment, payment.amount.amount, code: code)
        }
    }

    /// Adopts changes that others made at the provider, each with its entry, its event and its consequences for the order.
    func adopt(_ charge: FoundCharge, _ payment: inout Payment, _ order: inout Order) {
        let known = payment.captured
        while true {
            let before = payment
            let effect = payment.adopt(charge, at: now)
            guard payment != before else { break }
            follow(effect, before, &payment, &order, isOutside: true)
        }
        // Money captured there for an order that no longer needs it is refunded like any other.
        if order.isCalledOff || order.payable.isZero {
            callOff(&payment, &order)
        } else if payment.captured > known {
            giveBackExcess(&payment, &order)
        }
        _ = payment.askAgainForWhatIsLeft()
    }

    /// The payments of an order, the oldest first.
    func paymentRows(of order: Order) -> [PaymentRow] { order.allPayments.compactMap { payments.get($0) } }

    /// The money available for an order, with one of its payments in its new state.
    func funds(of order: Order, with changed: Payment? = nil) -> OrderFunds {
        OrderFunds(
            of: order,
            order.allPayments.compactMap { $0 == changed?.id ? changed : payments.get($0)?.payment }
        )
    }

    /// The lacking amount of an order, which may be charged: money under refund counts until it is gone.
    func lacking(_ order: Order, with changed: Payment? = nil) -> Int64 {
        var funds = order.settledFunds
        funds.cash = self.funds(of: order, with: changed).cash
        return order.lacking(funds)
    }

    /// Refuses goods to leave without a payment.
    ///
    /// - Parameter units: the units to ship or pack, together with all packed ones.
    func checkPaid(_ order: Order, _ units: [LineQuantity]) throws(OrderRefusal) {
        guard let payment = order.currentPayment else { return }
        let worth = order.worth(of: units)
        guard worth == 0 || worth <= order.enough(funds(of: order)) else { throw .paymentNeeded(payment) }
    }

    /// Whether an order still needs the money of an attempt: it is the last one, and the order is open and costs something.
    private func isWanted(_ payment: Payment, by order: Order) -> Bool {
        order.currentPayment == payment.id && !order.isCalledOff && !order.payable.isZero
    }

    /// Asks for a refund of money captured beyond the payable amount: units may have been cancelled meanwhile.
    private func giveBackExcess(_ payment: inout Payment, _ order: inout Order) {
        let funds = funds(of: order, with: payment)
        let excess = min(payment.refundableByItself, funds.taken + funds.held - order.worthKept)
        guard excess > 0 else { return }
        undo(&payment, &order) { (payment) throws(PaymentRefusal) in try payment.requestRefund(excess) }
    }

    /// Asks for a complete reversal of a payment: the authorised amount is released, the captured amount refunded.
    ///
    /// Money received by hand has to be paid back by hand; an attempt with an unknown outcome is reversed once it is known.
    func callOff(_ payment: inout Payment, _ order: inout Order) {
        guard !payment.isInHand else { return }
        let taken = payment.refundable
        if taken == 0 || payment.capturable > 0 {
            undo(&payment, &order) { (payment) throws(PaymentRefusal) in try payment.requestVoid() }
        }
        if taken > 0 {
            undo(&payment, &order) { (payment) throws(PaymentRefusal) in try payment.requestRefund(taken) }
        }
    }

    private func undo(
        _ payment: inout Payment,
        _ order: inout Order,
        _ ask: (inout Payment) throws(PaymentRefusal) -> PaymentEffect
    ) {
        let before = payment
        let effect: PaymentEffect
        do throws(PaymentRefusal) {
            effect = try ask(&payment)
        } catch {
            // There is nothing to reverse, or not yet.
            return
        }
        follow(effect, before, &payment, &order)
    }

    /// Asks for the reversal of every payment of an order.
    func callOffPayments(of order: inout Order) {
        for id in order.allPayments {
            guard let row = payments.get(id) else { continue }
            var payment = row.payment
            callOff(&payment, &order)
            if payment != row.payment { put(payment, over: row) }
        }
    }

    /// Captures authorised money for goods that have left, oldest payment first; the last shipment releases the rest.
    ///
    /// - Parameter amount: the price of the goods that leave now: money refunded for others before is not captured again.
    func capture(shipped amount: Int64, of order: inout Order) {
        if order.state == .fulfilled { return settleHolds(of: &order) }
        var left = min(amount, -order.unused(funds(of: order)))
        for row in paymentRows(of: order) where left > 0 {
            var payment = row.payment
            let part = take(left, from: &payment, of: order)
            guard part > 0 else { continue }
            left -= part
            put(payment, over: row)
        }
    }

    /// Captures the part of a new payment that is for goods that have left already.
    private func takeForLeft(_ payment: inout Payment, _ order: inout Order) {
        if order.isDone {
            settleHold(&payment, &order)
        } else {
            _ = take(-order.unused(funds(of: order, with: payment)), from: &payment, of: order)
        }
    }

    /// Asks for a capture of a part of a payment, or of the whole payable amount where the provider captures only once; returns
    /// the amount.
    private func take(_ amount: Int64, from payment: inout Payment, of order: Order) -> Int64 {
        guard amount > 0, payment.capturable > 0 else { return 0 }
        let isWhole = payment.capture == .onFirstShipment
        let funds = funds(of: order, with: payment)
        let part = min(isWhole ? order.claim - funds.taken : amount, payment.capturable)
        do throws(PaymentRefusal) {
            try payment.requestCapture(part, isFinal: isWhole)
        } catch {
            // The goods were free.
            return 0
        }
        return part
    }

    /// Captures the remaining amount of an order without units to ship, and releases the rest of the authorised money.
    func settleHolds(of order: inout Order) {
        for row in paymentRows(of: order) where row.payment.capturable > 0 {
            var payment = row.payment
            settleHold(&payment, &order)
            if payment != row.payment { put(payment, over: row) }
        }
    }

    private func settleHold(_ payment: inout Payment, _ order: inout Order) {
        let missing = min(order.claim - funds(of: order, with: payment).taken, payment.capturable)
        undo(&payment, &order) { (payment) throws(PaymentRefusal) in
            guard missing > 0 else { return try payment.requestVoid() }
            try payment.requestCapture(missing, isFinal: true)
            return .none
        }
    }

    /// Cancels the awaited cash of an order of which no goods were kept.
    func dropCash(of order: inout Order) {
        guard order.isDone, order.claim <= 0, let row = paymentRows(of: order).first,
            row.payment.status == .awaited
        else { return }
        var payment = row.payment
        undo(&payment, &order) { (payment) throws(PaymentRefusal) in try payment.requestVoid() }
        put(payment, over: row)
        order.followWord(at: now)
    }

    /// Refunds money captured beyond the payable amount, as far as that is possible automatically, and no more than the cancelled
    /// units.
    func giveBackExcess(_ worth: Int64, of order: inout Order) {
        let funds = funds(of: order)
        _ = refund(min(worth, funds.taken + funds.held - order.claim), for: nil, of: &order)
    }

    /// Refunds an amount through the payments of an order; what they cannot refund stays owed.
    ///
    /// - Returns: the refunded amount.
    func refund(_ amount: Int64, for taken: ID<Return>?, of order: inout Order) -> Int64 {
        guard amount > 0, order.payments.attempts > 0 else { return 0 }
        let rows = paymentRows(of: order)
        let spread = Refunds.spread(amount, over: rows.map(\.payment.refundableByItself))
        for (row, part) in zip(rows, spread.parts) where part > 0 {
            var payment = row.payment
            do throws(PaymentRefusal) {
                let effect = try payment.requestRefund(part, for: taken)
                follow(effect, row.payment, &payment, &order)
            } catch {
                preconditionFailure("payment \(payment.id) gives back less than it said: \(error)")
            }
            put(payment, over: row)
        }
        return spread.parts.reduce(0, +)
    }

    /// Adds an event about a payment.
    func paymentEvent(
        _ type: EventType,
        _ payment: Payment,
        _ amount: Int64,
        code: String? = nil,
        isOutside: Bool = false
    ) {
        event(type, payment.id.description, isProbe: payment.isProbe) { json in
            json.member("order", payment.order)
            json.member("state", payment.status.name)
            json.member("amount", Money(amount, payment.amount.currency))
            json.member("provider", payment.provider)
            json.member("code", code)
            if isOutside { json.member("outside", true) }
        }
    }
}

extension Payment {
    /// The payment, with the time of its change set to now.
    func touched(at now: Timestamp) -> Payment {
        var payment = self
        payment.updatedAt = now
        payment.version += 1
        return payment
    }

    /// Whether its money was received by hand, and has to be paid back by hand.
    fileprivate var isInHand: Bool {
        switch method {
        case .manual, .cashOnDelivery: captured > 0
        case .card, .storeCredit, .giftCard: false
        }
    }

    /// The amount that can be refunded automatically.
    fileprivate var refundableByItself: Int64 { isInHand ? 0 : refundable }
}
