/// Where each column of a CSV catalogue stands.
///
/// Required: `sku`, `name` and `price` or at least one `price_CUR`. Optional: `currency`, `description`, `categories`
/// (separated by `;` or `|`), `active`, `tracked`, `group`, and any number of `option:NAME` and `metadata:NAME`.
/// Names are taken in any case, in any order; an unknown column is refused, because a misspelt one would be lost.
struct CatalogueColumns {
    var count: Int
    var sku = -1
    var name = -1
    var price = -1
    var currency = -1
    var description = -1
    var categories = -1
    var active = -1
    var tracked = -1
    var group = -1
    /// Columns of prices in a currency of their own.
    var prices: [(currency: String, column: Int)] = []
    var options: [(name: String, column: Int)] = []
    var metadata: [(name: String, column: Int)] = []

    init(_ header: CSVRecord) throws(CatalogueImportError) {
        count = header.count
        if let problem = header.problem { throw .source("the header cannot be read: \(problem)") }
        var unknown: [String] = []
        for column in 0..<header.count where !take(header.text(column), column) { unknown.append(header.text(column)) }
        guard unknown.isEmpty else {
            throw .source("unknown columns in the header: \(unknown.joined(separator: ", "))")
        }
        var missing: [String] = []
        if sku < 0 { missing.append("sku") }
        if name < 0 { missing.append("name") }
        if price < 0, prices.isEmpty { missing.append("price") }
        guard missing.isEmpty else { throw .source("the header lacks: \(missing.joined(separator: ", "))") }
    }

    private mutating func take(_ text: String, _ column: Int) -> Bool {
        switch text.lowercased() {
        case "sku": sku = column
        case "name": name = column
        case "price": price = column
        case "currency": currency = column
        case "description": description = column
        case "categories", "category": categories = column
        case "active": active = column
        case "tracked": tracked = column
        case "group": group = column
        default: return takePrefixed(text, column)
        }
        return true
    }

    private mutating func takePrefixed(_ text: String, _ column: Int) -> Bool {
        let lowered = text.lowercased()
        if lowered.hasPrefix("price_"), text.count == 9 {
            prices.append((String(text.dropFirst(6)).uppercased(), column))
        } else if lowered.hasPrefix("option:"), text.count > 7 {
            options.append((String(text.dropFirst(7)), column))
        } else if lowered.hasPrefix("metadata:"), text.count > 9 {
            metadata.append((String(text.dropFirst(9)), column))
        } else {
            return false
        }
        return true
    }
}
