import Ledger
import Trading

extension Schemas {
    /// Returns and credits.
    static let returns: [String: String] = [
        "ReturnInput": ##"""
        {"description":"Units that come back: at once, or in stages.",
        "examples":[{"lines":[{"line":1,"quantity":1,"disposition":"restock"}],"reason":"wrong colour"}],
        "oneOf":[{"$ref":"#/components/schemas/ReturnAtOnce"},{"$ref":"#/components/schemas/StagedReturn"}]}
        """##,
        "ReturnAtOnce": #"""
        {"type":"object","additionalProperties":false,"required":["lines","reason"],
        "description":"They are here, were looked at, and are put away and credited at once.",
        "properties":{
        "lines":{"type":"array","minItems":1,"maxItems":\#(OrderLimits.maxLines),
        "description":"What comes back, each line once.","items":\#(disposedLine)},
        "reason":\#(text(Bounds.reason, "Why, for the books.", example: "wrong colour"))}}
        """#,
        "StagedReturn": #"""
        {"type":"object","additionalProperties":false,"required":["lines","reason","state"],
        "description":"The customer wants to send them back; they are held until they were inspected.",
        "properties":{
        "lines":{"type":"array","minItems":1,"maxItems":\#(OrderLimits.maxLines),
        "description":"What is to come back, each line once.",
        "items":{"type":"object","additionalProperties":false,"required":["line","quantity"],
        "properties":{\#(lineNumber),"quantity":\#(quantity)}}},
        "reason":\#(text(Bounds.reason, "Why, for the books.", example: "wrong colour")),
        "state":{"type":"string","enum":["requested"]}}}
        """#,
        "InspectionInput": #"""
        {"type":"object","additionalProperties":false,
        "examples":[{"lines":[{"line":1,"quantity":1,"disposition":"writeOff"}]}],
        "properties":{
        "lines":{"type":"array","minItems":1,"maxItems":\#(OrderLimits.maxLines),
        "description":"What is accepted, each line once for each disposition; all of it, to be sold again, where it is left out.",
        "items":\#(disposedLine)}}}
        """#,
        "ReturnStepInput": #"""
        {"type":"object","additionalProperties":false,"description":"Nothing is said; an empty object or no body."}
        """#,
        "Return": Return.jsonSchema(""),
        "ReturnPage": page(of: "Return"),
        "CreditInput": ##"""
        {"description":"A credit favours the customer, an adjustment corrects the books, a payout is what was owed, paid by hand.",
        "examples":[{"amount":{"amount":500,"currency":"GBP"},"reason":"late delivery"}],
        "oneOf":[{"$ref":"#/components/schemas/GivenCredit"},{"$ref":"#/components/schemas/Adjustment"},
        {"$ref":"#/components/schemas/Payout"}]}
        """##,
        "GivenCredit": credit("credit", isRequired: false, #""minimum":1"#),
        "Adjustment": credit(
            "adjustment",
            isRequired: true,
            #""not":{"const":0},"minimum":-\#(OrderLimits.maxAmount)"#
        ),
        "Payout": credit("payout", isRequired: true, #""minimum":1"#, further: #","order""#),
        "Credit": Credit.jsonSchema(""),
        "CreditPage": page(of: "Credit"),
    ]

    private static let dispositions = quoted(Disposition.allCases.map(\.rawValue))

    /// Units of a line that have arrived, and their disposition.
    private static let disposedLine = #"""
        {"type":"object","additionalProperties":false,"required":["line","quantity"],
        "properties":{
        \#(lineNumber),
        "quantity":\#(quantity),
        "disposition":{"type":"string","enum":[\#(dispositions)],"default":"restock",
        "description":"Whether the units can be sold again."},
        "location":{"$ref":"#/components/schemas/SKU",
        "description":"The code of the location where they are put away; where each left from, where it is left out."}}}
        """#

    /// A credit of one kind, with the bounds of its amount.
    private static func credit(_ kind: String, isRequired: Bool, _ bounds: String, further: String = "") -> String {
        #"""
        {"type":"object","additionalProperties":false,"required":["amount","reason"\#(isRequired ? #","kind""# : "")\#(further)],
        "properties":{
        "kind":{"type":"string","enum":["\#(kind)"]},
        "amount":{"type":"object","additionalProperties":false,"required":["amount","currency"],"properties":{
        "amount":{"type":"integer",\#(bounds),"maximum":\#(OrderLimits.maxAmount),"examples":[500]},
        "currency":{"$ref":"#/components/schemas/Currency"}}},
        "reason":\#(text(Bounds.reason, "Why, for the books.", example: "late delivery")),
        "customer":\#(id(Customer.self, "Whose.")),
        "order":\#(id(Order.self, "Of which order.")),
        "reference":\#(key(Bounds.reference, "The merchant's own reference.", example: "web-1001", orNull: true))}}
        """#
    }
}
