// A replica that still serves but is not healthy is replaced before it fails: first another one serves, then it drains. One at a
// time. `RecoveryPolicy` says when, and how often at most.

import Foundation
import Logging
import Supervision

/// The replacement of a replica that still serves.
struct Recycling {
    let old: ReplicaID
    let new: ReplicaID
    let until: ContinuousClock.Instant
    /// The number of the repair.
    let firing: Int
}

/// How near a replica is to its limits, and its recent requests and failures.
struct ReplicaWatch: Sendable {
    var requests = RecentTotals<Heartbeat.Requests>(over: .seconds(30))
    var workerFailures = RecentTotals<[String: Int64]>(over: .seconds(60))
    var memory = ResourceWatch(.memory)
    var descriptors = ResourceWatch(.descriptors)
}

extension Supervisor {
    /// The age of a write canary from which on a replica's ledger counts as unreachable.
    private static let staleCanary = Duration.seconds(10)

    /// Continues the replacement in progress, or begins the next one.
    func recycleIfNeeded(at now: ContinuousClock.Instant) {
        let observations = observations(at: now)
        guard !isStopping, rollout == nil else { return }
        if let current = recycling { return goOn(current, at: now) }
        for firing in engine.consider(observations, at: now) {
            guard recycling == nil, case .replica(let old) = firing.subject,
                case .granted = loops.start(release.name, at: now), let new = start(release, at: now)
            else {
                _ = engine.finish(firing.number, .failed("no other could be started"), at: now)
                continue
            }
            logger.warning(
                "\(old) is to be replaced",
                metadata: ["cause": "\(firing.cause)", "policy": "\(firing.policy)"]
            )
            note(old, .recycle, cause: firing.cause, action: "another one is started, then it drains", at: now)
            recycling = Recycling(old: old, new: new, until: now + .seconds(60), firing: firing.number)
        }
    }

    private func goOn(_ current: Recycling, at now: ContinuousClock.Instant) {
        switch replicas[current.new]?.phase {
        case .serving:
            drain(current.old, at: now)
            _ = engine.finish(current.firing, .succeeded, at: now)
            recycling = nil
        case .starting where now < current.until: break
        default:
            _ = engine.finish(current.firing, .failed("the other one did not serve"), at: now)
            recycling = nil
        }
    }

    /// The observations of all replicas that serve.
    private func observations(at now: ContinuousClock.Instant) -> [RecoveryObservation] {
        let serving = staying.filter { $0.phase == .serving }
        watches = watches.filter { replicas[$0.key] != nil }
        let heartbeats = serving.compactMap(\.heartbeat)
        let stale = heartbeats.filter { $0.canaryAge.map { $0 >= Self.staleCanary } ?? false }.count
        for heartbeat in heartbeats {
            watches[heartbeat.replica, default: ReplicaWatch()].requests.add(heartbeat.requests, at: now)
            watches[heartbeat.replica]?.workerFailures.add(heartbeat.workerFailures, at: now)
        }
        let answered = heartbeats.compactMap { watches[$0.replica]?.requests.requests }
            .reduce(into: Heartbeat.Requests()) { $0 += $1 }
        return heartbeats.map { heartbeat in
            var watch = watches[heartbeat.replica] ?? ReplicaWatch()
            var seen = RecoveryObservation(.replica(heartbeat.replica))
            seen.eventLoopLag = heartbeat.eventLoopLag
            seen.canaryAge = heartbeat.canaryAge
            seen.staleCanaryShare = Double(stale) / Double(heartbeats.count)
            seen.memory = watch.memory.read(
                Heartbeat.Usage(used: heartbeat.residentBytes, limit: plan.memoryBytes),
                at: now
            )
            seen.descriptors = watch.descriptors.read(heartbeat.descriptors, at: now)
            seen.requests = watch.requests.requests
            seen.peerRequests = answered
            seen.peerRequests? -= watch.requests.requests
            watches[heartbeat.replica] = watch
            return seen
        }
    }
}
