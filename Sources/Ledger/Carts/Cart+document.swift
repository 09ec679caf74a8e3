import JSON
import Trading

extension Cart: ListedDocument {
    package static var blank: Cart {
        Cart(
            id: .blank,
            currency: .blank,
            customer: nil,
            lines: [],
            state: .open,
            order: nil,
            expiresAt: .blank,
            createdAt: .blank,
            updatedAt: .blank
        )
    }

    /// The cart as it is stored; the API adds names and prices.
    package mutating func members(_ visit: inout some MemberVisitor) throws(JSONError) {
        try visit.member("id", &id, "The id.")
        try visit.member("state", &state, .example("open"))
        try visit.member("currency", &currency)
        try visit.member("customer", &customer, "Whose.")
        try visit.member("lines", &lines)
        try visit.member("order", &order, "The order that it became.")
        try visit.member("expiresAt", &expiresAt, "When it is forgotten unless it is used before.")
        try visit.member("createdAt", &createdAt)
        try visit.member("updatedAt", &updatedAt)
        try visit.member("version", &version, .version)
    }
}

extension CartLine: ListedDocument {
    package static var blank: CartLine { CartLine(sku: .blank, quantity: 0) }

    /// The line as it is stored.
    package mutating func members(_ visit: inout some MemberVisitor) throws(JSONError) {
        try visit.member("sku", &sku)
        try visit.member("quantity", &quantity, .units)
    }
}

extension CartState: NamedValue {}
