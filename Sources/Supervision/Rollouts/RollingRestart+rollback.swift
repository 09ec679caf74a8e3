extension RollingRestart {
    /// Whether it is going back to the old release.
    public var isRollingBack: Bool {
        if case .rollingBack = phase { return true }
        return false
    }

    /// Brings the old release back to its number, and lets a new replica go for each old one that serves.
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

    /// Starts old replicas for those that are gone, all together; a bounded number, should they not come up either.
    private mutating func spawnOld(_ actions: inout [Action]) {
        let missing = wanted - fleet.staying(new: false).count - pendingOld
        for _ in 0..<max(0, min(missing, oldSpawnsLeft)) {
            pendingOld += 1
            oldSpawnsLeft -= 1
            actions.append(.spawn(release: oldRelease))
        }
    }

    /// Drains new replicas: all that do not serve, and of the others all but so many.
    private mutating func drainNew(keeping: Int, until: ContinuousClock.Instant, _ actions: inout [Action]) {
        let serving = fleet.serving(new: true)
        let idle = fleet.staying(new: true).filter { !serving.contains($0) }
        for replica in idle + serving.dropLast(keeping) {
            fleet.drain(replica, until: until)
            actions.append(.drain(replica))
        }
    }
}
