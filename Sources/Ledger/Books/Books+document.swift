import JSON
import Trading

extension JournalEntry {
    /// The postings as one JSON array.
    var postingsJSON: [UInt8] {
        var json = JSONWriter(capacity: 192)
        json.array { json in for posting in postings { posting.write(to: &json) } }
        return json.bytes
    }
}

extension [Posting] {
    /// Reads stored postings; nil where the bytes are none.
    init?(postingsJSON bytes: [UInt8]) {
        var json = JSONReader(bytes, limits: .stored)
        do throws(JSONError) {
            self = try json.documents()
            try json.finish()
        } catch {
            return nil
        }
    }
}

extension Posting: Document {
    /// The posting as the API answers it: a debit is positive, a credit negative.
    public func write(to json: inout JSONWriter) {
        json.beginObject()
        json.member("account", account.name)
        json.member("amount", amount)
        json.endObject()
    }

    /// Reads a stored posting.
    public init(from json: inout JSONReader) throws(JSONError) {
        var account: Account?
        var amount: Money?
        try json.object { (json, member) throws(JSONError) in
            switch member {
            case "account": account = Account(name: try json.string())
            case "amount": amount = try json.money()
            default: try json.skip()
            }
        }
        self.init(try json.required(account, "account"), try json.required(amount, "amount"))
    }
}

extension JournalRow {
    /// The entry as the API answers it.
    public func write(to json: inout JSONWriter) {
        json.beginObject()
        json.member("number", key)
        json.member("at", at)
        json.member("kind", entry.kind.name)
        json.member("order", entry.order)
        json.member("payment", entry.payment)
        json.member("note", entry.note)
        json.member("postings", entry.postings)
        json.endObject()
    }
}

extension StoreCreditRow {
    /// The store credit as the API answers it.
    public func write(to json: inout JSONWriter) {
        json.beginObject()
        json.member("customer", key.customer)
        json.member("balance", balance)
        json.member("updatedAt", updatedAt)
        json.endObject()
    }

    /// Reads a remembered answer.
    public init(from json: inout JSONReader) throws(JSONError) {
        var customer: ID<Customer>?
        var balance: Money?
        var updatedAt: Timestamp?
        try json.object { (json, member) throws(JSONError) in
            switch member {
            case "customer": customer = try json.id(Customer.self)
            case "balance": balance = try json.money()
            case "updatedAt": updatedAt = try json.timestamp()
            default: try json.skip()
            }
        }
        let money = try json.required(balance, "balance")
        self.init(
            Key(try json.required(customer, "customer"), money.currency),
            amount: money.amount,
            updatedAt: try json.required(updatedAt, "updatedAt")
        )
    }
}

extension GiftCard: Document {
    /// The gift card as the API answers it; its code is told once, and stands nowhere.
    public func write(to json: inout JSONWriter) {
        json.beginObject()
        json.member("id", id)
        json.member("issued", issued)
        json.member("balance", balance)
        json.member("reference", reference)
        json.member("createdAt", createdAt)
        json.member("updatedAt", updatedAt)
        json.member("version", version)
        json.endObject()
    }

    /// Reads a stored gift card.
    public init(from json: inout JSONReader) throws(JSONError) {
        var id: ID<GiftCard>?
        var issued: Money?
        var balance: Money?
        var reference: String?
        var createdAt: Timestamp?
        var updatedAt: Timestamp?
        var version: Int64?
        try json.object { (json, member) throws(JSONError) in
            switch member {
            case "id": id = try json.id(GiftCard.self)
            case "issued": issued = try json.money()
            case "balance": balance = try json.money()
            case "reference": reference = try json.string()
            case "createdAt": createdAt = try json.timestamp()
            case "updatedAt": updatedAt = try json.timestamp()
            case "version": version = try json.int64()
            default: try json.skip()
            }
        }
        self.init(
            id: try json.required(id, "id"),
            issued: try json.required(issued, "issued"),
            balance: try json.required(balance, "balance"),
            reference: reference,
            createdAt: try json.required(createdAt, "createdAt"),
            updatedAt: try json.required(updatedAt, "updatedAt"),
            version: try json.required(version, "version")
        )
    }
}
