import Foundation
import Ledger
import LedgerPostgres
import LedgerSQLite
import Synchronization
import TestSupport
import Testing
import Trading

/// The engines over which the conformance suite runs.
enum EngineKind: String, CaseIterable, CustomTestStringConvertible {
    case memory, sqlite, postgres

    var testDescription: String { rawValue }
}

/// Runs `body` on a thread of its own, so that what blocks there holds up no other test.
func onThread<Value: Sendable>(_ body: @escaping @Sendable () throws -> Value) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
        Thread.detachNewThread { continuation.resume(with: Result(catching: body)) }
    }
}

/// A clock that stands still until the test moves it, and that can block the committer when it reads the time.
final class TestClock: Sendable {
    private struct State {
        var now = Timestamp(milliseconds: 1_795_411_261_123)
        var holdsNext = false
        var isHolding = false
    }

    private let state = Mutex(State())
    private let released = DispatchSemaphore(value: 0)

    /// The current time of the test.
    var now: Timestamp { state.withLock { $0.now } }

    /// Whether the committer is blocked here.
    var isHolding: Bool { state.withLock { $0.isHolding } }

    func advance(seconds: Int64) {
        state.withLock { $0.now = $0.now.adding(seconds: seconds) }
    }

    func advance(to time: Timestamp) {
        state.withLock { $0.now = time }
    }

    /// The time, as the committer reads it at the start of each batch; blocks after ``holdNext()``.
    func read() -> Timestamp {
        let holds = state.withLock { state in
            state.isHolding = state.holdsNext
            state.holdsNext = false
            return state.isHolding
        }
        if holds { released.wait() }
        return now
    }

    /// Blocks the committer at the start of its next batch.
    func holdNext() {
        state.withLock { $0.holdsNext = true }
    }

    func release() {
        state.withLock { $0.isHolding = false }
        released.signal()
    }
}

/// A committer over an engine, with a deterministic clock and source of ids.
final class TestShop: Sendable {
    let engine: any LedgerEngine
    let committer: Committer
    let clock: TestClock
    /// Every batch that was reported to the observer.
    let batches: Batches

    final class Batches: Sendable {
        private let list = Mutex<[CommittedBatch]>([])
        var all: [CommittedBatch] { list.withLock { $0 } }
        func add(_ batch: CommittedBatch) { list.withLock { $0.append(batch) } }
    }

    init(
        _ engine: any LedgerEngine,
        clock: TestClock = TestClock(),
        bounds: CommitterBounds = CommitterBounds(),
        seed: UInt64 = 1
    ) throws {
        self.engine = engine
        self.clock = clock
        let batches = Batches()
        self.batches = batches
        committer = try Committer(
            engine: engine,
            bounds: bounds,
            clock: { clock.read() },
            random: { SeededGenerator(seed: seed) },
            observer: { batches.add($0) }
        )
    }

    /// Runs `body` on a new shop and shuts it down.
    static func open(
        _ kind: EngineKind,
        bounds: CommitterBounds = CommitterBounds(),
        _ body: (TestShop) async throws -> Void
    ) async throws {
        try await withEngine(kind) { engine in
            let shop = try TestShop(engine, bounds: bounds)
            do {
                try await body(shop)
            } catch {
                shop.committer.close()
                throw error
            }
            shop.committer.close()
        }
    }

    /// Runs `body` on a new engine and closes it.
    static func withEngine(_ kind: EngineKind, _ body: (any LedgerEngine) async throws -> Void) async throws {
        switch kind {
        case .memory: try await body(MemoryEngine())
        case .postgres:
            try await PostgresServer.withDatabase { settings in
                let engine = try await onThread { try PostgresEngine(PostgresServer.runtime(of: settings)) }
                do {
                    try await body(engine)
                } catch {
                    await engine.close()
                    throw error
                }
                await engine.close()
            }
        case .sqlite:
            try await withFile { path in
                var settings = SQLiteSettings(path: path)
                settings.journal = ChangeJournalSettings(directory: path + "-changes", maxBytes: 1 << 30)
                let engine = try SQLiteEngine(settings)
                do {
                    let start = try JournalStart(path: path)
                    try await body(engine)
                    try start.expectReplay()
                } catch {
                    await engine.close()
                    throw error
                }
                await engine.close()
            }
        }
    }

    /// Runs `body` with the path of a file that does not exist yet, in a new directory.
    static func withFile(_ body: (String) async throws -> Void) async throws {
        let directory = FileManager.default.temporaryDirectory.appending(path: "ledger-\(UUID().uuidString)")
        try FileManager.default.createDirectory(at: directory, withIntermediateDirectories: true)
        do {
            try await body(directory.appending(path: "ledger.db").path)
        } catch {
            try FileManager.default.removeItem(at: directory)
            throw error
        }
        try FileManager.default.removeItem(at: directory)
    }

    /// Runs a command; a refusal or a failure fails the test.
    @discardableResult
    func run<C: Command>(
        _ command: C,
        fence: Fence? = nil
    ) async throws -> C.Outcome {
        try await committer.submit(command, fence: fence).outcome
    }

    /// Runs a command with an idempotency key.
    @discardableResult
    func run<C: IdempotentCommand>(_ command: C, key: IdempotencyKey) async throws -> C.Outcome {
        try await committer.submit(command, key: key).outcome
    }

    /// The whole content of the ledger.
    func dump() async throws -> LedgerDump {
        try await engine.read { (view) throws(LedgerFailure) in try LedgerDump(view) }
    }

    func row<R: RowPart>(_ type: R.Type, _ key: R.Key) async throws -> R? {
        try await engine.read { (view) throws(LedgerFailure) in try view.row(type, key) }
    }

    func rows<R: RowPart>(_ query: RowQuery<R>) async throws -> [R] {
        try await engine.read { (view) throws(LedgerFailure) in try view.rows(query) }
    }

    func rows<R: RowPart>(_ type: R.Type) async throws -> [R] {
        try await rows(RowQuery<R>(limit: .max))
    }

    /// Queues the commands of the operations one after another and has the committer decide them as one batch.
    func asOneBatch(_ operations: [@Sendable () async -> Void]) async throws {
        clock.holdNext()
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await self.run(Prune(idempotency: ([], self.clock.now), carts: [], events: [])) }
            try await until { self.clock.isHolding }
            for (index, operation) in operations.enumerated() {
                group.addTask { await operation() }
                try await until { self.committer.waiting == index + 1 }
            }
            clock.release()
            try await group.waitForAll()
        }
    }

    /// Waits for a condition that another thread brings about.
    ///
    /// Every test of the process begins at once, and what is resumed waits behind all of them: for half a minute on two slow cores.
    func until(_ condition: () -> Bool) async throws {
        let deadline = ContinuousClock.now + .seconds(180)
        while !condition() {
            guard ContinuousClock.now < deadline else {
                // A committer that stays held would keep the test from ending, and all others with it.
                clock.release()
                throw NeverHappened()
            }
            try await Task.sleep(for: .microseconds(200))
        }
    }

    private struct NeverHappened: Error {}
}
