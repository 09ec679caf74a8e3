// What a request costs is judged by what the server does for it. How fast a client sends, and for how long it asks the server to wait, are
// its own affair: counted in, they would let any client tell the server that it is slow.

import Resilience
import Synchronization

/// How long the server worked on a request: from the arrival of its last byte to its answer, without what its client asked to wait for.
final class OwnTime: Sendable {
    private struct State {
        var startedAt: ContinuousClock.Instant
        var waited = Duration.zero
    }

    private let state: Mutex<State>

    /// - Parameter now: when the request's head came.
    init(at now: ContinuousClock.Instant) {
        state = Mutex(State(startedAt: now))
    }

    /// All of the request is there.
    func begin(at now: ContinuousClock.Instant = .now) {
        state.withLock { $0.startedAt = now }
    }

    /// So long the client asked to wait.
    func add(waited: Duration) {
        state.withLock { $0.waited += waited }
    }

    /// How long it took until now.
    func taken(at now: ContinuousClock.Instant = .now) -> Duration {
        state.withLock { max(.zero, $0.startedAt.duration(to: now) - $0.waited) }
    }
}

/// Places for waits that clients ask for (`Prefer: wait`), in all requests of a process together.
///
/// Where none is left, a preference is passed over, as RFC 7240 allows, and the request is answered at once.
public final class ClientWaits: Sendable {
    private let most: Int
    private let count = Atomic<Int>(0)

    /// - Parameter most: how many may wait at once.
    public init(most: Int = 1000) {
        self.most = most
    }

    /// How many wait now.
    public var underWay: Int { count.load(ordering: .relaxed) }

    /// Takes a place, which is to be left again; false where none is free.
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
    /// Waits for what the client asked to wait for; nil at once where too many wait already.
    ///
    /// Meanwhile the request has no place among those under way, and the time does not count as the server's.
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

    /// What the front door knows of a request that is under way.
    struct Course: Sendable {
        /// How long the server works on it.
        let time: OwnTime
        /// Its place among the requests under way; nil where it needs none.
        let pass: AdmissionGate.Pass?
        /// Places for waits.
        let waits: ClientWaits
    }
}
