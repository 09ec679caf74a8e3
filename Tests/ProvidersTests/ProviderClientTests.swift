import Foundation
import JSON
import NIOCore
import NIOPosix
import Synchronization
import Testing
import Trading

@testable import ProviderClients
@testable import Providers

@Suite("Calls to providers")
struct ProviderClientTests {
    /// What a server does after it has read a request.
    enum Act: Sendable {
        case close
        case silence
        case send(String)
    }

    private func known(
        _ act: Act,
        milliseconds: Int = 3000,
        answerBytesMax: Int = 1000,
        method: String = "POST"
    ) async throws -> Known {
        try await withRawServer(act) { url in
            try await withTransport { transport in
                let client = try #require(ProviderClient("raw", url: url, transport: transport))
                var request = ProviderRequest("try", method == "GET" ? .GET : .POST, "/x")
                if method == "POST" { request = request.body(Array("{}".utf8), "application/json") }
                request.answerBytesMax = answerBytesMax
                return await client.call(request, deadline: .soon(milliseconds)) { reply in
                    SandboxReply.rules.answer(reply, words: SandboxReply.words) { _ throws(JSONError) in .done(()) }
                }.known
            }
        }
    }

    private func expect(_ expected: Known, of known: Known, sourceLocation: SourceLocation = #_sourceLocation) {
        #expect(known == expected, sourceLocation: sourceLocation)
    }

    private func reply(_ status: String, _ body: String = "", _ headers: String = "") -> Act {
        .send("HTTP/1.1 \(status)\r\n\(headers)content-length: \(body.utf8.count)\r\n\r\n\(body)")
    }

    @Test("a refused connection and an unknown host have done nothing")
    func noConnection() async throws {
        try await withTransport { transport in
            for url in ["http://127.0.0.1:1", "http://nobody.invalid"] {
                let client = try #require(ProviderClient("gone", url: url, transport: transport))
                let sandbox = SandboxPayments(client: client, signature: nil)
                let request = PaymentRequest(
                    .authorise(token: "tok_ok", captureAtOnce: true),
                    key: "k",
                    payment: "pay_1",
                    amount: Money(1, .gbp)
                )
                guard case .notDone = await sandbox.perform(request, deadline: .soon(3000)) else {
                    Issue.record("\(url) may have done something")
                    continue
                }
            }
        }
    }

    @Test("a connection that is closed, or stays silent, once the request was sent leaves it unknown")
    func lost() async throws {
        try await expect(.unknown("reset"), of: known(.close))
        try await expect(.unknown("timeout"), of: known(.silence, milliseconds: 800))
        try await expect(
            .unknown("timeout"),
            of: known(.send("HTTP/1.1 200 OK\r\ncontent-length: 10\r\n\r\n{"), milliseconds: 800)
        )
        try await expect(.unknown("reset"), of: known(.send("SSH-2.0-OpenSSH\r\n\r\n")))
        try await expect(.unknown("nonsense"), of: known(reply("200 OK", String(repeating: "x", count: 2000))))
    }

    @Test("a read that fails has done nothing")
    func reads() async throws {
        try await expect(.notDone("reset"), of: known(.close, method: "GET"))
        try await expect(.notDone("timeout"), of: known(.silence, milliseconds: 800, method: "GET"))
    }

    @Test("a deadline that has passed sends nothing")
    func late() async throws {
        try await expect(.notDone("timeout"), of: known(reply("200 OK"), milliseconds: -1))
    }

