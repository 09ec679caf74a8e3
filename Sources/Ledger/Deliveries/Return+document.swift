import JSON
import Trading

extension Return: ListedDocument {
    /// The order.
    public var person: Bits128? { order.bits }

    package static var blank: Return {
        Return(id: .blank, order: .blank, lines: [], credit: .blank, creditID: nil, reason: "", createdAt: .blank)
    }

    /// The return as the API answers it; a return in one step has no history.
    package mutating func members(_ visit: inout some MemberVisitor) throws(JSONError) {
        try visit.member("id", &id, "The id.")
        try visit.member("order", &order, "Of which order.")
        try visit.member("lines", &lines)
        try visit.member("credit", &credit, "What was credited, or would be.")
        try visit.member("creditId", &creditID, "The credit that it gave; missing until they were inspected.")
        try visit.member(
            "refund",
            &refund,
            "What of it is given back through the order's payments: less where a part was given back before."
        )
        try visit.personal("reason", &reason, .example("wrong colour"))
        try visit.member("createdAt", &createdAt)
        try visit.shown("state", stage, "Where it stands; one that was taken at once is inspected.")
        try visit.unlessBlank("history", &history, "The stages that it went through, in order.")
    }
}

extension ReturnLine: ListedDocument {
    package static var blank: ReturnLine {
        ReturnLine(line: 0, sku: .blank, quantity: 0, disposition: nil, amount: .blank)
    }

    /// The line as the API answers it.
    package mutating func members(_ visit: inout some MemberVisitor) throws(JSONError) {
        try visit.member("line", &line, .lineNumber)
        try visit.member("sku", &sku)
        try visit.member("quantity", &quantity, .units)
        try visit.member("disposition", &disposition, "Missing until they were inspected.")
        try visit.member("amount", &amount)
        try visit.unlessBlank(
            "places",
            &places,
            "Where they were put away; missing until they were inspected, and where no stock is kept."
        )
    }
}

extension ReturnHistoryEntry: ListedDocument {
    package static var blank: ReturnHistoryEntry { ReturnHistoryEntry(stage: .blank, at: .blank) }

    /// The entry as the API answers it.
    package mutating func members(_ visit: inout some MemberVisitor) throws(JSONError) {
        try visit.member("state", &stage)
        try visit.member("at", &at)
    }
}

extension Credit: ListedDocument {
    /// The customer, or else the order.
    public var person: Bits128? { customer?.bits ?? order?.bits }

    package static var blank: Credit {
        Credit(
            id: .blank,
            kind: .blank,
            amount: .blank,
            reason: "",
            customer: nil,
            order: nil,
            reference: nil,
            createdAt: .blank
        )
    }

    /// The credit as the API answers it.
    package mutating func members(_ visit: inout some MemberVisitor) throws(JSONError) {
        try visit.member("id", &id, "The id.")
        try visit.member("kind", &kind)
        try visit.member("amount", &amount, .named("Money"))
        try visit.personal("reason", &reason, .example("late delivery"))
        try visit.member("customer", &customer, "Whose.")
        try visit.member("order", &order, "Of which order.")
        // The reference of a return's credit is the return's id.
        try visit.personal("reference", reference, erased: kind == .return ? reference : nil, .example("web-1001")) {
            reference = $0
        }
        try visit.member("createdAt", &createdAt)
    }
}

extension CreditKind: NamedValue {}
extension Disposition: NamedValue {}
extension ReturnStage: NamedValue {}
