// What a payment's change means for the order, the books and whoever keeps the money: all of it in the same transaction.

import JSON
import Trading

/// A first step of a payment that the rules have let through: nothing is written yet.
enum PreparedPayment {
    /// There is nothing to pay, or an operator will mark it paid.
    case none
    /// A provider is to charge a token.
    case charge(provider: String, token: String, capture: CaptureMode)
    /// Cash is paid when the goods arrive.
    case awaited
    /// The shop itself keeps the money.
    case source(PaymentSource, PaymentMethod)
}

extension WorkingSet {
    /// Whether an amount can be paid that way, in the order of ``PaymentChoiceRefusal``.
    ///
    /// - Parameter units: what one unit of each line costs: it may have to be taken or given back by itself.
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

    /// How a prober may pay: not at all, or with a provider that moves no real money.
    ///
    /// So nothing of it belongs into the books.
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

    /// Writes the first step of an order's attempt to pay an amount; what the shop itself keeps is taken.
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

    /// Takes an amount out of what the shop itself keeps, or puts one back where it is below nothing.
    ///
    /// What is taken was found to be there by ``prepare(_:_:units:customer:terms:_:)`` in the same decision.
    private func draw(_ amount: Int64, from source: PaymentSource, _ currency: Currency) {
        switch source {
        case .giftCard(let id):
            guard var card = giftCards.get(id)?.card, card.redeem(Money(amount, currency), at: now) else {
                // A store that failed to give a row looks like an empty card; that batch is dropped whole.
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

    /// Posts what happened to the books; what a prober did is no business of the shop's.
    func book(_ event: BookedEvent) {
        guard let entry = event.entry else { return }
        if let order = entry.order, orders.get(order)?.order.isProbe == true { return }
        post(entry)
    }

    /// Confirms an order whose money is there; the sale is posted.
    func confirm(_ order: inout Order) {
        guard order.confirmPaid(at: now) else { return }
        orderEvent(.orderConfirmed, order)
        book(.orderConfirmed(order))
    }

    /// Makes a payment due no later than a time.
    func makeDue(_ row: PaymentRow, at time: Timestamp) {
        guard row.due.map({ time < $0 }) ?? true else { return }
        payments.put(PaymentRow(row.payment, due: time, epoch: row.epoch))
    }

    /// Puts a changed payment; a step that became open is due at once, one that was planned stays as planned, and so does a look.
    func put(_ payment: Payment, over row: PaymentRow) {
        let isLook = row.payment.openOperation == nil
        let due = payment.openOperation == nil ? (isLook ? row.due : nil) : row.due ?? now
        payments.put(PaymentRow(payment.touched(at: now), due: due, epoch: row.epoch))
    }

    /// Carries an effect into the order, the books, the feed, and what the shop itself keeps.
    ///
    /// Money that arrives for an order that no longer waits for it is asked back at once: never kept, never forgotten.
    ///
    /// - Parameter isOutside: whether other hands did it at the provider, which its event says.
    func follow(
        _ effect: PaymentEffect,
        _ before: Payment,
        _ payment: inout Payment,
        _ order: inout Order,
        isOutside: Bool = false
    ) {
        if case .authorised = effect, order.currentPayment == payment.id { confirm(&order) }
        order.follow(before, payment, at: now)
        if payment.fees > before.fees { book(.fee(payment, payment.fees - before.fees)) }
        switch effect {
        case .none: break
        case .authorised(let taken):
            paymentEvent(.paymentAuthorised, payment, payment.authorised)
            if taken > 0 { book(.captured(payment, taken)) }
            if isWanted(payment, by: order) {
                takeForLeft(&payment, &order)
                giveBackExcess(&payment, &order)
            } else {
                callOff(&payment, &order)
            }
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

    /// Follows what other hands did at the provider, each change with its entry, its event and what it means for the order.
    func adopt(_ charge: FoundCharge, _ payment: inout Payment, _ order: inout Order) {
        let known = payment.captured
        while true {
            let before = payment
            let effect = payment.adopt(charge, at: now)
            guard payment != before else { break }
            follow(effect, before, &payment, &order, isOutside: true)
        }
        // Money that was taken there for an order that no longer waits for it is no more welcome than any other.
        if order.isCalledOff || order.payable.isZero {
            callOff(&payment, &order)
        } else if payment.captured > known {
            giveBackExcess(&payment, &order)
        }
        _ = payment.askAgainForWhatIsLeft()
    }

    /// The payments of an order, the oldest first.
    func paymentRows(of order: Order) -> [PaymentRow] { order.allPayments.compactMap { payments.get($0) } }

    /// The money that there is for an order, with one of its payments as it is about to be put.
    func funds(of order: Order, with changed: Payment? = nil) -> OrderFunds {
        OrderFunds(
            of: order,
            order.allPayments.compactMap { $0 == changed?.id ? changed : payments.get($0)?.payment }
        )
    }

    /// What is lacking of an order, for which it may be charged once more: money on its way out is there until it is gone.
    func lacking(_ order: Order, with changed: Payment? = nil) -> Int64 {
        var funds = order.settledFunds
        funds.cash = self.funds(of: order, with: changed).cash
        return order.lacking(funds)
    }

    /// Goods must not leave that nothing pays for.
    ///
    /// - Parameter units: those that are to leave, or to be packed, with all that are packed already.
    func checkPaid(_ order: Order, _ units: [LineQuantity]) throws(OrderRefusal) {
        guard let payment = order.currentPayment else { return }
        let worth = order.worth(of: units)
        guard worth == 0 || worth <= order.enough(funds(of: order)) else { throw .paymentNeeded(payment) }
    }

    /// Whether an order still takes the money of an attempt: it is the last one, and the order goes on and costs something.
    private func isWanted(_ payment: Payment, by order: Order) -> Bool {
        order.currentPayment == payment.id && !order.isCalledOff && !order.payable.isZero
    }

    /// Asks for what was taken beyond what is to be paid to be given back: units may have been called off meanwhile.
    private func giveBackExcess(_ payment: inout Payment, _ order: inout Order) {
        let funds = funds(of: order, with: payment)
        let excess = min(payment.refundableByItself, funds.taken + funds.held - order.worthKept)
        guard excess > 0 else { return }
        undo(&payment, &order) { (payment) throws(PaymentRefusal) in try payment.requestRefund(excess) }
    }

    /// Asks for all of a payment to be undone: what is held is let go, what was taken is given back.
    ///
    /// What an operator took by hand is given back by hand; an attempt whose outcome is not known is undone once it is.
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
            // There is nothing to undo, or not yet.
            return
        }
        follow(effect, before, &payment, &order)
    }

    /// Asks for every payment of an order to be undone.
    func callOffPayments(of order: inout Order) {
        for id in order.allPayments {
            guard let row = payments.get(id) else { continue }
            var payment = row.payment
            callOff(&payment, &order)
            if payment != row.payment { put(payment, over: row) }
        }
    }

    /// Takes what is held for goods that have left, oldest payment first; the last shipment lets go of the rest.
    ///
    /// - Parameter amount: what the goods cost that leave now: what was given back for others before is not taken again.
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

    /// Takes what a new payment is to pay for goods that have left already.
    private func takeForLeft(_ payment: inout Payment, _ order: inout Order) {
        if order.isDone {
            settleHold(&payment, &order)
        } else {
            _ = take(-order.unused(funds(of: order, with: payment)), from: &payment, of: order)
        }
    }

    /// Asks for a part of what a payment holds, or for all that is to be paid where it is taken in one piece; gives how much.
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

    /// Takes what is still to be taken for an order of which nothing is left to ship, and lets go of what is held beyond that.
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

    /// Awaits no cash for an order of which nothing was kept.
    func dropCash(of order: inout Order) {
        guard order.isDone, order.claim <= 0, let row = paymentRows(of: order).first,
            row.payment.status == .awaited
        else { return }
        var payment = row.payment
        undo(&payment, &order) { (payment) throws(PaymentRefusal) in try payment.requestVoid() }
        put(payment, over: row)
        order.followWord(at: now)
    }

    /// Gives back what was taken beyond what is to be paid, as far as nobody's hand is needed, and no more than was called off.
    func giveBackExcess(_ worth: Int64, of order: inout Order) {
        let funds = funds(of: order)
        _ = refund(min(worth, funds.taken + funds.held - order.claim), for: nil, of: &order)
    }

    /// Gives an amount back through the payments that an order was paid by; what they cannot give back stays owed.
    ///
    /// - Returns: how much is given back.
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
    /// The payment, changed now.
    func touched(at now: Timestamp) -> Payment {
        var payment = self
        payment.updatedAt = now
        payment.version += 1
        return payment
    }

    /// Whether somebody took its money by hand, and has to give it back by hand.
    fileprivate var isInHand: Bool {
        switch method {
        case .manual, .cashOnDelivery: captured > 0
        case .card, .storeCredit, .giftCard: false
        }
    }

    /// What it can give back without anybody's hand.
    fileprivate var refundableByItself: Int64 { isInHand ? 0 : refundable }
}
