// Three separate questions. Live: does the process make progress? Ready: can it do work now? Started: has it loaded? A full disk, a ledger
// that refuses writes, or one that is away while writes wait for it, affects all replicas and makes none unready, since browsing would be lost
// too: the answer says `degraded` with status 200. A committer that does not answer at all is this replica's own fault: 503.

import Ledger
import Synchronization

/// The health of this process, for probes and metrics.
///
/// Thread-safe.
public final class Health: Sendable {
    /// The result of the last write canary.
    public enum Canary: Sendable {
        /// No canary has been answered yet.
        case none
        /// It was committed.
        case ok
        /// The ledger refused it, with a known outcome.
        case refused(LedgerFailure)
    }

    private struct State {
        var isStarted = false
        var isDraining = false
        var isSetAside = false
        var canary = Canary.none
        var answeredAt = ContinuousClock.now
    }

    private let state = Mutex(State())
    private let stuckAfter: Duration
    private let absence: @Sendable () -> LedgerFailure?

    /// Not started yet.
    ///
    /// - Parameters:
    ///   - stuckAfter: how long a canary may be unanswered before the process counts as stuck; longer than the ledger may take to be known as away.
    ///   - absence: why the ledger is away, while writes wait for it.
    public init(
        stuckAfter: Duration = .seconds(5),
        absence: @escaping @Sendable () -> LedgerFailure? = { nil }
    ) {
        self.stuckAfter = stuckAfter
        self.absence = absence
    }

    /// Loading is complete.
    public func started() {
        state.withLock { $0.isStarted = true }
    }

    /// The process is shutting down: it accepts no new work.
    public func drain() {
        state.withLock { $0.isDraining = true }
    }

    /// Whether work should go to other replicas: the process is then not ready, but still answers requests.
    public func setAside(_ isSetAside: Bool) {
        state.withLock { $0.isSetAside = isSetAside }
    }

    /// Records the result of a canary.
    func record(_ canary: Canary) {
        state.withLock { state in
            state.canary = canary
            state.answeredAt = .now
        }
    }

    var isStarted: Bool { state.withLock { $0.isStarted } }

    /// The status in one word.
    public enum Status: String, Sendable {
        /// It loads.
        case starting
        /// It does all its work.
        case ok
        /// The ledger accepts no writes, or is away; browsing works.
        case degraded
        /// The ledger does not answer.
        case stuck
        /// It works, but is suspect: work should go to other replicas.
        case setAside
        /// It finishes its requests.
        case draining
    }

    /// Whether it can do work now, and its status; `age` is the time since the canary's last answer.
    public var readiness: (isReady: Bool, status: Status, writes: String, age: Duration) {
        let absence = absence()
        return state.withLock { state in
            let age = state.answeredAt.duration(to: .now)
            guard state.isStarted else { return (false, .starting, "unknown", age) }
            guard !state.isDraining else { return (false, .draining, "unknown", age) }
            guard !state.isSetAside else { return (false, .setAside, "unknown", age) }
            if let absence { return (true, .degraded, absence.description, age) }
            guard age < stuckAfter else { return (false, .stuck, "no answer", age) }
            switch state.canary {
            case .none: return (true, .ok, "unknown", age)
            case .ok: return (true, .ok, "ok", age)
            case .refused(let failure): return (true, .degraded, failure.description, age)
            }
        }
    }
}
