import Ledger
import Trading

/// A reading thread's place in the pool.
final class PostgresReader: ReadingConnection {
    private var connection: PooledConnection
    private let pool: PostgresPool

    private enum SQL {
        static let begin = "BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY"
        static let commit = "COMMIT"
    }

    /// Connects.
    init(_ pool: PostgresPool) throws(LedgerFailure) {
        self.pool = pool
        connection = PooledConnection(pool, purpose: .read)
        _ = try connection.get()
    }

    /// Cost: a round trip beside those of `body`.
    func reading<Value>(_ body: (PostgresReader) throws(LedgerFailure) -> Value) throws(LedgerFailure) -> Value {
        do throws(LedgerFailure) {
            let server = try connection.get()
            try server.prepare(SQL.begin, phase: .load)
            try server.prepare(SQL.commit, phase: .load)
            // Answered together with the first statement of the body.
            try server.send(SQL.begin, phase: .load)
            let value = try body(self)
            try server.send(SQL.commit, phase: .load)
            _ = try server.fetch(phase: .load)
            return value
        } catch {
            // A transaction that failed in the middle ends with its connection.
            connection.drop()
            if error.code == .away { pool.renew() }
            throw error
        }
    }

    /// Has its statements ended once `isInterrupted` says so.
    func interrupt(when isInterrupted: @escaping () -> Bool) throws(LedgerFailure) {
        try connection.get().isInterrupted = isInterrupted
    }

    /// Runs a statement within the snapshot.
    func run(_ sql: String) throws(LedgerFailure) -> PostgresResult { try connection.current().run(sql, phase: .load) }

    /// Runs a statement without an answer within the snapshot.
    func execute(_ sql: String) throws(LedgerFailure) { try connection.current().execute([sql], phase: .load) }

    func row<R: RowPart>(_ type: R.Type, _ key: R.Key) throws(LedgerFailure) -> R? {
        try connection.current().row(type, key)
    }

    func rows<R: RowPart>(_ query: RowQuery<R>) throws(LedgerFailure) -> [R] {
        try connection.current().rows(query)
    }

    func searchProducts(_ query: SearchQuery, after hit: SearchHit?) throws(LedgerFailure) -> [SearchHit] {
        guard !query.terms.isEmpty else { return [] }
        var parameters = PostgresParameters()
        parameters.text(query.tsquery)
        let found = try connection.current().run(
            "SELECT sku, codes, name FROM products WHERE \(PostgresSearch.tokens) @@ $1::tsquery",
            parameters,
            phase: .load
        )
        var hits: [SearchHit] = []
        for row in 0..<found.count {
            var columns = found.columns(of: row)
            guard let sku = columns.text(), let codes = columns.text(), let name = columns.text() else { continue }
            let next = SearchHit(rank: query.rank(codes: codes, name: name), sku: SKU(stored: sku))
            if hit.map({ $0 < next }) ?? true { hits.append(next) }
        }
        return hits.sorted()
    }
}

extension PostgresConnection {
    /// Reads one row by its key.
    func row<R: RowPart>(_ type: R.Type, _ key: R.Key) throws(LedgerFailure) -> R? {
        var parameters = PostgresParameters()
        key.write(to: &parameters)
        let found = try run(PostgresDialect().select(R.selection), parameters, phase: .load)
        return found.count == 0 ? nil : try Self.decode(found, 0)
    }

    /// Reads the rows of a query.
    func rows<R: RowPart>(_ query: RowQuery<R>) throws(LedgerFailure) -> [R] {
        var parameters = PostgresParameters()
        for condition in query.conditions {
            parameters.value(condition.value)
            for value in condition.others { parameters.value(value) }
        }
        query.after?.write(to: &parameters)
        parameters.integer(Int64(query.limit))
        let found = try run(PostgresDialect().select(query), parameters, phase: .load)
        var rows: [R] = []
        rows.reserveCapacity(found.count)
        for row in 0..<found.count { rows.append(try Self.decode(found, row)) }
        return rows
    }

    private static func decode<R: RowPart>(_ found: PostgresResult, _ row: Int) throws(LedgerFailure) -> R {
        var columns = found.columns(of: row)
        guard let row = R(from: &columns) else {
            throw LedgerFailure(.corrupt, phase: .load, retry: .never, detail: "a row of \(R.selection.tableName)")
        }
        return row
    }
}
