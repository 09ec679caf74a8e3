import JSON

/// Why a row of a CSV catalogue is no product.
struct CatalogueRowError: Error, Equatable {
    var sku: String
    var reason: String
}

/// One row of a CSV catalogue.
struct CatalogueRow {
    private var number: Int
    private var sku = ""
    private var name = ""
    private var description = ""
    private var group = ""
    private var categories: [String] = []
    private var active: Bool?
    private var tracked: Bool?
    private var prices: [(currency: String, amount: Int64)] = []
    private var options: [(name: String, value: String)] = []
    private var metadata: [(name: String, value: String)] = []

    init(_ record: CSVRecord, _ columns: CatalogueColumns, currency: String) throws(CatalogueRowError) {
        number = record.line
        if let problem = record.problem { throw CatalogueRowError(sku: "", reason: problem.description) }
        guard record.count == columns.count else {
            let reason = "\(record.count) fields where the header has \(columns.count)"
            throw CatalogueRowError(sku: "", reason: reason)
        }
        func field(_ column: Int) -> String { column < 0 ? "" : record.text(column) }
        sku = field(columns.sku)
        name = field(columns.name)
        if sku.isEmpty { throw CatalogueRowError(sku: "", reason: "there is no sku") }
        if name.isEmpty { throw CatalogueRowError(sku: sku, reason: "there is no name") }
        description = field(columns.description)
        group = field(columns.group)
        categories = Self.list(field(columns.categories))
        active = try flag(field(columns.active), "active")
        tracked = try flag(field(columns.tracked), "tracked")
        options = columns.options.map { ($0.name, field($0.column)) }.filter { !$0.1.isEmpty }
        metadata = columns.metadata.map { ($0.name, field($0.column)) }.filter { !$0.1.isEmpty }
        let named = field(columns.currency)
        try addPrice(field(columns.price), named.isEmpty ? currency : named.uppercased())
        for column in columns.prices { try addPrice(field(column.column), column.currency) }
        if prices.isEmpty { throw CatalogueRowError(sku: sku, reason: "there is no price") }
    }

    /// The product as the API's bulk import takes it.
    var line: CatalogueLine {
        var writer = JSONWriter()
        writer.beginObject()
        writer.member("sku", sku)
        writer.member("name", name)
        writer.key("prices")
        writer.beginArray()
        for price in prices {
            writer.beginObject()
            writer.key("amount")
            writer.int(price.amount)
            writer.member("currency", price.currency)
            writer.endObject()
        }
        writer.endArray()
        if !description.isEmpty { writer.member("description", description) }
        if !group.isEmpty { writer.member("group", group) }
        if !categories.isEmpty {
            writer.key("categories")
            writer.beginArray()
            for category in categories { writer.string(category) }
            writer.endArray()
        }
        map("options", options, &writer)
        map("metadata", metadata, &writer)
        flag("active", active, &writer)
        flag("tracked", tracked, &writer)
        writer.endObject()
        return CatalogueLine(line: number, sku: sku, body: writer.bytes)
    }

    private mutating func addPrice(_ field: String, _ currency: String) throws(CatalogueRowError) {
        if field.isEmpty { return }
        if prices.contains(where: { $0.currency == currency }) {
            throw CatalogueRowError(sku: sku, reason: "two prices in \(currency)")
        }
        guard let millionths = ExactDecimal.parse(field), millionths >= 0 else {
            throw CatalogueRowError(sku: sku, reason: "price \(field) cannot be read")
        }
        let unit = CurrencyDecimals.millionthsInMinor(currency)
        guard millionths % unit == 0 else {
            throw CatalogueRowError(sku: sku, reason: "price \(field) has more decimals than \(currency)")
        }
        prices.append((currency, millionths / unit))
    }

    private func flag(_ field: String, _ name: String) throws(CatalogueRowError) -> Bool? {
        switch field.lowercased() {
        case "": return nil
        case "true", "yes", "1", "y": return true
        case "false", "no", "0", "n": return false
        default: throw CatalogueRowError(sku: sku, reason: "\(name) is neither true nor false: \(field)")
        }
    }

    private static func list(_ field: String) -> [String] {
        field.split { $0 == ";" || $0 == "|" }.map { part in
            let trimmed = part.drop { $0 == " " }
            return String(trimmed.reversed().drop { $0 == " " }.reversed())
        }.filter { !$0.isEmpty }
    }

    private func map(_ name: String, _ values: [(name: String, value: String)], _ writer: inout JSONWriter) {
        guard !values.isEmpty else { return }
        writer.key(name)
        writer.beginObject()
        for value in values {
            writer.key(value.name)
            writer.string(value.value)
        }
        writer.endObject()
    }

    private func flag(_ name: String, _ value: Bool?, _ writer: inout JSONWriter) {
        guard let value else { return }
        writer.key(name)
        writer.bool(value)
    }
}

/// How many decimals a currency's amounts have, for prices written as decimal text (ISO 4217, 2026-01-01).
enum CurrencyDecimals {
    private static let none: Set<String> = [
        "BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI", "VND", "VUV", "XAF", "XOF",
        "XPF",
    ]
    private static let three: Set<String> = ["BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"]
    private static let four: Set<String> = ["CLF", "UYW"]

    /// Millionths in one minor unit.
    static func millionthsInMinor(_ currency: String) -> Int64 {
        if none.contains(currency) { return 1_000_000 }
        if three.contains(currency) { return 1000 }
        return four.contains(currency) ? 100 : 10_000
    }
}
