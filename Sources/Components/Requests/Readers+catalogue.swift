import JSON
import Trading

extension JSONReader {
    /// Categories, each once, without white space at their ends.
    mutating func categories() throws(JSONError) -> [String] {
        var seen: Set<String> = []
        return try list(Bounds.categories) { (json) throws(JSONError) in try json.text(Bounds.category).trimmed }
            .filter { seen.insert($0).inserted }
    }

    /// A complete product as the merchant sends it, with the SKU of the path.
    mutating func product(sku given: SKU?) throws(JSONError) -> Product {
        var sku = given
        var name: String?
        var description = ""
        var group: String?
        var options: [String: String] = [:]
        var categories: [String] = []
        var prices: [Money]?
        var active = true
        var tracked = true
        var grams: Int64?
        var metadata: [String: String] = [:]
        try object { (json, member) throws(JSONError) in
            switch member {
            case "sku": sku = try json.sku(sameAs: given)
            case "name": name = try json.text(Bounds.name)
            case "description":
                description = try json.string(maxLength: Bounds.text, rule: .lines)
            case "group": group = try json.isNull() ? nil : try json.code()
            case "options": options = try json.members(maxCount: Bounds.options, maxLength: Bounds.name)
            case "categories": categories = try json.categories()
            case "prices": prices = try json.prices()
            case "active": active = try json.bool()
            case "tracked": tracked = try json.bool()
            case "grams": grams = try json.isNull() ? nil : try json.int64(in: Bounds.grams)
            case "metadata": metadata = try json.members()
            default: throw json.unknown(member)
            }
        }
        return Product(
            sku: try required(sku, "sku"),
            name: try required(name, "name"),
            description: description,
            group: group,
            options: options,
            categories: categories,
            prices: try required(prices, "prices"),
            active: active,
            tracked: tracked,
            grams: grams,
            metadata: metadata
        )
    }

    /// All prices of a product.
    mutating func prices() throws(JSONError) -> [Money] {
        var prices: [Money] = []
        try array { (json, _) throws(JSONError) in
            guard prices.count < Bounds.prices else {
                throw json.failure(.outOfRange, "at most \(Bounds.prices) elements")
            }
            let price = try json.money(in: Bounds.price)
            guard !prices.contains(where: { $0.currency == price.currency }) else {
                throw json.failure(.invalidValue, "a second price in \(price.currency.code)")
            }
            prices.append(price)
        }
        guard !prices.isEmpty else {
            throw failure(.outOfRange, "a product has one price at least; active: false takes it off sale")
        }
        return prices
    }
}
