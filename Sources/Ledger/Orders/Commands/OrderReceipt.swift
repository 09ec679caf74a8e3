import JSON
import Trading

/// What is kept of an answer about an order: which order, and how far it had come.
struct OrderReceipt: Document {
    let id: ID<Order>
    let progress: OrderProgress

    init(_ order: Order) {
        id = order.id
        progress = order.progress
    }

    func write(to json: inout JSONWriter) {
        json.beginObject()
        json.member("id", id)
        json.member("version", progress.version)
        json.member("state", progress.state.name)
        json.member("payment", progress.paymentState.rawValue)
        progress.payments.write(to: &json)
        json.member("reservedUntil", progress.reservedUntil)
        json.member("updatedAt", progress.updatedAt)
        json.member("history", progress.historyCount)
        json.key("fulfilled")
        json.array { json in for count in progress.fulfilled { json.int(count) } }
        json.key("returned")
        json.array { json in for count in progress.returned { json.int(count) } }
        if !progress.cancelled.isEmpty {
            json.key("cancelled")
            json.array { json in for count in progress.cancelled { json.int(count) } }
        }
        if !progress.shippedFrom.isEmpty {
            json.key("shippedFrom")
            json.array { json in
                for parts in progress.shippedFrom {
                    json.array { json in for part in parts { part.write(to: &json) } }
                }
            }
        }
        if !progress.released.isEmpty {
            json.key("released")
            json.array { json in
                for parts in progress.released {
                    json.array { json in for part in parts { part.write(to: &json) } }
                }
            }
        }
        json.endObject()
    }

    init(from json: inout JSONReader) throws(JSONError) {
        var id: ID<Order>?
        var version: Int64?
        var state: OrderState?
        var payment: PaymentState?
        var payments = OrderPayments()
        var reservedUntil: Timestamp?
        var updatedAt: Timestamp?
        var history: Int?
        var fulfilled: [Int64] = []
        var returned: [Int64] = []
        var shippedFrom: [[Allocation]] = []
        var cancelled: [Int64] = []
        var released: [[Allocation]] = []
        try json.object { (json, member) throws(JSONError) in
            switch member {
            case "id": id = try json.id(Order.self)
            case "version": version = try json.int64()
            case "state": state = OrderState(name: try json.string())
            case "payment": payment = try json.name(of: PaymentState.self)
            case "attempts": payments.attempts = try json.int()
            case "provider": payments.provider = try json.string()
            case "authorised": payments.authorised = try json.int64()
            case "captured": payments.captured = try json.int64()
            case "refunded": payments.refunded = try json.int64()
            case "disputed": payments.disputed = try json.int64()
            case "credited": payments.credited = try json.int64()
            case "reservedUntil": reservedUntil = try json.timestamp()
            case "updatedAt": updatedAt = try json.timestamp()
            case "history": history = try json.int()
            case "fulfilled": try json.array { (json, _) throws(JSONError) in fulfilled.append(try json.int64()) }
            case "returned": try json.array { (json, _) throws(JSONError) in returned.append(try json.int64()) }
            case "cancelled": try json.array { (json, _) throws(JSONError) in cancelled.append(try json.int64()) }
            case "released":
                try json.array { (json, _) throws(JSONError) in released.append(try json.documents()) }
            case "shippedFrom":
                try json.array { (json, _) throws(JSONError) in shippedFrom.append(try json.documents()) }
            default: try json.skip()
            }
        }
        self.id = try json.required(id, "id")
        payments.setback = payment?.setback
        progress = OrderProgress(
            version: try json.required(version, "version"),
            state: try json.required(state, "state"),
            paymentState: try json.required(payment, "payment"),
            payments: payments,
            reservedUntil: reservedUntil,
            updatedAt: try json.required(updatedAt, "updatedAt"),
            historyCount: try json.required(history, "history"),
            fulfilled: fulfilled,
            returned: returned,
            shippedFrom: shippedFrom,
            cancelled: cancelled,
            released: released
        )
    }

    /// The answer again; nil where the order is not there or is not the same.
    func answer(_ set: WorkingSet) -> AnsweredOrder? {
        guard let order = set.orders.get(id)?.order,
            [0, order.lines.count].contains(progress.fulfilled.count),
            [0, order.lines.count].contains(progress.returned.count),
            [0, order.lines.count].contains(progress.shippedFrom.count),
            [0, order.lines.count].contains(progress.cancelled.count),
            [0, order.lines.count].contains(progress.released.count)
        else { return nil }
        return AnsweredOrder(OrderRow(order.at(progress)))
    }
}

extension OrderPayments {
    /// Writes what is there into a receipt.
    fileprivate func write(to json: inout JSONWriter) {
        if credited != 0 { json.member("credited", credited) }
        guard attempts > 0 else { return }
        json.member("attempts", attempts)
        json.member("provider", provider)
        if authorised > 0 { json.member("authorised", authorised) }
        if captured > 0 { json.member("captured", captured) }
        if refunded > 0 { json.member("refunded", refunded) }
        if disputed > 0 { json.member("disputed", disputed) }
    }
}
