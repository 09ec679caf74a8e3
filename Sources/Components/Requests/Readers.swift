// Readers of requests' bodies. The bounds here are those of the OpenAPI schemas; contract tests compare the two.

import API
import JSON
import Ledger
import PlainText
import Trading

/// The limits of clients' input, in characters (Unicode scalars, as JSON Schema counts them) and counts.
enum Bounds {
    static let name = 200
    static let text = 10_000
    static let reason = 200
    static let reference = 100
    static let email = 254
    static let categories = 50
    static let category = 200
    static let prices = 50
    static let options = 20
    static let members = 50
    static let memberName = 100
    static let memberText = 500
    static let provider = 64
    static let giftCardCode = 64
    static let price: ClosedRange<Int64> = 0...OrderLimits.maxAmount
    static let grams: ClosedRange<Int64> = 0...ShippingRates.maxGrams
    static let word = 40
    static let guestOrderBytes = 16_384
    static let tokenSeconds: ClosedRange<Int64> = 60...86_400
    static let usualTokenSeconds: Int64 = 3600
    static let trackingEvents = 100
    static let verdicts = 1_000
    static let verdictFailures: Int64 = 1_000_000
}

extension JSONReader {
    /// A string of at most `maxLength` Unicode scalars, each of up to four bytes.
    ///
    /// - Parameter rule: the allowed characters.
    mutating func string(maxLength: Int, rule: TextRule = .line) throws(JSONError) -> String {
        let text = try string(maxBytes: 4 * maxLength, rule: rule)
        guard text.utf8.count <= maxLength || text.unicodeScalars.count <= maxLength else {
            throw failure(.tooLong, "at most \(maxLength) characters")
        }
        return text
    }

    /// A text of one line with a visible character.
    mutating func text(_ maxLength: Int) throws(JSONError) -> String {
        let text = try string(maxLength: maxLength)
        guard !text.isEmpty else { throw failure(.invalidValue, "must not be empty") }
        guard !text.isBlank else { throw failure(.invalidValue, "must hold something that can be seen") }
        return text
    }

    /// A text that identifies something, such as a reference.
    mutating func key(_ maxLength: Int) throws(JSONError) -> String {
        let text = try string(maxLength: maxLength, rule: .key)
        guard !text.isEmpty else { throw failure(.invalidValue, "must not be empty") }
        try checkEnds(of: text)
        return text
    }

    mutating func optionalKey(_ maxLength: Int) throws(JSONError) -> String? {
        try isNull() ? nil : try key(maxLength)
    }

    private func checkEnds(of key: String) throws(JSONError) {
        guard key.utf8.first != 0x20, key.utf8.last != 0x20 else {
            throw failure(.invalidValue, "must neither begin nor end with a space")
        }
    }

    /// Checks the name of a member that the client chooses.
    func checkMember(_ name: String) throws(JSONError) {
        guard !name.isEmpty, name.unicodeScalars.count <= Bounds.memberName else {
            throw failure(.invalidValue, "a name has 1 to \(Bounds.memberName) characters")
        }
        try checkEnds(of: name)
    }

    /// Categories, each once, without white space at their ends.
    mutating func categories() throws(JSONError) -> [String] {
        var seen: Set<String> = []
        return try list(Bounds.categories) { (json) throws(JSONError) in try json.text(Bounds.category).trimmed }
            .filter { seen.insert($0).inserted }
    }

    mutating func optionalText(_ maxLength: Int) throws(JSONError) -> String? {
        try isNull() ? nil : try text(maxLength)
    }

    mutating func sku() throws(JSONError) -> SKU {
        let text = try string(maxBytes: 1000)
        guard let sku = SKU(text) else {
            throw failure(.invalidValue, SKU.rule)
        }
        return sku
    }

    mutating func code() throws(JSONError) -> String {
        let text = try string(maxBytes: 1000)
        guard SKU(text) != nil else {
            throw failure(.invalidValue, SKU.rule)
        }
        return text
    }

    mutating func email() throws(JSONError) -> String {
        let text = try key(Bounds.email)
        guard Self.isEmail(text) else { throw failure(.invalidValue, "not an e-mail address as in ann@example.com") }
        return text
    }

