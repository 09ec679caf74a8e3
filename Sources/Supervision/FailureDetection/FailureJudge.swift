// The judge itself may be at fault. Two checks come before every conviction:
//
// 1. The judge's own pause. A round that is late by more than the time between two heartbeats is discarded: heartbeats that wait
//    in the judge's socket have not been read yet. The pause beyond one interval is subtracted from each replica's silence
//    (Cassandra does likewise). A judge that is always late still judges every fifth round, and silence still grows by one
//    interval a round, so it convicts, only later.
// 2. A mass silence. When more than half of the replicas, and more than one, are suspect at once, the machine is more likely at
//    fault than each of them, and no replica is convicted. But a dead replica stays silent: once the longest silence has reached
//    `massAfter`, the replica with the longest one is convicted, and one more each round while that lasts. So a dead pair is
//    convicted within `massAfter` and a round; a single replica has no others to compare with, and no delay.
//
// A conviction is final: a replica that was stopped and continues must not count as alive between verdict and kill.

/// Judges all replicas of one supervisor by their heartbeats, a round at a time.
///
/// Used on the supervisor's thread. Cost: a round takes `window` additions for each replica.
public struct FailureJudge: Sendable {
    /// The settings.
    public let settings: Settings
    private var watched: [ReplicaID: Watched] = [:]
    private var convicted: Set<ReplicaID> = []
    /// Replicas that were suspect or dead in the last judged round.
    private var suspects: Set<ReplicaID> = []
    private var lastRound: ContinuousClock.Instant?
    private var discardsRunning = 0

    private struct Watched {
        var detector: PhiAccrualDetector
        var isServing = false
    }

    /// A judge that watches no replica.
    public init(_ settings: Settings = Settings()) {
        self.settings = settings
    }

    /// Begins to watch a replica, which was just spawned or adopted.
    public mutating func watch(_ replica: ReplicaID, at now: ContinuousClock.Instant) {
        watched[replica] = Watched(detector: PhiAccrualDetector(settings.detector, at: now))
        convicted.remove(replica)
    }

    /// Stops watching a replica, which has exited.
    public mutating func forget(_ replica: ReplicaID) {
        watched[replica] = nil
        convicted.remove(replica)
        suspects.remove(replica)
    }

    /// A heartbeat arrives; one of a replica that is not watched or was convicted is ignored.
    public mutating func heartbeat(_ heartbeat: Heartbeat, at now: ContinuousClock.Instant) {
        let isPunctual = !isLate(at: now)
        watched[heartbeat.replica]?.detector.heartbeat(isPunctual: isPunctual, at: now)
        watched[heartbeat.replica]?.isServing = heartbeat.state.isServing
    }

    /// Judges all replicas; to be called once an `interval`, after all heartbeats that have arrived were passed on.
    public mutating func round(at now: ContinuousClock.Instant) -> Round {
        let pause = pause(at: now)
        let isLate = isLate(at: now)
        lastRound = now
        if isLate {
            for replica in Array(watched.keys) { watched[replica]?.detector.forgive(pause, at: now) }
            discardsRunning += 1
            if discardsRunning < settings.discardsRunning {
                return Round(outcome: .discarded(pause: pause), verdicts: verdicts())
            }
        }
        discardsRunning = 0
        return judge(at: now)
    }

    /// The judge's own delay beyond one interval.
    private func pause(at now: ContinuousClock.Instant) -> Duration {
        lastRound.map { $0.duration(to: now) - settings.interval } ?? .zero
    }

    private func isLate(at now: ContinuousClock.Instant) -> Bool {
        pause(at: now) > settings.detector.interval
    }

    private mutating func judge(at now: ContinuousClock.Instant) -> Round {
        var dead: [ReplicaID] = []
        suspects = []
        for (replica, watched) in watched where !convicted.contains(replica) {
            switch watched.detector.verdict(isServing: watched.isServing, at: now) {
            case .alive: break
            case .suspect: suspects.insert(replica)
            case .dead: dead.append(replica)
            }
        }
        suspects.formUnion(dead)
        let silent = suspects.count
        let isMass = silent > 1 && silent * 2 > watched.count - convicted.count
        if isMass { dead = longestSilent(of: dead, at: now) }
        convicted.formUnion(dead)
        let outcome: Round.Outcome = isMass ? .massSilence(silent) : .judged
        return Round(outcome: outcome, convicted: dead.sorted(), verdicts: verdicts())
    }

    /// The one replica that may be convicted during a mass silence, if its silence has lasted long enough.
    private func longestSilent(of dead: [ReplicaID], at now: ContinuousClock.Instant) -> [ReplicaID] {
        func silence(_ replica: ReplicaID) -> Duration { watched[replica]?.detector.silence(at: now) ?? .zero }
        let longest = dead.sorted().max { silence($0) < silence($1) }
        guard let longest, silence(longest) >= settings.massAfter else { return [] }
        return [longest]
    }

    private func verdicts() -> [ReplicaID: PhiAccrualDetector.Verdict] {
        watched.reduce(into: [:]) { verdicts, entry in
            let isDead = convicted.contains(entry.key)
            verdicts[entry.key] = isDead ? .dead : suspects.contains(entry.key) ? .suspect : .alive
        }
    }

    /// The suspicion level and silence of a replica, for metrics; nil if it is not watched.
    public func figures(
        of replica: ReplicaID,
        at now: ContinuousClock.Instant
    ) -> (phi: Double, silence: Duration)? {
        watched[replica].map { ($0.detector.phi(at: now), $0.detector.silence(at: now)) }
    }
}
