import Trading

extension Schemas {
    /// Returns and credits.
    static let returns: [String: String] = [
        "ReturnInput": #"""
        {"type":"object","additionalProperties":false,"required":["lines","reason"],
        "examples":[{"lines":[{"line":1,"quantity":1,"disposition":"restock"}],"reason":"wrong colour"}],
        "properties":{
        "lines":{"type":"array","minItems":1,"maxItems":\#(OrderLimits.maxLines),
        "description":"What comes back, each line once.",
        "items":{"type":"object","additionalProperties":false,"required":["line","quantity"],
        "properties":{
        \#(lineNumber),
        "quantity":\#(quantity),
        "disposition":{"type":"string","enum":[\#(dispositions)],"default":"restock",
        "description":"Whether the units can be sold again."}}}},
        "reason":\#(text(Bounds.reason, "Why, for the books.", example: "wrong colour"))}}
        """#,
        "Return": #"""
        {"type":"object","additionalProperties":false,
        "required":["id","order","lines","credit","creditId","reason","createdAt"],
        "properties":{
        "id":\#(id(Return.self, "The id.")),
        "order":\#(id(Order.self, "Of which order.")),
        "lines":{"type":"array","items":{
        "type":"object","additionalProperties":false,"required":["line","sku","quantity","disposition","amount"],
        "properties":{
        \#(lineNumber),
        "sku":{"$ref":"#/components/schemas/SKU"},
        "quantity":\#(quantity),
        "disposition":{"type":"string","enum":[\#(dispositions)]},
        "amount":{"$ref":"#/components/schemas/Price"}}}},
        "credit":{"$ref":"#/components/schemas/Price"},
        "creditId":\#(id(Credit.self, "The credit that it gave.")),
        "reason":{"type":"string","examples":["wrong colour"]},
        "createdAt":{"$ref":"#/components/schemas/Time"}}}
        """#,
        "ReturnPage": page(of: "Return"),
        "CreditInput": #"""
        {"description":"A credit favours the customer and is more than nothing; an adjustment corrects the books either way.",
        "examples":[{"amount":{"amount":500,"currency":"GBP"},"reason":"late delivery"}],
        "oneOf":[
        \#(credit("credit", isRequired: false, #""minimum":1"#)),
        \#(credit("adjustment", isRequired: true, #""not":{"const":0},"minimum":-\#(OrderLimits.maxAmount)"#))]}
        """#,
        "Credit": #"""
        {"type":"object","additionalProperties":false,"required":["id","kind","amount","reason","createdAt"],
        "properties":{
        "id":\#(id(Credit.self, "The id.")),
        "kind":{"type":"string","enum":[\#(quoted(CreditKind.allCases.map(\.name)))]},
        "amount":{"$ref":"#/components/schemas/Money"},
        "reason":{"type":"string","examples":["late delivery"]},
        "customer":\#(id(Customer.self, "Whose.")),
        "order":\#(id(Order.self, "Of which order.")),
        "reference":{"type":"string","examples":["web-1001"]},
        "createdAt":{"$ref":"#/components/schemas/Time"}}}
        """#,
        "CreditPage": page(of: "Credit"),
    ]

    private static let dispositions = quoted(Disposition.allCases.map(\.rawValue))

    /// A credit of one kind, with the bounds of its amount.
    private static func credit(_ kind: String, isRequired: Bool, _ bounds: String) -> String {
        #"""
        {"type":"object","additionalProperties":false,"required":["amount","reason"\#(isRequired ? #","kind""# : "")],
        "properties":{
        "kind":{"type":"string","enum":["\#(kind)"]},
        "amount":{"type":"object","additionalProperties":false,"required":["amount","currency"],"properties":{
        "amount":{"type":"integer",\#(bounds),"maximum":\#(OrderLimits.maxAmount),"examples":[500]},
        "currency":{"$ref":"#/components/schemas/Currency"}}},
        "reason":\#(text(Bounds.reason, "Why, for the books.", example: "late delivery")),
        "customer":\#(id(Customer.self, "Whose.")),
        "order":\#(id(Order.self, "Of which order.")),
        "reference":\#(text(Bounds.reference, "The merchant's own reference.", example: "web-1001", orNull: true))}}
        """#
    }
}
