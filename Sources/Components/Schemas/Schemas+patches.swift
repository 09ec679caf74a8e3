import PlainText
import Trading

extension Schemas {
    /// Merge patches (RFC 7396) of the catalogue and of locations.
    static let patches: [String: String] = [
        "ProductPatch": #"""
        {"type":"object","additionalProperties":false,
        "description":"A merge patch (RFC 7396) of a product: what is left out stays as it is; null takes away.",
        "examples":[{"description":"Heart of glass, 8 cm","priceChanges":{"EUR":345}}],
        "properties":{
        "sku":{"$ref":"#/components/schemas/SKU","description":"If given, the SKU of the path once more."},
        \#(productPatchMembers)}}
        """#,
        "ProductGroupPatch": #"""
        {"type":"object","additionalProperties":false,
        "description":"A merge patch (RFC 7396) of a group: what is left out stays as it is; null takes away.",
        "examples":[{"description":"To hang up, in glass and wood"}],
        "properties":{
        "name":\#(text(Bounds.name, "What a buyer reads.", example: "Hanging hearts")),
        "description":{"type":["string","null"],"maxLength":\#(Bounds.text),"pattern":"\#(TextRule.lines.pattern)","examples":[""]},
        "options":{"type":["array","null"],"maxItems":\#(Bounds.options),
        "description":"What its variants differ in, all of it.",
        "items":\#(text(Bounds.name, "An option.", example: "colour"))},
        "metadata":\#(memberChanges(Bounds.members, Bounds.memberText, example: #"{"season":"winter"}"#))}}
        """#,
        "LocationPatch": #"""
        {"type":"object","additionalProperties":false,
        "description":"A merge patch (RFC 7396) of a location: what is left out stays as it is.",
        "examples":[{"active":false}],
        "properties":{
        "name":\#(text(Bounds.name, "What an operator reads.", example: "Warehouse north")),
        "priority":{"type":"integer","minimum":-1000000,"maximum":1000000,
        "description":"Orders are allocated to the lowest number first."},
        "active":{"type":"boolean","description":"Whether orders may be allocated to it."}}}
        """#,
        "CustomerPatch": #"""
        {"type":"object","additionalProperties":false,
        "description":"A merge patch (RFC 7396) of a customer's record: what is left out stays as it is; null takes away.",
        "examples":[{"phone":"+44 113 496 0000","metadata":{"tier":"gold"}}],
        "properties":{
        "email":\#(email),
        "name":\#(text(Bounds.name, "The name.", example: "Ann Lee", orNull: true)),
        "phone":\#(text(Bounds.name, "The telephone number.", example: "+44 113 496 0000", orNull: true)),
        "reference":\#(key(Bounds.reference, "The merchant's own reference.", example: "crm-77", orNull: true)),
        "addresses":{"type":["array","null"],"maxItems":50,"description":"All of the addresses.",
        "items":{"$ref":"#/components/schemas/Address"}},
        "metadata":\#(memberChanges(Bounds.members, Bounds.memberText, example: #"{"tier":"gold"}"#))}}
        """#,
    ]

    private static let productPatchMembers = #"""
        "name":\#(text(Bounds.name, "What a buyer reads.", example: "WHITE HANGING HEART T-LIGHT HOLDER")),
        "description":{"type":["string","null"],"maxLength":\#(Bounds.text),"pattern":"\#(TextRule.lines.pattern)","examples":[""],
        "description":"Longer text."},
        "group":{"type":["string","null"],\#(Bounds.codeRule),"examples":["HEARTS"],
        "description":"The group whose variant it is."},
        "options":\#(memberChanges(Bounds.options, Bounds.name, example: #"{"colour":"white"}"#)),
        "categories":{"type":["array","null"],"maxItems":\#(Bounds.categories),
        "description":"Paths of categories, all of them.",
        "items":\#(text(Bounds.category, "A path, as in kitchen/mugs.", example: "lighting"))},
        "prices":{"type":"array","minItems":1,"maxItems":\#(Bounds.prices),
        "description":"All of its prices, at most one for each currency.","items":{"$ref":"#/components/schemas/Price"}},
        "priceChanges":{"type":"object","maxProperties":\#(Bounds.prices),
        "description":"Amounts in minor units by currency; prices in other currencies stay, and null takes one away.",
        "propertyNames":{"$ref":"#/components/schemas/Currency"},
        "additionalProperties":{"type":["integer","null"],"minimum":0,"maximum":\#(OrderLimits.maxAmount)},
        "examples":[{"EUR":345}]},
        "active":{"type":"boolean","description":"Whether it may be ordered."},
        "tracked":{"type":"boolean","description":"Whether stock is kept of it."},
        "grams":{"type":["integer","null"],"minimum":0,"maximum":\#(Bounds.grams.upperBound),"examples":[340],
        "description":"What one unit weighs, packed, in grams."},
        "metadata":\#(memberChanges(Bounds.members, Bounds.memberText, example: #"{"season":"winter"}"#))
        """#

    /// Names with strings to set, or with null to remove.
    private static func memberChanges(_ count: Int, _ length: Int, example: String) -> String {
        #"""
        {"type":["object","null"],"maxProperties":\#(count),
        "propertyNames":\#(memberName),
        "additionalProperties":{"type":["string","null"],"maxLength":\#(length),"pattern":"\#(TextRule.line.pattern)"},
        "examples":[\#(example)],
        "description":"Names and texts; a name with null is taken away, and names that are left out stay."}
        """#
    }
}
