import Foundation
import Ledger
import Synchronization

/// The connections to a database: where one of them finds that the server is gone, all of them are made anew.
///
/// After a failover the others would find out one after another, each with a request that fails.
final class PostgresPool: Sendable {
    private struct State {
        var generation = 0
        /// The last failure to connect, and when the next attempt is due.
        var failure: (LedgerFailure, until: ContinuousClock.Instant)?
        var failures = 0
    }

    let settings: PostgresSettings
    private let state = Mutex(State())

    /// How long after a failure to connect the next attempt is made, at first and at most, in milliseconds; the rest is chance.
    private static let waits = (first: 50.0, greatest: 1000.0)

    init(_ settings: PostgresSettings) {
        self.settings = settings
    }

    /// The generation of connections that may be used.
    var generation: Int { state.withLock(\.generation) }

    /// Has all connections made anew before they are used again.
    func renew() { state.withLock { $0.generation += 1 } }

    /// Connects; after a failure the same failure is given again until the next attempt is due.
    func connect(_ purpose: PostgresConnection.Purpose) throws(LedgerFailure) -> PostgresConnection {
        if let (failure, until) = state.withLock(\.failure), ContinuousClock.now < until { throw failure }
        do throws(LedgerFailure) {
            let connection = try PostgresConnection(settings, purpose)
            state.withLock { state in
                state.failure = nil
                state.failures = 0
            }
            return connection
        } catch {
            state.withLock { state in
                let bound = min(Self.waits.greatest, Self.waits.first * pow(2, Double(min(state.failures, 10))))
                state.failures += 1
                state.failure = (error, until: .now + .milliseconds(Double.random(in: bound / 2...bound)))
            }
            throw error
        }
    }
}

/// One place of a pool, used by one thread at a time.
struct PooledConnection {
    private let pool: PostgresPool
    private let purpose: PostgresConnection.Purpose
    private var connection: PostgresConnection?
    private var generation = 0

    init(_ pool: PostgresPool, purpose: PostgresConnection.Purpose) {
        self.pool = pool
        self.purpose = purpose
    }

    /// A connection that can be used as far as is known, made if needed.
    mutating func get() throws(LedgerFailure) -> PostgresConnection {
        let wanted = pool.generation
        if let connection, connection.isUsable, generation == wanted { return connection }
        // The old one is closed first, so that the server never has more than one for each place.
        connection = nil
        let made = try pool.connect(purpose)
        connection = made
        generation = wanted
        return made
    }

    /// The connection that ``get()`` gave last.
    func current() throws(LedgerFailure) -> PostgresConnection {
        guard let connection else {
            throw LedgerFailure(.away, phase: .begin, retry: .safe, detail: "the connection is gone")
        }
        return connection
    }

    /// Whether the connection waits for a standby before it is used.
    var isProving: Bool { connection?.isProving ?? false }

    /// Closes the connection.
    mutating func drop() { connection = nil }
}
