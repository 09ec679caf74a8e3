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
    private let absence: @Sendable () -> StoreAbsence?

    /// Not started yet.
    ///
    /// - Parameters:
    ///   - stuckAfter: how long a canary may be unanswered before the process counts as stuck; longer than the ledger may take to be known as away.
    ///   - absence: the last absence of the ledger.
    public init(
        stuckAfter: Duration = .seconds(5),
        absence: @escaping @Sendable () -> StoreAbsence? = { nil }
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

    /// What is known of this process.
    public struct Readiness: Sendable {
        /// Whether it can do work now.
        public let isReady: Bool
        /// Its status.
        public let status: Status
        /// What became of the last write, in words.
        public internal(set) var writes = "unknown"
        /// Why the ledger accepts no writes.
        public internal(set) var refusal: LedgerFailure.Code?
        /// The time since a canary was answered.
        public let age: Duration
    }

    /// Whether it can do work now, and why not.
    public var readiness: Readiness {
        let (absence, now) = (absence(), ContinuousClock.now)
        return state.withLock { state in
            let age = state.answeredAt.duration(to: now)
            guard state.isStarted else { return Readiness(isReady: false, status: .starting, age: age) }
            guard !state.isDraining else { return Readiness(isReady: false, status: .draining, age: age) }
            guard !state.isSetAside else { return Readiness(isReady: false, status: .setAside, age: age) }
            if let failure = absence?.failure { return Readiness(refusal: failure, age: age) }
            // What the ledger was away for is not this process's silence.
            guard min(age, absence?.at.duration(to: now) ?? age) < stuckAfter else {
                return Readiness(isReady: false, status: .stuck, writes: "no answer", age: age)
            }
            switch state.canary {
            case .none: return Readiness(isReady: true, status: .ok, age: age)
            case .ok: return Readiness(isReady: true, status: .ok, writes: "ok", age: age)
            case .refused(let failure): return Readiness(refusal: failure, age: age)
            }
        }
    }
}

extension Health.Readiness {
    /// A ledger that refuses writes.
    fileprivate init(refusal: LedgerFailure, age: Duration) {
        self.init(isReady: true, status: .degraded, writes: refusal.description, refusal: refusal.code, age: age)
    }
}
