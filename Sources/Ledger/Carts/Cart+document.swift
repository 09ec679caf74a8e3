import JSON
import Trading

extension Cart: Document {
    /// The cart as it is stored; the API adds names and prices when it shows it.
    public func write(to json: inout JSONWriter) {
        json.beginObject()
        json.member("id", id)
        json.member("state", state.name)
        json.member("currency", currency.code)
        json.member("customer", customer)
        json.member("lines", lines)
        json.member("order", order)
        json.member("expiresAt", expiresAt)
        json.member("createdAt", createdAt)
        json.member("updatedAt", updatedAt)
        json.member("version", version)
        json.endObject()
    }

    /// Reads a stored cart.
    public init(from json: inout JSONReader) throws(JSONError) {
        var id: ID<Cart>?
        var state: CartState?
        var currency: Currency?
        var customer: ID<Customer>?
        var lines: [CartLine] = []
        var order: ID<Order>?
        var expiresAt: Timestamp?
        var createdAt: Timestamp?
        var updatedAt: Timestamp?
        var version: Int64?
        try json.object { (json, member) throws(JSONError) in
            switch member {
            case "id": id = try json.id(Cart.self)
            case "state":
                let name = try json.string()
                state = CartState.allCases.first { $0.name == name }
            case "currency": currency = try json.currency()
            case "customer": customer = try json.id(Customer.self)
            case "lines": lines = try json.documents()
            case "order": order = try json.id(Order.self)
            case "expiresAt": expiresAt = try json.timestamp()
            case "createdAt": createdAt = try json.timestamp()
            case "updatedAt": updatedAt = try json.timestamp()
            case "version": version = try json.int64()
            default: try json.skip()
            }
        }
        self.init(
            id: try json.required(id, "id"),
            currency: try json.required(currency, "currency"),
            customer: customer,
            lines: lines,
            state: try json.required(state, "state"),
            order: order,
            expiresAt: try json.required(expiresAt, "expiresAt"),
            createdAt: try json.required(createdAt, "createdAt"),
            updatedAt: try json.required(updatedAt, "updatedAt"),
            version: try json.required(version, "version")
        )
    }
}

extension CartLine: Document {
    /// The line as it is stored.
    public func write(to json: inout JSONWriter) {
        json.beginObject()
        json.member("sku", sku.description)
        json.member("quantity", quantity)
        json.endObject()
    }

    /// Reads a stored line.
    public init(from json: inout JSONReader) throws(JSONError) {
        var sku: SKU?
        var quantity: Int64?
        try json.object { (json, member) throws(JSONError) in
            switch member {
            case "sku": sku = SKU(stored: try json.string())
            case "quantity": quantity = try json.int64()
            default: try json.skip()
            }
        }
        self.init(sku: try json.required(sku, "sku"), quantity: try json.required(quantity, "quantity"))
    }
}
