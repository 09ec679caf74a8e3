import NIOHTTP1
import Resilience
import Synchronization
import Testing

@testable import Client
@testable import Exchange

@Suite("Replay run")
struct ReplayRunTests {
    @Test("who waits for an order gets its id once it is shipped, or nothing when it was refused")
    func board() async {
        let board = OrderBoard(orders: 3)
        async let first = board.id(of: 0)
        async let second = board.id(of: 1)
        async let third = board.id(of: 2)
        board.settle(0, id: "ord_1")
        board.settle(1, id: nil)
        board.close()
        #expect(await first == "ord_1")
        #expect(await second == nil)
        #expect(await third == nil)
        #expect(await board.id(of: 0) == "ord_1")
        #expect(board.shipped() == ["ord_1"])
    }

    @Test("workers do each piece once, and what each noted is returned")
    func workers() async throws {
        let counts = try await OrderedWorkers.run(1000, width: 8, log: 0) { _, count in count += 1 }
        #expect(counts.count == 8 && counts.reduce(0, +) == 1000)
        let none = try await OrderedWorkers.run(0, width: 8, log: 0) { _, count in count += 1 }
        #expect(none == [0])
    }

    @Test("a failing worker frees those that wait, and its error ends the run")
    func failure() async {
        let board = OrderBoard(orders: 1)
        await #expect(throws: ClientError.self) {
            let close: @Sendable () -> Void = { board.close() }
            _ = try await OrderedWorkers.run(2, width: 2, log: (), onFailure: close) { index, _ in
                if index == 0 { throw ClientError.unreachable("x") }
                _ = await board.id(of: 0)
            }
        }
    }

    @Test("a server that cannot be reached interrupts the run within the deadline and says how to go on")
    func unreachable() async throws {
        var options = ReplayOptions(path: "", url: "http://127.0.0.1:1", key: nil)
        options.deadline = .seconds(60)
        options.showsProgress = false
        let plan = try ReplayPlanTests.plan("1,A,a,1,2010-12-01 08:26:00,1.00,7,UK\n")
        let clock = LeapingClock()
        let notices = Mutex<[String]>([])
        let client = try TradewindClient(
            baseURL: options.url,
            key: nil,
            retry: RetryPolicy(deadline: options.deadline),
            time: TimeSource(clock),
            onOutage: { notice in notices.withLock { $0.append(notice) } }
        )
        let error = await #expect(throws: ClientError.self) {
            _ = try await ReplayRun(plan: plan, client: client, options: options).drive()
        }
        // Pauses are at most 2 s, so a run that gives up before 58 s has not used its time.
        #expect(clock.elapsed > .seconds(50) && clock.elapsed < .seconds(60))
        #expect(notices.withLock { $0.count } == 1)
        #expect(error?.mayPass == true)
        await client.shutdown()
        #expect(ReplayError.interrupted("x").description.contains("run the same command again"))
    }

    @Test("a server that never answered is told at once, with what to do about it")
    func neverAnswered() async throws {
        let clock = LeapingClock()
        let client = try TradewindClient(baseURL: "http://127.0.0.1:1", key: nil, time: TimeSource(clock))
        let error = await #expect(throws: ClientError.self) { try await client.greet() }
        await client.shutdown()
        #expect(clock.elapsed == .zero)
        #expect(error?.mayPass == false)
        #expect(error?.description.contains("tradewind up --data DIR") == true)
        #expect(error?.description.contains("http://127.0.0.1:1: Connection refused") == true)
    }

    @Test("a key that is not taken is no interruption")
    func refusedKey() {
        let error = ClientError.refused(APIProblem(status: 401, body: []))
        #expect(!error.mayPass && error.description.contains("key"))
        #expect(!ReplayError.refused(error.description).description.contains("again"))
        #expect(!CatalogueImportError.refused(error.description).description.contains("again"))
    }

    @Test("options that make no sense are refused before anything is read")
    func options() async {
        var options = ReplayOptions(path: "/nowhere", url: "ftp://x", key: nil)
        options.speed = 0
        await #expect(throws: ReplayError.self) { try await Replay.run(options) }
    }

    @Test("pauses grow, stay bounded, differ, and honour what the server asks for")
    func pauses() {
        let policy = RetryPolicy()
        for attempt in 1...40 {
            let pause = policy.pause(attempt: attempt, retryAfter: nil)
            #expect(pause > .zero && pause <= policy.longestPause)
        }
        #expect(policy.pause(attempt: 1, retryAfter: nil) <= policy.firstPause)
        #expect(policy.pause(attempt: 1, retryAfter: .seconds(3)) >= .seconds(3))
        #expect(policy.pause(attempt: 1, retryAfter: .seconds(86_400)) <= policy.longestPause * 11)
    }

    @Test(
        "only answers that may go better later are worth repeating",
        arguments: [
            (200, false), (400, false), (404, false), (409, false), (422, false), (429, true), (500, false),
            (502, true), (503, true), (504, true), (507, true),
        ]
    )
    func repeating(_ status: Int, _ isWorth: Bool) {
        let response = ClientResponse(status: status, headers: [:], body: [])
        #expect(RetryPolicy().isWorthRepeating(response) == isWorth)
    }

    @Test("a key at work on another connection is worth waiting for")
    func keyInUse() {
        let response = ClientResponse(status: 409, headers: ["retry-after": "1"], body: [])
        #expect(RetryPolicy().isWorthRepeating(response))
    }

    @Test("a request is repeated only when that is harmless")
    func repeatable() {
        #expect(ClientRequest(.GET, "/").isRepeatable)
        #expect(ClientRequest(.PUT, "/").isRepeatable)
        #expect(!ClientRequest(.POST, "/").isRepeatable)
        #expect(ClientRequest(.POST, "/", idempotencyKey: "k").isRepeatable)
    }

    @Test("a problem document is told on one line, and anything else by its status")
    func problems() {
        let body = #"{"code":"unknown_sku","detail":"no such SKU","errors":[{"pointer":"/lines/0","detail":"x"}]}"#
        #expect(
            APIProblem(status: 422, body: Array(body.utf8)).description
                == "422 unknown_sku: no such SKU (/lines/0 x)"
        )
        #expect(APIProblem(status: 502, body: Array("<html>".utf8)).description == "502")
    }
}
