import Trading

extension Schemas {
    /// Carts.
    static let carts: [String: String] = [
        "CartInput": #"""
        {"type":"object","additionalProperties":false,"required":["currency"],
        "examples":[{"currency":"GBP","lines":[{"sku":"85123A","quantity":2}]}],
        "properties":{
        "currency":{"$ref":"#/components/schemas/Currency"},
        "customer":\#(id(Customer.self, "A customer on file, whose cart it is; needs that customer's token, or a key that may act for customers.")),
        "lines":{"type":"array","maxItems":\#(OrderLimits.maxCartLines),
        "description":"Without a key with `orders:write`, at most \#(OrderLimits.maxGuestLines), in a body of at most \#(Bounds.guestOrderBytes) bytes.",
        "items":{"$ref":"#/components/schemas/CartLineInput"}}}}
        """#,
        "CartLineInput": #"""
        {"type":"object","additionalProperties":false,"required":["sku","quantity"],
        "examples":[{"sku":"85123A","quantity":2}],
        "properties":{
        "sku":{"$ref":"#/components/schemas/SKU"},
        "quantity":\#(quantity)}}
        """#,
        "CartQuantity": #"""
        {"type":"object","additionalProperties":false,"required":["quantity"],"examples":[{"quantity":3}],
        "properties":{
        "quantity":{"type":"integer","minimum":0,"maximum":\#(OrderLimits.quantity.upperBound),
        "description":"Units; 0 takes the line out."}}}
        """#,
        "CartMerge": #"""
        {"type":"object","additionalProperties":false,"required":["from"],
        "properties":{
        "from":\#(id(Cart.self, "Another open cart in the same currency."))}}
        """#,
        "CartAssignment": #"""
        {"type":"object","additionalProperties":false,"required":["customer"],
        "properties":{
        "customer":\#(id(Customer.self, "A customer on file; needs that customer's token, or a key that may act for customers."))}}
        """#,
        "Cart": #"""
        {"type":"object","additionalProperties":false,
        "required":["id","state","currency","lines","expiresAt","createdAt","updatedAt","version"],
        "properties":{
        "id":\#(id(Cart.self, "The id, which is also the right to use the cart while it is no customer's.")),
        "state":{"type":"string","enum":[\#(quoted(CartState.allCases.map(\.name)))]},
        "currency":{"$ref":"#/components/schemas/Currency"},
        "customer":\#(id(Customer.self, "Whose it is.")),
        "lines":{"type":"array","items":{
        "type":"object","additionalProperties":false,"required":["sku","quantity"],
        "properties":{
        "sku":{"$ref":"#/components/schemas/SKU"},
        "name":{"type":"string","examples":["WHITE HANGING HEART T-LIGHT HOLDER"]},
        "quantity":{"type":"integer","minimum":1,"examples":[2]},
        "unitPrice":\#(reference("Price", "Today's price; missing where it cannot be ordered now.")),
        "total":\#(reference("Price", "Missing where it is more than can be written exactly, since prices changed."))}}},
        "total":\#(reference("Price", "The sum of the lines that have a price; missing where that cannot be written exactly.")),
        "order":\#(id(Order.self, "The order that it became.")),
        "expiresAt":\#(reference("Time", "When it is forgotten unless it is used before.")),
        "createdAt":{"$ref":"#/components/schemas/Time"},
        "updatedAt":{"$ref":"#/components/schemas/Time"},
        "version":\#(version)}}
        """#,
    ]
}
