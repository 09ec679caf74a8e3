// Readers of merge patches (RFC 7396) of the catalogue: a missing member keeps its value, null removes an optional one, and a
// list is replaced as a whole. Required members, such as the name, cannot be removed.

import JSON
import Trading

extension ProductBounds {
    /// The bounds that the API's schemas state.
    static let api = ProductBounds(options: Bounds.options, prices: Bounds.prices, metadata: Bounds.members)
}

extension JSONReader {
    /// A change of a product; for an import the SKU is in the body, otherwise in the path.
    mutating func productPatch(sku given: SKU?) throws(JSONError) -> ProductPatch {
        // The SKU may be the last member, so it is set afterwards.
        var patch = ProductPatch(sku: given ?? SKU(stored: "-"))
        var sku = given
        try object { (json, member) throws(JSONError) in
            if member == "sku" {
                sku = try json.sku(sameAs: given)
            } else {
                try json.productMember(member, of: &patch)
            }
        }
        patch.sku = try required(sku, "sku")
        return patch
    }

    private mutating func productMember(_ member: String, of patch: inout ProductPatch) throws(JSONError) {
        switch member {
        case "name": patch.name = try text(Bounds.name)
        case "description": patch.description = try isNull() ? "" : try string(maxLength: Bounds.text, rule: .lines)
        case "group": patch.group = try change { (json) throws(JSONError) in try json.code() }
        case "options": patch.options = try memberChanges(maxCount: Bounds.options, maxLength: Bounds.name)
        case "categories":
            patch.categories = try isNull() ? [] : try categories()
        case "prices": patch.prices = try prices()
        case "priceChanges": patch.priceChanges = try priceChanges()
        case "active": patch.active = try bool()
        case "tracked": patch.tracked = try bool()
        case "grams": patch.grams = try change { (json) throws(JSONError) in try json.int64(in: Bounds.grams) }
        case "metadata": patch.metadata = try memberChanges(maxCount: Bounds.members, maxLength: Bounds.memberText)
        default: throw unknown(member)
        }
    }

    /// A change of a group.
    mutating func groupPatch() throws(JSONError) -> ProductGroupPatch {
        var patch = ProductGroupPatch()
        try object { (json, member) throws(JSONError) in
            switch member {
            case "name": patch.name = try json.text(Bounds.name)
            case "description":
                patch.description = try json.isNull() ? "" : try json.string(maxLength: Bounds.text, rule: .lines)
            case "options":
                patch.options =
                    try json.isNull()
                    ? []
                    : try json.list(Bounds.options) { (json) throws(JSONError) in try json.text(Bounds.name) }
            case "metadata":
                patch.metadata = try json.memberChanges(maxCount: Bounds.members, maxLength: Bounds.memberText)
            default: throw json.unknown(member)
            }
        }
        return patch
    }

    /// A SKU in a body, which must equal that of the path if there is one.
    mutating func sku(sameAs given: SKU?) throws(JSONError) -> SKU {
        let named = try sku()
        guard given == nil || given == named else { throw failure(.invalidValue, "not the SKU of the path") }
        return named
    }

    /// A value, or null to remove the existing one.
    mutating func change<Value>(
        _ read: (inout JSONReader) throws(JSONError) -> Value
    ) throws(JSONError) -> Change<Value> {
        try isNull() ? .clear : .set(try read(&self))
    }

    /// Names with texts to set or nulls to remove; null in place of the object removes all.
    mutating func memberChanges(maxCount: Int, maxLength: Int) throws(JSONError) -> MemberChanges {
        if try isNull() { return MemberChanges(clearsAll: true) }
        var changes = MemberChanges()
        try object { (json, name) throws(JSONError) in
            try json.checkMember(name)
            let value = try json.isNull() ? nil : try json.string(maxLength: maxLength)
            changes.members.updateValue(value, forKey: name)
            guard changes.members.count <= maxCount else {
                throw json.failure(.tooMany, "at most \(maxCount) members")
            }
        }
        return changes
    }

    /// Amounts by currency, with null to remove the price in a currency.
    private mutating func priceChanges() throws(JSONError) -> [Currency: Money?] {
        var changes: [Currency: Money?] = [:]
        try object { (json, code) throws(JSONError) in
            guard let currency = Currency(code) else {
                throw json.failure(.invalidValue, "not a currency of ISO 4217, as in GBP")
            }
            let price = try json.isNull() ? nil : Money(try json.int64(in: Bounds.price), currency)
            changes.updateValue(price, forKey: currency)
            guard changes.count <= Bounds.prices else {
                throw json.failure(.tooMany, "at most \(Bounds.prices) members")
            }
        }
        return changes
    }
}
