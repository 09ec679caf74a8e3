import ForeignFiles
import PlainText
import Spelling

/// The columns of a CSV catalogue.
///
/// Required: `sku` and at least one more. Known: `name`, `price`, `currency`, any number of `price_CUR`, `description`,
/// `categories` (separated by `;` or `|`), `active`, `tracked`, `grams`, `group`, and any number of `option:NAME` and
/// `metadata:NAME`. Names are accepted in any case and order. A repeated or unknown column is refused, because its values, or
/// those of a misspelt one, would be lost; columns without a name are ignored while they are empty.
struct CatalogueColumns {
    /// Columns with a name.
    private(set) var taken: Set<Int> = []
    var count: Int
    var sku = -1
    var name = -1
    var price = -1
    var currency = -1
    var description = -1
    var categories = -1
    var active = -1
    var tracked = -1
    var grams = -1
    var group = -1
    /// Columns of prices with a currency in their name.
    var prices: [(currency: String, column: Int)] = []
    var options: [(name: String, column: Int)] = []
    var metadata: [(name: String, column: Int)] = []

    /// Members with one column each, by the names that the header may use.
    private static let known: [(name: String, path: any WritableKeyPath<Self, Int> & Sendable)] = [
        ("sku", \.sku), ("name", \.name), ("price", \.price), ("currency", \.currency), ("description", \.description),
        ("categories", \.categories), ("active", \.active), ("tracked", \.tracked), ("grams", \.grams),
        ("group", \.group),
        ("category", \.categories),
    ]
    /// Families of columns, by prefix.
    private static let families = ["price_EUR", "option:size", "metadata:NAME"]

    init(_ header: CSVRecord) throws(CatalogueImportError) {
        count = header.count
        if let problem = header.problem { throw .source("line \(header.line): the header cannot be read: \(problem)") }
        var unknown: [String] = []
        var seen: [String: Int] = [:]
        for column in 0..<header.count {
            let text = Self.plain(header.text(column))
            if text.isEmpty { continue }
            guard let key = take(text, column) else {
                unknown.append(Self.suggestion(for: text))
                continue
            }
            taken.insert(column)
            if let first = seen.updateValue(column, forKey: key) {
                throw .source(
                    "line \(header.line): columns \(first + 1) and \(column + 1) of the header are both \(key); remove one"
                )
            }
        }
        let words =
            "the header names columns of \((Self.known.dropLast().map(\.name) + Self.families).joined(separator: ", "))"
        guard unknown.isEmpty else {
            throw .source(
                "line \(header.line): unknown in the header: \(unknown.joined(separator: ", ")).\nExpected: \(words)."
            )
        }
        guard sku >= 0 else { throw .source("line \(header.line): the header lacks sku.\nExpected: \(words).") }
        guard taken.count > 1 else {
            throw .source("line \(header.line): the header has no column beside sku.\nExpected: \(words).")
        }
        guard currency < 0 || price >= 0 else {
            throw .source("line \(header.line): the header has a currency without a price")
        }
    }

    /// The last named column, which a row must reach.
    var last: Int { taken.max() ?? 0 }

    /// Records a column; returns the name that may occur only once, or nil where the column is unknown.
    private mutating func take(_ text: String, _ column: Int) -> String? {
        let lowered = text.lowercased()
        if let known = Self.known.first(where: { $0.name == lowered }) {
            self[keyPath: known.path] = column
            return known.name == "category" ? "categories" : known.name
        }
        if lowered.hasPrefix("price_"), text.count == 9 {
            prices.append((String(text.dropFirst(6)).uppercased(), column))
            return "price_\(text.dropFirst(6).uppercased())"
        }
        if lowered.hasPrefix("option:"), let name = Self.member(text.dropFirst(7)) {
            options.append((name, column))
            return "option:\(name)"
        }
        if lowered.hasPrefix("metadata:"), let name = Self.member(text.dropFirst(9)) {
            metadata.append((name, column))
            return "metadata:\(name)"
        }
        return nil
    }

    /// The name after a colon, as the shop stores it; nil where there is none.
    private static func member(_ text: Substring) -> String? {
        let name = plain(String(text)).normalForm
        return name.isEmpty ? nil : name
    }

    /// A name without the blanks, visible or not, that spreadsheets leave around it.
    private static func plain(_ name: String) -> String {
        let isOuter = { (character: Character) in character.isWhitespace || "\u{FEFF}\u{200B}\u{A0}".contains(character)
        }
        return String(name.drop(while: isOuter).reversed().drop(while: isOuter).reversed())
    }

    private static func suggestion(for name: String) -> String {
        let shown = SourceText.clip(name, to: 40)
        let close = aliases[name.lowercased()] ?? SpellingSuggestion.closest(to: name, in: known.map(\.name) + families)
        return close.map { "\(shown) (did you mean \($0)?)" } ?? shown
    }

    /// Names of columns in other shops' exports, and our names for them.
    private static let aliases: [String: String] = [
        "variant sku": "sku", "product code": "sku", "item": "sku", "article": "sku", "title": "name",
        "product": "name",
        "product name": "name", "variant price": "price", "regular price": "price", "unit price": "price",
        "amount": "price",
        "body (html)": "description", "body": "description", "product category": "categories", "type": "categories",
        "tags": "categories", "collection": "categories", "published": "active", "status": "active",
        "enabled": "active",
        "variant grams": "grams", "weight": "grams", "weight (kg)": "grams", "weight (g)": "grams",
        "weight (lbs)": "grams",
        "handle": "group", "parent": "group", "option1 value": "option:size", "variant price currency": "currency",
    ]
}
