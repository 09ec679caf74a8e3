import Ledger
import Trading

extension SQLiteConnection: ReadingConnection {
    func reading<Value>(_ body: (SQLiteConnection) throws(LedgerFailure) -> Value) throws(LedgerFailure) -> Value {
        try prepare("BEGIN", phase: .load).run(phase: .load)
        defer {
            if isInTransaction {
                // A read leaves nothing behind; if it cannot be ended, the next BEGIN reports the failure.
                _ = try? prepare("COMMIT", phase: .load).run(phase: .load)
            }
        }
        return try body(self)
    }

    func rows<R: RowPart>(_ query: RowQuery<R>) throws(LedgerFailure) -> [R] {
        let statement = try prepare(SQLiteDialect().select(query), phase: .load)
        var parameters = statement.parameters
        for condition in query.conditions {
            parameters.value(condition.value)
            for value in condition.others { parameters.value(value) }
        }
        query.after?.write(to: &parameters)
        parameters.integer(Int64(query.limit))
        defer { statement.reset() }
        var result: [R] = []
        while try statement.step(phase: .load) { result.append(try decode(statement)) }
        return result
    }

    func searchProducts(_ query: SearchQuery, after hit: SearchHit?) throws(LedgerFailure) -> [SearchHit] {
        guard !query.terms.isEmpty else { return [] }
        let statement = try prepare(
            """
            SELECT products.sku, products.codes, products.name FROM product_search
            JOIN products ON products.rowid = product_search.rowid WHERE product_search MATCH ?
            """,
            phase: .load
        )
        var parameters = statement.parameters
        parameters.text(query.match)
        defer { statement.reset() }
        var found: [SearchHit] = []
        while try statement.step(phase: .load) {
            var columns = statement.columns
            guard let sku = columns.text(), let codes = columns.text(), let name = columns.text() else { continue }
            let next = SearchHit(rank: query.rank(codes: codes, name: name), sku: SKU(stored: sku))
            if hit.map({ $0 < next }) ?? true { found.append(next) }
        }
        return found.sorted()
    }
}

extension SearchQuery {
    /// The query in the syntax of FTS5; tokens contain no quotes.
    fileprivate var match: String {
        terms.map { spellings in
            let choices = spellings.map { spelling in
                "(" + spelling.map { "\"\($0)\"*" }.joined(separator: " AND ") + ")"
            }
            return "(" + choices.joined(separator: " OR ") + ")"
        }.joined(separator: " AND ")
    }
}
