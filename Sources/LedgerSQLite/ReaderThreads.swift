import CSQLite
import Foundation
import Ledger
import Synchronization
import Trading

/// Threads that read, each with a connection of its own.
///
/// The number of waiting reads is bounded by the callers: each is a request that was admitted.
final class ReaderThreads: Sendable {
    private typealias Job = @Sendable (SQLiteConnection) -> Void

    private struct Queue {
        var jobs: [Job] = []
        var isClosed = false
    }

    private let queue = Mutex(Queue())
    private let wake = DispatchSemaphore(value: 0)
    private let running = DispatchGroup()
    private let count: Int

    init(
        count: Int,
        open: @escaping @Sendable () throws(LedgerFailure) -> SQLiteConnection
    ) throws(LedgerFailure) {
        self.count = count
        for index in 0..<count {
            let opened = Mutex<LedgerFailure?>(nil)
            let isOpen = DispatchSemaphore(value: 0)
            running.enter()
            let thread = Thread { [self] in
                do throws(LedgerFailure) {
                    let connection = try open()
                    isOpen.signal()
                    run(connection)
                } catch {
                    opened.withLock { $0 = error }
                    isOpen.signal()
                }
                running.leave()
            }
            thread.name = "reader-\(index)"
            thread.stackSize = 2 << 20
            thread.start()
            isOpen.wait()
            if let failure = opened.withLock({ $0 }) {
                stop()
                throw failure
            }
        }
    }

    func read<Value: Sendable>(
        _ body: @escaping @Sendable (SQLiteConnection) throws(LedgerFailure) -> Value
    ) async throws(LedgerFailure) -> Value {
        let result = await withCheckedContinuation {
            (continuation: CheckedContinuation<Result<Value, LedgerFailure>, Never>) in
            let accepted = queue.withLock { queue in
                guard !queue.isClosed else { return false }
                queue.jobs.append { connection in
                    continuation.resume(returning: Self.run(body, on: connection))
                }
                return true
            }
            if accepted {
                wake.signal()
            } else {
                continuation.resume(returning: .failure(LedgerFailure(.closed, phase: .queue, retry: .safe)))
            }
        }
        return try result.get()
    }

    /// Finishes the reads under way, and closes the connections.
    func stop() {
        queue.withLock { $0.isClosed = true }
        for _ in 0..<count { wake.signal() }
        running.wait()
    }

    private func run(_ connection: SQLiteConnection) {
        while true {
            wake.wait()
            let job = queue.withLock { queue -> Job? in
                queue.jobs.isEmpty ? nil : queue.jobs.removeFirst()
            }
            if let job {
                job(connection)
            } else if queue.withLock({ $0.isClosed }) {
                return
            }
        }
    }

    private static func run<Value: Sendable>(
        _ body: (SQLiteConnection) throws(LedgerFailure) -> Value,
        on connection: SQLiteConnection
    ) -> Result<Value, LedgerFailure> {
        do throws(LedgerFailure) {
            try connection.prepare("BEGIN", phase: .load).run(phase: .load)
            defer {
                if connection.isInTransaction {
                    // A read leaves nothing behind; if it cannot be ended, the next BEGIN reports the failure.
                    _ = try? connection.prepare("COMMIT", phase: .load).run(phase: .load)
                }
            }
            return .success(try body(connection))
        } catch {
            return .failure(error)
        }
    }
}

extension SQLiteConnection: LedgerView {
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
