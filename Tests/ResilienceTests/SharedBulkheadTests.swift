import Resilience
import Synchronization
import TestSupport
import Testing

@Suite("The shared bulkhead", .timeLimit(.minutes(1)))
struct SharedBulkheadTests {
    private typealias Refused = CallError<Bulkhead.Refusal, Never>
    private let clock = ManualClock()
    private let gate = Gate()

    private func bulkhead(_ concurrency: Int = 1, queue: Int = 10) -> SharedBulkhead {
        SharedBulkhead(
            Bulkhead.Settings(concurrency: concurrency, queue: queue, longestWait: .seconds(10)),
            time: clock.time
        )
    }

    /// Occupies a place until the gate opens.
    private func occupy(_ bulkhead: SharedBulkhead) async -> Task<Void, any Error> {
        let running = bulkhead.figures.running
        let task = Task { try await bulkhead.run { await gate.wait() } }
        await until { bulkhead.figures.running == running + 1 }
        return task
    }

    /// Starts a task that enters, and returns once it waits.
    private func queue(
        _ bulkhead: SharedBulkhead,
        deadline: Deadline? = nil,
        _ body: @escaping @Sendable () -> Void
    ) async -> Task<Void, any Error> {
        let waiting = bulkhead.figures.waiting
        let task = Task { try await bulkhead.run(deadline: deadline) { body() } }
        await until { bulkhead.figures.waiting == waiting + 1 && clock.sleeping == waiting + 1 }
        return task
    }

