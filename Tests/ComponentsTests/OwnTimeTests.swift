import Availability
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Logging
import NIOCore
import NIOEmbedded
import Resilience
import Synchronization
import Testing

@testable import API

@Suite("What counts as the server's own work", .timeLimit(.minutes(1)))
struct OwnTimeTests {
    private let gate = AdmissionGate()
    private let outcomes = OutcomeCounters()
    private let metrics = RequestMetrics()

    private func door(
        _ id: String = "placeOrder",
        bodies: BodyBudget = BodyBudget(),
        waits: ClientWaits = ClientWaits(),
        handler: @escaping Endpoint.Handler = { (_) throws(Problem) in Response(status: .ok) }
    ) -> RouterResponder<ShopContext> {
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        let endpoint = Endpoint(
            .post,
            "/orders",
            id: id,
            tag: "Orders",
            "A route of this test",
            access: .anyone,
            body: BodyKind("Order", maxBytes: 1 << 20, isOptional: true),
            responses: [ResponseKind(200, nil, "Done.")],
            handler: handler
        )
        return FrontDoor(
            [endpoint],
            keyring: Keyring(),
            metrics: metrics,
            outcomes: outcomes,
            gate: gate,
            bodies: bodies,
            waits: waits,
            logger: logger
        ).router().buildResponder()
    }

    /// Sends a request whose body arrives in these parts, and returns the status.
    private func send(
        _ responder: RouterResponder<ShopContext>,
        _ headers: HTTPFields = [:],
        body: AsyncStream<ByteBuffer> = AsyncStream { $0.finish() }
    ) async throws -> Int {
        let head = HTTPRequest(method: .post, scheme: nil, authority: "shop", path: "/orders", headerFields: headers)
        let logger = Logger(label: "test")
        let context = ShopContext(source: .init(channel: EmbeddedChannel(), logger: logger))
        let request = Request(head: head, body: RequestBody(asyncSequence: body))
        return try await responder.respond(to: request, context: context).status.code
    }

    private static func deadline(_ text: String) throws -> HTTPFields {
        [try #require(HTTPField.Name("X-Deadline-Ms")): text]
    }

    @Test("a body that comes slowly holds no place and is no slowness of the server's")
    func slowBody() async throws {
        let door = door()
        let (body, sender) = AsyncStream.makeStream(of: ByteBuffer.self)
        async let status = send(door, body: body)
        for _ in 0..<25 {
            sender.yield(ByteBuffer(string: "x"))
            try await Task.sleep(for: .milliseconds(100))
            #expect(gate.figures.inFlight == 0)
        }
        sender.finish()
        #expect(try await status == 200)
        #expect(outcomes.total(.transaction, .good) == 1)
        #expect(outcomes.total(.transaction, .bad) == 0)
    }

    @Test("a deadline that the client set is excluded, no fault of the process, and brings no limit down")
    func deadlines() async throws {
        let drops = door { (_) throws(Problem) in
            // Slow, as the committer is with a command whose deadline has passed.
            try? await Task.sleep(for: .milliseconds(5))
            throw Problem(.serviceUnavailable, "overloaded", "too late", retryAfter: 1)
        }
        let limit = gate.figures.limit
        for _ in 0..<50 {
            #expect(try await send(drops, try Self.deadline("0")) == 503)
            #expect(try await send(drops, try Self.deadline("1")) == 503)
        }
        #expect(outcomes.total(.transaction, .excluded) == 100)
        #expect(outcomes.total(.transaction, .bad) == 0)
        #expect(metrics.totals.answered == 100)
        #expect(metrics.totals.failed == 0)
        #expect(metrics.totals.ofClients == 100, "no release is judged by it")
        #expect(gate.figures.limit == limit)
        #expect(gate.figures.inFlight == 0)
    }

    @Test("an answer to who asks too often says nothing of the server")
    func tooOften() async throws {
        let limited = door { (_) throws(Problem) in throw Problem(.tooManyRequests, "rate_limited", "too often") }
        for _ in 0..<10 { #expect(try await send(limited) == 429) }
        #expect(metrics.totals.answered == 10)
        #expect(metrics.totals.ofClients == 10)
        #expect(metrics.totals.failed == 0)
    }

    @Test("the same refusal without a deadline of the client's is a failure of the server's")
    func overload() async throws {
        let drops = door { (_) throws(Problem) in throw Problem(.serviceUnavailable, "overloaded", "too much") }
        for _ in 0..<10 { #expect(try await send(drops) == 503) }
        #expect(outcomes.total(.transaction, .bad) == 10)
        #expect(metrics.totals.failed == 10)
        #expect(metrics.totals.shed == 10, "it is the load's doing, and no reason to replace the process")
    }

    @Test("a wait that the client asked for gives the place back and is not taken for slowness")
    func waits() async throws {
        let waits = ClientWaits()
        let seen = Mutex<Int?>(nil)
        let door = door(waits: waits) { [gate] (call) throws(Problem) in
            let answer = try await call.wait { () async throws(Problem) -> Int? in
                seen.withLock { $0 = gate.figures.inFlight }
                try? await Task.sleep(for: .milliseconds(2300))
                return 1
            }
            return Response(status: answer == 1 ? .ok : .accepted)
        }
        #expect(try await send(door) == 200)
        #expect(seen.withLock(\.self) == 0)
        #expect(waits.underWay == 0)
        #expect(outcomes.total(.transaction, .good) == 1)
        #expect(outcomes.total(.transaction, .bad) == 0)
    }

    @Test("beyond the bound of waits a request is answered at once")
    func waitsAreBounded() async throws {
        let door = door(waits: ClientWaits(most: 0)) { (call) throws(Problem) in
            let answer = try await call.wait { () async throws(Problem) -> Int? in 1 }
            return Response(status: answer == nil ? .accepted : .ok)
        }
        #expect(try await send(door) == 202)
    }

    @Test("bodies are bounded in bytes together, small ones always pass, and the memory comes back")
    func bodies() async throws {
        let budget = BodyBudget(most: 100_000)
        let door = door(bodies: budget)
        let (body, sender) = AsyncStream.makeStream(of: ByteBuffer.self)
        async let first = send(door, body: body)
        sender.yield(ByteBuffer(repeating: 0x20, count: 90_000))
        while budget.bytes < 90_000 { try await Task.sleep(for: .milliseconds(1)) }
        func whole(_ count: Int) -> AsyncStream<ByteBuffer> {
            AsyncStream { stream in
                stream.yield(ByteBuffer(repeating: 0x20, count: count))
                stream.finish()
            }
        }
        #expect(try await send(door, body: whole(50_000)) == 503)
        #expect(try await send(door, body: whole(BodyBudget.small)) == 200)
        sender.finish()
        #expect(try await first == 200)
        #expect(budget.bytes == 0)
        #expect(try await send(door, body: whole(50_000)) == 200)
    }
}
