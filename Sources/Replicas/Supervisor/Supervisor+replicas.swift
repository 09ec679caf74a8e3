import Foundation
import Logging
import Supervision
import Time

extension Supervisor {
    /// Replicas that count towards the wanted number, oldest first.
    var staying: [ManagedReplica] {
        replicas.values.filter(\.isStaying).sorted { $0.id < $1.id }
    }

    /// Starts a replica; nil where the system refuses, which counts as a crash.
    @discardableResult
    func start(_ release: Release, at now: ContinuousClock.Instant) -> ReplicaID? {
        let id = ReplicaID(nextNumber)
        nextNumber += 1
        do {
            let process = try release.spawn(
                ReplicaPlace(id: id, release: release.number),
                listener: listener.descriptor
            )
            replicas[id] = ManagedReplica(
                id: id,
                release: release.number,
                process: process,
                startedAt: now,
                isAdopted: false
            )
            judge.watch(id, at: now)
            logger.info("\(id) is started", metadata: ["pid": "\(process.pid)", "release": "\(release.name)"])
            return id
        } catch {
            logger.error("a replica of \(release.name) cannot be started: \(error)")
            crashed(release.number, uptime: .zero, hasServed: false, at: now)
            return nil
        }
    }

    /// Adopts a replica that another supervisor started.
    func adopt(_ process: ReplicaProcess, _ introduction: Introduction, at now: ContinuousClock.Instant) {
        let heartbeat = introduction.heartbeat
        var replica = ManagedReplica(
            id: heartbeat.replica,
            release: introduction.release,
            process: process,
            startedAt: now - heartbeat.uptime,
            isAdopted: true
        )
        replica.hear(heartbeat, at: now)
        if heartbeat.state == .draining { replica.phase = .draining(until: now + plan.drainFor) }
        replicas[replica.id] = replica
        nextNumber = max(nextNumber, replica.id.number + 1)
        if replica.isStaying { judge.watch(replica.id, at: now) }
        logger.notice(
            "\(replica.id) is adopted",
            metadata: ["pid": "\(process.pid)", "release": "\(Release.name(introduction.release))"]
        )
        if replica.phase == .serving { serves(replica.id, at: now) }
    }

    /// Records a heartbeat.
    func hear(_ heartbeat: Heartbeat, at now: ContinuousClock.Instant) {
        let id = heartbeat.replica
        guard var replica = replicas[id], replica.process.pid == heartbeat.pid else {
            return meet(heartbeat, at: now)
        }
        let before = replica.phase
        replica.hear(heartbeat, at: now)
        replicas[id] = replica
        judge.heartbeat(heartbeat, at: now)
        if heartbeat.state == .draining, replica.isStaying {
            // The replica was told to end by another process.
            replicas[id]?.phase = .draining(until: now + plan.drainFor)
            judge.forget(id)
            note(id, .ended, cause: "somebody told it to end", action: "another one is started", at: now)
        }
        guard before == .starting, replica.phase == .serving else { return }
        serves(id, at: now)
        if isStopping { drain(id, at: now) }
    }

    /// A heartbeat of an unknown replica: it was still loading when this supervisor took over.
    private func meet(_ heartbeat: Heartbeat, at now: ContinuousClock.Instant) {
        guard let introduction = ReplicaDirectory.introduction(of: heartbeat.pid, run, timeout: .milliseconds(200)),
            introduction.heartbeat.replica == heartbeat.replica,
            let process = try? ReplicaProcess.adopting(heartbeat.pid, startTime: introduction.startTime)
        else { return }
        guard replicas[heartbeat.replica] == nil, !isStopping else {
            // Another replica was started under the same number meanwhile.
            return process.signal(SIGTERM)
        }
        adopt(process, introduction, at: now)
    }

    /// A replica has ended.
    func ended(_ id: ReplicaID, at now: ContinuousClock.Instant) {
        guard let replica = replicas.removeValue(forKey: id) else { return }
        judge.forget(id)
        unlink(run.replica(replica.process.pid))
        let ending = replica.process.reap()
        let words = run.takeLastWords(of: replica.process.pid)
        let cause = ending == .exited(EX_CONFIG) ? words.map { "it cannot start: \($0)" } ?? "\(ending)" : "\(ending)"
        observe(.exited(id))
        suspectRequests(of: replica, at: now)
        guard replica.isStaying, !isStopping else {
            return logger.info("\(id) has ended", metadata: ["ending": "\(ending)"])
        }
        if case .exited(EX_CONFIG) = ending, !hasServed, replicas.isEmpty {
            // The replica gave a reason that applies to every other one.
            hopelessness = "\(id) says that it can never start"
            return stop(because: "\(id) cannot start", at: now)
        }
        if let rollout, rollout.next.number == replica.release {
            tell("\(id) of \(rollout.next.name): \(cause)")
            logger.warning("\(id) crashed: its release is taken back", metadata: ["cause": "\(cause)"])
            let (action, result) = ("its release is taken back", "\(release.name) serves on")
            note(id, .crash, cause: cause, action: action, result: result, at: now)
        } else {
            logger.warning("\(id) crashed: another one is started", metadata: ["cause": "\(cause)"])
            note(id, .crash, cause: cause, action: "another one is started", at: now)
        }
        if ending == .signalled(SIGKILL), replica.phase == .serving {
            // A serving replica that was killed from outside says nothing about the release, and is no reason to wait before the
            // next start.
            restarts += 1
        } else {
            crashed(
                replica.release,
                uptime: replica.startedAt.duration(to: now),
                hasServed: replica.phase == .serving,
                at: now
            )
        }
    }

