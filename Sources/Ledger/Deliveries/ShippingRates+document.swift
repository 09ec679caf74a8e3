import JSON
import Trading

extension ShippingRates: Document {
    /// The table as the API answers it.
    public func write(to json: inout JSONWriter) {
        json.beginObject()
        json.member("currency", currency.code)
        json.member("zones", zones)
        if let fallback {
            json.key("fallback")
            fallback.write(to: &json)
        }
        json.member("version", version)
        json.endObject()
    }

    /// Reads a stored table.
    public init(from json: inout JSONReader) throws(JSONError) {
        var currency: Currency?
        var zones: [ShippingZone] = []
        var fallback: ServiceRate?
        var version: Int64 = 0
        try json.object { (json, member) throws(JSONError) in
            switch member {
            case "currency": currency = try json.currency()
            case "zones": zones = try json.documents()
            case "fallback": fallback = try ServiceRate(from: &json)
            case "version": version = try json.int64()
            default: try json.skip()
            }
        }
        self.init(
            currency: try json.required(currency, "currency"),
            zones: zones,
            fallback: fallback,
            version: version
        )
    }
}

extension ShippingZone: Document {
    /// The zone as the API answers it.
    public func write(to json: inout JSONWriter) {
        json.beginObject()
        json.member("name", name)
        json.member("countries", countries)
        if !postcodes.isEmpty { json.member("postcodes", postcodes) }
        json.member("services", services)
        json.endObject()
    }

    /// Reads a stored zone.
    public init(from json: inout JSONReader) throws(JSONError) {
        var zone = ShippingZone(name: "", countries: [], services: [])
        try json.object { (json, member) throws(JSONError) in
            switch member {
            case "name": zone.name = try json.string()
            case "countries": zone.countries = try json.strings(maxCount: 1000, maxBytes: 100)
            case "postcodes": zone.postcodes = try json.strings(maxCount: 10_000, maxBytes: 100)
            case "services": zone.services = try json.documents()
            default: try json.skip()
            }
        }
        self = zone
    }
}

extension ServiceRate: Document {
    /// The service as the API answers it.
    public func write(to json: inout JSONWriter) {
        json.beginObject()
        json.member("service", service)
        json.key("steps")
        json.array { json in
            for step in steps {
                json.object { json in
                    json.member("grams", step.grams)
                    json.member("price", step.price)
                }
            }
        }
        if let freeFrom { json.member("freeFrom", freeFrom) }
        json.endObject()
    }

    /// Reads a stored service.
    public init(from json: inout JSONReader) throws(JSONError) {
        var rate = ServiceRate(service: "", steps: [])
        try json.object { (json, member) throws(JSONError) in
            switch member {
            case "service": rate.service = try json.string()
            case "steps": try json.array { (json, _) throws(JSONError) in rate.steps.append(try json.rateStep()) }
            case "freeFrom": rate.freeFrom = try json.int64()
            default: try json.skip()
            }
        }
        self = rate
    }
}

extension JSONReader {
    fileprivate mutating func rateStep() throws(JSONError) -> RateStep {
        var step = RateStep(grams: 0, price: 0)
        try object { (json, member) throws(JSONError) in
            switch member {
            case "grams": step.grams = try json.int64()
            case "price": step.price = try json.int64()
            default: try json.skip()
            }
        }
        return step
    }
}
