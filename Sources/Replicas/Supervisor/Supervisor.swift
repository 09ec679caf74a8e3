// The supervisor of one machine. It holds the listening socket, starts replicas that inherit it, receives their heartbeats, and
// acts on them: everything on one thread, which waits for descriptors (poll(2)); besides that it only waits for answers of
// replicas, for 200 ms at most. Decisions are made by the state machines of the module Supervision; this module carries them out.

import Availability
import CProcess
import Foundation
import Logging
import Supervision

/// Keeps a number of replicas alive on one socket.
///
/// Confined to one thread: see ``SupervisorThread``.
final class Supervisor {
    let plan: SupervisorPlan
    let logger: Logger
    let run: RunDirectory
    let manager = ServiceManager()
    /// Held as long as this supervisor lives.
    private let lock: Descriptor
    let listener: ListeningSocket
    private let signals: CInt
    private let heartbeats: Descriptor
    private let control: Descriptor
    private var peers: [ControlPeer] = []

    let startedAt = ContinuousClock.now
    var replicas: [ReplicaID: ManagedReplica] = [:]
    /// The number of the next replica.
    var nextNumber = 1
    /// The release of new replicas.
    var release: Release
    /// The number of the last release; a rejected release keeps its number.
    var lastRelease: Int
    /// How many replicas should run.
    var wanted: Int
    var autoscaler: Autoscaler
    var judge: FailureJudge
    var loops: CrashLoops
    /// No replica is started before this moment; set after a crash.
    var startNotBefore = ContinuousClock.now
    var rollout: Rollout?
    var recycling: Recycling?
    /// Decides which replicas to recycle.
    var engine = RecoveryEngine(SupervisorPlan.policies.filter { $0.action == .recycle })
    var watches: [ReplicaID: ReplicaWatch] = [:]
    var restraints = Restraints()
    var recoveries: RecoveryLog
    private let recorder: FaultRecorder
    /// Nil where there is no shared memory.
    let records: RequestRecords?
    /// How many replicas were started in place of others.
    var restarts = 0
    /// Whether a replica has ever served; until then only one is started.
    var hasServed = false
    var isStopping = false
    /// When the supervisor was first told to stop.
    private var toldToStopAt: ContinuousClock.Instant?
    /// The reason why no replica of the release can ever start; nil if there is none.
    var hopelessness: String?
    private let onServing: (Int) -> Void
    private var nextRound: ContinuousClock.Instant
    private var nextTurn: ContinuousClock.Instant
    private var nextScaling: ContinuousClock.Instant

    /// The longest wait in `poll`, after which deadlines are checked.
    private static let tick = Duration.milliseconds(100)
    /// Signals within this time of the first count as one request: Ctrl-C reaches a script and its child, and the script passes
    /// it on.
    private static let signalRepeatTime = Duration.seconds(2)

    /// Takes the lock, adopts running replicas, and opens sockets; starts nothing yet.
    ///
    /// Blocks its thread for up to two seconds for each replica found.
    ///
    /// - Parameter onServing: called with the port once a replica serves, on the supervisor's thread.
    init(_ plan: SupervisorPlan, logger: Logger, onServing: @escaping (Int) -> Void) throws(SupervisorRefusal) {
        self.plan = plan
        self.logger = logger
        self.onServing = onServing
        wanted = plan.replicas.lowerBound
        autoscaler = Autoscaler(plan.scaling.settings(within: plan.replicas))
        judge = FailureJudge(plan.judge)
        loops = CrashLoops(plan.crashLoop)
        (nextRound, nextTurn, nextScaling) = (startedAt, startedAt, startedAt)
        recorder = FaultRecorder(FaultJournal(data: plan.data), logger: logger)
        recoveries = RecoveryLog(recorder)
        do throws(SystemError) {
            run = try RunDirectory(data: plan.data)
        } catch {
            throw .system(error)
        }
        let takeover = try Takeover(plan, run: run)
        (lock, listener) = (takeover.lock, takeover.listener)
        do throws(SystemError) {
            heartbeats = try UnixSocket.receive(run.heartbeats)
            control = try UnixSocket.listen(run.supervisor)
            let numbers: [CInt] = [SIGTERM, SIGINT, SIGHUP]
            signals = try system("watch signals") { tradewind_signals_watch(numbers, numbers.count) }
            release = try Release(
                number: (takeover.living.map(\.introduction.release).max() ?? 0) + 1,
                path: plan.program,
                arguments: plan.arguments,
                settings: plan.settings,
                run: run
            )
        } catch {
            throw .system(error)
        }
        lastRelease = release.number
        do {
            records = try RequestRecords(run)
        } catch {
            records = nil
            logger.error("requests that end replicas cannot be told apart, and none is quarantined: \(error)")
        }
        records?.forgetAll(but: takeover.living.map(\.process.pid))
        restraints.reserve = OwnFigures.disk(of: plan.data).map { DiskReserve(data: plan.data, disk: $0.limit) }
        for living in takeover.living { adopt(living.process, living.introduction, at: startedAt) }
        // The previous supervisor may have scaled above the minimum.
        wanted = min(max(wanted, staying.count), plan.replicas.upperBound)
    }

