// Absent is not a value: a missing column and a blank cell change nothing, and only an explicit text clears a value.

import ForeignFiles
import JSON
import Trading

/// Why a row of a catalogue is not valid.
struct CatalogueRowError: Error, Equatable {
    var sku: String
    var reason: String
    /// The reason without values of the row, for counting.
    var kind: String

    init(sku: String, _ kind: String, detail: String? = nil) {
        self.sku = sku
        self.kind = kind
        reason = detail ?? kind
    }
}

/// How to read the cells of a catalogue.
struct CatalogueCells {
    /// The currency of prices whose row names none.
    var currency: String
    /// The decimal mark of prices.
    var mark = DecimalMark.point
    /// The text of a cell that clears a value.
    var clearing = CatalogueImportOptions.clearing
}

/// One row of a CSV catalogue, as a merge patch.
struct CatalogueRow {
    private let record: CSVRecord
    private let columns: CatalogueColumns
    private let cells: CatalogueCells
    private var sku = ""
    private var writer = JSONWriter()
    private var prices: [(currency: Currency, amount: Int64?)] = []
    /// Whether a price had no currency and the default was assumed.
    private(set) var assumesCurrency = false

    init(_ record: CSVRecord, _ columns: CatalogueColumns, _ cells: CatalogueCells) throws(CatalogueRowError) {
        self.record = record
        self.columns = columns
        self.cells = cells
        if let problem = record.problem { throw CatalogueRowError(sku: "", problem.description) }
        try checkCount()
        sku = record.text(columns.sku)
        if sku.isEmpty || sku == cells.clearing { throw CatalogueRowError(sku: "", "there is no sku") }
        if Self.isShortened(sku) {
            throw CatalogueRowError(
                sku: sku,
                "the sku is a number that a spreadsheet has shortened",
                detail: "\(sku) is a number that a spreadsheet has shortened; format its column as text"
            )
        }
        writer.beginObject()
        writer.member("sku", sku)
        try takeTexts()
        try takeMaps()
        try takePrices()
        writer.endObject()
    }

    /// The patch as the API's bulk import takes it.
    var line: CatalogueLine {
        CatalogueLine(line: record.line, sku: sku, body: writer.bytes)
    }

    /// Checks that a row reaches the last named column, and has no content beyond.
    private func checkCount() throws(CatalogueRowError) {
        guard record.count > columns.last else {
            let detail = "\(record.count) fields where the header has \(columns.count)"
            throw CatalogueRowError(sku: "", "fewer fields than the header", detail: detail)
        }
        for column in 0..<record.count where !columns.taken.contains(column) && !record.text(column).isEmpty {
            guard column < columns.count else {
                let detail = "\(record.count) fields where the header has \(columns.count)"
                throw CatalogueRowError(sku: "", "more fields than the header", detail: detail)
            }
            throw CatalogueRowError(
                sku: "",
                "a value in a column without a name",
                detail: "column \(column + 1) has a value, and no name in the header"
            )
        }
    }

    private mutating func takeTexts() throws(CatalogueRowError) {
        switch cell(columns.name) {
        case .keep: break
        case .clear: throw CatalogueRowError(sku: sku, "a name cannot be cleared")
        case .set(let name): writer.member("name", name)
        }
        text("description", cell(columns.description))
        text("group", cell(columns.group))
        switch cell(columns.categories) {
        case .keep: break
        case .clear: null("categories")
        case .set(let list):
            writer.key("categories")
            writer.beginArray()
            for category in Self.list(list) { writer.string(category) }
            writer.endArray()
        }
        try flag("active", columns.active)
        try flag("tracked", columns.tracked)
        switch cell(columns.grams) {
        case .keep: break
        case .clear: null("grams")
        case .set(let grams):
            guard let number = Int64(grams), grams.utf8.allSatisfy({ (0x30...0x39).contains($0) }) else {
                let detail =
                    "grams \(SourceText.clip(grams, to: 40)) cannot be read: whole grams are expected, as in 1250"
                throw CatalogueRowError(sku: sku, "grams cannot be read", detail: detail)
            }
            writer.key("grams")
            writer.int(number)
        }
    }

    private mutating func takeMaps() throws(CatalogueRowError) {
        let maps: [(StaticString, [(name: String, column: Int)])] = [
            ("options", columns.options), ("metadata", columns.metadata),
        ]
        for (name, columns) in maps {
            let values = columns.map { ($0.name, cell($0.column)) }.filter { $0.1 != .keep }
            guard !values.isEmpty else { continue }
            writer.key(name)
            writer.beginObject()
            for (member, value) in values {
                writer.key(member)
                if case .set(let text) = value { writer.string(text) } else { writer.null() }
            }
            writer.endObject()
        }
    }