    @Test("statuses say what the contract says, and no more")
    func statuses() async throws {
        let words = #"{"error":{"code":"card_declined","message":"no"}}"#
        try await expect(.done, of: known(reply("200 OK", "{}")))
        try await expect(.refused("card_declined"), of: known(reply("402 No", words)))
        try await expect(.unknown("status_402"), of: known(reply("402 No", "a proxy's page")))
        try await expect(.notDone("status_401"), of: known(reply("401 No", words)))
        try await expect(.unknown("status_422"), of: known(reply("422 No", words)))
        try await expect(.notDone("status_429"), of: known(reply("429 Slow", "", "retry-after: 3\r\n")))
        try await expect(.notDone("status_503"), of: known(reply("503 Later")))
        try await expect(.unknown("status_500"), of: known(reply("500 Oops", words)))
        try await expect(.unknown("status_302"), of: known(reply("302 Found", "", "location: /y\r\n")))
    }

    @Test("a cancelled task ends at once, and its request is unknown once it was sent")
    func cancelled() async throws {
        let start = ContinuousClock.now
        let known = try await withRawServer(.silence) { url in
            try await withTransport { transport in
                let client = try #require(ProviderClient("raw", url: url, transport: transport))
                let task = Task {
                    let request = ProviderRequest("try", .POST, "/x").body([0x7B, 0x7D], "application/json")
                    return await client.call(request, deadline: .soon(20_000)) { _ in ProviderAnswer.done(()) }.known
                }
                try await Task.sleep(for: .milliseconds(300))
                task.cancel()
                return await task.value
            }
        }
        #expect(known == .unknown("cancelled"))
        #expect(ContinuousClock.now - start < .seconds(5))
    }

    @Test("every call is told once, with how it ended")
    func observed() async throws {
        let seen = Mutex<[ProviderExchange]>([])
        try await withRawServer(reply("503 Later")) { url in
            try await withTransport { transport in
                let client = ProviderClient("raw", url: url, transport: transport) { call in
                    seen.withLock { $0.append(call) }
                }
                let carrier = SandboxCarrier(client: try #require(client), signature: nil)
                _ = await carrier.track(reference: "bkg/1", deadline: .soon())
            }
        }
        let calls = seen.withLock { $0 }
        #expect(calls.map(\.operation) == ["track"] && calls.map(\.outcome) == [.notDone])
        #expect(calls.first?.trouble == "status_503")
    }

    @Test("only addresses of HTTP are taken")
    func addresses() async throws {
        try await withTransport { transport in
            for url in ["", "ftp://x", "example.com", "http://x y", "http://x?y"] {
                #expect(ProviderClient("x", url: url, transport: transport) == nil, "\(url)")
            }
        }
    }
}

/// Serves raw bytes on a free loopback port while `body` runs: one act per request.
private func withRawServer<Value: Sendable>(
    _ act: ProviderClientTests.Act,
    _ body: (_ url: String) async throws -> Value
) async throws -> Value {
    let channel = try await ServerBootstrap(group: MultiThreadedEventLoopGroup.singleton)
        .childChannelInitializer { channel in
            channel.eventLoop.makeCompletedFuture { try channel.pipeline.syncOperations.addHandler(RawHandler(act)) }
        }
        .bind(host: "127.0.0.1", port: 0).get()
    do {
        let value = try await body("http://127.0.0.1:\(channel.localAddress?.port ?? 0)")
        try await channel.close()
        return value
    } catch {
        try await channel.close()
        throw error
    }
}

/// Acts once the head of a request, and a body of two bytes if it has one, has arrived.
private final class RawHandler: ChannelInboundHandler {
    typealias InboundIn = ByteBuffer
    typealias OutboundOut = ByteBuffer

    private let act: ProviderClientTests.Act
    private var received = ""

    init(_ act: ProviderClientTests.Act) { self.act = act }

    func channelRead(context: ChannelHandlerContext, data: NIOAny) {
        received += String(buffer: unwrapInboundIn(data))
        guard let end = received.range(of: "\r\n\r\n") else { return }
        if received.hasPrefix("POST"), received[end.upperBound...].isEmpty { return }
        received = ""
        switch act {
        case .close: context.close(promise: nil)
        case .silence: break
        case .send(let text): context.writeAndFlush(wrapOutboundOut(ByteBuffer(string: text)), promise: nil)
        }
    }
}
