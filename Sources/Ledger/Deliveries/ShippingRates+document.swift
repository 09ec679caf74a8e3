import JSON
import Trading

extension ShippingRates: ListedDocument {
    package static var blank: ShippingRates { ShippingRates(currency: .blank, zones: []) }

    /// The table as the API answers it.
    package mutating func members(_ visit: inout some MemberVisitor) throws(JSONError) {
        try visit.member("currency", &currency)
        try visit.member("zones", &zones)
        try visit.member("fallback", &fallback)
        try visit.member("version", &version)
    }
}

extension ShippingZone: ListedDocument {
    package static var blank: ShippingZone { ShippingZone(name: "", countries: [], services: []) }

    /// The zone as the API answers it.
    package mutating func members(_ visit: inout some MemberVisitor) throws(JSONError) {
        try visit.member("name", &name)
        try visit.member("countries", &countries)
        try visit.unlessBlank("postcodes", &postcodes)
        try visit.member("services", &services)
    }
}

extension ServiceRate: ListedDocument {
    package static var blank: ServiceRate { ServiceRate(service: "", steps: []) }

    /// The service as the API answers it.
    package mutating func members(_ visit: inout some MemberVisitor) throws(JSONError) {
        try visit.member("service", &service)
        try visit.list("steps", &steps, of: RateStep(grams: 0, price: 0), "") { (step, _, visit) throws(JSONError) in
            try visit.member("grams", &step.grams)
            try visit.member("price", &step.price)
        }
        try visit.member("freeFrom", &freeFrom)
    }
}
