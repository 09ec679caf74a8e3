// The latency of a request is the server's own time for it. How fast a client sends, and how long it asks the server to wait,
// depend on the client alone: if these counted, any client could make the server appear slow.

import Resilience
import Synchronization

/// The server's own time for a request: from the arrival of its last byte to its answer, without the waits that its client asked
/// for.
final class OwnTime: Sendable {
    private struct State {
        var startedAt: ContinuousClock.Instant
        var waited = Duration.zero
    }

    private let state: Mutex<State>

    /// - Parameter now: when the request's head arrived.
    init(at now: ContinuousClock.Instant) {
        state = Mutex(State(startedAt: now))
    }

    /// The whole request has arrived.
    func begin(at now: ContinuousClock.Instant = .now) {
        state.withLock { $0.startedAt = now }
    }

    /// Subtracts a wait that the client asked for.
    func add(waited: Duration) {
        state.withLock { $0.waited += waited }
    }

    /// The time so far.
    func taken(at now: ContinuousClock.Instant = .now) -> Duration {
        state.withLock { max(.zero, $0.startedAt.duration(to: now) - $0.waited) }
    }
}

/// Places for waits that clients ask for (`Prefer: wait`), for all requests of a process together.
///
/// If none is free, the preference is ignored, as RFC 7240 allows, and the request is answered at once.
public final class ClientWaits: Sendable {
    private let most: Int
    private let count = Atomic<Int>(0)

    /// - Parameter most: the number of places.
    public init(most: Int = 1000) {
        self.most = most
    }

    /// The number of waits now.
    public var underWay: Int { count.load(ordering: .relaxed) }

    /// Takes a place, which must be left again; false where none is free.
    func enter() -> Bool {
        guard count.wrappingAdd(1, ordering: .relaxed).newValue <= most else {
            leave()
            return false
        }
        return true
    }

    func leave() { count.wrappingSubtract(1, ordering: .relaxed) }
}

extension Call {
    /// Waits for the result that the client asked to wait for; nil at once where no place is free.
    ///
    /// Meanwhile the request gives back its place in the admission gate, and the time does not count as the server's.
    ///
    /// - Throws: the problem that `body` throws.
    public func wait<Value: Sendable>(
        _ body: () async throws(Problem) -> Value?
    ) async throws(Problem) -> Value? {
        guard course.waits.enter() else { return nil }
        course.pass?.giveBack()
        let began = ContinuousClock.now
        defer {
            course.time.add(waited: began.duration(to: .now))
            course.waits.leave()
        }
        return try await body()
    }

    /// The state of a request in flight at the front door.
    struct Course: Sendable {
        /// The server's own time.
        let time: OwnTime
        /// Its place in the admission gate; nil where it needs none.
        let pass: AdmissionGate.Pass?
        /// Places for waits.
        let waits: ClientWaits
    }
}
