import JSON
import Trading

extension Order: ListedDocument {
    package static var blank: Order {
        Order(
            id: .blank,
            currency: .blank,
            lines: [],
            total: .blank,
            paymentMethod: .blank,
            createdAt: .blank,
            updatedAt: .blank
        )
    }

    /// The order as the API answers it.
    package mutating func members(_ visit: inout some MemberVisitor) throws(JSONError) {
        try visit.member("id", &id, "The id.")
        try visit.member("state", &state)
        try visit.member("currency", &currency)
        try visit.list("lines", &lines, of: .blank, "") { (line, index, visit) throws(JSONError) in
            try visit.shown("line", index + 1, .lineNumber)
            try line.members(&visit)
        }
        try visit.member("total", &total)
        try visit.shown(
            "payable",
            payable == total ? nil : payable,
            "What is to be paid, where units were called off: the total without them."
        )
        try visit.object("payment", "") { (visit) throws(JSONError) in try payment(&visit) }
        try visit.personal("customer", customer, erased: customer?.id == nil ? nil : customer) { customer = $0 }
        // The country stays, since the books need it.
        try visit.personal("shipTo", shipTo, erased: shipTo?.filter { $0 == "country" && $1.isCountryCode }) {
            shipTo = $0
        }
        try visit.personal("reference", &reference, .example("web-1001"))
        let notes = metadata.isEmpty ? nil : metadata
        try visit.personal("metadata", notes, erased: notes?.filter { $0.key == Order.probeMark }) { metadata = $0 }
        try visit.member("erasedAt", &erasedAt, "When its personal data was erased.")
        try visit.member("cart", &cart, "The cart that it was made from.")
        try visit.member("reservedUntil", &reservedUntil, "Until when an unpaid order holds its units.")
        try visit.member("createdAt", &createdAt)
        try visit.member("updatedAt", &updatedAt)
        try visit.member("version", &version, .version)
        try visit.member("history", &history, .list("What happened, in order.", least: 1))
    }

    /// The sums of its payments; written only if there are any.
    private mutating func payment(_ visit: inout some MemberVisitor) throws(JSONError) {
        try visit.member("method", &paymentMethod)
        try visit.member("state", paymentState) {
            paymentState = $0
            payments.setback = $0.setback
        }
        try visit.member("current", currentPayment, "The last attempt to pay it.") {
            // An attempt's id is the order's, counted up.
            payments.attempts = Int(truncatingIfNeeded: $0.low &- id.low) + 1
        }
        try visit.member("provider", &payments.provider, .example("stripe", "Who holds or took the money."))
        try visit.unlessBlank(
            "authorised",
            &payments.authorised,
            in: currency,
            "What is held or was taken."
        )
        try visit.unlessBlank("captured", &payments.captured, in: currency, "What was taken.")
        try visit.unlessBlank("refunded", &payments.refunded, in: currency, "What was given back.")
        try visit.unlessBlank(
            "disputed",
            &payments.disputed,
            in: currency,
            "What the customer's bank took back."
        )
        try visit.unlessBlank(
            "credited",
            &payments.credited,
            in: currency,
            .named("Money", "What was credited for it, besides goods that came back, less what of that was paid out.")
        )
        try visit.shown(
            "due",
            due.isZero ? nil : due,
            "What is neither paid nor held of an order that goes on or has shipped; cash to be collected, too."
        )
        try visit.shown(
            "owed",
            owed.isZero ? nil : owed,
            "What the customer is owed: taken or credited beyond what is to be paid, and not given back."
        )
    }
}

extension OrderLine: ListedDocument {
    package static var blank: OrderLine {
        OrderLine(sku: .blank, name: "", quantity: 0, unitPrice: .blank, total: .blank, allocations: [])
    }

    /// The line as the API answers it, without its number.
    package mutating func members(_ visit: inout some MemberVisitor) throws(JSONError) {
        try visit.member("sku", &sku)
        try visit.member("name", &name, .example("WHITE HANGING HEART T-LIGHT HOLDER"))
        try visit.member("quantity", &quantity, .units)
        try visit.member("unitPrice", &unitPrice)
        try visit.member("total", &total)
        try visit.member("fulfilled", &fulfilled, .integer(from: 0, example: 0, "Units that shipped."))
        try visit.member("returned", &returned, .integer(from: 0, example: 0, "Units that came back."))
        try visit.member(
            "allocations",
            &allocations,
            "Where the units were set aside when it was placed, and are held until they ship, are `released` or the order is cancelled or expires; empty where no stock is kept."
        )
        try visit.unlessBlank(
            "shippedFrom",
            &shippedFrom,
            "From where units left, where that was not in the order of the allocations."
        )
        try visit.unlessBlank(
            "cancelled",
            &cancelled,
            .integer(
                from: 1,
                example: 1,
                "Units that were called off: they neither ship nor are paid for. Missing where there are none."
            )
        )
        try visit.unlessBlank(
            "released",
            &released,
            "Where the units that were called off had been held."
        )
    }
}

extension Allocation: ListedDocument {
    package static var blank: Allocation { Allocation(location: "", quantity: 0) }

    /// The allocation as the API answers it.
    package mutating func members(_ visit: inout some MemberVisitor) throws(JSONError) {
        try visit.member("location", &location, .example("main"))
        try visit.member("quantity", &quantity, .integer(from: 1, example: 2))
    }
}

extension OrderCustomer: ListedDocument {
    package static var blank: OrderCustomer { OrderCustomer() }

    /// The customer as the order's answer shows it.
    package mutating func members(_ visit: inout some MemberVisitor) throws(JSONError) {
        try visit.member("id", &id, "A customer on file.")
        try visit.personal("email", &email, .example("ann@example.com"))
        try visit.personal("name", &name, .example("Ann Lee"))
        try visit.personal("phone", &phone, .example("+44 113 496 0000"))
    }
}

extension OrderHistoryEntry: ListedDocument {
    package static var blank: OrderHistoryEntry { OrderHistoryEntry(state: .blank, at: .blank) }

    /// The entry as the API answers it.
    package mutating func members(_ visit: inout some MemberVisitor) throws(JSONError) {
        try visit.member("state", &state)
        try visit.member("at", &at)
        try visit.personal("reason", &reason, .example("bank transfer 7731"))
        try visit.member("reservedUntil", &reservedUntil)
        try visit.unlessBlank("cancelled", &cancelled, "Units that were called off then.")
    }
}

extension LineQuantity: ListedDocument {
    package static var blank: LineQuantity { LineQuantity(line: 0, quantity: 0) }

    /// The units as the API answers them.
    package mutating func members(_ visit: inout some MemberVisitor) throws(JSONError) {
        try visit.member("line", &line, .lineNumber)
        try visit.member("quantity", &quantity, .units)
    }
}

extension OrderState: NamedValue {}
extension PaymentMethod: NamedValue {}
extension PaymentState: NamedValue {}

extension String {
    /// Whether it is two letters, as in ISO 3166.
    fileprivate var isCountryCode: Bool {
        utf8.count == 2 && utf8.allSatisfy { (0x61...0x7A).contains($0 | 0x20) }
    }
}
