import Foundation
import Hummingbird
import Logging
import Synchronization

/// A server on which every payment intent succeeds, and which records the keys it is called with.
final class StripeStandIn: Sendable {
    private let asked = Mutex<[String]>([])

    /// The `Authorization` of every request.
    var authorizations: [String] { asked.withLock { $0 } }

    /// Serves while `body` runs, which gets the URL.
    func run(_ body: @escaping @Sendable (_ url: String) async throws -> Void) async throws {
        let router = Router()
        router.post("v1/payment_intents") { [self] request, _ in
            let form = String(buffer: try await request.body.collect(upTo: 1 << 20))
            asked.withLock { $0.append(request.headers[.authorization] ?? "") }
            return Response(
                status: .ok,
                headers: [.contentType: "application/json"],
                body: ResponseBody(byteBuffer: ByteBuffer(string: Self.intent(form)))
            )
        }
        let (ports, found) = AsyncStream.makeStream(of: Int.self)
        let application = Application(
            router: router,
            configuration: .init(address: .hostname("127.0.0.1", port: 0)),
            onServerRunning: { found.yield($0.localAddress?.port ?? 0) },
            logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
        )
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask { try await application.run() }
            var iterator = ports.makeAsyncIterator()
            let port = await iterator.next() ?? 0
            try await body("http://127.0.0.1:\(port)")
            group.cancelAll()
        }
    }

    private static func intent(_ form: String) -> String {
        var values: [String: String] = [:]
        for pair in form.split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1).map { $0.removingPercentEncoding ?? "" }
            if parts.count == 2 { values[parts[0]] = parts[1] }
        }
        let (amount, currency) = (values["amount"] ?? "0", values["currency"] ?? "gbp")
        return """
            {"id":"pi_1","object":"payment_intent","amount":\(amount),"amount_received":\(amount),"currency":"\(currency)",\
            "created":\(Int(Date().timeIntervalSince1970)),"status":"succeeded","last_payment_error":null,\
            "metadata":{"payment":"\(values["metadata[payment]"] ?? "")"},"latest_charge":"ch_1"}
            """
    }
}
