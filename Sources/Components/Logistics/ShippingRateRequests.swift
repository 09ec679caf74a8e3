// Reading tables of shipping rates, and requests for quotes.

import JSON
import Ledger
import Trading

/// A request for a shipping quote.
struct ShippingQuoteRequest {
    /// What is to be shipped.
    enum What {
        /// A parcel with a weight in grams and a value of goods.
        case parcel(Int64, Money)
        /// Products of the catalogue.
        case goods([OrderRequestLine])
    }

    let destination: Destination
    let what: What

    /// Reads a request; it states either weight and value, or lines.
    init(from json: inout JSONReader) throws(JSONError) {
        var to: Destination?
        var grams: Int64?
        var value: Money?
        var lines: [OrderRequestLine]?
        try json.object { (json, member) throws(JSONError) in
            switch member {
            case "to": to = try json.destination()
            case "grams": grams = try json.int64(in: Bounds.grams)
            case "value": value = try json.money(in: Bounds.price)
            case "lines":
                lines = try json.list(OrderLimits.maxLines) { (json) throws(JSONError) in
                    let line = try json.cartLine()
                    return OrderRequestLine(sku: line.sku, quantity: line.quantity)
                }
            default: throw json.unknown(member)
            }
        }
        destination = try json.required(to, "to")
        guard let lines else {
            what = .parcel(try json.required(grams, "grams"), try json.required(value, "value"))
            return
        }
        guard grams == nil, value == nil else {
            throw JSONError(
                code: .invalidValue,
                pointer: "/lines",
                detail: "either lines or grams and value",
                offset: 0
            )
        }
        what = .goods(lines)
    }
}

extension JSONReader {
    /// Reads an address as orders have it; only country and postcode are used.
    fileprivate mutating func destination() throws(JSONError) -> Destination {
        let members = try address()
        guard let country = members["country"] else { throw missing("country") }
        return Destination(country: country, postcode: members["postalCode"] ?? "")
    }

    mutating func shippingRates() throws(JSONError) -> ShippingRates {
        var currency: Currency?
        var zones: [ShippingZone]?
        var fallback: ServiceRate?
        try object { (json, member) throws(JSONError) in
            switch member {
            case "currency": currency = try json.currency()
            case "zones":
                zones = try json.list(ShippingRates.maxZones) { (json) throws(JSONError) in try json.shippingZone() }
            case "fallback": fallback = try json.isNull() ? nil : try json.serviceRate()
            default: throw json.unknown(member)
            }
        }
        return ShippingRates(
            currency: try required(currency, "currency"),
            zones: try required(zones, "zones"),
            fallback: fallback
        )
    }

    private mutating func shippingZone() throws(JSONError) -> ShippingZone {
        var name: String?
        var countries: [String]?
        var postcodes: [String] = []
        var services: [ServiceRate]?
        try object { (json, member) throws(JSONError) in
            switch member {
            case "name": name = try json.text(Bounds.name)
            case "countries":
                countries = try json.filled("countries", 300) { (json) throws(JSONError) in
                    try json.country()
                }
            case "postcodes":
                postcodes = try json.list(1000) { (json) throws(JSONError) in
                    try json.capitals(1...10, "the beginning of a postcode in upper case, without spaces")
                }
            case "services":
                services = try json.filled("services", ShippingRates.maxSteps) { (json) throws(JSONError) in
                    try json.serviceRate()
                }
            default: throw json.unknown(member)
            }
        }
        return ShippingZone(
            name: try required(name, "name"),
            countries: try required(countries, "countries"),
            postcodes: postcodes,
            services: try required(services, "services")
        )
    }

    private mutating func serviceRate() throws(JSONError) -> ServiceRate {
        var service: String?
        var steps: [RateStep]?
        var freeFrom: Int64?
        try object { (json, member) throws(JSONError) in
            switch member {
            case "service": service = try json.text(Bounds.word)
            case "steps":
                steps = try json.filled("steps", ShippingRates.maxSteps) { (json) throws(JSONError) in
                    try json.rateStep()
                }
            case "freeFrom": freeFrom = try json.isNull() ? nil : try json.int64(in: Bounds.price)
            default: throw json.unknown(member)
            }
        }
        // Sorted, so that the lightest step that fits is found whatever the order in the request.
        let sorted = try required(steps, "steps").sorted { ($0.grams, $0.price) < ($1.grams, $1.price) }
        return ServiceRate(service: try required(service, "service"), steps: sorted, freeFrom: freeFrom)
    }

    private mutating func rateStep() throws(JSONError) -> RateStep {
        var grams: Int64?
        var price: Int64?
        try object { (json, member) throws(JSONError) in
            switch member {
            case "grams": grams = try json.int64(in: Bounds.grams)
            case "price": price = try json.int64(in: Bounds.price)
            default: throw json.unknown(member)
            }
        }
        return RateStep(grams: try required(grams, "grams"), price: try required(price, "price"))
    }

    /// Reads a list with at least one element.
    private mutating func filled<Element>(
        _ name: String,
        _ limit: Int,
        _ element: (inout JSONReader) throws(JSONError) -> Element
    ) throws(JSONError) -> [Element] {
        let elements = try list(limit, element)
        guard !elements.isEmpty else { throw failure(.outOfRange, "at least one of \(name)") }
        return elements
    }

    private mutating func capitals(
        _ length: ClosedRange<Int>,
        _ expected: String
    ) throws(JSONError) -> String {
        let text = try string(maxBytes: 64)
        let isPlain = text.utf8.allSatisfy { byte in
            (0x41...0x5A).contains(byte) || (0x30...0x39).contains(byte)
        }
        guard length.contains(text.utf8.count), isPlain else { throw failure(.invalidValue, expected) }
        return text
    }
}
