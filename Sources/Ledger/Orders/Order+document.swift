import JSON
import Trading

extension Order: Document {
    /// The order as the API answers it.
    public func write(to json: inout JSONWriter) {
        json.beginObject()
        json.member("id", id)
        json.member("state", state.name)
        json.member("currency", currency.code)
        json.key("lines")
        json.beginArray()
        for (index, line) in lines.enumerated() { line.write(to: &json, number: index + 1) }
        json.endArray()
        json.member("total", total)
        if payable != total { json.member("payable", payable) }
        json.key("payment")
        writePayment(to: &json)
        if let customer, customer.id != nil || !json.withholdsPersonal {
            json.key("customer")
            customer.write(to: &json)
        }
        // The country stays, since the books need it.
        if let shipTo { json.personalMap("shipTo", shipTo) { $0 == "country" && $1.isCountryCode } }
        json.personal { $0.member("reference", reference) }
        if !metadata.isEmpty { json.personalMap("metadata", metadata) { name, _ in name == Order.probeMark } }
        json.member("erasedAt", erasedAt)
        json.member("cart", cart)
        json.member("reservedUntil", reservedUntil)
        json.member("createdAt", createdAt)
        json.member("updatedAt", updatedAt)
        json.member("version", version)
        json.member("history", history)
        json.endObject()
    }

    /// Reads a stored order.
    public init(from json: inout JSONReader) throws(JSONError) {
        var id: ID<Order>?
        var state: OrderState?
        var currency: Currency?
        var lines: [OrderLine] = []
        var total: Money?
        var method = PaymentMethod.manual
        var payment = PaymentState.pending
        var payments = OrderPayments()
        var current: ID<Payment>?
        var customer: OrderCustomer?
        var shipTo: [String: String]?
        var reference: String?
        var metadata: [String: String] = [:]
        var cart: ID<Cart>?
        var erasedAt: Timestamp?
        var reservedUntil: Timestamp?
        var createdAt: Timestamp?
        var updatedAt: Timestamp?
        var version: Int64?
        var history: [OrderHistoryEntry] = []
        try json.object { (json, member) throws(JSONError) in
            switch member {
            case "id": id = try json.id(Order.self)
            case "state": state = OrderState(name: try json.string())
            case "currency": currency = try json.currency()
            case "lines": lines = try json.documents()
            case "total": total = try json.money()
            case "payment":
                try json.object { (json, member) throws(JSONError) in
                    switch member {
                    case "method": method = try json.name(of: PaymentMethod.self)
                    case "state": payment = try json.name(of: PaymentState.self)
                    case "current": current = try json.id(Payment.self)
                    case "provider": payments.provider = try json.string()
                    case "authorised": payments.authorised = try json.money().amount
                    case "captured": payments.captured = try json.money().amount
                    case "refunded": payments.refunded = try json.money().amount
                    case "disputed": payments.disputed = try json.money().amount
                    case "credited": payments.credited = try json.money().amount
                    default: try json.skip()
                    }
                }
            case "customer": customer = try OrderCustomer(from: &json)
            case "shipTo": shipTo = try json.texts()
            case "reference": reference = try json.string()
            case "metadata": metadata = try json.texts()
            case "cart": cart = try json.id(Cart.self)
            case "erasedAt": erasedAt = try json.timestamp()
            case "reservedUntil": reservedUntil = try json.timestamp()
            case "createdAt": createdAt = try json.timestamp()
            case "updatedAt": updatedAt = try json.timestamp()
            case "version": version = try json.int64()
            case "history": history = try json.documents()
            default: try json.skip()
            }
        }
        let order = try json.required(id, "id")
        // An attempt's id is the order's, counted up.
        payments.attempts = current.map { Int(truncatingIfNeeded: $0.low &- order.low) + 1 } ?? 0
        payments.setback = payment.setback
        self.init(
            id: order,
            currency: try json.required(currency, "currency"),
            lines: lines,
            total: try json.required(total, "total"),
            paymentMethod: method,
            paymentState: payment,
            payments: payments,
            customer: customer,
            shipTo: shipTo,
            reference: reference,
            metadata: metadata,
            cart: cart,
            erasedAt: erasedAt,
            state: try json.required(state, "state"),
            reservedUntil: reservedUntil,
            createdAt: try json.required(createdAt, "createdAt"),
            updatedAt: try json.required(updatedAt, "updatedAt"),
            version: try json.required(version, "version"),
            history: history
        )
    }
}

extension Order {
    /// What its payments come to: amounts stand there once there are any.
    fileprivate func writePayment(to json: inout JSONWriter) {
        json.beginObject()
        json.member("method", paymentMethod.rawValue)
        json.member("state", paymentState.rawValue)
        json.member("current", currentPayment)
        json.member("provider", payments.provider)
        if payments.authorised > 0 { json.member("authorised", Money(payments.authorised, currency)) }
        if payments.captured > 0 { json.member("captured", Money(payments.captured, currency)) }
        if payments.refunded > 0 { json.member("refunded", Money(payments.refunded, currency)) }
        if payments.disputed > 0 { json.member("disputed", Money(payments.disputed, currency)) }
        if payments.credited != 0 { json.member("credited", Money(payments.credited, currency)) }
        if !due.isZero { json.member("due", due) }
        if !owed.isZero { json.member("owed", owed) }
        json.endObject()
    }
}