    /// Runs until the supervisor is stopped and no replica is left.
    ///
    /// - Throws: ``SupervisorRefusal/hopeless(_:)`` where the first replica reported that no replica can start; starting again
    ///   fails in the same way until the cause is mended.
    func work() throws(SupervisorRefusal) {
        logger.info(
            "supervising \(wanted) replicas on port \(listener.port)",
            metadata: ["release": "\(release.name)", "adopted": "\(replicas.count)"]
        )
        while !(isStopping && replicas.isEmpty) {
            waitForNews()
            let now = ContinuousClock.now
            hearHeartbeats(at: now)
            hearEndings(at: now)
            hearSignals(at: now)
            hearPeers(at: now)
            act(at: now)
        }
        recorder.flush()
        records?.removeAll()
        for path in [run.heartbeats, run.supervisor] { unlink(path) }
        if let hopelessness { throw .hopeless(hopelessness) }
        logger.info("every replica has ended")
    }

    private func waitForNews() {
        let listening = [signals, heartbeats.number, control.number] + replicas.values.map(\.process.descriptor.number)
        var waiting = listening.map { pollfd(fd: $0, events: Int16(POLLIN), revents: 0) }
        waiting += peers.map { pollfd(fd: $0.stream.number, events: $0.events, revents: 0) }
        // Wakes up in time for the next round and for a delayed start.
        let pauses = [startNotBefore, nextRound].map { ContinuousClock.now.duration(to: $0) }
        let timeout = pauses.filter { $0 > .zero }.min().map { min($0, Self.tick) } ?? Self.tick
        // An interruption by a signal is handled like any other event.
        poll(&waiting, nfds_t(waiting.count), CInt(timeout.wholeMilliseconds + 1))
    }

    // MARK: Incoming messages

    private func hearSignals(at now: ContinuousClock.Instant) {
        var byte: UInt8 = 0
        while read(signals, &byte, 1) == 1 {
            if let first = toldToStopAt {
                guard first.duration(to: now) >= Self.signalRepeatTime else { continue }
                logger.notice("told to stop again: killing \(replicas.count) replicas")
                for replica in replicas.values { replica.process.signal(SIGKILL) }
            } else {
                toldToStopAt = now
                stop(because: "signal \(byte)", at: now)
            }
        }
    }

    private func hearHeartbeats(at now: ContinuousClock.Instant) {
        var bytes = [UInt8](repeating: 0, count: Heartbeat.maxBytes)
        while true {
            let count = recv(heartbeats.number, &bytes, bytes.count, 0)
            guard count > 0 else { return }
            do {
                hear(try Heartbeat(bytes: Array(bytes[..<count])), at: now)
            } catch {
                logger.warning("a heartbeat cannot be read: \(error)")
            }
        }
    }

    private func hearEndings(at now: ContinuousClock.Instant) {
        var waiting = replicas.values.map { replica in
            (replica.id, pollfd(fd: replica.process.descriptor.number, events: Int16(POLLIN), revents: 0))
        }
        for index in waiting.indices where poll(&waiting[index].1, 1, 0) == 1 {
            ended(waiting[index].0, at: now)
        }
    }

    private func hearPeers(at now: ContinuousClock.Instant) {
        while let stream = (try? UnixSocket.accept(control)) ?? nil { peers.append(ControlPeer(stream)) }
        for peer in peers {
            if let question = peer.question() { answer(question, to: peer, at: now) }
            peer.flush()
        }
        peers.removeAll { $0.isOver }
    }

    // MARK: What is done

    private func act(at now: ContinuousClock.Instant) {
        if now >= nextRound {
            nextRound = now + plan.judge.interval
            judgeAll(at: now)
            recycleIfNeeded(at: now)
            restrainIfNeeded(at: now)
        }
        if now >= nextScaling {
            nextScaling = now + plan.scaling.interval
            scale(at: now)
        }
        endStopped(at: now)
        endOverdue(at: now)
        advanceRollout(at: now)
        reconcile(at: now)
        if let interval = manager.watchdogInterval, now >= nextTurn {
            nextTurn = now + interval
            manager.say(.turning)
        }
    }

    /// Records a fault of a replica and its repair.
    func note(
        _ replica: ReplicaID,
        _ kind: ComponentFault.Kind,
        cause: String,
        action: String,
        result: String? = nil,
        at now: ContinuousClock.Instant
    ) {
        recoveries.begin(replica, kind, cause: cause, action: action, result: result, at: now)
    }

    /// A replica serves for the first time.
    func serves(_ replica: ReplicaID, at now: ContinuousClock.Instant) {
        logger.info("\(replica) serves", metadata: ["pid": "\(replicas[replica]?.process.pid ?? 0)"])
        recoveries.served(by: replica, at: now)
        guard !hasServed else { return }
        hasServed = true
        manager.say(.ready("Serving port \(listener.port)"))
        onServing(listener.port)
    }

    /// Drains all replicas, and starts no more.
    func stop(because cause: String, at now: ContinuousClock.Instant) {
        logger.info("\(cause): draining \(replicas.count) replicas")
        isStopping = true
        manager.say(.stopping)
        abandonRollout()
        for id in replicas.keys { drain(id, at: now) }
    }
}