    private mutating func takePrices() throws(CatalogueRowError) {
        if columns.price >= 0 {
            let named = columns.currency < 0 ? "" : record.text(columns.currency)
            assumesCurrency = named.isEmpty && cell(columns.price) != .keep
            try takePrice(columns.price, named.isEmpty ? cells.currency : named)
        }
        for column in columns.prices { try takePrice(column.column, column.currency) }
        guard !prices.isEmpty else { return }
        writer.key("priceChanges")
        writer.beginObject()
        for price in prices {
            writer.key(price.currency.code)
            if let amount = price.amount { writer.int(amount) } else { writer.null() }
        }
        writer.endObject()
    }

    private mutating func takePrice(_ column: Int, _ code: String) throws(CatalogueRowError) {
        let cell = self.cell(column)
        if cell == .keep { return }
        guard let currency = Currency(code.uppercased()) else {
            let detail = "\(SourceText.clip(code, to: 40)) is no currency of ISO 4217, as in GBP"
            throw CatalogueRowError(sku: sku, "unknown currency", detail: detail)
        }
        if prices.contains(where: { $0.currency == currency }) {
            throw CatalogueRowError(sku: sku, "two prices in one currency", detail: "two prices in \(currency)")
        }
        guard case .set(let text) = cell else { return prices.append((currency, nil)) }
        do throws(AmountTextError) {
            prices.append((currency, try AmountText.minorUnits(text, in: currency, mark: cells.mark)))
        } catch {
            throw CatalogueRowError(sku: sku, error.kind, detail: "price \(error.reason)")
        }
    }

    /// The change by a cell; none for a blank or missing one.
    private func cell(_ column: Int) -> Change<String> {
        guard column >= 0 else { return .keep }
        let text = record.text(column)
        return text.isEmpty ? .keep : text == cells.clearing ? .clear : .set(text)
    }

    private mutating func text(_ name: StaticString, _ cell: Change<String>) {
        switch cell {
        case .keep: break
        case .clear: null(name)
        case .set(let text): writer.member(name, text)
        }
    }

    private mutating func null(_ name: StaticString) {
        writer.key(name)
        writer.null()
    }

    private mutating func flag(_ name: String, _ column: Int) throws(CatalogueRowError) {
        guard case .set(let text) = cell(column) else {
            if cell(column) == .keep { return }
            throw CatalogueRowError(sku: sku, "\(name) cannot be cleared")
        }
        let isTrue = ["true", "yes", "1", "y"].contains(text.lowercased())
        guard isTrue || ["false", "no", "0", "n"].contains(text.lowercased()) else {
            let detail = "\(name) is neither true nor false: \(SourceText.clip(text, to: 40)); yes or no is expected"
            throw CatalogueRowError(sku: sku, "\(name) is neither true nor false", detail: detail)
        }
        writer.key(name)
        writer.bool(isTrue)
    }

    /// The elements of a cell, each once.
    private static func list(_ field: String) -> [String] {
        var seen: Set<String> = []
        return field.split { $0 == ";" || $0 == "|" }.map { part in
            let trimmed = part.drop { $0 == " " }
            return String(trimmed.reversed().drop { $0 == " " }.reversed())
        }.filter { !$0.isEmpty && seen.insert($0).inserted }
    }

    /// Whether a text is a long number shortened by a spreadsheet, as in `4.00638E+12`.
    private static func isShortened(_ sku: String) -> Bool {
        let parts = sku.uppercased().split(separator: "E+", omittingEmptySubsequences: false)
        guard parts.count == 2, parts[1].allSatisfy({ $0.isASCII && $0.isNumber }), !parts[1].isEmpty else {
            return false
        }
        let digits = parts[0].filter { $0 != "." && $0 != "," }
        return !digits.isEmpty && parts[0].count - digits.count <= 1 && digits.allSatisfy { $0.isASCII && $0.isNumber }
    }
}

extension AmountTextError {
    /// The reason without values of the row.
    fileprivate var kind: String {
        switch self {
        case .notPlain: "price cannot be read"
        case .tooManyDecimals: "price has more decimals than its currency"
        case .negative: "price is below zero"
        case .tooLarge: "price is too large"
        }
    }
}
