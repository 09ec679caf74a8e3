import JSON
import Trading

extension Product: Document {
    /// The product as the API answers it.
    public func write(to json: inout JSONWriter) {
        json.beginObject()
        json.member("sku", sku.description)
        json.member("name", name)
        json.member("description", description)
        if let group { json.member("group", group) }
        json.member("options", options)
        json.member("categories", categories)
        json.key("prices")
        json.beginArray()
        for price in prices { json.value(price) }
        json.endArray()
        json.member("active", active)
        json.member("tracked", tracked)
        if let grams { json.member("grams", grams) }
        json.member("metadata", metadata)
        json.member("version", version)
        json.member("createdAt", createdAt)
        json.member("updatedAt", updatedAt)
        json.endObject()
    }

    /// Reads a stored product.
    public init(from json: inout JSONReader) throws(JSONError) {
        var sku: SKU?
        var product: Product?
        var name = ""
        var description = ""
        var group: String?
        var options: [String: String] = [:]
        var categories: [String] = []
        var prices: [Money] = []
        var active = true
        var tracked = true
        var grams: Int64?
        var metadata: [String: String] = [:]
        var version: Int64 = 0
        var createdAt: Timestamp?
        var updatedAt: Timestamp?
        try json.object { (json, member) throws(JSONError) in
            switch member {
            case "sku": sku = SKU(stored: try json.string())
            case "name": name = try json.string()
            case "description": description = try json.string()
            case "group": group = try json.string()
            case "options": options = try json.texts()
            case "categories": categories = try json.strings(maxCount: 1000, maxBytes: 1000)
            case "prices":
                try json.array { (json, _) throws(JSONError) in prices.append(try json.money()) }
            case "active": active = try json.bool()
            case "tracked": tracked = try json.bool()
            case "grams": grams = try json.int64()
            case "metadata": metadata = try json.texts()
            case "version": version = try json.int64()
            case "createdAt": createdAt = try json.timestamp()
            case "updatedAt": updatedAt = try json.timestamp()
            default: try json.skip()
            }
        }
        product = Product(
            sku: try json.required(sku, "sku"),
            name: name,
            description: description,
            group: group,
            options: options,
            categories: categories,
            prices: prices,
            active: active,
            tracked: tracked,
            grams: grams,
            metadata: metadata
        )
        product?.version = version
        product?.createdAt = try json.required(createdAt, "createdAt")
        product?.updatedAt = try json.required(updatedAt, "updatedAt")
        self = try json.required(product, "sku")
    }
}

extension ProductGroup: Document {
    /// The group as the API answers it, without its variants.
    public func write(to json: inout JSONWriter) {
        json.beginObject()
        writeMembers(to: &json)
        json.endObject()
    }

    /// Writes the members of the group into an object that is open.
    public func writeMembers(to json: inout JSONWriter) {
        json.member("code", code)
        json.member("name", name)
        json.member("description", description)
        json.member("options", options)
        json.member("metadata", metadata)
        json.member("version", version)
    }

    /// Reads a stored group.
    public init(from json: inout JSONReader) throws(JSONError) {
        var group = ProductGroup(code: "", name: "")
        try json.object { (json, member) throws(JSONError) in
            switch member {
            case "code": group.code = try json.string()
            case "name": group.name = try json.string()
            case "description": group.description = try json.string()
            case "options": group.options = try json.strings(maxCount: 1000, maxBytes: 1000)
            case "metadata": group.metadata = try json.texts()
            case "version": group.version = try json.int64()
            default: try json.skip()
            }
        }
        self = group
    }
}

extension Location: Document {
    /// The location as the API answers it.
    public func write(to json: inout JSONWriter) {
        json.beginObject()
        json.member("code", code)
        json.member("name", name)
        json.member("priority", priority)
        json.member("active", active)
        json.member("version", version)
        json.endObject()
    }

    /// Reads a stored location.
    public init(from json: inout JSONReader) throws(JSONError) {
        var location = Location(code: "", name: "")
        try json.object { (json, member) throws(JSONError) in
            switch member {
            case "code": location.code = try json.string()
            case "name": location.name = try json.string()
            case "priority": location.priority = try json.int64()
            case "active": location.active = try json.bool()
            case "version": location.version = try json.int64()
            default: try json.skip()
            }
        }
        self = location
    }
}
