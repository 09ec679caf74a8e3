import Ledger
import Trading

extension Schemas {
    /// Products and groups.
    static let catalogue: [String: String] = [
        "ProductInput": #"""
        {"type":"object","additionalProperties":false,"required":["name","prices"],
        "description":"A product as the merchant describes it. What is left out has its default: the product is replaced.",
        "examples":[{"name":"WHITE HANGING HEART T-LIGHT HOLDER","prices":[{"amount":295,"currency":"GBP"}],
        "categories":["lighting"]}],
        "properties":{
        "sku":{"$ref":"#/components/schemas/SKU","description":"If given, the SKU of the path once more."},
        \#(productInputMembers)}}
        """#,
        "Product": Product.jsonSchema(""),
        "ProductPage": page(of: "Product"),
        "ProductLines": #"""
        {"type":"string","minLength":1,
        "examples":["{\"sku\":\"85123A\",\"name\":\"HOLDER\",\"prices\":[{\"amount\":295,\"currency\":\"GBP\"}]}\n"],
        "description":"One product a line, each as in ProductPatch and with its `sku`: what a line leaves out stays as it is, and a \#
        product that is new needs name and prices. Empty lines are passed over."}
        """#,
        "ImportReport": #"""
        {"type":"object","additionalProperties":false,"required":["lines","created","updated","unchanged","rejected"],
        "properties":{
        "lines":{"type":"integer","minimum":0,"examples":[1],"description":"The lines that were not empty."},
        "created":{"type":"integer","minimum":0,"examples":[1]},
        "updated":{"type":"integer","minimum":0,"examples":[0]},
        "unchanged":{"type":"integer","minimum":0,"examples":[0]},
        "rejected":{"type":"array","items":{
        "type":"object","additionalProperties":false,"required":["line","code","detail","pointer"],
        "properties":{
        "line":{"type":"integer","minimum":1,"examples":[7],"description":"Its number in the file, from 1."},
        "code":{"type":"string","examples":["validation_failed"]},
        "detail":{"type":"string","examples":["/name: must not be empty"]},
        "pointer":{"type":"string","examples":["/name"]}}}}}}
        """#,
        "ProductGroupInput": #"""
        {"type":"object","additionalProperties":false,"required":["name"],
        "description":"What a buyer sees as one thing, such as a shirt in three sizes.",
        "examples":[{"name":"Hanging hearts","options":["colour"]}],
        "properties":{
        "name":\#(text(Bounds.name, "What a buyer reads.", example: "Hanging hearts")),
        "description":{\#(lines(Bounds.text)),"examples":[""]},
        "options":{"type":"array","maxItems":\#(Bounds.options),"description":"What its variants differ in.",
        "items":\#(text(Bounds.name, "An option.", example: "colour"))},
        "metadata":{"$ref":"#/components/schemas/Members"}}}
        """#,
        "ProductGroup": ProductGroup.jsonSchema(with: [
            (
                "variantCount",
                #"{"type":"integer","minimum":0,"examples":[1],"description":"How many products name this group."}"#
            ),
            (
                "variants",
                #"""
                {"type":"array","items":{"$ref":"#/components/schemas/SKU"},
                "description":"A page of the SKUs of the products that name this group, in order."}
                """#
            ),
            (
                "next",
                #"""
                {"type":["string","null"],"pattern":"^[A-Za-z0-9_-]+$","examples":[null],
                "description":"What `after` of `GET /v1/groups/{code}` must be for more variants; null behind the last."}
                """#
            ),
        ]),
        "ProductGroupPage": page(of: "ProductGroup"),
    ]

    private static let productInputMembers = #"""
        "name":\#(text(Bounds.name, "What a buyer reads.", example: "WHITE HANGING HEART T-LIGHT HOLDER")),
        "description":{\#(lines(Bounds.text)),"examples":[""],"description":"Longer text."},
        "group":{"type":["string","null"],\#(Bounds.codeRule),"examples":["HEARTS"],
        "description":"The group whose variant it is."},
        "options":{"type":"object","maxProperties":\#(Bounds.options),
        "propertyNames":\#(memberName),
        "additionalProperties":{\#(line(Bounds.name))},
        "examples":[{"colour":"white"}],"description":"What sets it apart within its group."},
        "categories":{"type":"array","maxItems":\#(Bounds.categories),"description":"Paths of categories.",
        "items":\#(text(Bounds.category, "A path, as in kitchen/mugs.", example: "lighting"))},
        "prices":{"type":"array","minItems":1,"maxItems":\#(Bounds.prices),"description":"At most one for each currency.",
        "items":{"$ref":"#/components/schemas/Price"}},
        "active":{"type":"boolean","default":true,"description":"Whether it may be ordered."},
        "tracked":{"type":"boolean","default":true,
        "description":"Whether stock is kept of it; postage and other services have none and are always available."},
        "grams":{"type":["integer","null"],"minimum":0,"maximum":\#(Bounds.grams.upperBound),"examples":[340],
        "description":"What one unit weighs, packed, in grams."},
        "metadata":{"$ref":"#/components/schemas/Members"}
        """#
}
