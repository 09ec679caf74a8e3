// The price of carrying a parcel, from the shop's own table: zones of countries and postcodes, services in each zone, and prices
// by weight in steps. The table is also used while a carrier with prices of its own is unavailable, so it has an answer for every
// address: a fallback rate where no zone matches.

/// A price for parcels up to a weight.
public struct RateStep: Hashable, Sendable {
    /// The greatest weight of the step, in grams.
    public var grams: Int64
    /// The price, in minor units of the table's currency.
    public var price: Int64

    /// A step.
    public init(grams: Int64, price: Int64) {
        self.grams = grams
        self.price = price
    }
}

/// A service in a zone, with its prices.
public struct ServiceRate: Hashable, Sendable {
    /// The service, such as `standard`.
    public var service: String
    /// Prices by weight, the lightest step first.
    public var steps: [RateStep]
    /// The value of goods from which on it is free, in minor units; nil where it never is.
    public var freeFrom: Int64?

    /// A service.
    public init(service: String, steps: [RateStep], freeFrom: Int64? = nil) {
        self.service = service
        self.steps = steps
        self.freeFrom = freeFrom
    }

    /// The price of a parcel; nil where it is too heavy for this service.
    func price(grams: Int64, value: Int64) -> Int64? {
        guard let step = steps.first(where: { grams <= $0.grams }) else { return nil }
        return freeFrom.map { value >= $0 } == true ? 0 : step.price
    }
}

/// An area with its services and prices.
public struct ShippingZone: Hashable, Sendable {
    /// The merchant's name for it.
    public var name: String
    /// Country codes of two upper-case letters.
    public var countries: [String]
    /// Prefixes of postcodes, without spaces and in upper case; empty for every postcode of the countries.
    public var postcodes: [String]
    /// Its services, in the order for buyers.
    public var services: [ServiceRate]

    /// A zone.
    public init(name: String, countries: [String], postcodes: [String] = [], services: [ServiceRate]) {
        self.name = name
        self.countries = countries
        self.postcodes = postcodes
        self.services = services
    }

    /// How well it matches an address: the length of the matching prefix, 0 for the whole country, nil for no match.
    func fit(country: String, postcode: String) -> Int? {
        guard countries.contains(country) else { return nil }
        guard !postcodes.isEmpty else { return 0 }
        return postcodes.filter { postcode.hasPrefix($0) }.map(\.utf8.count).max()
    }
}

/// The part of an address that determines the price.
public struct Destination: Hashable, Sendable {
    /// The country's code, in upper case.
    public let country: String
    /// The postcode, without spaces and in upper case; empty where there is none.
    public let postcode: String

    /// A destination, from text in any form.
    public init(country: String, postcode: String = "") {
        self.country = country.uppercased()
        self.postcode = postcode.uppercased().filter { !$0.isWhitespace && $0 != "-" }
    }
}

/// The price of one service.
public struct ShippingOption: Hashable, Sendable {
    /// The service.
    public let service: String
    /// The price.
    public let price: Money
    /// The zone; nil for the fallback rate.
    public let zone: String?
}

/// Why carrying was not priced, in order of precedence.
///
/// The same question gets the same answer until the table changes.
public enum ShippingQuoteRefusal: Error, Hashable, Sendable {
    /// The shop has no table of rates.
    case noRates
    /// The goods are valued in another currency than the table.
    case currencyMismatch(Currency)
    /// No service of the zone carries such a weight.
    case tooHeavy(limit: Int64)
    /// The address is in no zone, and there is no fallback rate.
    case notServed
}

/// The shop's table of shipping rates.
public struct ShippingRates: Hashable, Sendable {
    /// The most zones.
    public static let maxZones = 200
    /// The most services of a zone, and the most steps of a service.
    public static let maxSteps = 50
    /// The greatest weight that a table can price, in grams.
    public static let maxGrams: Int64 = 100_000_000

    /// The currency of every price.
    public var currency: Currency
    /// The zones; of two that match equally well, the first counts.
    public var zones: [ShippingZone]
    /// The service where no zone matches; nil for none.
    public var fallback: ServiceRate?
    /// Counts the changes, from 1.
    public var version: Int64

    /// A table.
    public init(currency: Currency, zones: [ShippingZone], fallback: ServiceRate? = nil, version: Int64 = 0) {
        self.currency = currency
        self.zones = zones
        self.fallback = fallback
        self.version = version
    }

    /// The prices of a parcel to an address, for every service that accepts it, in the table's order.
    ///
    /// - Parameters:
    ///   - grams: the weight of the parcel.
    ///   - value: the price of the goods, for services that are free from a value on.
    public func quote(
        to destination: Destination,
        grams: Int64,
        value: Money
    ) throws(ShippingQuoteRefusal) -> [ShippingOption] {
        guard value.currency == currency else { throw .currencyMismatch(currency) }
        let zone = zone(for: destination)
        let services = zone?.services ?? [fallback].compactMap(\.self)
        guard !services.isEmpty else { throw .notServed }
        let options = services.compactMap { rate in
            rate.price(grams: grams, value: value.amount).map {
                ShippingOption(service: rate.service, price: Money($0, currency), zone: zone?.name)
            }
        }
        guard !options.isEmpty else {
            throw .tooHeavy(limit: services.compactMap { $0.steps.last?.grams }.max() ?? 0)
        }
        return options
    }

    private func zone(for destination: Destination) -> ShippingZone? {
        var best: (zone: ShippingZone, fit: Int)?
        for zone in zones {
            guard let fit = zone.fit(country: destination.country, postcode: destination.postcode) else { continue }
            if best.map({ fit > $0.fit }) ?? true { best = (zone, fit) }
        }
        return best?.zone
    }
}