extension OrderLine: Document {
    /// The line without a number.
    public func write(to json: inout JSONWriter) {
        write(to: &json, number: nil)
    }

    /// The line as the API answers it.
    func write(to json: inout JSONWriter, number: Int?) {
        json.beginObject()
        if let number { json.member("line", number) }
        json.member("sku", sku.description)
        json.member("name", name)
        json.member("quantity", quantity)
        json.member("unitPrice", unitPrice)
        json.member("total", total)
        json.member("fulfilled", fulfilled)
        json.member("returned", returned)
        json.member("allocations", allocations)
        if !shippedFrom.isEmpty { json.member("shippedFrom", shippedFrom) }
        if cancelled > 0 { json.member("cancelled", cancelled) }
        if !released.isEmpty { json.member("released", released) }
        json.endObject()
    }

    /// Reads a stored line.
    public init(from json: inout JSONReader) throws(JSONError) {
        var sku: SKU?
        var name = ""
        var quantity: Int64?
        var unitPrice: Money?
        var total: Money?
        var fulfilled: Int64 = 0
        var returned: Int64 = 0
        var allocations: [Allocation] = []
        var shippedFrom: [Allocation] = []
        var cancelled: Int64 = 0
        var released: [Allocation] = []
        try json.object { (json, member) throws(JSONError) in
            switch member {
            case "sku": sku = SKU(stored: try json.string())
            case "name": name = try json.string()
            case "quantity": quantity = try json.int64()
            case "unitPrice": unitPrice = try json.money()
            case "total": total = try json.money()
            case "fulfilled": fulfilled = try json.int64()
            case "returned": returned = try json.int64()
            case "allocations": allocations = try json.documents()
            case "shippedFrom": shippedFrom = try json.documents()
            case "cancelled": cancelled = try json.int64()
            case "released": released = try json.documents()
            default: try json.skip()
            }
        }
        self.init(
            sku: try json.required(sku, "sku"),
            name: name,
            quantity: try json.required(quantity, "quantity"),
            unitPrice: try json.required(unitPrice, "unitPrice"),
            total: try json.required(total, "total"),
            allocations: allocations,
            fulfilled: fulfilled,
            returned: returned,
            shippedFrom: shippedFrom,
            cancelled: cancelled,
            released: released
        )
    }
}

extension Allocation: Document {
    /// The allocation as the API answers it.
    public func write(to json: inout JSONWriter) {
        json.beginObject()
        json.member("location", location)
        json.member("quantity", quantity)
        json.endObject()
    }

    /// Reads a stored allocation.
    public init(from json: inout JSONReader) throws(JSONError) {
        var location = ""
        var quantity: Int64 = 0
        try json.object { (json, member) throws(JSONError) in
            switch member {
            case "location": location = try json.string()
            case "quantity": quantity = try json.int64()
            default: try json.skip()
            }
        }
        self.init(location: location, quantity: quantity)
    }
}

extension OrderCustomer: Document {
    /// The customer as the order's answer shows it.
    public func write(to json: inout JSONWriter) {
        json.beginObject()
        json.member("id", id)
        json.personal { json in
            json.member("email", email)
            json.member("name", name)
            json.member("phone", phone)
        }
        json.endObject()
    }

    /// Reads a stored customer of an order.
    public init(from json: inout JSONReader) throws(JSONError) {
        self.init()
        var customer = OrderCustomer()
        try json.object { (json, member) throws(JSONError) in
            switch member {
            case "id": customer.id = try json.id(Customer.self)
            case "email": customer.email = try json.string()
            case "name": customer.name = try json.string()
            case "phone": customer.phone = try json.string()
            default: try json.skip()
            }
        }
        self = customer
    }
}

extension OrderHistoryEntry: Document {
    /// The entry as the API answers it.
    public func write(to json: inout JSONWriter) {
        json.beginObject()
        json.member("state", state.name)
        json.member("at", at)
        json.personal { $0.member("reason", reason) }
        json.member("reservedUntil", reservedUntil)
        if !cancelled.isEmpty { json.member("cancelled", cancelled) }
        json.endObject()
    }

    /// Reads a stored entry.
    public init(from json: inout JSONReader) throws(JSONError) {
        var state: OrderState?
        var at: Timestamp?
        var reason: String?
        var reservedUntil: Timestamp?
        var cancelled: [LineQuantity] = []
        try json.object { (json, member) throws(JSONError) in
            switch member {
            case "state": state = OrderState(name: try json.string())
            case "at": at = try json.timestamp()
            case "reason": reason = try json.string()
            case "reservedUntil": reservedUntil = try json.timestamp()
            case "cancelled": cancelled = try json.documents()
            default: try json.skip()
            }
        }
        self.init(
            state: try json.required(state, "state"),
            at: try json.required(at, "at"),
            reason: reason,
            reservedUntil: reservedUntil,
            cancelled: cancelled
        )
    }
}

extension String {
    /// Whether it is two letters, as ISO 3166 writes a country.
    fileprivate var isCountryCode: Bool {
        utf8.count == 2 && utf8.allSatisfy { (0x61...0x7A).contains($0 | 0x20) }
    }
}
