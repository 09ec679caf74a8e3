// A process of the shop: its own batches over the one ledger, and its workers. It may crash between any two steps, and restart
// with empty memory; it may be stopped for longer than its claims are valid, and then continue.

import Ledger
import Synchronization
import Trading

final class SimulatedProcess {
    /// A command that waits for the next batch.
    private struct Waiting {
        let job: CommitJob
        /// Called by the run itself, whether or not the process survives.
        let seen: () -> Void
        /// Called if the process receives the answer.
        let answer: () -> Void
    }

    let name: String
    unowned let world: World
    private var runner: BatchRunner?
    /// The number of starts: actions planned before a crash do not happen.
    private var life = 0
    private var awakeAt = Timestamp.earliest
    private var waiting: [Waiting] = []
    private var nextLook: (at: Timestamp, number: Int)?
    private var looks = 0

    init(_ name: String, world: World) {
        self.name = name
        self.world = world
    }

    // MARK: Living and dying

    func start() {
        life += 1
        waiting = []
        nextLook = nil
        awakeAt = world.now
        do throws(LedgerFailure) {
            runner = try BatchRunner(
                engine: world.engine,
                keepRows: 1000,
                clock: { [world] in world.clock },
                random: Dice(seed: world.dice.next())
            )
        } catch {
            world.fail(.readable, String(reflecting: error))
        }
        wake(at: world.now)
    }

    /// Restarts it if it has crashed, and continues it if it is stopped.
    func recover() {
        if runner == nil { start() } else { awakeAt = world.now }
    }

    private func crash() {
        world.tally.crashes += 1
        world.note("\(name) dies")
        runner = nil
        life += 1
        waiting = []
        let dead = life
        world.time.after(world.dice.number(500...30_000)) { [self] in if life == dead { start() } }
    }

    private func pause() {
        world.tally.pauses += 1
        awakeAt = world.now.adding(milliseconds: world.dice.number(100...90_000))
        world.note("\(name) stands still until \(awakeAt)")
    }

    /// A point at which the process may crash or stop; returns whether it continues.
    private func survives() -> Bool {
        guard world.areFaultsOn else { return true }
        if world.dice.chance(12) {
            crash()
            return false
        }
        if world.dice.chance(20) { pause() }
        return true
    }

    /// Runs an action in this life of the process after a delay, or once it is not stopped any more.
    func later(_ milliseconds: Int64, _ action: @escaping () -> Void) {
        let born = life
        world.time.after(milliseconds) { [self] in
            guard life == born else { return }
            let rest = awakeAt.milliseconds - world.now.milliseconds
            if rest > 0 { later(rest, action) } else { action() }
        }
    }

    /// Runs the next step, before which the process may crash or stop.
    func step(_ action: @escaping () -> Void) {
        if survives() { later(world.dice.number(0...20), action) }
    }

    // MARK: Committing

    /// Adds a command to the next batch; the answer is lost if the process has crashed, or crashes before it answers.
    func submit<C: Command>(
        _ command: C,
        seen: @escaping (CommitResult<C>) -> Void = { _ in },
        answer: @escaping (CommitResult<C>) -> Void = { _ in }
    ) {
        wait(command, for: { CommitJob(command, answer: $0) }, seen: seen, answer: answer)
    }

    /// Adds a command to the next batch that may have been sent before.
    func submit<C: IdempotentCommand>(
        _ command: C,
        key: IdempotencyKey,
        answer: @escaping (CommitResult<C>) -> Void
    ) {
        wait(command, for: { CommitJob(command, key: key, answer: $0) }, seen: { _ in }, answer: answer)
    }

    private func wait<C: Command>(
        _ command: C,
        for job: (@escaping @Sendable (CommitResult<C>) -> Void) -> CommitJob,
        seen: @escaping (CommitResult<C>) -> Void,
        answer: @escaping (CommitResult<C>) -> Void
    ) {
        guard runner != nil else { return }
        let slot = Slot<CommitResult<C>>()
        waiting.append(
            Waiting(
                job: job { slot.put($0) },
                seen: { [self] in
                    guard let result = slot.value else { return }
                    world.note("\(name) \(C.name): \(Self.summary(of: command, result))")
                    seen(result)
                },
                answer: { slot.value.map(answer) }
            )
        )
        if waiting.count == 1 { later(world.dice.number(0...15)) { [self] in commit() } }
    }

    private func commit() {
        guard survives(), awakeAt <= world.now, let runner else {
            // The process is stopped: the batch is committed when it continues.
            if self.runner != nil { later(0) { [self] in commit() } }
            return
        }
        let batch = waiting
        waiting = []
        if world.areFaultsOn, world.dice.chance(10) { failCommit() }
        runner.run(batch.map(\.job)) { _ in }
        world.engine.failBegins(with: nil)
        for command in batch { command.seen() }
        world.committed()
        // It may crash after the commit and before the answers.
        if survives() { later(0) { for command in batch { command.answer() } } }
    }

    /// Lets the next commit fail: nothing has happened, or the store does not say whether it has, and cannot be asked now and then.
    private func failCommit() {
        guard world.dice.chance(600) else {
            return world.engine.failCommit(with: LedgerFailure(.busy, phase: .commit, retry: .safe))
        }
        world.tally.unknownCommits += 1
        world.engine.failCommit(
            with: LedgerFailure(.io, phase: .commit, retry: .unknownOutcome),
            isDone: world.dice.chance(500),
            thenBegins: world.dice.chance(300) ? LedgerFailure(.io, phase: .begin, retry: .never) : nil
        )
    }

    private static func summary<C: Command>(of command: C, _ result: CommitResult<C>) -> String {
        switch result {
        case .success(let done): done.replayed ? "replayed" : "done"
        case .failure(.refused(let refusal)): "refused, \(refusal)"
        case .failure(.keyReused): "key reused"
        case .failure(.booksFull(let key)): "\(key.account.name) is full"
        case .failure(.failed(let failure)): "failed, \(failure.code)"
        }
    }

    // MARK: Looking for work

    /// Looks for work when a task is due, with a delay as workers have.
    func wake(at due: Timestamp) {
        guard runner != nil else { return }
        let wait = max(due.milliseconds - world.clock.milliseconds, 0) + world.dice.number(50...2000)
        let at = world.now.adding(milliseconds: wait)
        if let nextLook, nextLook.at <= at { return }
        looks += 1
        let number = looks
        nextLook = (at, number)
        later(wait) { [self] in
            guard nextLook?.number == number else { return }
            nextLook = nil
            step { [self] in look() }
        }
    }

    private func look() {
        lookForPayments()
        lookForParcels()
        let now = world.clock
        for id in world.read([], { (view) throws(LedgerFailure) in try view.dueOrders(now, limit: 4) }) {
            submit(ExpireOrder(id))
        }
        if let next = world.nextDue { wake(at: next) }
    }
}

/// Carries the result of a command from its batch to the run.
private final class Slot<Value: Sendable>: Sendable {
    private let content = Mutex<Value?>(nil)
    var value: Value? { content.withLock { $0 } }
    func put(_ value: Value) { content.withLock { $0 = value } }
}
