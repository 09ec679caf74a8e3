import JSON
import Trading

extension JournalEntry {
    /// The postings as one JSON array.
    var postingsJSON: [UInt8] {
        var json = JSONWriter(capacity: 192)
        postings.write(to: &json)
        return json.bytes
    }
}

extension [Posting] {
    /// Reads stored postings; nil where the bytes are none.
    init?(postingsJSON bytes: [UInt8]) {
        var json = JSONReader(bytes, limits: .stored)
        do throws(JSONError) {
            try self.init(from: &json)
            try json.finish()
        } catch {
            return nil
        }
    }
}

extension Posting: ListedDocument {
    package static var blank: Posting { Posting(.blank, .blank) }

    /// The posting as the API answers it: a debit is positive, a credit negative.
    package mutating func members(_ visit: inout some MemberVisitor) throws(JSONError) {
        try visit.member("account", &account)
        try visit.member("amount", &amount, .named("Money"))
    }
}

extension Account: JSONValue {
    package static var blank: Account { .receivable }
    /// A name, with a provider's behind that of a clearing account.
    package static func jsonSchema(_ notes: MemberNotes) -> String {
        let names = fixed.map(\.name).joined(separator: ", ")
        return MemberNotes.example("receivable", "One of \(names), or `clearing/` and a provider.").schema(
            type: "string"
        )
    }
    package func write(to json: inout JSONWriter) { json.string(name) }
    package init(from json: inout JSONReader) throws(JSONError) {
        let text = try json.string()
        guard let account = Account(name: text) else { throw json.failure(.invalidValue, "not an account") }
        self = account
    }
}

extension JournalRow {
    /// The entry as the API answers it.
    public func write(to json: inout JSONWriter) {
        json.members { (json) throws(JSONError) in try members(&json) }
    }

    /// The schema of what the API answers.
    public static var jsonSchema: String {
        guard let nothing = try? JournalEntry(.blank, postings: [.blank]) else { preconditionFailure("0 is balanced") }
        let row = JournalRow(number: 0, at: .blank, nothing)
        return MemberSchemas.object { (visit) throws(JSONError) in try row.members(&visit) }
    }

    private func members(_ visit: inout some MemberVisitor) throws(JSONError) {
        try visit.shown("number", key, .integer(from: 1, example: 1, "Its number; there are no gaps."))
        try visit.shown("at", at)
        try visit.shown("kind", entry.kind)
        try visit.shown("order", entry.order, "Of which order.")
        try visit.shown("payment", entry.payment, "Of which payment.")
        try visit.shown("note", entry.note, .example("late delivery"))
        try visit.shown(
            "postings",
            entry.postings,
            .list("What it does to each account; they sum to 0 in each currency.", least: 2)
        )
    }
}

extension StoreCreditRow {
    package static var blank: StoreCreditRow { StoreCreditRow(Key(.blank, .blank), amount: 0, updatedAt: .blank) }

    /// The store credit as the API answers it.
    package mutating func members(_ visit: inout some MemberVisitor) throws(JSONError) {
        try visit.member("customer", key.customer, "Whose.") { key = Key($0, key.currency) }
        try visit.member("balance", balance) {
            key = Key(key.customer, $0.currency)
            amount = $0.amount
        }
        try visit.member("updatedAt", &updatedAt)
    }
}

extension GiftCard: ListedDocument {
    package static var blank: GiftCard {
        GiftCard(id: .blank, issued: .blank, balance: .blank, reference: nil, createdAt: .blank, updatedAt: .blank)
    }

    /// The gift card as the API answers it; its code is disclosed once, and is never part of it.
    package mutating func members(_ visit: inout some MemberVisitor) throws(JSONError) {
        try visit.member("id", &id, "The id.")
        try visit.member("issued", &issued, "What it was issued with.")
        try visit.member("balance", &balance, "What is left.")
        try visit.member("reference", &reference, .example("gift-77"))
        try visit.member("createdAt", &createdAt)
        try visit.member("updatedAt", &updatedAt)
        try visit.member("version", &version, .version)
    }
}

extension GiftCardFunding: NamedValue {}
extension JournalKind: NamedValue {}