    /// Sets the earliest time of the next start, after a replica of this release crashed or hung.
    func crashed(_ number: Int, uptime: Duration, hasServed: Bool, at now: ContinuousClock.Instant) {
        restarts += 1
        let name = Release.name(number)
        let decision = loops.crashed(
            name,
            uptime: uptime,
            hasServed: hasServed,
            random: .random(in: 0..<1),
            at: now
        )
        switch decision {
        case .restart(let pause):
            startNotBefore = max(startNotBefore, now + pause)
            if loops.looping(at: now).contains(name) {
                logger.critical("\(name) crashes in a loop, after it has served: it is started all the same")
            }
        case .open(let until):
            logger.critical(
                "\(name) crashes in a loop: no replica of it is started for \(now.duration(to: until))"
            )
        }
    }

    /// Tells a replica to finish its requests and end.
    func drain(_ id: ReplicaID, at now: ContinuousClock.Instant) {
        guard let replica = replicas[id], replica.isStaying else { return }
        replicas[id]?.phase = .draining(until: now + plan.drainFor)
        judge.forget(id)
        replica.process.signal(SIGTERM)
    }

    /// Kills the replicas whose time is up.
    func endOverdue(at now: ContinuousClock.Instant) {
        for replica in replicas.values {
            switch replica.phase {
            case .starting, .serving: continue
            case .draining(let until), .condemned(let until):
                guard now >= until else { continue }
                logger.warning("\(replica.id) did not end in time: it is killed")
                // Not killed again for an hour: its end will be reported.
                replicas[replica.id]?.phase = .condemned(until: now + .seconds(3600))
                replica.process.signal(SIGKILL)
            }
        }
    }

    /// Judges all replicas by their heartbeats, and ends those that hang.
    func judgeAll(at now: ContinuousClock.Instant) {
        let round = judge.round(at: now)
        if case .massSilence(let count) = round.outcome {
            logger.warning(
                "\(count) replicas are silent at once: the machine is more likely at fault than each of them"
            )
        }
        for (id, verdict) in round.verdicts { replicas[id]?.isSuspect = verdict == .suspect }
        for id in round.convicted { condemn(id, at: now) }
    }

    /// Kills the replicas that a signal has stopped: one of them may hold the writer's turn, for which all others wait.
    ///
    /// The kernel reports the stop of each replica, so there is no confusion with a slow one; a process under a debugger is
    /// traced, not stopped.
    func endStopped(at now: ContinuousClock.Instant) {
        for replica in replicas.values where replica.phase == .serving {
            guard replica.process.isStopped else {
                replicas[replica.id]?.stoppedSince = nil
                continue
            }
            let since = replica.stoppedSince ?? now
            replicas[replica.id]?.stoppedSince = since
            let stopped = since.duration(to: now)
            guard stopped >= SupervisorPlan.stoppedFor else { continue }
            condemn(replica.id, because: "a signal has stopped it for \(stopped.wholeMilliseconds) ms", at: now)
        }
    }

    private func condemn(_ id: ReplicaID, at now: ContinuousClock.Instant) {
        guard let replica = replicas[id] else { return }
        let silence = (replica.heardAt ?? replica.startedAt).duration(to: now)
        let cause = replica.heardAt == nil ? "it never served" : "no heartbeat for \(silence.wholeMilliseconds) ms"
        condemn(id, because: cause, at: now)
    }

    private func condemn(_ id: ReplicaID, because cause: String, at now: ContinuousClock.Instant) {
        guard let replica = replicas[id], replica.isStaying else { return }
        let action = "it is \(replica.stoppedSince == nil ? "aborted" : "killed") and another one is started"
        logger.error("\(id) hangs: \(action)", metadata: ["cause": "\(cause)"])
        note(id, .hang, cause: cause, action: action, at: now)
        replicas[id]?.phase = .condemned(until: now + SupervisorPlan.coreFor)
        // A stopped process writes no core: it would have to be continued first.
        replica.process.signal(replica.stoppedSince == nil ? SIGABRT : SIGKILL)
        observe(.exited(id))
        crashed(
            replica.release,
            uptime: replica.startedAt.duration(to: now),
            hasServed: replica.phase == .serving,
            at: now
        )
    }

    /// Starts replicas where some are missing, and drains some where there are too many.
    ///
    /// Until one has served only one is started: the first creates the ledger, and shows whether the release can start at all.
    func reconcile(at now: ContinuousClock.Instant) {
        guard !isStopping else { return }
        let staying = staying
        if staying.count > wanted, rollout == nil, recycling == nil {
            // Replicas of another release first, then the youngest.
            let surplus = staying.first { $0.release != release.number } ?? staying.last
            if let surplus { drain(surplus.id, at: now) }
            return
        }
        let missing = (hasServed ? wanted : 1) - staying.count
        guard missing > 0, now >= startNotBefore else { return }
        for _ in 0..<missing {
            switch loops.start(release.name, at: now) {
            case .refused: return
            case .granted, .probe: start(release, at: now)
            }
        }
    }
}
