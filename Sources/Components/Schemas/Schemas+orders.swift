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
        "Order": order(further: "", required: ""),
        "PlacedOrder": order(
            further: #"""
                "secret":{"type":"string","pattern":"^osk_[0-9a-f]{32}$","examples":["osk_8c1f4e0a9b7d46e2a5c3d1f0e9b8a7c6"],
                "description":"Lets its holder read and cancel this order; told only here."},
                """#,
            required: #","secret""#
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
    static let lineNumber = #"""
        "line":{"type":"integer","minimum":1,"maximum":\#(OrderLimits.maxLines),"examples":[1],
        "description":"The line's number in the order, from 1."}
        """#

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

    private static func order(further: String, required: String) -> String {
        #"""
        {"type":"object","additionalProperties":false,
        "required":["id","state","currency","lines","total","payment","createdAt","updatedAt","version","history"\#(required)],
        "properties":{
        "id":\#(id(Order.self, "The id.")),
        \#(further)
        "state":{"type":"string","enum":[\#(quoted(OrderState.allCases.map(\.name)))]},
        "currency":{"$ref":"#/components/schemas/Currency"},
        "lines":{"type":"array","items":\#(orderLine)},
        "total":{"$ref":"#/components/schemas/Price"},
        "payable":\#(reference("Price", "What is to be paid, where units were called off: the total without them.")),
        "payment":{"type":"object","additionalProperties":false,"required":["method","state"],
        "properties":{
        "method":{"type":"string","enum":[\#(quoted(PaymentMethod.allCases.map(\.rawValue)))]},
        "state":{"type":"string","enum":[\#(quoted(PaymentState.allCases.map(\.rawValue)))]},
        "current":\#(id(Payment.self, "The last attempt to pay it.")),
        "provider":{"type":"string","examples":["stripe"],"description":"Who holds or took the money."},
        "authorised":\#(reference("Price", "What is held or was taken.")),
        "captured":\#(reference("Price", "What was taken.")),
        "refunded":\#(reference("Price", "What was given back.")),
        "disputed":\#(reference("Price", "What the customer's bank took back.")),
        "credited":\#(reference("Money", "What was credited for it, besides goods that came back, less what of that was paid out.")),
        "due":\#(reference("Price", "What is neither paid nor held of an order that goes on or has shipped; cash to be collected, too.")),
        "owed":\#(reference("Price", "What the customer is owed: taken or credited beyond what is to be paid, and not given back."))}},
        "customer":{"type":"object","additionalProperties":false,
        "properties":{
        "id":\#(id(Customer.self, "A customer on file.")),
        "email":{"type":"string","examples":["ann@example.com"]},
        "name":{"type":"string","examples":["Ann Lee"]},
        "phone":{"type":"string","examples":["+44 113 496 0000"]}}},
        "shipTo":{"$ref":"#/components/schemas/Members"},
        "reference":{"type":"string","examples":["web-1001"]},
        "metadata":{"$ref":"#/components/schemas/Members"},
        "cart":\#(id(Cart.self, "The cart that it was made from.")),
        "erasedAt":\#(reference("Time", "When its personal data was erased.")),
        "reservedUntil":\#(reference("Time", "Until when an unpaid order holds its units.")),
        "createdAt":{"$ref":"#/components/schemas/Time"},
        "updatedAt":{"$ref":"#/components/schemas/Time"},
        "version":\#(version),
        "history":{"type":"array","minItems":1,"description":"What happened, in order.","items":\#(historyEntry)}}}
        """#
    }

    private static let orderLine = #"""
        {"type":"object","additionalProperties":false,
        "required":["line","sku","name","quantity","unitPrice","total","fulfilled","returned","allocations"],
        "properties":{
        \#(pricedLineMembers),
        "fulfilled":{"type":"integer","minimum":0,"examples":[0],"description":"Units that shipped."},
        "returned":{"type":"integer","minimum":0,"examples":[0],"description":"Units that came back."},
        "allocations":{"type":"array","description":"Where the units were set aside when it was placed, and are held until they ship, are `released` or the order is cancelled or expires; empty where no stock is kept.",
        "items":\#(allocation)},
        "shippedFrom":{"type":"array","description":"From where units left, where that was not in the order of the allocations.",
        "items":\#(allocation)},
        "cancelled":{"type":"integer","minimum":1,"examples":[1],
        "description":"Units that were called off: they neither ship nor are paid for. Missing where there are none."},
        "released":{"type":"array","description":"Where the units that were called off had been held.",
        "items":\#(allocation)}}}
        """#

    /// Units at a location.
    static let allocation = #"""
        {"type":"object","additionalProperties":false,"required":["location","quantity"],
        "properties":{
        "location":{"type":"string","examples":["main"]},
        "quantity":{"type":"integer","minimum":1,"examples":[2]}}}
        """#

    private static let historyEntry = #"""
        {"type":"object","additionalProperties":false,"required":["state","at"],
        "properties":{
        "state":{"type":"string","enum":[\#(quoted(OrderState.allCases.map(\.name)))]},
        "at":{"$ref":"#/components/schemas/Time"},
        "reason":{"type":"string","examples":["bank transfer 7731"]},
        "reservedUntil":{"$ref":"#/components/schemas/Time"},
        "cancelled":{"type":"array","description":"Units that were called off then.","items":{
        "type":"object","additionalProperties":false,"required":["line","quantity"],
        "properties":{\#(lineNumber),"quantity":\#(quantity)}}}}}
        """#

    private static func note(_ name: String, _ maxLength: Int, _ description: String, example: String) -> String {
        #"""
        {"type":"object","additionalProperties":false,"examples":[{"\#(name)":"\#(example)"}],
        "properties":{"\#(name)":\#(text(maxLength, description, example: example, orNull: true))}}
        """#
    }
}
