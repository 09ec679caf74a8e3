import Testing
import Trading

@testable import Ledger

@Suite("Failures of the ledger")
struct FailureTests {
    @Test(
        "nothing of a batch whose commit failed is seen, and all of it may be sent again",
        arguments: [
            (LedgerFailure.Code.diskFull, LedgerFailure.Retry.safe), (.busy, .safe), (.corrupt, .never),
        ]
    )
    func failedCommit(_ code: LedgerFailure.Code, _ retry: LedgerFailure.Retry) async throws {
        let engine = MemoryEngine()
        let shop = try TestShop(engine)
        try await shop.stock(["MUG": 5])
        let count = shop.batches.all.count
        let wish = TestShop.wish([("MUG", 2)])
        engine.failCommit(with: LedgerFailure(code, phase: .commit, retry: retry))
        try await shop.expect(code, retry, of: wish, key: .test(1))
        #expect(shop.batches.all.count == count)
        // The failed batch left nothing in the working set: the same request is decided again, once.
        let placed = try await shop.committer.submit(wish, key: .test(1))
        #expect(!placed.replayed)
        #expect(placed.replayed == false)
        #expect(try await shop.level("MUG") == StockLevel(onHand: 5, reserved: 2))
        try await shop.expectSound()
        shop.committer.close()
    }

    @Test("a commit that may have happened is looked up before anyone is answered", arguments: [false, true])
    func looked(isDone: Bool) async throws {
        let engine = MemoryEngine()
        let shop = try TestShop(engine)
        try await shop.stock(["MUG": 5])
        let count = shop.batches.all.count
        let wish = TestShop.wish([("MUG", 2)])
        engine.failCommit(with: LedgerFailure(.io, phase: .commit, retry: .unknownOutcome), isDone: isDone)
        if isDone {
            #expect(try await !shop.committer.submit(wish, key: .test(1)).replayed)
        } else {
            try await shop.expect(.io, .safe, of: wish, key: .test(1))
        }
        #expect(shop.batches.all.count == count + (isDone ? 1 : 0))
        #expect(try await shop.committer.submit(wish, key: .test(1)).replayed == isDone)
        #expect(try await shop.level("MUG") == StockLevel(onHand: 5, reserved: 2))
        try await shop.expectSound()
        shop.committer.close()
    }

    @Test("a commit of which nobody can say whether it has happened is told as such", arguments: [false, true])
    func unknown(isDone: Bool) async throws {
        let engine = MemoryEngine()
        let shop = try TestShop(engine)
        try await shop.stock(["MUG": 5])
        let wish = TestShop.wish([("MUG", 2)])
        engine.failCommit(
            with: LedgerFailure(.io, phase: .commit, retry: .unknownOutcome),
            isDone: isDone,
            thenBegins: LedgerFailure(.io, phase: .begin, retry: .never)
        )
        do throws(CommitError<PlaceOrderRefusal>) {
            _ = try await shop.committer.submit(wish, key: .test(1))
            Issue.record("it is said to have happened")
        } catch {
            guard case .failed(let failure) = error else { throw error }
            #expect(failure.retry == .unknownOutcome)
        }
        engine.failBegins(with: nil)
        #expect(try await shop.committer.submit(wish, key: .test(1)).replayed == isDone)
        try await shop.expectSound()
        shop.committer.close()
    }

    @Test("a committer whose store is away says why, until it is back")
    func absence() async throws {
        let engine = MemoryEngine()
        let shop = try TestShop(engine)
        try await shop.stock(["MUG": 5])
        #expect(shop.committer.absence == nil)
        let before = ContinuousClock.now
        // A store of this machine that refuses a turn for another reason is not away.
        for code in [LedgerFailure.Code.busy, .away] {
            engine.failBegins(with: LedgerFailure(code, phase: .begin, retry: .safe))
            try await shop.expect(code, .safe, of: TestShop.wish([("MUG", 1)]))
            #expect(shop.committer.absence?.failure?.code == (code == .away ? .away : nil))
        }
        engine.failBegins(with: nil)
        let back = ContinuousClock.now
        _ = try await shop.place([("MUG", 1)])
        let absence = try #require(shop.committer.absence)
        #expect(absence.failure == nil)
        // What waited until it was back waited for it.
        #expect(before < back && back <= absence.at && absence.at <= .now)
        shop.committer.close()
    }

