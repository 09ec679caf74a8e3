// A temporary problem is met by a restraint: a suspect replica accepts no new connections, a replica short of memory refuses
// requests that can wait, and while the disk is nearly full nothing is written except what concerns money that has already moved.
// The supervisor sends a restraint to the replica's own socket and repeats it as long as its cause lasts; a replica drops a
// restraint that is not repeated.

import Foundation
import Logging
import Supervision
import Time

/// The restraints in force, and the state by which they are decided.
struct Restraints: Sendable {
    /// A restraint in force.
    struct InForce: Sendable {
        let firing: RecoveryFiring
        let policy: RecoveryPolicy
        /// Its name in the log of recoveries.
        let entry: String
        /// When its condition last applied.
        var seenAt: ContinuousClock.Instant
    }

    var engine = RecoveryEngine(SupervisorPlan.policies.filter { Self.actions.contains($0.action) })
    var disk = ResourceWatch(.disk)
    /// Nil where the file system cannot reserve space.
    var reserve: DiskReserve?
    var inForce: [InForce] = []
    /// The last restraint sent to each replica, and when.
    var told: [ReplicaID: (restraint: Restraint, at: ContinuousClock.Instant)] = [:]

    /// The actions carried out in this file; the other actions are carried out where replicas are started and ended.
    private static let actions: Set<RecoveryPolicy.Action> = [
        .drain, .shed, .readOnly, .freeDiskReserve, .pauseComponent, .warn,
    ]

    /// The tier from which on `shed` refuses requests.
    static let lowestTier = 4
    /// A restraint ends when its condition has not applied for this long.
    static let calm = Duration.seconds(3)
    /// The interval at which a restraint is repeated.
    static let renewal = Duration.seconds(3)
    /// How long a replica may take to confirm a restraint; the supervisor's thread waits meanwhile.
    static let patience = Duration.milliseconds(50)

    /// The union of the restraints in force for a replica.
    func restraint(of replica: ReplicaID) -> Restraint {
        inForce.filter { current in
            if case .replica(let one) = current.firing.subject { return one == replica }
            return true
        }.reduce(Restraint()) { $0.joined(with: Restraint($1.firing)) }
    }
}

extension Restraint {
    /// The restraint that a firing asks of replicas; empty for other actions.
    fileprivate init(_ firing: RecoveryFiring) {
        self.init()
        switch firing.action {
        case .drain: takesNoConnections = true
        case .shed: refusesFrom = Restraints.lowestTier
        case .readOnly: isReadOnly = true
        case .pauseComponent: resting = [firing.subject.description]
        case .restart, .recycle, .freeDiskReserve, .scale, .warn: break
        }
    }
}

extension Supervisor {
    /// Puts restraints in force whose conditions apply, ends those whose conditions do not apply any more, and sends them to the
    /// replicas.
    func restrainIfNeeded(at now: ContinuousClock.Instant) {
        guard !isStopping else { return }
        let disk = OwnFigures.disk(of: plan.data)
        let seen = replicaObservations() + componentObservations() + [machineObservation(disk, at: now)]
        endRestraints(seen, at: now)
        for firing in restraints.engine.consider(seen, at: now) {
            if firing.action == .freeDiskReserve { freeReserve(firing, at: now) } else { begin(firing, at: now) }
        }
        if let disk { holdReserve(disk) }
        tellReplicas(at: now)
    }

    // MARK: What is seen

    private func machineObservation(
        _ disk: Heartbeat.Usage?,
        at now: ContinuousClock.Instant
    ) -> RecoveryObservation {
        var seen = RecoveryObservation(.machine)
        seen.disk = disk.flatMap { restraints.disk.read($0, at: now) }
        seen.diskFree = disk.map { $0.limit - $0.used }
        seen.archive = plan.archive?()
        seen.memoryPressure = PressureStall(ProcessFile.text("pressure/memory"))?.some?.avg10
        return seen
    }

    /// If all serving replicas are suspect, none is restrained: slow service is better than none.
    private func replicaObservations() -> [RecoveryObservation] {
        let serving = staying.filter { $0.phase == .serving }
        let isAnyTrusted = serving.contains { !$0.isSuspect }
        return serving.map { replica in
            var seen = RecoveryObservation(.replica(replica.id))
            seen.verdict = replica.isSuspect && isAnyTrusted ? .suspect : .alive
            seen.memory = watches[replica.id]?.memory.assessment
            return seen
        }
    }

