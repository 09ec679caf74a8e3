// The API's inputs and outputs as JSON Schema (2020-12), for the OpenAPI document and the HTML reference. The bounds are those of
// the readers: a request conforms to its schema exactly if it is read; contract tests check both directions. Schemas of responses
// are closed as well, so that an undocumented member is detected.

import API
import JSON
import Ledger
import PlainText
import Trading

/// Every schema that a route refers to.
public enum Schemas {
    /// The schemas as JSON text, by name.
    public static let all: [String: String] = withExamples(
        [
            shared, catalogue, patches, stock, carts, orders, returns, customers, events, restores, operation,
            webhooks, deliveries, shippingRates, payments, books, availability,
        ].reduce(into: [:]) { all, area in
            all.merge(area) { _, _ in preconditionFailure("a schema's name stands twice") }
        }
    )

    /// The schemas with a generated example each, as their first member.
    private static func withExamples(_ schemas: [String: String]) -> [String: String] {
        schemas.reduce(into: schemas) { all, schema in
            guard let example = examples[schema.key], schema.value.hasPrefix("{") else { return }
            all[schema.key] = "{\"examples\":[\(example)]," + schema.value.dropFirst()
        }
    }

    /// Building blocks of many schemas.
    private static let shared: [String: String] = [
        "SKU": #"""
        {"type":"string",\#(Bounds.codeRule),"examples":["85123A"],
        "description":"The shop's own name for one product, in printable ASCII, without . or .. alone between slashes; upper and lower case are told apart."}
        """#,
        "Currency": #"""
        {"type":"string","enum":[\#(quoted(Currency.all.map(\.code)))],"examples":["GBP"],
        "description":"A code of ISO 4217."}
        """#,
        "Price": #"""
        {"type":"object","additionalProperties":false,"required":["amount","currency"],
        "description":"An amount that is not negative.",
        "properties":{
        "amount":{"type":"integer","minimum":0,"maximum":\#(OrderLimits.maxAmount),"examples":[295],
        "description":"In minor units, such as pence."},
        "currency":{"$ref":"#/components/schemas/Currency"}}}
        """#,
        "Money": #"""
        {"type":"object","additionalProperties":false,"required":["amount","currency"],
        "description":"An amount, which may be negative.",
        "properties":{
        "amount":{"type":"integer","minimum":-\#(OrderLimits.maxAmount),"maximum":\#(OrderLimits.maxAmount),
        "examples":[590],"description":"In minor units, such as pence."},
        "currency":{"$ref":"#/components/schemas/Currency"}}}
        """#,
        "Time": #"""
        {"type":"string","format":"date-time","examples":["2026-11-23T05:21:01.123Z"],
        "pattern":"^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\\.[0-9]{3}Z$",
        "description":"RFC 3339 in UTC, to the millisecond."}
        """#,
        "Members": #"""
        {"type":"object","maxProperties":\#(Bounds.members),
        "propertyNames":\#(memberName),
        "additionalProperties":{\#(line(Bounds.memberText))},
        "description":"Names and texts of the client's own."}
        """#,
        "Address": #"""
        {"type":"object","maxProperties":\#(Bounds.members),
        "propertyNames":\#(memberName),
        "properties":{"country":{"$ref":"#/components/schemas/Country"}},
        "additionalProperties":{\#(line(Bounds.memberText))},
        "examples":[{"name":"Ann Lee","line1":"1 High Street","city":"Leeds","postalCode":"LS1 1AA","country":"GB"}],
        "description":"An address: members as the client names them, of which `country` is a code."}
        """#,
        "Country": #"""
        {"type":"string","enum":[\#(quoted(Country.codes))],"examples":["GB"],
        "description":"A country by its two letters (ISO 3166-1 alpha-2)."}
        """#,
        "Problem": problem,
    ]

    /// A problem document: the members of RFC 9457 and those of its code.
    private static let problem = #"""
        {"type":"object","additionalProperties":false,
        "required":["type","title","status","detail","code","requestId"],
        "description":"Why a request was not done (RFC 9457). Nothing was changed, unless the code says otherwise.",
        "properties":{
        "type":{"type":"string","format":"uri-reference","examples":["/docs#problem-insufficient_stock"]},
        "title":{"type":"string","examples":["Insufficient stock"]},
        "status":{"type":"integer","minimum":400,"maximum":599,"examples":[409]},
        "detail":{"type":"string","description":"What is wrong this time, for people.",
        "examples":["of 85123A there are 3 left, not 5"]},
        "code":{"type":"string","enum":[\#(quoted(ProblemCode.all.map(\.name)))],"examples":["insufficient_stock"],
        "description":"What is wrong, stable: clients may switch on it."},
        "requestId":{"type":"string","examples":["5f1c0a9be2d34876"]},
        "errors":{"type":"array","description":"Mistakes by place.","items":{
        "type":"object","additionalProperties":false,"required":["pointer","code","detail"],
        "properties":{
        "pointer":{"type":"string","examples":["/lines/0/quantity"],
        "description":"A JSON pointer into the body, or `query:`, `path:` or `header:` and a name."},
        "code":{"type":"string","enum":[\#(quoted(ProblemCode.details.map(\.name)))],"examples":["insufficient_stock"]},
        "detail":{"type":"string","examples":["3 left"]}}}},
        "sku":{"type":"string","description":"insufficient_stock, held_unpaid: of which product; group_in_use: a product that names the group."},
        "held":{"type":"integer","description":"unpaid_limit: the units that the client's unpaid orders hold."},
        "requested":{"type":"integer","description":"insufficient_stock: the units wanted."},
        "available":{"type":"integer","description":"insufficient_stock: the units that are free."},
        "left":{"type":"integer","description":"too_many_units: the units left for that."},
        "state":{"type":"string","description":"wrong_state, cart_closed, payment_needed: where the thing stands."},
        "funds":{"$ref":"#/components/schemas/Money","description":"insufficient_funds: what is there."},
        "remaining":{"$ref":"#/components/schemas/Money","description":"amount_exceeded: what can be had."},
        "payment":{"type":"string","description":"payment_open: the attempt that is waited for; payment_needed: the one whose money is gone."},
        "order":{"type":"string","description":"cart_closed: the order that the cart became; reference_taken: the order that has the reference."},
        "total":{"$ref":"#/components/schemas/Money","description":"order_total_changed: the total as it is."},
        "onHand":{"type":"integer","description":"product_in_use: the units that are there."},
        "reserved":{"type":"integer","description":"product_in_use: the units that are held for orders."},
        "first":{"type":"integer","description":"events_gone: the number of the first event that is kept."},
        "last":{"type":"integer","description":"beyond_end, events_gone: the number of the last event."},
        "epoch":{"type":"integer","description":"feed_restarted: the epoch of the feed now."},
        "common":{"type":"integer","description":"feed_restarted: the number of the last event that still holds."},
        "restoredTo":{"type":"string","description":"feed_restarted: the moment to which the shop was restored."},
        "version":{"type":"integer","description":"version_conflict: the version as it is."}}}
        """#
}

extension Schemas {
    /// A code that the shop chooses, such as that of a group or a location.
    static func code(_ description: String, example: String) -> String {
        #"""
        {"type":"string",\#(Bounds.codeRule),"examples":["\#(example)"],
        "description":"\#(description)"}
        """#
    }

    /// A non-empty text of one line.
    static func text(_ maxLength: Int, _ description: String, example: String, orNull: Bool = false) -> String {
        #"""
        {"type":\#(orNull ? #"["string","null"]"# : #""string""#),"minLength":1,"maxLength":\#(maxLength),
        "pattern":"\#(TextRule.line.pattern)","examples":["\#(example)"],"description":"\#(description)"}
        """#
    }

    /// A text that identifies something.
    static func key(_ maxLength: Int, _ description: String, example: String, orNull: Bool = false) -> String {
        #"""
        {"type":\#(orNull ? #"["string","null"]"# : #""string""#),"minLength":1,"maxLength":\#(maxLength),
        "pattern":"\#(TextRule.key.keyPattern)","examples":["\#(example)"],"description":"\#(description)"}
        """#
    }

    /// A plain e-mail address: one `@` between a local part and a domain of labels, without invisible characters.
    static let email = #"""
        {"type":"string","minLength":3,"maxLength":\#(Bounds.email),
        "pattern":"^\#(mailbox)+@\#(label)+(\\.\#(label)+)*$","examples":["ann@example.com"],
        "description":"The e-mail address."}
        """#

    /// The characters before the `@`, and those of a label after it.
    private static let mailbox = TextRule.key.set(without: notInEmails)
    private static let label = TextRule.key.set(without: notInEmails + ".")
    private static let notInEmails = #"@ <>(),;:\"\\[\\]\\\\"#

    /// A text of one line, possibly empty.
    static func line(_ maxLength: Int) -> String {
        #""type":"string","maxLength":\#(maxLength),"pattern":"\#(TextRule.line.pattern)""#
    }

    /// A text of any number of lines, possibly empty.
    static func lines(_ maxLength: Int) -> String {
        #""type":"string","maxLength":\#(maxLength),"pattern":"\#(TextRule.lines.pattern)""#
    }

    /// The pattern of a member's name.
    static let memberName =
        #"{"minLength":1,"maxLength":\#(Bounds.memberName),"pattern":"\#(TextRule.key.keyPattern)"}"#

    /// An id with a prefix.
    static func id<Subject: Identified>(_ subject: Subject.Type, _ description: String) -> String {
        ID<Subject>.jsonSchema("\(description)")
    }

    /// Units of an order's or a cart's line.
    static let quantity = Int64.jsonSchema(.units)

    /// A reference to another schema, with a description of its own.
    static func reference(_ name: String, _ description: String) -> String {
        ##"{"$ref":"#/components/schemas/\##(name)","description":"\##(description)"}"##
    }

    /// A page of a list.
    static func page(of name: String) -> String {
        #"""
        {"type":"object","additionalProperties":false,"required":["items","next"],
        "properties":{
        "items":{"type":"array","items":{"$ref":"#/components/schemas/\#(name)"}},
        "next":\#(next)}}
        """#
    }

    /// The cursor of the following page.
    static let next = #"""
        {"type":["string","null"],"pattern":"^[A-Za-z0-9_-]+$","examples":[null],
        "description":"What `after` must be for the following page; null behind the last."}
        """#

    /// The version of an object, which grows by one with each change.
    static let version = Int64.jsonSchema(.version)

    /// Strings in quotes, separated by commas.
    static func quoted(_ texts: [String]) -> String {
        texts.map { "\"\($0)\"" }.joined(separator: ",")
    }
}
