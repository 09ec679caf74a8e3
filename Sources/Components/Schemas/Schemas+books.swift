import Trading

extension Schemas {
    /// The books.
    static let books: [String: String] = [
        "Balance": #"""
        {"type":"object","additionalProperties":false,"required":["account","balance"],
        "properties":{
        "account":\#(account),
        "balance":{"$ref":"#/components/schemas/Sum"}}}
        """#,
        "BalancePage": page(of: "Balance"),
        "Sum": #"""
        {"type":"object","additionalProperties":false,"required":["amount","currency"],
        "description":"A sum of amounts: debits are positive, credits negative.",
        "properties":{
        "amount":{"type":"integer","format":"int64","examples":[590],
        "description":"In minor units, such as pence. A sum may pass 2^53: read it as 64 bits, not as a JavaScript number."},
        "currency":{"$ref":"#/components/schemas/Currency"}}}
        """#,
        "Entry": #"""
        {"type":"object","additionalProperties":false,"required":["number","at","kind","postings"],
        "properties":{
        "number":{"type":"integer","minimum":1,"examples":[1],"description":"Its number; there are no gaps."},
        "at":{"$ref":"#/components/schemas/Time"},
        "kind":{"type":"string","enum":[\#(quoted(JournalKind.allCases.map(\.name)))]},
        "order":\#(id(Order.self, "Of which order.")),
        "payment":\#(id(Payment.self, "Of which payment.")),
        "note":{"type":"string","examples":["late delivery"]},
        "postings":{"type":"array","minItems":2,"description":"What it does to each account; they sum to 0 in each currency.",
        "items":{"type":"object","additionalProperties":false,"required":["account","amount"],
        "properties":{
        "account":\#(account),
        "amount":{"$ref":"#/components/schemas/Money"}}}}}}
        """#,
        "EntryPage": page(of: "Entry"),
    ]

    private static let account = #"""
        {"type":"string","examples":["receivable"],
        "description":"One of \#(Account.fixed.map(\.name).joined(separator: ", ")), or `clearing/` and a provider."}
        """#
}