    /// The recent failures of each component, in all replicas together.
    private func componentObservations() -> [RecoveryObservation] {
        var failures: [String: Int64] = [:]
        for watch in watches.values {
            guard let (first, last) = watch.workerFailures.ends else { continue }
            for (name, count) in last { failures[name, default: 0] += count - first[name, default: 0] }
        }
        let failing = failures.values.count { $0 >= RecoveryPolicy.componentFailures }
        return failures.map { name, count in
            var seen = RecoveryObservation(.component(name))
            (seen.componentFailures, seen.componentsFailing) = (Int(count), failing)
            return seen
        }
    }

    // MARK: What is done

    private func begin(_ firing: RecoveryFiring, at now: ContinuousClock.Instant) {
        guard let policy = restraints.engine.policies.first(where: { $0.name == firing.policy }) else { return }
        logger.warning(
            "\(firing.subject): \(firing.action.words)",
            metadata: ["cause": "\(firing.cause)", "policy": "\(firing.policy)"]
        )
        let entry = recoveries.note(
            firing.subject.description,
            policy: firing.policy,
            cause: firing.cause,
            action: firing.action.words,
            at: now
        )
        restraints.inForce.append(Restraints.InForce(firing: firing, policy: policy, entry: entry, seenAt: now))
    }

    private func endRestraints(_ seen: [RecoveryObservation], at now: ContinuousClock.Instant) {
        restraints.inForce = restraints.inForce.compactMap { current in
            var current = current
            let observation = seen.first { $0.subject == current.firing.subject }
            if let observation, current.policy.applies(to: observation) { current.seenAt = now }
            // Also ended if the replica has ended.
            guard observation == nil || current.seenAt.duration(to: now) >= Restraints.calm else { return current }
            let ended = restraints.engine.finish(current.firing.number, .succeeded, at: now)
            let words = "over after \((ended?.end?.after ?? .zero).wholeMilliseconds) ms"
            recoveries.conclude(current.entry, words)
            logger.notice("\(current.firing.subject): \(words)", metadata: ["policy": "\(current.firing.policy)"])
            return nil
        }
    }

    private func tellReplicas(at now: ContinuousClock.Instant) {
        restraints.told = restraints.told.filter { replicas[$0.key] != nil }
        for replica in staying where replica.phase == .serving {
            let (restraint, told) = (restraints.restraint(of: replica.id), restraints.told[replica.id])
            if restraint == told?.restraint ?? Restraint() {
                guard !restraint.isEmpty, let told, told.at.duration(to: now) >= Restraints.renewal else { continue }
            }
            let pid = replica.process.pid
            guard ReplicaDirectory.restrain(pid, restraint, run, timeout: Restraints.patience) else { continue }
            restraints.told[replica.id] = (restraint, now)
        }
    }

    // MARK: The disk reserve

    private func freeReserve(_ firing: RecoveryFiring, at now: ContinuousClock.Instant) {
        guard let reserve = restraints.reserve, reserve.isHeld else {
            _ = restraints.engine.finish(firing.number, .failed("it is free already"), at: now)
            return
        }
        let result: RecoveryFiring.Result
        do throws(SystemError) {
            try reserve.free()
            result = .succeeded
        } catch {
            result = .failed("\(error)")
        }
        _ = restraints.engine.finish(firing.number, result, at: now)
        let words = result == .succeeded ? "\(reserve.bytes >> 10) KiB are free" : "it failed"
        let entry = recoveries.note(
            firing.subject.description,
            policy: firing.policy,
            cause: firing.cause,
            action: firing.action.words,
            at: now
        )
        recoveries.conclude(entry, words)
        logger.warning(
            "\(firing.action.words): \(words)",
            metadata: ["cause": "\(firing.cause)", "result": "\(result)"]
        )
    }

    /// Makes the reserve file if there is ample room beside it.
    private func holdReserve(_ disk: Heartbeat.Usage) {
        guard let reserve = restraints.reserve, !reserve.isHeld,
            disk.used + reserve.bytes < disk.limit / 100 * 93
        else { return }
        do throws(SystemError) {
            try reserve.hold()
            logger.info("\(reserve.bytes >> 10) KiB of the disk are kept in reserve")
        } catch {
            logger.warning("there is no disk reserve: \(error)")
            if error.code != ENOSPC { restraints.reserve = nil }
        }
    }
}

extension RecoveryPolicy.Action {
    /// The action in words, for people.
    fileprivate var words: String {
        switch self {
        case .restart: "it is ended and another one is started"
        case .recycle: "another one is started, then it drains"
        case .drain: "it takes no new connections"
        case .shed: "requests that can wait are refused"
        case .pauseComponent: "those of its workers that fail rest"
        case .readOnly: "writes are refused, but for payments"
        case .freeDiskReserve: "the disk reserve is freed"
        case .scale: "the number of replicas is changed"
        case .warn: "somebody should know"
        }
    }
}
