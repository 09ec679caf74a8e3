// Erasure beyond the customer's own record: all other data of the customer, found by a worker and erased here, a part of it in
// each transaction. Documents mark what is personal; this is only the list of the documents.

import Trading

/// Keys of rows with personal data of a customer.
public struct PersonalKeys: Sendable {
    /// Orders, with their payments and parcels.
    public var orders: [ID<Order>]
    /// Returns of those orders.
    public var returns: [ID<Return>]
    /// Credits of the customer or of those orders.
    public var credits: [ID<Credit>]
    /// Carts of the customer.
    public var carts: [ID<Cart>]
    /// Journal entries whose note names the customer.
    public var entries: [Int64]
    /// Idempotency records whose receipts concern the customer or those orders.
    public var receipts: [Bits128]

    /// Keys; by default none.
    public init(
        orders: [ID<Order>] = [],
        returns: [ID<Return>] = [],
        credits: [ID<Credit>] = [],
        carts: [ID<Cart>] = [],
        entries: [Int64] = [],
        receipts: [Bits128] = []
    ) {
        self.orders = orders
        self.returns = returns
        self.credits = credits
        self.carts = carts
        self.entries = entries
        self.receipts = receipts
    }
}

/// Erases the personal data of an erased customer in rows with given keys.
public struct ErasePersonalData: Command {
    /// `erasePersonalData`.
    public static let name = "erasePersonalData"

    /// The result of a step.
    public struct Step: Hashable, Sendable {
        /// Rows that contained personal data.
        public var erased = 0
        /// Orders that keep their data until they end.
        public var open = 0

        /// Zeros.
        public init() {}
    }

    /// The customer.
    public let customer: ID<Customer>
    /// The rows.
    public let keys: PersonalKeys
    /// The future of the task.
    public let next: Next
    /// The epoch of the worker's claim.
    public let epoch: Int64

    /// The future of the task.
    public enum Next: Hashable, Sendable {
        /// Another step follows at once.
        case goesOn
        /// No data is left to erase.
        case ends
        /// Orders are still open: they are checked again after this time.
        case waits(seconds: Int64)
    }

    /// A step of erasing.
    public init(_ customer: ID<Customer>, _ keys: PersonalKeys, next: Next, epoch: Int64) {
        self.customer = customer
        self.keys = keys
        self.next = next
        self.epoch = epoch
    }

    /// Erases, and decides the future of the task.
    public func decide(_ set: WorkingSet) throws(TaskRefusal) -> Step {
        let task = TaskRow.Key(.eraseOrders, customer.bits)
        guard let row = set.tasks.get(task), row.epoch == epoch else { throw .lapsed }
        var step = Step()
        var open: Set<Bits128> = []
        for id in keys.orders {
            guard let order = set.orders.get(id)?.order, order.customer?.id == customer else { continue }
            if set.needsPersonalData(order) {
                open.insert(id.bits)
            } else if set.erase(order) {
                step.erased += 1
            }
        }
        step.open = open.count
        for id in keys.returns {
            guard let value = set.returns.get(id)?.value, !open.contains(value.order.bits) else { continue }
            if let erased = value.changedByErasure { step.erased += set.put(ReturnRow(erased), in: set.returns) }
        }
        for id in keys.credits {
            guard let credit = set.credits.get(id)?.credit else { continue }
            if let order = credit.order, open.contains(order.bits) { continue }
            if let erased = credit.changedByErasure { step.erased += set.put(CreditRow(erased), in: set.credits) }
        }
        for id in keys.carts where set.carts.get(id)?.cart.customer == customer {
            set.carts.delete(id)
            step.erased += 1
        }
        for number in keys.entries {
            guard let row = set.pastEntries.get(number), let erased = row.erased(of: customer) else { continue }
            step.erased += set.put(erased, in: set.pastEntries)
        }
        for key in keys.receipts {
            guard let row = set.idempotency.get(key), let person = row.erasure?.person, !open.contains(person) else {
                continue
            }
            step.erased += set.put(row.erased, in: set.idempotency)
        }
        switch next {
        case .goesOn: break
        case .ends: set.tasks.delete(task)
        case .waits(let seconds): set.tasks.put(TaskRow(task, due: set.now.adding(seconds: seconds), epoch: epoch))
        }
        return step
    }
}

extension Document where Self: Equatable {
    /// The value without personal data; nil where it contains none.
    fileprivate var changedByErasure: Self? {
        let erased = erased
        return erased == self ? nil : erased
    }
}

extension WorkingSet {
    /// How long a parcel without news keeps its order's data, in seconds: 30 days.
    static let parcelSeconds: Int64 = 30 * 86_400

    /// Whether a person was erased, or an order's data with its person.
    func isErased(_ person: Bits128?) -> Bool {
        guard let person else { return false }
        return customers.get(ID(person))?.customer.erasedAt != nil || orders.get(ID(person))?.order.erasedAt != nil
    }

    /// Schedules the erasure of a customer's data outside the record.
    func eraseSoon(_ customer: ID<Customer>) {
        let key = TaskRow.Key(.eraseOrders, customer.bits)
        // A claim on it lapses, since its worker may have passed the rows to erase now.
        tasks.put(TaskRow(key, due: now, epoch: tasks.get(key).map { $0.epoch + 1 } ?? 0))
    }

    /// Schedules another erasure if an erased order got new personal data.
    func eraseAgain(_ order: Order) {
        if order.erasedAt != nil, let customer = order.customer?.id { eraseSoon(customer) }
    }

    /// Whether an order is still open: units are to be shipped, or parcels are in transit.
    func needsPersonalData(_ order: Order) -> Bool {
        if order.state.holdsStock { return true }
        return shipments(of: order.id).contains { shipment in
            if shipment.state.isOpen { return true }
            return !shipment.state.isFinal && now < shipment.newsAt.adding(seconds: Self.parcelSeconds)
        }
    }

    /// Puts a row; returns 1.
    fileprivate func put<R>(_ row: R, in rows: Rows<R>) -> Int {
        rows.put(row)
        return 1
    }

    /// Erases the data of an order, its payments, its parcels and their labels; returns whether there was any.
    fileprivate func erase(_ order: Order) -> Bool {
        var isChanged = order.erasedAt == nil
        for shipment in shipments(of: order.id) {
            if labels.get(shipment.id) != nil {
                labels.delete(shipment.id)
                isChanged = true
            }
            guard var erased = shipment.changedByErasure else { continue }
            erased.noteErasure(at: now)
            shipments.put(ShipmentRow(erased))
            isChanged = true
        }
        for row in paymentRows(of: order) {
            guard var erased = row.payment.changedByErasure, row.due == nil else { continue }
            erased.updatedAt = now
            erased.version += 1
            payments.put(PaymentRow(erased, due: row.due, epoch: row.epoch))
            isChanged = true
        }
        guard isChanged || order.changedByErasure != nil else { return false }
        var erased = order.erased
        erased.noteErasure(at: now)
        orders.put(OrderRow(erased))
        orderEvent(.orderErased, erased)
        return true
    }
}

extension JournalRow {
    /// The entry without the text after a customer's id; nil where it is not about the customer, or has no text.
    func erased(of customer: ID<Customer>) -> JournalRow? {
        guard let note = entry.note, note.hasPrefix("\(customer) ") else { return nil }
        return JournalRow(number: key, at: at, entry.noting("\(customer)"))
    }
}