    @Test("a committer whose store fails a whole batch fails every command of it", arguments: [3])
    func wholeBatch(_ size: Int) async throws {
        let engine = MemoryEngine()
        let shop = try TestShop(engine)
        try await shop.stock(["MUG": 9])
        let before = try await shop.dump()
        engine.failCommit(with: LedgerFailure(.diskFull, phase: .commit, retry: .safe))
        try await shop.asOneBatch(
            (0..<size).map { _ -> @Sendable () async -> Void in
                {
                    let result: Result<Committed<AnsweredOrder>, CommitError<PlaceOrderRefusal>>
                    do throws(CommitError<PlaceOrderRefusal>) {
                        result = .success(try await shop.committer.submit(TestShop.wish([("MUG", 1)])))
                    } catch {
                        result = .failure(error)
                    }
                    guard case .failure(.failed(let failure)) = result else {
                        Issue.record("not failed: \(result)")
                        return
                    }
                    #expect(failure.code == .diskFull)
                }
            }
        )
        #expect(try await shop.dump() == before)
        shop.committer.close()
    }

    @Test(
        "more commands than the queue holds are turned away at once, and may be sent again",
        arguments: EngineKind.allCases
    )
    func overload(_ kind: EngineKind) async throws {
        try await TestShop.open(kind, bounds: CommitterBounds(maxBatch: 2, maxQueue: 3)) { shop in
            try await shop.stock(["MUG": 9])
            let order: @Sendable () async -> Void = {
                do { _ = try await shop.place([("MUG", 1)]) } catch { Issue.record("\(error)") }
            }
            try await shop.asOneBatch([
                order, order,
                {
                    await order()
                },
            ])
            #expect(try await shop.rows(OrderRow.self).count == 3)
            // No batch exceeded the bound.
            #expect(shop.batches.all.map(\.commands).max() == 2)
            shop.clock.holdNext()
            try await withThrowingTaskGroup(of: Void.self) { group in
                for index in 0..<4 {
                    group.addTask { await order() }
                    try await shop.until { shop.clock.isHolding && shop.committer.waiting == index }
                }
                try await shop.expect(.overloaded, .safe, of: TestShop.wish([("MUG", 1)]))
                shop.clock.release()
                try await group.waitForAll()
            }
            #expect(try await shop.rows(OrderRow.self).count == 7)
        }
    }

    @Test("a command whose time was over in the queue is dropped", arguments: EngineKind.allCases)
    func deadline(_ kind: EngineKind) async throws {
        try await TestShop.open(kind) { shop in
            try await shop.stock(["MUG": 9])
            let wish = TestShop.wish([("MUG", 1)])
            try await shop.expect(.deadlineExceeded, .safe, of: wish, deadline: .now - .seconds(1))
            let placed = try await shop.committer.submit(wish, deadline: .now + .seconds(60))
            #expect(placed.replayed == false)
        }
    }

    @Test("closing finishes what waits, and takes no more", arguments: EngineKind.allCases)
    func close(_ kind: EngineKind) async throws {
        try await TestShop.open(kind) { shop in
            try await shop.stock(["MUG": 9])
            try await withThrowingTaskGroup(of: Order.self) { group in
                for _ in 0..<5 { group.addTask { try await shop.place([("MUG", 1)]) } }
                try await group.waitForAll()
            }
            shop.committer.close()
            shop.committer.close()
            try await shop.expect(.closed, .safe, of: TestShop.wish([("MUG", 1)]))
            #expect(try await shop.rows(OrderRow.self).count == 5)
        }
    }

    @Test("a writer that cannot be opened fails the committer's start with its reason")
    func cannotOpen() async throws {
        let failure = #expect(throws: LedgerFailure.self) { try Committer(engine: BrokenEngine()) }
        #expect(failure?.code == .io)
    }

    @Test("what a stranger may read of a failure says nothing of its details")
    func descriptions() {
        for code in LedgerFailure.Code.allCases {
            let failure = LedgerFailure(code, phase: .load, retry: .never, detail: "/secret/path")
            #expect(!failure.description.contains("secret"))
            #expect(failure.debugDescription.contains("/secret/path"))
        }
    }
}

/// An engine without a writer.
private struct BrokenEngine: LedgerEngine {
    func makeWriter() throws(LedgerFailure) -> any LedgerWriter {
        throw LedgerFailure(.io, phase: .begin, retry: .never)
    }

    func read<Value: Sendable>(
        _ body: @escaping @Sendable (any LedgerView) throws(LedgerFailure) -> Value
    ) async throws(LedgerFailure) -> Value {
        throw LedgerFailure(.io, phase: .begin, retry: .never)
    }

    func structureErrors(_ check: StructureCheck) async throws(LedgerFailure) -> [String] {
        throw LedgerFailure(.io, phase: .begin, retry: .never)
    }

    func close() async {}
}
