import AsyncHTTPClient
import Foundation
import Hummingbird
import Logging
import NIOCore
import ProviderClients
import Providers
import Synchronization
import Testing
import Trading

@testable import Sandbox

/// A sandbox in this process, with its own directory and a client.
struct SandboxRun: Sendable {
    let url: String
    let payments: SandboxPayments
    let carrier: SandboxCarrier
    private let transport: ProviderTransport

    /// The secret that signs the tests' webhooks.
    static func secret() throws -> WebhookSecret {
        try #require(WebhookSecret(bytes: Array(repeating: 7, count: 32)))
    }

    /// Runs a sandbox while `body` runs.
    static func with<Value: Sendable>(
        _ kind: SandboxOptions.Kind,
        _ change: (inout SandboxOptions) -> Void = { _ in },
        _ body: @escaping @Sendable (SandboxRun) async throws -> Value
    ) async throws -> Value {
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent("sandbox-\(UUID().uuidString)").path
        defer { try? FileManager.default.removeItem(atPath: folder) }
        var options = SandboxOptions(kind, data: folder)
        change(&options)
        let server = try SandboxServer(
            options,
            logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
        )
        let (ports, found) = AsyncStream.makeStream(of: Int.self)
        return try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await server.run { found.yield($0) } }
            var iterator = ports.makeAsyncIterator()
            let url = "http://127.0.0.1:\(await iterator.next() ?? 0)"
            let value = try await withTransport { transport in
                let client = try #require(ProviderClient("sandbox", url: url, transport: transport))
                let signature = WebhookSignature(try secret())
                let run = SandboxRun(
                    url: url,
                    payments: SandboxPayments(client: client, signature: signature),
                    carrier: SandboxCarrier(client: client, signature: signature),
                    transport: transport
                )
                return try await body(run)
            }
            group.cancelAll()
            return value
        }
    }

    /// Sets the fault rules.
    func faults(_ json: String) async throws {
        let answer = try await send(json.isEmpty ? "DELETE" : "PUT", "/faults", json)
        #expect(answer.status == 200, "\(answer.body)")
    }

    /// Sends one request unchanged.
    func send(
        _ method: String,
        _ path: String,
        _ body: String = "",
        key: String? = nil
    ) async throws -> (status: Int, body: String) {
        var request = HTTPClientRequest(url: url + path)
        request.method = .init(rawValue: method)
        if let key { request.headers.add(name: "Idempotency-Key", value: key) }
        if !body.isEmpty { request.body = .bytes(ByteBuffer(string: body)) }
        let answer = try await HTTPClient.shared.execute(request, timeout: .seconds(10))
        return (Int(answer.status.code), String(buffer: try await answer.body.collect(upTo: 1 << 20)))
    }

    /// An authorisation of £10.
    static func charge(
        _ payment: String = "pay_1",
        token: String = "tok_ok",
        captureAtOnce: Bool = true,
        amount: Int64 = 1000
    ) -> PaymentRequest {
        PaymentRequest(
            .authorise(token: token, captureAtOnce: captureAtOnce),
            key: "\(payment)-1",
            payment: payment,
            amount: Money(amount, .gbp),
            metadata: ["order": "ord_1"]
        )
    }

    /// A later operation on a charge.
    static func step(
        _ action: PaymentRequest.Action,
        _ number: Int,
        of reference: String,
        _ amount: Int64
    ) -> PaymentRequest {
        PaymentRequest(
            action,
            key: "pay_1-\(number)",
            payment: "pay_1",
            reference: reference,
            amount: Money(amount, .gbp)
        )
    }
}

/// Receives webhooks and keeps them as the provider's client parses them.
final class WebhookReceiver: Sendable {
    private let taken = Mutex<[ProviderNotice]>([])
    private let refused = Mutex(0)

    /// The accepted notices, in order.
    var notices: [ProviderNotice] { taken.withLock { $0 } }
    /// How many webhooks were rejected.
    var refusals: Int { refused.withLock { $0 } }

    /// Receives while `body` runs.
    func run<Value: Sendable>(_ body: @escaping @Sendable (_ url: String) async throws -> Value) async throws -> Value {
        let transport = ProviderTransport()
        let client = try #require(ProviderClient("x", url: "http://127.0.0.1:1", transport: transport))
        let payments = SandboxPayments(client: client, signature: WebhookSignature(try SandboxRun.secret()))
        let carrier = SandboxCarrier(client: client, signature: WebhookSignature(try SandboxRun.secret()))
        let router = Router(context: CuttableContext.self)
        router.on("**", method: .post) { [self] request, _ in
            let headers = request.headers.map { (name: $0.name.rawName, value: $0.value) }
            let bytes = Array(try await request.body.collect(upTo: 1 << 20).readableBytesView)
            do throws(NoticeRefusal) {
                var notice = try payments.notice(headers: headers, body: bytes, now: .now)
                if notice.subject == nil { notice = try carrier.notice(headers: headers, body: bytes, now: .now) }
                taken.withLock { $0.append(notice) }
                return Response(status: .noContent)
            } catch {
                refused.withLock { $0 += 1 }
                return Response(status: .badRequest)
            }
        }
        let value = try await withServer(router, body)
        await transport.shutdown()
        return value
    }

    /// Waits until `count` webhooks have arrived, at most five seconds.
    func wait(for count: Int) async throws {
        for _ in 0..<500 where notices.count < count { try await Task.sleep(for: .milliseconds(10)) }
    }
}
