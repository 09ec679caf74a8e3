import Ledger
import Trading

extension Schemas {
    /// Stock, movements and locations.
    static let stock: [String: String] = [
        "Stock": #"""
        {"type":"object","additionalProperties":false,
        "required":["sku","tracked","onHand","reserved","available","locations"],
        "properties":{
        "sku":{"$ref":"#/components/schemas/SKU"},
        "tracked":{"type":"boolean","examples":[true],"description":"Whether stock is kept of it."},
        \#(counters),
        "locations":{"type":"array","items":{
        "type":"object","additionalProperties":false,"required":["location","onHand","reserved","available"],
        "properties":{
        "location":{"type":"string","examples":["main"]},
        \#(counters)}}}}}
        """#,
        "StockAdjustment": #"""
        {"description":"Units that came or went, and why.",
        "examples":[{"delta":100,"reason":"delivery 4711","kind":"received"}],
        "oneOf":[
        {"$ref":"#/components/schemas/StockCorrection"},{"$ref":"#/components/schemas/StockArrival"},
        {"$ref":"#/components/schemas/StockWriteOff"}]}
        """#,
        "StockCorrection": adjustment(
            "A count put right; the kind may be left out.",
            ["adjusted"],
            isRequired: false,
            #""not":{"const":0},"#
        ),
        "StockArrival": adjustment("Units that came.", ["received", "returned"], isRequired: true, nil, least: 1),
        "StockWriteOff": adjustment("Units that were lost or broken.", ["writtenOff"], isRequired: true, nil, most: -1),
        "Movement": MovementRow.jsonSchema(
            "One change of a SKU's stock at one location. Movements are only ever added."
        ),
        "MovementPage": page(of: "Movement"),
        "LocationInput": #"""
        {"type":"object","additionalProperties":false,"required":["name"],
        "description":"A place that holds stock.","examples":[{"name":"Warehouse north","priority":10}],
        "properties":{
        "name":\#(text(Bounds.name, "What an operator reads.", example: "Warehouse north")),
        "priority":{"type":"integer","minimum":-1000000,"maximum":1000000,"default":0,
        "description":"Orders are allocated to the lowest number first."},
        "active":{"type":"boolean","default":true,"description":"Whether orders may be allocated to it."}}}
        """#,
        "Location": Location.jsonSchema(""),
        "LocationPage": page(of: "Location"),
    ]

    private static let counters = #"""
        "onHand":{"type":"integer","minimum":0,"examples":[100],"description":"Units that are there."},
        "reserved":{"type":"integer","minimum":0,"examples":[2],"description":"Units that orders hold."},
        "available":{"type":"integer","minimum":0,"examples":[98],
        "description":"Units that can still be ordered; none at a location that is closed."}
        """#

    /// An adjustment of these kinds, which all have the same direction.
    private static func adjustment(
        _ description: String,
        _ kinds: [String],
        isRequired: Bool,
        _ further: String?,
        least: Int64 = -StockLevel.maxUnits,
        most: Int64 = StockLevel.maxUnits
    ) -> String {
        #"""
        {"type":"object","additionalProperties":false,"description":"\#(description)",
        "required":["delta","reason"\#(isRequired ? #","kind""# : "")],
        "properties":{
        "delta":{"type":"integer",\#(further ?? "")"minimum":\#(least),"maximum":\#(most),
        "examples":[\#(most < 0 ? -1 : 100)],"description":"Units."},
        "reason":\#(text(Bounds.reason, "Why, for the books.", example: "delivery 4711")),
        "location":\#(code("Where; main where it is left out.", example: "main")),
        "kind":{"type":"string","enum":[\#(quoted(kinds))]}}}
        """#
    }
}
