import Ledger
import Trading

/// A ledger together with its archive: what is read of it includes archived orders.
///
/// Everything is written to the ledger alone.
package final class WholeLedger: LedgerEngine {
    /// The ledger with the hot tables alone.
    package let hot: any LedgerEngine
    private let directory: ArchiveDirectory

    /// A ledger and the directory of its archive.
    package init(_ hot: any LedgerEngine, _ directory: ArchiveDirectory) {
        self.hot = hot
        self.directory = directory
    }

    /// The writer of the ledger.
    package func makeWriter() throws(LedgerFailure) -> any LedgerWriter { try hot.makeWriter() }

    /// Those of the ledger.
    package func commits() -> AsyncStream<Void>? { hot.commits() }

    /// Reads from one snapshot, with the orders that are archived in it.
    ///
    /// It may run twice: a file that was replaced since the snapshot was made is looked for once more, from another snapshot.
    package func read<Value: Sendable>(
        _ body: @escaping @Sendable (any LedgerView) throws(LedgerFailure) -> Value
    ) async throws(LedgerFailure) -> Value {
        try await once { (view, directory) throws(LedgerFailure) in try body(WholeView(view, directory)) }
    }

    /// Reads from one snapshot, with and without the orders that are archived in it.
    func readBoth<Value: Sendable>(
        _ body: @escaping @Sendable (_ hot: any LedgerView, _ whole: any LedgerView) throws(LedgerFailure) -> Value
    ) async throws(LedgerFailure) -> Value {
        try await once { (view, directory) throws(LedgerFailure) in try body(view, WholeView(view, directory)) }
    }

    /// Reads the hot tables and files; if a file was replaced since the snapshot was made, once more from another one.
    private func once<Value: Sendable>(
        _ body: @escaping @Sendable (any LedgerView, ArchiveDirectory) throws(LedgerFailure) -> Value
    ) async throws(LedgerFailure) -> Value {
        do throws(LedgerFailure) {
            return try await hot.read { [directory] (view) throws(LedgerFailure) in try body(view, directory) }
        } catch  where error.code == .corrupt && error.retry == .safe {
            return try await hot.read { [directory] (view) throws(LedgerFailure) in try body(view, directory) }
        }
    }

    /// The rows of an archived order, with the number of its file; nil where it is not archived.
    package func archived(_ order: ID<Order>) async throws(LedgerFailure) -> (rows: OrderRows, file: Int64)? {
        try await once { (view, directory) throws(LedgerFailure) in
            try ArchivedRows(view, directory).order(order)
        }
    }

    /// The archived order that has a row with this key in a table of the archive; nil where there is none.
    package func archivedOrder(
        with key: Bits128,
        in table: TableSchema
    ) async throws(LedgerFailure) -> ID<Order>? {
        try await once { (view, directory) throws(LedgerFailure) in
            guard let place = ArchivedRows.table(of: table.whole) else { return nil }
            return try ArchivedRows(view, directory).rows(place, withKey: key).first?.order
        }
    }

    /// The archived orders that have data of a customer.
    ///
    /// Cost: a page of each file's index, and the blocks with these orders.
    package func archivedOrders(of customer: ID<Customer>) async throws(LedgerFailure) -> [ID<Order>] {
        try await once { (view, directory) throws(LedgerFailure) in
            try ArchivedRows(view, directory).orders(of: customer)
        }
    }

    /// What is wrong with the store and with the files of the archive.
    package func structureErrors(_ check: StructureCheck) async throws(LedgerFailure) -> [String] {
        let errors = try await hot.structureErrors(check)
        return Array((errors + (try await archiveErrors())).prefix(100))
    }

    /// What is wrong with the archive, in words: with its files, or with the ledger's rows about them.
    package func archiveErrors() async throws(LedgerFailure) -> [String] {
        let errors = try await once { (view, directory) throws(LedgerFailure) in
            try ArchiveCheck(view: view, directory: directory).errors()
        }
        guard !errors.isEmpty else { return [] }
        // A file may have been replaced since the snapshot was made; what is really wrong is so in another one too.
        return try await once { (view, directory) throws(LedgerFailure) in
            try ArchiveCheck(view: view, directory: directory).errors()
        }
    }

    /// What is wrong with the files of the archive, in words, without reading them completely: those that are missing, cut, or other files.
    package func archiveFileErrors() async throws(LedgerFailure) -> [String] {
        let errors = try await openingErrors()
        // A file may have been replaced since the snapshot was made; what is really wrong is so in another one too.
        return errors.isEmpty ? [] : try await openingErrors()
    }

    private func openingErrors() async throws(LedgerFailure) -> [String] {
        try await once { (view, directory) throws(LedgerFailure) in directory.openingErrors(try view.archiveFiles()) }
    }

    /// Closes the ledger.
    package func close() async { await hot.close() }
}
