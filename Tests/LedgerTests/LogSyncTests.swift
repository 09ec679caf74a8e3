import Foundation
import Ledger
import Synchronization
import Testing
import Trading

/// An engine in memory whose commits become durable only after a sync, which the test lets succeed or fail.
private final class GatedEngine: LedgerEngine {
    private let store = MemoryEngine()
    private let gate = DispatchSemaphore(value: 0)
    private let state = Mutex((syncs: 0, fails: false))

    var syncs: Int { state.withLock { $0.syncs } }

    func letThrough(_ count: Int = 1) { for _ in 0..<count { gate.signal() } }

    func fail() {
        state.withLock { $0.fails = true }
        letThrough()
    }

    fileprivate func sync() throws(LedgerFailure) {
        state.withLock { $0.syncs += 1 }
        gate.wait()
        if state.withLock({ $0.fails }) { throw LedgerFailure(.io, phase: .commit, retry: .unknownOutcome) }
    }

    func makeWriter() throws(LedgerFailure) -> any LedgerWriter {
        GatedWriter(try store.makeWriter()) { [self] () throws(LedgerFailure) in try sync() }
    }

    func read<Value: Sendable>(
        _ body: @escaping @Sendable (any LedgerView) throws(LedgerFailure) -> Value
    ) async throws(LedgerFailure) -> Value {
        try await store.read(body)
    }

    func structureErrors(_ check: StructureCheck) async throws(LedgerFailure) -> [String] {
        try await store.structureErrors(check)
    }

    func close() async { await store.close() }
}

private final class GatedWriter: LedgerWriter {
    private let writer: any LedgerWriter
    let sync: (@Sendable () throws(LedgerFailure) -> Void)?

    init(_ writer: any LedgerWriter, _ sync: @escaping @Sendable () throws(LedgerFailure) -> Void) {
        self.writer = writer
        self.sync = sync
    }

    func begin() throws(LedgerFailure) -> LedgerTurn? { try writer.begin() }
    func load(_ keys: [TableKeys]) throws(LedgerFailure) -> [RowColumns] { try writer.load(keys) }
    func rows<R: RowPart>(_ query: RowQuery<R>) throws(LedgerFailure) -> [R] { try writer.rows(query) }
    func save(_ changes: [TableChanges]) throws(LedgerFailure) { try writer.save(changes) }
    func commit(_ turn: LedgerTurn) throws(LedgerFailure) { try writer.commit(turn) }
    func confirm() throws(LedgerFailure) { try writer.confirm() }
    func lastTurn(of writer: Bits128) throws(LedgerFailure) -> LedgerTurn? { try self.writer.lastTurn(of: writer) }
    func rollback() { writer.rollback() }
}

/// A canary that can be sent with an idempotency key.
private struct KeyedCanary: IdempotentCommand {
    static let name = "keyedCanary"

    func decide(_ set: WorkingSet) throws(Never) -> Bool {
        WriteCanary().decide(set)
        return true
    }

    func receipt(for outcome: Bool) -> [UInt8] { [1] }

    func recall(_ receipt: [UInt8], _ set: WorkingSet) -> Bool? { receipt == [1] }
}

@Suite("The sync of a commit", .timeLimit(.minutes(20)))
struct LogSyncTests {
    private let engine = GatedEngine()
    private let lost = Answers()

    private final class Answers: Sendable {
        private let all = Mutex<[Result<Bool, LedgerFailure>]>([])
        var count: Int { all.withLock { $0.count } }
        var results: [Result<Bool, LedgerFailure>] { all.withLock { $0 } }
        func add(_ result: Result<Bool, LedgerFailure>) { all.withLock { $0.append(result) } }
    }

    private let answers = Answers()

    private func submit(_ count: Int, to committer: Committer, key: IdempotencyKey? = nil) -> [Task<Void, Never>] {
        (0..<count).map { _ in
            Task { [answers] in
                do throws(CommitError<Never>) {
                    answers.add(.success(try await committer.submit(KeyedCanary(), key: key).replayed))
                } catch {
                    if case .failed(let failure) = error { answers.add(.failure(failure)) }
                }
            }
        }
    }

    private func until(_ condition: () -> Bool) async throws {
        while !condition() { try await Task.sleep(for: .milliseconds(1)) }
    }

    @Test("nobody is told before it, and the next batch is decided meanwhile")
    func overlaps() async throws {
        let committer = try Committer(engine: engine)
        var tasks = submit(1, to: committer)
        try await until { engine.syncs == 1 }
        #expect(answers.count == 0)
        tasks += submit(Committer.minimumBatch, to: committer)
        // These commits are in the ledger by now and wait for the next sync.
        try await until { committer.waiting == 1 + Committer.minimumBatch }
        #expect(answers.count == 0 && engine.syncs == 1)
        engine.letThrough()
        try await until { engine.syncs == 2 && answers.count > 0 }
        #expect(answers.count == 1)
        engine.letThrough(10)
        for task in tasks { await task.value }
        #expect(answers.results.allSatisfy { $0 == .success(false) })
        committer.close()
    }

    @Test("a few that come meanwhile wait for its end, and are then decided without another one coming")
    func few() async throws {
        let committer = try Committer(engine: engine)
        let first = submit(1, to: committer)
        try await until { engine.syncs == 1 }
        let second = submit(1, to: committer)
        try await until { committer.waiting == 2 }
        engine.letThrough(2)
        for task in first + second { await task.value }
        // The syncing thread sleeps again, and one commit wakes it.
        engine.letThrough()
        for task in submit(1, to: committer) { await task.value }
        #expect(answers.count == 3)
        committer.close()
    }

    @Test("what was done before is told again only after one; a refusal needs none")
    func replay() async throws {
        let committer = try Committer(engine: engine)
        let key = IdempotencyKey(digest: .test(1), fingerprint: 1)
        engine.letThrough()
        for task in submit(1, to: committer, key: key) { await task.value }
        await #expect(throws: CommitError<OrderRefusal>.self) {
            _ = try await committer.submit(ChangeOrder(ID(.test(7)), .complete))
        }
        #expect(engine.syncs == 1)
        let again = submit(1, to: committer, key: key)
        try await until { engine.syncs == 2 }
        #expect(answers.count == 1)
        engine.letThrough()
        for task in again { await task.value }
        #expect(answers.results == [.success(false), .success(true)])
        committer.close()
    }

    @Test("after one that failed the outcome is unknown, and nothing more is taken")
    func failure() async throws {
        let committer = try Committer(engine: engine, onLost: { [lost] in lost.add(.failure($0)) })
        let tasks = submit(1, to: committer)
        try await until { engine.syncs == 1 }
        engine.fail()
        for task in tasks { await task.value }
        try await until { lost.count == 1 }
        for task in submit(1, to: committer) { await task.value }
        let retries: [LedgerFailure.Retry?] = answers.results.map { result in
            guard case .failure(let failure) = result else { return nil }
            return failure.retry
        }
        #expect(retries == [LedgerFailure.Retry.unknownOutcome, .safe])
        #expect(engine.syncs == 1)
        committer.close()
    }

    @Test("closing waits for it")
    func closes() async throws {
        let committer = try Committer(engine: engine)
        let tasks = submit(3, to: committer)
        try await until { engine.syncs == 1 }
        engine.letThrough(10)
        committer.close()
        for task in tasks { await task.value }
        #expect(answers.results.count == 3)
    }
}
