import Trading

extension Schemas {
    /// The table of shipping rates, and quotes from it.
    static let shippingRates: [String: String] = [
        "ShippingRatesInput": #"""
        {"type":"object","additionalProperties":false,"required":["currency","zones"],
        "description":"Zones with their services and prices by weight. A parcel belongs to the zone whose postcodes fit best.",
        "examples":[{"currency":"GBP","zones":[{"name":"Britain","countries":["GB"],"services":[
        {"service":"standard","steps":[{"grams":1000,"price":395},{"grams":20000,"price":795}],"freeFrom":5000}]}],
        "fallback":{"service":"world","steps":[{"grams":10000,"price":2995}]}}],
        "properties":{
        "currency":{"$ref":"#/components/schemas/Currency"},
        "zones":{"type":"array","maxItems":\#(ShippingRates.maxZones),"items":\#(zone)},
        "fallback":{"description":"What is offered where no zone fits.","oneOf":[{"$ref":"#/components/schemas/ServiceRate"},{"type":"null"}]}}}
        """#,
        "ShippingRates": #"""
        {"type":"object","additionalProperties":false,"required":["currency","zones","version"],
        "properties":{
        "currency":{"$ref":"#/components/schemas/Currency"},
        "zones":{"type":"array","items":\#(zone)},
        "fallback":{"$ref":"#/components/schemas/ServiceRate"},
        "version":\#(version)}}
        """#,
        "ServiceRate": #"""
        {"type":"object","additionalProperties":false,"required":["service","steps"],
        "properties":{
        "service":\#(text(Bounds.word, "The service.", example: "standard")),
        "steps":{"type":"array","minItems":1,"maxItems":\#(ShippingRates.maxSteps),
        "description":"Prices by weight: the lightest step that fits counts.",
        "items":{"type":"object","additionalProperties":false,"required":["grams","price"],
        "properties":{
        "grams":{"type":"integer","minimum":0,"maximum":\#(Bounds.grams.upperBound),"examples":[1000]},
        "price":{"type":"integer","minimum":0,"maximum":\#(OrderLimits.maxAmount),"examples":[395]}}}},
        "freeFrom":{"type":["integer","null"],"minimum":0,"maximum":\#(OrderLimits.maxAmount),"examples":[5000],
        "description":"From which value of goods on it is free, in minor units."}}}
        """#,
        "ShippingQuoteInput": ##"""
        {"description":"Where to, and what: a parcel, or goods of the catalogue.",
        "examples":[{"to":{"country":"GB","postalCode":"LS1 1AA"},"grams":1200,"value":{"amount":4200,"currency":"GBP"}}],
        "oneOf":[{"$ref":"#/components/schemas/ParcelToQuote"},{"$ref":"#/components/schemas/GoodsToQuote"}]}
        """##,
        "ParcelToQuote": #"""
        {"type":"object","additionalProperties":false,"required":["to","grams","value"],
        "properties":{
        "to":{"$ref":"#/components/schemas/Destination"},
        "grams":{"type":"integer","minimum":0,"maximum":\#(Bounds.grams.upperBound),"examples":[1200]},
        "value":\#(reference("Price", "What the goods cost, in the table's currency."))}}
        """#,
        "GoodsToQuote": #"""
        {"type":"object","additionalProperties":false,"required":["to","lines"],
        "properties":{
        "to":{"$ref":"#/components/schemas/Destination"},
        "lines":{"type":"array","minItems":1,"maxItems":\#(OrderLimits.maxLines),
        "items":{"$ref":"#/components/schemas/CartLineInput"}}}}
        """#,
        "Destination": #"""
        {"type":"object","required":["country"],"maxProperties":\#(Bounds.members),
        "propertyNames":\#(memberName),
        "properties":{"country":{"$ref":"#/components/schemas/Country"},
        "postalCode":{\#(line(Bounds.memberText)),"examples":["LS1 1AA"]}},
        "additionalProperties":{\#(line(Bounds.memberText))},
        "description":"An address as orders have it; country and postcode count."}
        """#,
        "ShippingQuote": #"""
        {"type":"object","additionalProperties":false,"required":["grams","value","options"],
        "properties":{
        "grams":{"type":"integer","minimum":0,"examples":[1200]},
        "value":{"$ref":"#/components/schemas/Price"},
        "options":{"type":"array","minItems":1,"items":{
        "type":"object","additionalProperties":false,"required":["service","price"],
        "properties":{
        "service":{"type":"string","examples":["standard"]},
        "price":{"$ref":"#/components/schemas/Price"},
        "zone":{"type":"string","examples":["Britain"],"description":"Missing for the fall-back rate."}}}}}}
        """#,
    ]

    private static let zone = #"""
        {"type":"object","additionalProperties":false,"required":["name","countries","services"],
        "properties":{
        "name":\#(text(Bounds.name, "What the merchant calls it.", example: "Britain")),
        "countries":{"type":"array","minItems":1,"maxItems":300,
        "items":{"$ref":"#/components/schemas/Country"}},
        "postcodes":{"type":"array","maxItems":1000,"description":"What postcodes begin with; all where it is left out.",
        "items":{"type":"string","pattern":"^[A-Z0-9]{1,10}$","examples":["LS"]}},
        "services":{"type":"array","minItems":1,"maxItems":\#(ShippingRates.maxSteps),"items":{"$ref":"#/components/schemas/ServiceRate"}}}}
        """#
}
