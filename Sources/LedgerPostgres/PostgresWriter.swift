// The committer's connection. A turn is a transaction that holds an advisory lock: the server passes the lock on in the order of asking, and
// releases it with the transaction, however that ends. A batch takes three round trips: the turn, the rows that its commands
// name, and the changes with the COMMIT; and another one for rows to which the first ones lead.

import Foundation
import Ledger
import Trading

/// The writer of a PostgreSQL database.
final class PostgresWriter: LedgerWriter {
    private let settings: PostgresSettings
    private let pool: PostgresPool
    private var connection: PooledConnection
    private let dialect = PostgresDialect()
    /// The statements of tables, by their identity, so that no text is made twice.
    private var statements: [ObjectIdentifier: TableStatements] = [:]
    private var selects: [ObjectIdentifier: String] = [:]
    private var isInTurn = false
    private var isFirst = true
    /// What is sent with the commit.
    private var changes: [(sql: String, parameters: PostgresParameters)] = []
    private(set) var time: Timestamp?

    /// How many writers' last turns are kept, so that those of ended processes do not accumulate.
    private static let kept = 64

    private struct TableStatements {
        let insert, update, delete: String
    }

    private enum SQL {
        static let begin = "BEGIN ISOLATION LEVEL READ COMMITTED, READ WRITE"
        static let lock = "SELECT pg_advisory_xact_lock(\(PostgresLock.turn))"
        static let newest = """
            SELECT number, at, writer, floor(extract(epoch FROM clock_timestamp()) * 1000)::bigint AS now
            FROM (SELECT 1) AS one LEFT JOIN (SELECT * FROM turns ORDER BY number DESC LIMIT 1) AS newest ON true
            """
        static let last = "SELECT number, at, writer FROM turns WHERE writer = $1"
        static let turn = """
            INSERT INTO turns (writer, number, at) VALUES ($1, $2, $3)
            ON CONFLICT (writer) DO UPDATE SET number = excluded.number, at = excluded.at
            """
        static let forget = """
            DELETE FROM turns WHERE number <= (SELECT number FROM turns ORDER BY number DESC LIMIT 1 OFFSET \(kept))
            """
        static let tell = "NOTIFY \(PostgresListener.channel)"
        /// Waits for the standby as every commit does, and for all that was committed before it.
        static let mark = "SELECT pg_logical_emit_message(true, 'tradewind', '')"
        static let commit = "COMMIT"
        static let rollback = "ROLLBACK"
    }

    /// Connects.
    ///
    /// - Throws: the failure to connect; it may be tried again.
    init(_ settings: PostgresSettings, pool: PostgresPool) throws(LedgerFailure) {
        self.settings = settings
        self.pool = pool
        connection = PooledConnection(pool, purpose: .write)
        _ = try connection.get()
    }

    var sync: (@Sendable () throws(LedgerFailure) -> Void)? { nil }

    var absence: Duration { settings.absence }

    /// What takes the turn is sent at once and by itself: a replica that is stopped with a part of it sent would keep the turn, since the server
    /// counts no time before it has all of a pipeline.
    func begin() throws(LedgerFailure) -> LedgerTurn? {
        changes.removeAll(keepingCapacity: true)
        let server = try connection.get()
        try server.prove()
        isInTurn = true
        let steps = [SQL.begin, SQL.lock, SQL.newest]
        for sql in steps { try server.prepare(sql, phase: .begin) }
        for sql in steps { try server.send(sql, phase: .begin) }
        guard let found = try server.fetch(phase: .begin).last, found.count == 1 else { throw Self.unreadable }
        var columns = found.columns(of: 0)
        let newest = Self.turn(&columns)
        time = settings.usesServerTime ? columns.time() : nil
        return newest
    }

    func load(_ keys: [TableKeys]) throws(LedgerFailure) -> [RowColumns] {
        let server = try flushed()
        try prepare(keys, on: server)
        try ask(for: keys, server)
        return Self.rows(try server.fetch(phase: .load)[...], keys)
    }

    private func prepare(_ keys: [TableKeys], on server: PostgresConnection) throws(LedgerFailure) {
        for keys in keys { try server.prepare(select(keys.selection), phase: .load) }
    }

    private func ask(for keys: [TableKeys], _ server: PostgresConnection) throws(LedgerFailure) {
        for keys in keys {
            var parameters = PostgresParameters()
            parameters.arrays(keys.keys, of: keys.selection.key)
            try server.send(select(keys.selection), parameters, phase: .load)
        }
    }

    private static func rows(_ found: ArraySlice<PostgresResult>, _ keys: [TableKeys]) -> [RowColumns] {
        zip(found, keys).map { found, keys in
            var rows = RowColumns()
            found.add(keys.selection.columns, to: &rows)
            return rows
        }
    }

    func rows<R: RowPart>(_ query: RowQuery<R>) throws(LedgerFailure) -> [R] {
        try flushed().rows(query)
    }

