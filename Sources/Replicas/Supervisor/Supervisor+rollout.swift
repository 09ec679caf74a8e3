// Carries out the steps of a `RollingRestart`, and reports them to the client that asked for it.

import Foundation
import Logging
import Supervision

/// A rollout in progress.
struct Rollout {
    let next: Release
    var plan: RollingRestart
    /// Events since the plan was last advanced.
    var news: [RollingRestart.Observation] = []
    /// The client that receives each step.
    let peer: ControlPeer
}

extension Supervisor {
    /// Begins to replace all replicas.
    func restart(_ request: RestartRequest, for peer: ControlPeer, at now: ContinuousClock.Instant) {
        guard rollout == nil, !isStopping else {
            let words = isStopping ? "the supervisor is about to end" : "a restart is under way already"
            return peer.say(RestartReport.outcome(isDone: false, words).bytes, isLast: true)
        }
        do {
            let next = try Release(
                number: lastRelease + 1,
                path: request.program ?? release.path,
                arguments: plan.arguments,
                settings: request.settings ?? plan.settings,
                run: run
            )
            lastRelease = next.number
            begin(next, watching: request.watchFor, for: peer, at: now)
        } catch {
            peer.say(RestartReport.outcome(isDone: false, "nothing was changed: \(error)").bytes, isLast: true)
        }
    }

    private func begin(
        _ next: Release,
        watching: Duration,
        for peer: ControlPeer,
        at now: ContinuousClock.Instant
    ) {
        let old = staying.filter { $0.phase == .serving }.map(\.id)
        guard !old.isEmpty else {
            release = next
            startNotBefore = now
            let words = "no replica serves, so there is none to be replaced; from now on \(next.name) is started"
            return peer.say(RestartReport.outcome(isDone: true, words).bytes, isLast: true)
        }
        let settings = RollingRestart.Settings(canaryFor: watching, drainFor: plan.drainFor)
        rollout = Rollout(
            next: next,
            plan: RollingRestart(of: old, from: release.name, to: next.name, settings),
            peer: peer
        )
        tell("replacing \(old.count) replicas of \(release.name) by \(next.name), \(next.path)")
        advanceRollout(at: now)
    }

    /// Queues an event for the plan.
    func observe(_ observation: RollingRestart.Observation) {
        rollout?.news.append(observation)
    }

    /// Passes the events to the plan, and carries out its actions.
    func advanceRollout(at now: ContinuousClock.Instant) {
        guard var current = rollout else { return }
        for replica in staying where replica.phase == .serving {
            current.news.append(.ready(replica.id))
            if let requests = replica.heartbeat?.requests { current.news.append(.counts(replica.id, requests)) }
        }
        let wasRollingBack = current.plan.isRollingBack
        let actions = current.plan.advance(current.news, at: now)
        current.news = []
        rollout = current
        if current.plan.isRollingBack, !wasRollingBack {
            tell("\(current.next.name) is bad: going back to \(release.name)")
        }
        for action in actions { carryOut(action, of: current, at: now) }
    }

    private func carryOut(_ action: RollingRestart.Action, of current: Rollout, at now: ContinuousClock.Instant) {
        switch action {
        case .spawn(let name):
            if let id = start(name == current.next.name ? current.next : release, at: now) {
                observe(.spawned(id, release: name))
                tell("\(id) of \(name) is started")
            } else {
                observe(.spawnFailed(release: name))
            }
        case .drain(let id):
            tell("\(id) drains")
            drain(id, at: now)
        case .kill(let id):
            tell("\(id) is killed")
            replicas[id]?.phase = .condemned(until: now)
        case .finish(let outcome): finish(outcome, of: current)
        }
    }

    private func finish(_ outcome: RollingRestart.Outcome, of current: Rollout) {
        rollout = nil
        var isDone = false
        let words: String
        switch outcome {
        case .completed:
            isDone = true
            release = current.next
            // Requests that crashed the old release may not crash this one.
            try? records?.suspects().clearAll()
            words = "every replica is of \(current.next.name)"
        case .rolledBack(let failure): words = "rolled back to \(release.name): \(failure.words)"
        case .stuck(let failure): words = "stuck between \(release.name) and \(current.next.name): \(failure.words)"
        }
        if isDone {
            logger.notice("restart: \(words)")
        } else {
            logger.error("restart: \(words)")
            let now = ContinuousClock.now
            let entry = recoveries.note(
                current.next.name,
                policy: "restart",
                cause: "it is worse than \(release.name)",
                action: "it is taken back",
                at: now
            )
            recoveries.conclude(entry, words)
        }
        current.peer.say(RestartReport.outcome(isDone: isDone, words).bytes, isLast: true)
    }

    /// The supervisor is ending; the rollout is left as it is.
    func abandonRollout() {
        rollout?.peer.say(RestartReport.outcome(isDone: false, "the supervisor was told to stop").bytes, isLast: true)
        rollout = nil
    }

    /// Reports a step to the client and the log.
    func tell(_ words: String) {
        logger.notice("restart: \(words)")
        rollout?.peer.say(RestartReport.progress(words).bytes, isLast: false)
    }
}

extension RollingRestart.Failure {
    /// The outcome in words.
    fileprivate var words: String {
        switch self {
        case .spawnFailed: "it could not be started"
        case .neverReady(let id): "\(id) was not ready in time"
        case .crashed(let id): "\(id) ended by itself"
        case .errors(let evidence):
            """
            it failed \(evidence.canary.faults) of \(evidence.canary.telling) requests, \
            the old one \(evidence.baseline.faults) of \(evidence.baseline.telling)
            """
        }
    }
}
