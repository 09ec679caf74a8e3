// Replicas are replaced one by one without loss of capacity: a new one is ready before an old one drains. The first new one is
// the canary. It serves beside all the old ones for a while, and no old replica drains before that time is over; from then on
// both releases are compared until the last old replica has exited.
//
//     start one ── ready ──→ canary (the first only) ──→ drain an old one ── exited ──→ start the next … ──→ completed
//        └── not ready in time, crashed, or more errors than the old release: at any time ──→ roll back
//
// To roll back, a canary alone is drained at once. Later, old replicas are started in place of those that have ended, all at
// once, and a new one drains for each that is ready. When the time is up, the new ones are killed if an old one serves, and left
// if none does: a bad release is better than none.

/// Plans how one release replaces another, replica by replica, and how to roll back if it is bad.
///
/// A plain state machine: its owner reports events and carries out the returned actions. To be called at least once a second,
/// even without events.
public struct RollingRestart: Sendable {
    /// The settings.
    public let settings: Settings
    /// The release that is replaced.
    public let oldRelease: String
    /// The release that replaces it; it may be the same, for a restart.
    public let newRelease: String
    /// The result; nil while the rollout goes on.
    public internal(set) var outcome: Outcome?
    let wanted: Int
    var fleet: RolloutFleet
    var phase = Phase.idle
    private var analysis: CanaryAnalysis
    private var hasCanaryPassed = false
    /// Old replicas whose start was asked for and not yet reported.
    var pendingOld = 0
    /// How many old replicas may still be started during a rollback.
    var oldSpawnsLeft: Int

    enum Phase {
        case idle
        /// A spawn was asked for, or the spawned replica loads.
        case starting(ReplicaID?, until: ContinuousClock.Instant)
        case canary(until: ContinuousClock.Instant)
        case draining
        case rollingBack(Failure, until: ContinuousClock.Instant)
    }

    /// A rollout of these replicas, at least one; their number stays the same in the end.
    public init(of old: [ReplicaID], from oldRelease: String, to newRelease: String, _ settings: Settings = Settings())
    {
        precondition(!old.isEmpty, "a rollout needs a replica to replace")
        self.settings = settings
        self.oldRelease = oldRelease
        self.newRelease = newRelease
        wanted = old.count
        fleet = RolloutFleet(old: old)
        analysis = CanaryAnalysis(settings.analysis)
        oldSpawnsLeft = old.count * 3
    }

    /// Takes the events since the last call, in their order, and returns the actions; none once it is over.
    public mutating func advance(
        _ observations: [Observation] = [],
        at now: ContinuousClock.Instant
    ) -> [Action] {
        guard outcome == nil else { return [] }
        for observation in observations { take(observation, at: now) }
        var actions: [Action] = []
        step(&actions, at: now)
        for replica in fleet.overdue(at: now) {
            fleet.killed(replica)
            actions.append(.kill(replica))
        }
        if let outcome { actions.append(.finish(outcome)) }
        return actions
    }

    private mutating func take(_ observation: Observation, at now: ContinuousClock.Instant) {
        switch observation {
        case .spawned(let replica, let release):
            let isNew = !isRollingBack || release != oldRelease
            fleet.add(replica, isNew: isNew)
            if !isNew { pendingOld = max(0, pendingOld - 1) }
            if isNew, case .starting(nil, let until) = phase { phase = .starting(replica, until: until) }
        case .spawnFailed(let release):
            if isRollingBack, release == oldRelease { pendingOld = max(0, pendingOld - 1) }
            fail(.spawnFailed, at: now)
        case .ready(let replica): fleet.ready(replica)
        case .counts(let replica, let requests): fleet.count(replica, requests)
        case .exited(let replica):
            guard let member = fleet.remove(replica), member.isNew, member.drainsUntil == nil else { return }
            fail(.crashed(replica), at: now)
        }
    }

    /// Begins a rollback, unless one has begun.
    private mutating func fail(_ failure: Failure, at now: ContinuousClock.Instant) {
        guard !isRollingBack else { return }
        phase = .rollingBack(failure, until: now + settings.rollBackWithin)
    }

    /// Begins a rollback if the new release has more errors than the old one.
    private mutating func compare(isLast: Bool, at now: ContinuousClock.Instant) {
        let canary = fleet.requests(ofNew: true)
        let baseline = fleet.requests(ofNew: false)
        if let evidence = analysis.look(canary: canary, baseline: baseline, isLast: isLast) {
            fail(.errors(evidence), at: now)
        }
    }

    private mutating func step(_ actions: inout [Action], at now: ContinuousClock.Instant) {
        if !isRollingBack { compare(isLast: false, at: now) }
        switch phase {
        case .idle: replaceNext(&actions, at: now)
        case .starting(let replica, let until):
            if let replica, fleet.members[replica]?.isReady == true {
                phase = .canary(until: now + settings.canaryFor)
                if hasCanaryPassed { drainNext(&actions, at: now) }
            } else if now >= until {
                fail(replica.map { .neverReady($0) } ?? .spawnFailed, at: now)
            }
        case .canary(let until) where now >= until:
            compare(isLast: true, at: now)
            guard !isRollingBack else { break }
            hasCanaryPassed = true
            drainNext(&actions, at: now)
        case .draining where fleet.draining.isEmpty: replaceNext(&actions, at: now)
        case .canary, .draining, .rollingBack: break
        }
        if isRollingBack { rollBack(&actions, at: now) }
    }

    /// Starts one more new replica, or completes.
    private mutating func replaceNext(_ actions: inout [Action], at now: ContinuousClock.Instant) {
        if fleet.staying(new: true).count < wanted {
            phase = .starting(nil, until: now + settings.readyWithin)
            actions.append(.spawn(release: newRelease))
        } else if fleet.staying(new: false).isEmpty {
            compare(isLast: true, at: now)
            if !isRollingBack { outcome = .completed }
        } else {
            drainNext(&actions, at: now)
        }
    }

    /// Drains an old replica, if there are enough without it.
    private mutating func drainNext(_ actions: inout [Action], at now: ContinuousClock.Instant) {
        phase = .draining
        let old = fleet.staying(new: false)
        guard let oldest = old.first, old.count + fleet.serving(new: true).count > wanted else {
            return replaceNext(&actions, at: now)
        }
        fleet.drain(oldest, until: now + settings.drainFor)
        actions.append(.drain(oldest))
    }
}