    @Test("gives back what the work gives or throws, and takes the place back either way")
    func scope() async throws {
        let bulkhead = bulkhead(queue: 0)
        for _ in 0..<3 {
            #expect(try await bulkhead.run { 7 } == 7)
            await #expect(throws: CallError<Bulkhead.Refusal, TestFailure>.failed(.broken)) {
                try await bulkhead.run { () async throws(TestFailure) in throw .broken }
            }
        }
        #expect(bulkhead.figures.running == 0)
        #expect(bulkhead.figures.counters.admitted == 6)
    }

    @Test("those who wait run in the order of their arrival")
    func order() async throws {
        let bulkhead = bulkhead()
        let first = await occupy(bulkhead)
        let order = Mutex<[Int]>([])
        var tasks: [Task<Void, any Error>] = []
        for number in 0..<8 {
            tasks.append(await queue(bulkhead) { order.withLock { $0.append(number) } })
        }
        await gate.open()
        for task in [first] + tasks { try await task.value }
        #expect(order.withLock { $0 } == Array(0..<8))
        #expect(clock.sleeping == 0)
    }

    @Test("a full queue refuses at once")
    func full() async throws {
        let bulkhead = bulkhead(queue: 1)
        let first = await occupy(bulkhead)
        let second = await queue(bulkhead) {}
        await #expect(throws: Refused.refused(.full)) { try await bulkhead.run { mustNotRun() } }
        await gate.open()
        try await first.value
        try await second.value
    }

    @Test("who is cancelled leaves the queue at once, never runs, and the next has its turn")
    func cancelled() async throws {
        let bulkhead = bulkhead()
        let first = await occupy(bulkhead)
        let second = await queue(bulkhead) { mustNotRun() }
        let ran = Atomic(false)
        let third = Task { try await bulkhead.run { ran.store(true, ordering: .relaxed) } }
        await until { bulkhead.figures.waiting == 2 }
        second.cancel()
        await #expect(throws: Refused.refused(.cancelled)) { try await second.value }
        #expect(bulkhead.figures.waiting == 1)
        #expect(bulkhead.figures.counters.cancelled == 1)
        await gate.open()
        try await first.value
        try await third.value
        let hasRun = ran.load(ordering: .relaxed)
        #expect(hasRun)
        #expect(bulkhead.figures.running == 0)
    }

    @Test("a task that is cancelled before it arrives does not wait")
    func cancelledBefore() async throws {
        let bulkhead = bulkhead()
        let first = await occupy(bulkhead)
        let second = Task {
            await until { false }
            try await bulkhead.run { mustNotRun() }
        }
        second.cancel()
        await #expect(throws: Refused.refused(.cancelled)) { try await second.value }
        await gate.open()
        try await first.value
        #expect(bulkhead.figures.waiting == 0)
    }

    @Test("who waits past its deadline leaves the queue then, never runs, and the next has its turn")
    func expired() async throws {
        let bulkhead = bulkhead()
        let first = await occupy(bulkhead)
        let second = await queue(bulkhead, deadline: Deadline(.ms(300))) { mustNotRun() }
        let third = await queue(bulkhead, deadline: Deadline(.ms(900))) {}
        clock.advance(by: .milliseconds(300))
        await #expect(throws: Refused.refused(.expired)) { try await second.value }
        #expect(bulkhead.figures.waiting == 1)
        await gate.open()
        try await first.value
        try await third.value
        #expect(bulkhead.figures.running == 0)
    }

    @Test("without a deadline nobody waits longer than the longest wait")
    func longestWait() async throws {
        let bulkhead = bulkhead()
        let first = await occupy(bulkhead)
        let second = await queue(bulkhead) { mustNotRun() }
        clock.advance(by: .seconds(10))
        await #expect(throws: Refused.refused(.expired)) { try await second.value }
        await gate.open()
        try await first.value
    }

    @Test("who has no time left on arrival is refused though a place is free")
    func late() async {
        let bulkhead = bulkhead()
        await #expect(throws: Refused.refused(.expired)) {
            try await bulkhead.run(deadline: Deadline(.ms(0))) { mustNotRun() }
        }
    }

    @Test("who was admitted in time but gets to run too late does not run, and gives its place back")
    func admittedLate() async throws {
        // The clock is read for the running task, the waiting task and the leaving task; after that the deadline has passed.
        let bulkhead = SharedBulkhead(
            Bulkhead.Settings(concurrency: 1, longestWait: .seconds(10)),
            time: TimeSource(CountingClock())
        )
        let first = await occupy(bulkhead)
        let second = Task {
            try await bulkhead.run(deadline: Deadline(.ms(3500))) { mustNotRun() }
        }
        await until { bulkhead.figures.waiting == 1 }
        await gate.open()
        try await first.value
        await #expect(throws: Refused.refused(.expired)) { try await second.value }
        #expect(bulkhead.figures.running == 0)
        #expect(bulkhead.figures.counters.admitted == 2)
    }

    @Test(
        "of a thousand tasks with deadlines and cancellations never more run than may, and no place is lost",
        arguments: 1...4 as ClosedRange<UInt64>
    )
    func crowd(_ seed: UInt64) async throws {
        let limit = 8
        let bulkhead = SharedBulkhead(Bulkhead.Settings(concurrency: limit, queue: 600, longestWait: .milliseconds(40)))
        let crowd = Crowd()
        await withTaskGroup(of: Void.self) { group in
            var generator = SeededGenerator(seed: seed)
            for _ in 0..<1000 {
                let yields = Int.random(in: 0...40, using: &generator)
                let timeout = Duration.microseconds(Int.random(in: 0...30_000, using: &generator))
                let patience = Int.random(in: 0...2, using: &generator) == 0 ? yields : nil
                group.addTask {
                    let task = Task {
                        await crowd.visit(bulkhead, deadline: Deadline(timeout, from: .now), yields: yields)
                    }
                    if let patience {
                        for _ in 0..<patience { await Task.yield() }
                        task.cancel()
                    }
                    await task.value
                }
            }
        }
        let (running, waiting, counters) = bulkhead.figures
        #expect(running == 0 && waiting == 0, "seed \(seed)")
        #expect(crowd.most <= limit, "seed \(seed)")
        #expect(crowd.served + crowd.refused == 1000, "seed \(seed)")
        #expect(counters.admitted >= crowd.served && crowd.served > 0, "seed \(seed)")
        // Every place is free again.
        var tasks: [Task<Void, any Error>] = []
        for _ in 0..<limit { tasks.append(await occupy(bulkhead)) }
        await gate.open()
        for task in tasks { try await task.value }
    }
}

/// Counts the tasks that run at the same time.
private final class Crowd: Sendable {
    private let counts = Mutex((inside: 0, most: 0, served: 0, refused: 0))

    var most: Int { counts.withLock { $0.most } }
    var served: Int { counts.withLock { $0.served } }
    var refused: Int { counts.withLock { $0.refused } }

    func visit(_ bulkhead: SharedBulkhead, deadline: Deadline, yields: Int) async {
        do throws(CallError<Bulkhead.Refusal, Never>) {
            try await bulkhead.run(deadline: deadline) {
                counts.withLock {
                    $0.inside += 1
                    $0.most = max($0.most, $0.inside)
                }
                for _ in 0..<yields { await Task.yield() }
                counts.withLock {
                    $0.inside -= 1
                    $0.served += 1
                }
            }
        } catch {
            counts.withLock { $0.refused += 1 }
        }
    }
}

/// A clock that advances by a second with each reading; its sleepers wake only when cancelled.
private final class CountingClock: Clock {
    private let reads = Atomic(0)

    var now: ContinuousClock.Instant {
        .ms(1000 * reads.wrappingAdd(1, ordering: .relaxed).newValue)
    }
    var minimumResolution: Duration { .seconds(1) }

    func sleep(until deadline: ContinuousClock.Instant, tolerance: Duration?) async throws {
        try await Task.sleep(for: .seconds(3600))
    }
}
