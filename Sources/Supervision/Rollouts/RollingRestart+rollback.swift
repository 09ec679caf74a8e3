extension RollingRestart {
    /// Whether the rollout returns to the old release.
    public var isRollingBack: Bool {
        if case .rollingBack = phase { return true }
        return false
    }

    /// Restores the number of old replicas, and drains a new replica for each old one that serves.
    mutating func rollBack(_ actions: inout [Action], at now: ContinuousClock.Instant) {
        guard case .rollingBack(let failure, let until) = phase else { return }
        spawnOld(&actions)
        let serving = fleet.serving(new: false)
        drainNew(keeping: max(0, wanted - serving.count), until: min(until, now + settings.drainFor), &actions)
        let new = fleet.members.filter(\.value.isNew).keys.sorted()
        if new.isEmpty, fleet.draining.isEmpty, serving.count >= wanted {
            outcome = .rolledBack(failure)
        } else if now >= until {
            guard !serving.isEmpty else {
                outcome = .stuck(failure)
                return
            }
            for replica in Set(new + fleet.draining).sorted() where fleet.members[replica]?.isKilled == false {
                fleet.killed(replica)
                actions.append(.kill(replica))
            }
            outcome = .rolledBack(failure)
        }
    }

    /// Starts old replicas in place of those that have ended, all at once; a bounded number, in case they do not start either.
    private mutating func spawnOld(_ actions: inout [Action]) {
        let missing = wanted - fleet.staying(new: false).count - pendingOld
        for _ in 0..<max(0, min(missing, oldSpawnsLeft)) {
            pendingOld += 1
            oldSpawnsLeft -= 1
            actions.append(.spawn(release: oldRelease))
        }
    }

    /// Drains new replicas: all that do not serve, and of the others all but `keeping`.
    private mutating func drainNew(keeping: Int, until: ContinuousClock.Instant, _ actions: inout [Action]) {
        let serving = fleet.serving(new: true)
        let idle = fleet.staying(new: true).filter { !serving.contains($0) }
        for replica in idle + serving.dropLast(keeping) {
            fleet.drain(replica, until: until)
            actions.append(.drain(replica))
        }
    }
}
