import Foundation
import Ledger

extension PostgresEngine {
    /// Reads every row of every table; for a full check, also compares each index with its table, where the extension amcheck is there and
    /// the role may use it.
    ///
    /// Pages are compared with their checksums where the database has them. Source: postgresql.org/docs/current/amcheck.html.
    public func structureErrors(_ check: StructureCheck) async throws(LedgerFailure) -> [String] {
        let result = await withCheckedContinuation {
            (continuation: CheckedContinuation<Result<[String], LedgerFailure>, Never>) in
            let thread = Thread { [settings] in
                continuation.resume(
                    returning: Result { () throws(LedgerFailure) in try PostgresCheck(settings).run(check) }
                )
            }
            thread.name = "ledger-check"
            thread.start()
        }
        return try result.get()
    }
}

extension PostgresReader {
    /// What is wrong with the tables, and for a full check with the indexes.
    func structureErrors(_ check: StructureCheck) throws(LedgerFailure) -> [String] {
        var errors = try unreadableTables()
        if check == .full { errors += try wrongIndexes() }
        return Array(errors.prefix(100))
    }

    /// Reads every value of every table.
    private func unreadableTables() throws(LedgerFailure) -> [String] {
        var errors: [String] = []
        for table in LedgerTables.schemas {
            let sums = table.columns.map { "sum(hashtextextended(\($0.name)::text, 0))" }.joined(separator: ", ")
            try note("SELECT \(sums) FROM \(table.name)", table.name, &errors)
        }
        return errors
    }

    /// Compares each index with its table.
    private func wrongIndexes() throws(LedgerFailure) -> [String] {
        let amcheck = try run(
            "SELECT 1 WHERE has_function_privilege(to_regprocedure('bt_index_check(regclass, boolean)'), 'EXECUTE')"
        )
        guard amcheck.count > 0 else { return [] }
        let indexes = try run(
            """
            SELECT c.oid::regclass::text FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid
            JOIN pg_am a ON a.oid = c.relam JOIN pg_namespace n ON n.oid = c.relnamespace
            WHERE a.amname = 'btree' AND n.nspname = current_schema() ORDER BY 1
            """
        )
        var errors: [String] = []
        for row in 0..<indexes.count {
            var columns = indexes.columns(of: row)
            guard let name = columns.text() else { continue }
            try note("SELECT bt_index_check('\(name)'::regclass, true)", name, &errors)
        }
        return errors
    }

    /// Runs a statement; an error that says that something is damaged is noted.
    private func note(_ sql: String, _ name: String, _ errors: inout [String]) throws(LedgerFailure) {
        try execute("SAVEPOINT looked")
        do throws(LedgerFailure) {
            _ = try run(sql)
        } catch {
            guard error.code == .corrupt else { throw error }
            errors.append("\(name): \(error.detail)")
            try execute("ROLLBACK TO SAVEPOINT looked")
        }
    }
}
