import Ledger
import Trading

extension Schemas {
    /// The books.
    static let books: [String: String] = [
        "Balance": #"""
        {"type":"object","additionalProperties":false,"required":["account","balance"],
        "properties":{
        "account":\#(Account.jsonSchema("")),
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
        "Entry": JournalRow.jsonSchema,
        "EntryPage": page(of: "Entry"),
    ]
}
