import Ledger
import Trading

extension Schemas {
    /// Orders and quotes.
    static let orders: [String: String] = [
        "OrderInput": ##"""
        {"description":"An order states its lines and a currency, or names a cart.",
        "oneOf":[{"$ref":"#/components/schemas/OrderFromLines"},{"$ref":"#/components/schemas/OrderFromCart"},
        {"$ref":"#/components/schemas/OrderFromCartInMinorUnits"}]}
        """##,
        "OrderFromLines": #"""
        {"type":"object","additionalProperties":false,"required":["lines","currency"],
        "examples":[{"lines":[{"sku":"85123A","quantity":2}],"currency":"GBP",
        "customer":{"email":"ann@example.com","name":"Ann Lee"},
        "shipTo":{"name":"Ann Lee","line1":"1 High Street","city":"Leeds","postalCode":"LS1 1AA","country":"GB"},
        "expectedTotal":{"amount":590,"currency":"GBP"}}],
        "properties":{
        "lines":{"type":"array","minItems":1,"maxItems":\#(OrderLimits.maxLines),
        "description":"A SKU may stand on several lines.",
        "items":{"$ref":"#/components/schemas/OrderLineInput"}},
        "currency":{"$ref":"#/components/schemas/Currency"},
        "expectedTotal":{"description":"The total that the buyer saw, as money or in minor units; another total is refused.",
        "oneOf":[{"$ref":"#/components/schemas/Price"},\#(minorUnits)]},
        \#(orderMembers)}}
        """#,
        "OrderFromCart": #"""
        {"type":"object","additionalProperties":false,"required":["cart"],
        "properties":{
        "cart":\#(id(Cart.self, "An open cart, which the order closes.")),
        "currency":{"$ref":"#/components/schemas/Currency"},
        "expectedTotal":\#(reference("Price", "The total that the buyer saw; another total is refused.")),
        \#(orderMembers)}}
        """#,
        "OrderFromCartInMinorUnits": #"""
        {"type":"object","additionalProperties":false,"required":["cart","currency","expectedTotal"],
        "properties":{
        "cart":\#(id(Cart.self, "An open cart, which the order closes.")),
        "currency":{"$ref":"#/components/schemas/Currency","description":"What `expectedTotal` is in."},
        "expectedTotal":\#(minorUnits),
        \#(orderMembers)}}
        """#,
        "CustomerChoice": #"""
        {"description":"A guest, or a customer on file: that needs the customer's token, or a key that may act for customers.","oneOf":[
        \#(id(Customer.self, "A customer on file.")),{"$ref":"#/components/schemas/CustomerDetails"}]}
        """#,
        "CustomerDetails": #"""
        {"type":"object","additionalProperties":false,"examples":[{"email":"ann@example.com","name":"Ann Lee"}],
        "properties":{
        "id":\#(id(Customer.self, "A customer on file.")),
        "email":\#(email),
        "name":\#(text(Bounds.name, "The name.", example: "Ann Lee", orNull: true)),
        "phone":\#(text(Bounds.name, "The telephone number.", example: "+44 113 496 0000", orNull: true))}}
        """#,
        "OrderLineInput": #"""
        {"type":"object","additionalProperties":false,"required":["sku","quantity"],
        "examples":[{"sku":"85123A","quantity":2}],
        "properties":{
        "sku":{"$ref":"#/components/schemas/SKU"},
        "quantity":\#(quantity),
        "unitPrice":\#(reference("Price", "A price agreed elsewhere; needs a key with the scope `orders:write`."))}}
        """#,
        "Order": Order.jsonSchema(""),
        "PlacedOrder": Order.jsonSchema(
            with: [
                (
                    "secret",
                    #"""
                    {"type":"string","pattern":"^osk_[0-9a-f]{32}$","examples":["osk_8c1f4e0a9b7d46e2a5c3d1f0e9b8a7c6"],
                    "description":"Lets its holder read and cancel this order; told only here."}
                    """#
                )
            ],
            behind: "id"
        ),
        "OrderPage": page(of: "Order"),
        "Quote": #"""
        {"type":"object","additionalProperties":false,"required":["currency","lines","total","available"],
        "properties":{
        "currency":{"$ref":"#/components/schemas/Currency"},
        "lines":{"type":"array","items":{
        "type":"object","additionalProperties":false,
        "required":["line","sku","name","quantity","unitPrice","total","inStock"],
        "properties":{
        \#(pricedLineMembers),
        "available":{"type":"integer","minimum":0,"examples":[98],
        "description":"Units that can be ordered now; missing where no stock is kept."},
        "inStock":{"type":"boolean","examples":[true],"description":"Whether this line can be had, after those before it."}}}},
        "total":{"$ref":"#/components/schemas/Price"},
        "available":{"type":"boolean","examples":[true],"description":"Whether the order could be placed now."}}}
        """#,
        "CancelInput": #"""
        {"type":"object","additionalProperties":false,
        "examples":[{"lines":[{"line":1,"quantity":1}],"reason":"changed my mind"}],
        "properties":{
        "lines":{"type":"array","minItems":1,"maxItems":\#(OrderLimits.maxLines),
        "description":"Units that have neither shipped nor been packed; all that has not shipped where it is left out.",
        "items":{"oneOf":[{"$ref":"#/components/schemas/UnitsOfLine"},{"$ref":"#/components/schemas/UnitsOfSKU"}]}},
        "reason":\#(text(Bounds.reason, "Why, for the order's history.", example: "changed my mind", orNull: true))}}
        """#,
        "UnitsOfLine": #"""
        {"type":"object","additionalProperties":false,"required":["line","quantity"],
        "properties":{\#(lineNumber),"quantity":\#(quantity)}}
        """#,
        "UnitsOfSKU": #"""
        {"type":"object","additionalProperties":false,"required":["sku","quantity"],
        "properties":{"sku":\#(reference("SKU", "On whichever lines it stands, those of the last line first.")),
        "quantity":\#(quantity)}}
        """#,
        "PayInput": note("reference", Bounds.reason, "What the payment is known by.", example: "bank transfer 7731"),
        "ExtendInput": #"""
        {"type":"object","additionalProperties":false,"required":["seconds"],"examples":[{"seconds":86400}],
        "properties":{
        "seconds":{"type":"integer","minimum":1,"maximum":2592000,"description":"For how long from now; units that are held longer already stay so."}}}
        """#,
        "FulfilInput": #"""
        {"type":"object","additionalProperties":false,"examples":[{"lines":[{"line":1,"quantity":1}]}],
        "properties":{
        "lines":{"type":"array","minItems":1,"maxItems":\#(OrderLimits.maxLines),
        "description":"What ships, each line once; all that is left where it is left out.",
        "items":{"type":"object","additionalProperties":false,"required":["line","quantity"],
        "properties":{\#(lineNumber),"quantity":\#(quantity)}}}}}
        """#,
        "CompleteInput": #"""
        {"type":"object","additionalProperties":false,"description":"Nothing is said; an empty object or no body."}
        """#,
    ]

    /// The number of a line of an order.
    static let lineNumber = #""line":\#(Int64.jsonSchema(.lineNumber))"#

    private static let minorUnits = #"""
        {"type":"integer","minimum":0,"maximum":\#(OrderLimits.maxAmount),"examples":[590]}
        """#

    private static let orderMembers = #"""
        "customer":{"$ref":"#/components/schemas/CustomerChoice"},
        "shipTo":\#(reference("Address", "Where the goods go.")),
        "payment":{"$ref":"#/components/schemas/PaymentChoice"},
        "reference":\#(key(Bounds.reference, "The merchant's own reference; with the setting orders.unique-references, no other order's.", example: "web-1001", orNull: true)),
        "metadata":{"$ref":"#/components/schemas/Members"}
        """#

    private static let pricedLineMembers = #"""
        \#(lineNumber),
        "sku":{"$ref":"#/components/schemas/SKU"},
        "name":{"type":"string","examples":["WHITE HANGING HEART T-LIGHT HOLDER"]},
        "quantity":\#(quantity),
        "unitPrice":{"$ref":"#/components/schemas/Price"},
        "total":{"$ref":"#/components/schemas/Price"}
        """#

    private static func note(_ name: String, _ maxLength: Int, _ description: String, example: String) -> String {
        #"""
        {"type":"object","additionalProperties":false,"examples":[{"\#(name)":"\#(example)"}],
        "properties":{"\#(name)":\#(text(maxLength, description, example: example, orNull: true))}}
        """#
    }
}