    /// Whether a text is one bare address (RFC 5321 section 4.1.2, RFC 6531 section 3.3): no display name, no list, no quoting,
    /// and a domain of labels that does not end with a dot.
    private static func isEmail(_ text: String) -> Bool {
        // By bytes, so that a combining mark after the @ does not hide it.
        let parts = text.utf8.split(separator: UInt8(ascii: "@"), omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].isEmpty, !text.utf8.contains(where: isForeign) else { return false }
        return parts[1].split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false).allSatisfy { !$0.isEmpty }
    }

    /// Whether a byte is a separator, a bracket, or only allowed in quoted addresses.
    private static func isForeign(_ byte: UInt8) -> Bool {
        byte <= 0x20 || byte == 0x7F || #"<>(),;:"[]\"#.utf8.contains(byte)
    }

    mutating func quantity() throws(JSONError) -> Int64 {
        try int64(in: OrderLimits.quantity)
    }

    mutating func members() throws(JSONError) -> [String: String] {
        try members(maxCount: Bounds.members, maxLength: Bounds.memberText)
    }

    mutating func members(maxCount: Int, maxLength: Int) throws(JSONError) -> [String: String] {
        var map: [String: String] = [:]
        try object { (json, name) throws(JSONError) in
            try json.checkMember(name)
            map[name] = try json.string(maxLength: maxLength)
            guard map.count <= maxCount else { throw json.failure(.tooMany, "at most \(maxCount) members") }
        }
        return map
    }

    /// An address: members as the client names them; `country` must be a valid country code.
    mutating func address() throws(JSONError) -> [String: String] {
        var map: [String: String] = [:]
        try object { (json, name) throws(JSONError) in
            try json.checkMember(name)
            map[name] = name == "country" ? try json.country() : try json.string(maxLength: Bounds.memberText)
            guard map.count <= Bounds.members else { throw json.failure(.tooMany, "at most \(Bounds.members) members") }
        }
        return map
    }

    /// The two-letter code of a country, in capitals.
    mutating func country() throws(JSONError) -> String {
        let text = try string(maxBytes: 1000)
        guard let code = Country.code(text) else {
            throw failure(.invalidValue, "the two letters of a country by ISO 3166-1, as in GB")
        }
        return code
    }

    mutating func orderCustomer() throws(JSONError) -> OrderCustomer {
        if try peek() == .string { return OrderCustomer(id: try id(Customer.self)) }
        var customer = OrderCustomer()
        try object { (json, name) throws(JSONError) in
            switch name {
            case "id": customer.id = try json.id(Customer.self)
            case "email": customer.email = try json.email()
            case "name": customer.name = try json.optionalText(Bounds.name)
            case "phone": customer.phone = try json.optionalText(Bounds.name)
            default: throw json.unknown(name)
            }
        }
        return customer
    }

    mutating func orderLine() throws(JSONError) -> OrderRequestLine {
        var sku: SKU?
        var quantity: Int64?
        var price: Money?
        try object { (json, name) throws(JSONError) in
            switch name {
            case "sku": sku = try json.sku()
            case "quantity": quantity = try json.quantity()
            case "unitPrice": price = try json.money(in: Bounds.price)
            default: throw json.unknown(name)
            }
        }
        return OrderRequestLine(
            sku: try required(sku, "sku"),
            quantity: try required(quantity, "quantity"),
            unitPrice: price
        )
    }

    mutating func cartLine() throws(JSONError) -> CartLine {
        var sku: SKU?
        var quantity: Int64?
        try object { (json, name) throws(JSONError) in
            switch name {
            case "sku": sku = try json.sku()
            case "quantity": quantity = try json.quantity()
            default: throw json.unknown(name)
            }
        }
        return CartLine(sku: try required(sku, "sku"), quantity: try required(quantity, "quantity"))
    }

    mutating func list<Element>(
        _ limit: Int,
        _ element: (inout JSONReader) throws(JSONError) -> Element
    ) throws(JSONError) -> [Element] {
        var elements: [Element] = []
        try array { (json, _) throws(JSONError) in
            guard elements.count < limit else { throw json.failure(.outOfRange, "at most \(limit) elements") }
            elements.append(try element(&json))
        }
        return elements
    }

    /// A complete product as the merchant sends it, with the SKU of the path.
    mutating func product(sku given: SKU?) throws(JSONError) -> Product {
        var sku = given
        var name: String?
        var description = ""
        var group: String?
        var options: [String: String] = [:]
        var categories: [String] = []
        var prices: [Money]?
        var active = true
        var tracked = true
        var grams: Int64?
        var metadata: [String: String] = [:]
        try object { (json, member) throws(JSONError) in
            switch member {
            case "sku": sku = try json.sku(sameAs: given)
            case "name": name = try json.text(Bounds.name)
            case "description":
                description = try json.string(maxLength: Bounds.text, rule: .lines)
            case "group": group = try json.isNull() ? nil : try json.code()
            case "options": options = try json.members(maxCount: Bounds.options, maxLength: Bounds.name)
            case "categories": categories = try json.categories()
            case "prices": prices = try json.prices()
            case "active": active = try json.bool()
            case "tracked": tracked = try json.bool()
            case "grams": grams = try json.isNull() ? nil : try json.int64(in: Bounds.grams)
            case "metadata": metadata = try json.members()
            default: throw json.unknown(member)
            }
        }
        return Product(
            sku: try required(sku, "sku"),
            name: try required(name, "name"),
            description: description,
            group: group,
            options: options,
            categories: categories,
            prices: try required(prices, "prices"),
            active: active,
            tracked: tracked,
            grams: grams,
            metadata: metadata
        )
    }

    /// All prices of a product.
    mutating func prices() throws(JSONError) -> [Money] {
        var prices: [Money] = []
        try array { (json, _) throws(JSONError) in
            guard prices.count < Bounds.prices else {
                throw json.failure(.outOfRange, "at most \(Bounds.prices) elements")
            }
            let price = try json.money(in: Bounds.price)
            guard !prices.contains(where: { $0.currency == price.currency }) else {
                throw json.failure(.invalidValue, "a second price in \(price.currency.code)")
            }
            prices.append(price)
        }
        guard !prices.isEmpty else {
            throw failure(.outOfRange, "a product has one price at least; active: false takes it off sale")
        }
        return prices
    }
}

extension Call {
    /// The bytes of a body without content: none, or an empty object.
    func nothing() async throws(Problem) -> [UInt8] {
        try await json { (json) throws(JSONError) in
            try json.object { (json, member) throws(JSONError) in throw json.unknown(member) }
        }.bytes
    }
}
