import JSON
import Ledger
import Trading

extension JSONReader {
    mutating func orderCustomer() throws(JSONError) -> OrderCustomer {
        if try peek() == .string { return OrderCustomer(id: try id(Customer.self)) }
        var customer = OrderCustomer()
        try object { (json, name) throws(JSONError) in
            switch name {
            case "id": customer.id = try json.id(Customer.self)
            case "email": customer.email = try json.email()
            case "name": customer.name = try json.optionalText(Bounds.name)
            case "phone": customer.phone = try json.optionalText(Bounds.name)
            default: throw json.unknown(name)
            }
        }
        return customer
    }

    mutating func orderLine() throws(JSONError) -> OrderRequestLine {
        var sku: SKU?
        var quantity: Int64?
        var price: Money?
        try object { (json, name) throws(JSONError) in
            switch name {
            case "sku": sku = try json.sku()
            case "quantity": quantity = try json.quantity()
            case "unitPrice": price = try json.money(in: Bounds.price)
            default: throw json.unknown(name)
            }
        }
        return OrderRequestLine(
            sku: try required(sku, "sku"),
            quantity: try required(quantity, "quantity"),
            unitPrice: price
        )
    }

    mutating func cartLine() throws(JSONError) -> CartLine {
        var sku: SKU?
        var quantity: Int64?
        try object { (json, name) throws(JSONError) in
            switch name {
            case "sku": sku = try json.sku()
            case "quantity": quantity = try json.quantity()
            default: throw json.unknown(name)
            }
        }
        return CartLine(sku: try required(sku, "sku"), quantity: try required(quantity, "quantity"))
    }
}
