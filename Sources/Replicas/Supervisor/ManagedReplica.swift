import Foundation
import Supervision

/// One replica, as its supervisor sees it.
struct ManagedReplica: Sendable {
    let id: ReplicaID
    let release: Int
    let process: ReplicaProcess
    let startedAt: ContinuousClock.Instant
    let isAdopted: Bool
    var phase = Phase.starting
    /// The last heartbeat, and when it was heard.
    var heartbeat: Heartbeat?
    var heardAt: ContinuousClock.Instant?
    /// Processors kept busy between the last two heartbeats.
    var busyProcessors = 0.0
    /// Since when the kernel says that a signal has stopped it.
    var stoppedSince: ContinuousClock.Instant?
    /// What is thought of its silence.
    var isSuspect = false

    /// Where it is in its life.
    enum Phase: Hashable, Sendable {
        /// It loads.
        case starting
        /// It has said that it serves.
        case serving
        /// It finishes what it has; when the time is up it is killed.
        case draining(until: ContinuousClock.Instant)
        /// It hangs: it was told to leave a core, and is killed when the time is up.
        case condemned(until: ContinuousClock.Instant)
    }

    /// Whether it counts towards the wanted number.
    var isStaying: Bool { phase == .starting || phase == .serving }

    /// The word for people.
    func state(at now: ContinuousClock.Instant) -> String {
        switch phase {
        case .starting: "starting"
        case .serving where isSuspect: "suspect"
        case .serving: heartbeat?.state.rawValue ?? "ready"
        case .draining: "draining"
        case .condemned: "hung"
        }
    }

    /// Takes a heartbeat.
    mutating func hear(_ heartbeat: Heartbeat, at now: ContinuousClock.Instant) {
        if let last = self.heartbeat, let delta = HeartbeatDelta(from: last, to: heartbeat) {
            busyProcessors = delta.busyProcessors
        }
        self.heartbeat = heartbeat
        heardAt = now
        if phase == .starting, heartbeat.state.isServing { phase = .serving }
    }
}