    /// Nothing is sent before the commit, unless something is read before that.
    func save(_ changes: [TableChanges]) throws(LedgerFailure) {
        for change in changes {
            let table = change.table
            let statements = statements(of: table)
            if !change.deleted.values.isEmpty {
                add(statements.delete, change.deleted, Array(table.columns.prefix(table.keyCount)))
            }
            if !change.updated.values.isEmpty {
                let count = change.updated.values.count / table.columns.count
                add(statements.update, change.updated, table.columns, count: Int64(count))
            }
            if !change.inserted.values.isEmpty { add(statements.insert, change.inserted, table.columns) }
        }
    }

    func commit(_ turn: LedgerTurn) throws(LedgerFailure) {
        let server = try connection.current()
        var record = PostgresParameters()
        record.bits(turn.writer)
        record.integer(turn.number)
        record.integer(turn.at.milliseconds)
        changes.append((SQL.turn, record))
        if isFirst { changes.append((SQL.forget, PostgresParameters())) }
        changes.append((SQL.tell, PostgresParameters()))
        try server.prepare(SQL.commit, phase: .save)
        try send(to: server)
        do throws(LedgerFailure) {
            try server.send(SQL.commit, phase: .commit)
            _ = try server.fetch(phase: .commit)
        } catch {
            if error.retry == .unknownOutcome { connection.drop() }
            throw error
        }
        isInTurn = false
        isFirst = false
        guard !server.takeUnprovenCommit() else {
            // Nothing is known before another commit of this connection's successor has waited for the standby.
            connection.drop()
            throw LedgerFailure(
                .away,
                phase: .commit,
                retry: .unknownOutcome,
                detail: "the server ended its wait for a standby"
            )
        }
    }

    /// A turn of another writer may be visible, and on no standby: its commit was ended while it waited for one.
    func confirm() throws(LedgerFailure) {
        let server = try flushed()
        for sql in [SQL.mark, SQL.commit] { try server.prepare(sql, phase: .load) }
        for sql in [SQL.mark, SQL.commit] { try server.send(sql, phase: .load) }
        _ = try server.fetch(phase: .load)
        isInTurn = false
        guard !server.takeUnprovenCommit() else {
            connection.drop()
            throw LedgerFailure(.away, phase: .load, retry: .safe, detail: "the server ended its wait for a standby")
        }
    }

    func rollback() {
        changes.removeAll(keepingCapacity: true)
        guard isInTurn else { return }
        isInTurn = false
        do throws(LedgerFailure) {
            try connection.current().execute([SQL.rollback], phase: .commit)
        } catch {
            // The server rolls back when the connection is gone.
            connection.drop()
        }
    }

    func failed(_ failure: LedgerFailure) {
        switch failure.code {
        case .busy, .diskFull, .contradicted, .corrupt, .damaged, .moved: break
        // A connection that still waits for its proof is kept: the server would go on waiting without it.
        case .away where connection.isProving: break
        case .away: pool.renew()
        default: connection.drop()
        }
    }

    func lastTurn(of writer: Bits128) throws(LedgerFailure) -> LedgerTurn? {
        var parameters = PostgresParameters()
        parameters.bits(writer)
        let found = try connection.current().run(SQL.last, parameters, phase: .begin)
        guard found.count > 0 else { return nil }
        var columns = found.columns(of: 0)
        guard let turn = Self.turn(&columns) else { throw Self.unreadable }
        return turn
    }

    /// Sends what was saved; the answers come with those of what is sent next.
    private func send(to server: PostgresConnection) throws(LedgerFailure) {
        for (sql, parameters) in changes { try server.prepare(sql, types: parameters.types, phase: .save) }
        for (sql, parameters) in changes { try server.send(sql, parameters, phase: .save) }
        changes.removeAll(keepingCapacity: true)
    }

    /// The connection, on which everything that was saved can be read.
    private func flushed() throws(LedgerFailure) -> PostgresConnection {
        let server = try connection.current()
        if !changes.isEmpty {
            try send(to: server)
            _ = try server.fetch(phase: .save)
        }
        return server
    }

    private func add(_ sql: String, _ rows: RowColumns, _ columns: [Column], count: Int64? = nil) {
        var parameters = PostgresParameters()
        parameters.arrays(rows, of: columns)
        if let count { parameters.integer(count) }
        changes.append((sql, parameters))
    }

    private func select(_ selection: RowSelection) -> String {
        if let known = selects[ObjectIdentifier(selection)] { return known }
        let sql = dialect.selectMany(selection)
        selects[ObjectIdentifier(selection)] = sql
        return sql
    }

    private func statements(of table: TableSchema) -> TableStatements {
        if let known = statements[ObjectIdentifier(table)] { return known }
        let made = TableStatements(
            insert: dialect.insertMany(into: table),
            update: dialect.updateMany(table),
            delete: dialect.deleteMany(from: table)
        )
        statements[ObjectIdentifier(table)] = made
        return made
    }

    private static func turn(_ columns: inout PostgresColumns) -> LedgerTurn? {
        let (number, at, writer) = (columns.integer(), columns.time(), columns.bits())
        guard let number, let at, let writer else { return nil }
        return LedgerTurn(number: number, at: at, writer: writer)
    }

    private static var unreadable: LedgerFailure {
        LedgerFailure(.corrupt, phase: .begin, retry: .never, detail: "a row of turns")
    }
}
