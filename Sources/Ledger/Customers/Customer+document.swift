import JSON
import Trading

extension Customer: Document {
    /// Its own.
    public var person: Bits128? { id.bits }

    /// The customer as the API answers it.
    public func write(to json: inout JSONWriter) {
        json.beginObject()
        json.member("id", id)
        json.personal { json in
            json.member("email", email)
            json.member("name", name)
            json.member("phone", phone)
            json.member("reference", reference)
        }
        json.key("addresses")
        json.beginArray()
        json.personal { json in for address in addresses { json.value(address) } }
        json.endArray()
        json.personalMap("metadata", metadata)
        json.member("erasedAt", erasedAt)
        json.member("createdAt", createdAt)
        json.member("updatedAt", updatedAt)
        json.member("version", version)
        json.endObject()
    }

    /// Reads a stored customer.
    public init(from json: inout JSONReader) throws(JSONError) {
        var id: ID<Customer>?
        var email: String?
        var name: String?
        var phone: String?
        var reference: String?
        var addresses: [[String: String]] = []
        var metadata: [String: String] = [:]
        var erasedAt: Timestamp?
        var createdAt: Timestamp?
        var updatedAt: Timestamp?
        var version: Int64?
        try json.object { (json, member) throws(JSONError) in
            switch member {
            case "id": id = try json.id(Customer.self)
            case "email": email = try json.string()
            case "name": name = try json.string()
            case "phone": phone = try json.string()
            case "reference": reference = try json.string()
            case "addresses":
                try json.array { (json, _) throws(JSONError) in addresses.append(try json.texts()) }
            case "metadata": metadata = try json.texts()
            case "erasedAt": erasedAt = try json.timestamp()
            case "createdAt": createdAt = try json.timestamp()
            case "updatedAt": updatedAt = try json.timestamp()
            case "version": version = try json.int64()
            default: try json.skip()
            }
        }
        self.init(
            id: try json.required(id, "id"),
            email: email,
            name: name,
            phone: phone,
            reference: reference,
            addresses: addresses,
            metadata: metadata,
            erasedAt: erasedAt,
            createdAt: try json.required(createdAt, "createdAt"),
            updatedAt: try json.required(updatedAt, "updatedAt"),
            version: try json.required(version, "version")
        )
    }
}
