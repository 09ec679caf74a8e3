// A replica that comes near to a ceiling is replaced before it reaches it: first another one serves, then it drains. One at a time.

import Foundation
import Logging
import Supervision

/// A replica that is being replaced while it still serves.
struct Recycling {
    let old: ReplicaID
    let new: ReplicaID
    let until: ContinuousClock.Instant
}

extension Supervisor {
    /// Goes on with the replacement that is under way, or begins the next one.
    func recycleIfNeeded(at now: ContinuousClock.Instant) {
        guard !isStopping, rollout == nil else { return }
        if let current = recycling { return goOn(current, at: now) }
        for replica in staying where replica.phase == .serving {
            guard let cause = plan.ceilings.exceeded(by: replica.heartbeat) else { continue }
            guard case .granted = loops.start(release.name, at: now), let new = start(release, at: now) else { return }
            logger.warning("\(replica.id) is to be replaced", metadata: ["cause": "\(cause)"])
            note(replica.id, .recycle, cause: cause, action: "another one is started, then it drains", at: now)
            recycling = Recycling(old: replica.id, new: new, until: now + .seconds(60))
            return
        }
    }

    private func goOn(_ current: Recycling, at now: ContinuousClock.Instant) {
        switch replicas[current.new]?.phase {
        case .serving:
            drain(current.old, at: now)
            recycling = nil
        case .starting where now < current.until: break
        default: recycling = nil
        }
    }
}

/// How far a replica may grow.
public struct ReplicaCeilings: Hashable, Sendable {
    /// Resident memory, in bytes.
    public var residentBytes: Int64
    /// The share of the descriptors that it may have open.
    public var descriptors: Double

    /// Ceilings.
    public init(residentBytes: Int64, descriptors: Double = 0.8) {
        self.residentBytes = residentBytes
        self.descriptors = descriptors
    }

    /// Which of them is exceeded, in words; nil where none is.
    func exceeded(by heartbeat: Heartbeat?) -> String? {
        guard let heartbeat else { return nil }
        if heartbeat.residentBytes > residentBytes {
            return "it takes \(heartbeat.residentBytes >> 20) MiB of memory, and may take \(residentBytes >> 20)"
        }
        if let ratio = heartbeat.descriptors.ratio, ratio > descriptors {
            return "it has \(heartbeat.descriptors.used) of \(heartbeat.descriptors.limit) descriptors open"
        }
        return nil
    }
}
