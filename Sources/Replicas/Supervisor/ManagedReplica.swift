import Foundation
import Supervision

/// One replica, from its supervisor's point of view.
struct ManagedReplica: Sendable {
    let id: ReplicaID
    let release: Int
    let process: ReplicaProcess
    let startedAt: ContinuousClock.Instant
    let isAdopted: Bool
    var phase = Phase.starting
    /// The last heartbeat, and when it was received.
    var heartbeat: Heartbeat?
    var heardAt: ContinuousClock.Instant?
    /// Average number of processors in use between the last two heartbeats.
    var busyProcessors = 0.0
    /// Since when the kernel reports that it is stopped by a signal.
    var stoppedSince: ContinuousClock.Instant?
    /// Whether its silence makes it suspect.
    var isSuspect = false

    /// The phase of its life.
    enum Phase: Hashable, Sendable {
        /// It loads.
        case starting
        /// It has reported that it serves.
        case serving
        /// It finishes its requests; it is killed at this moment.
        case draining(until: ContinuousClock.Instant)
        /// It hangs: it was aborted to write a core dump, and is killed at this moment.
        case condemned(until: ContinuousClock.Instant)
    }

    /// Whether it counts towards the wanted number.
    var isStaying: Bool { phase == .starting || phase == .serving }

    /// The phase in words.
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
