import Foundation
import Hummingbird
import HummingbirdTesting
import JSON
import Ledger
import Logging
import ServiceLifecycle
import Synchronization
import Testing
import Trading

@testable import API
@testable import Components

/// A shop in memory that runs the webhooks component, with real sockets to real receivers.
final class WebhookShop: Sendable {
    let shop: Shop
    let component: Component

    /// The workers' log.
    let log = LogLines()

    fileprivate init(allowsPrivate: Bool, interval: Duration) throws {
        let engine = MemoryEngine()
        let committer = try Committer(engine: engine)
        shop = Shop(
            ledger: engine,
            committer: committer,
            storefront: StorefrontSnapshot(),
            settings: ShopSettings(webhooksAllowPrivate: allowsPrivate),
            secrets: OrderSecret(shopSecret: [1])
        )
        component = .webhooks(
            ComponentInputs(
                shop: shop,
                taskInterval: interval,
                pruneInterval: .seconds(60),
                logger: log.logger
            )
        )
    }

    /// Creates an endpoint; returns its id and its secret.
    func webhook(_ url: String, _ patterns: [String]) async throws -> (ID<WebhookEndpoint>, secret: String) {
        let answer = try await shop.committer.submit(
            CreateWebhook(url: try WebhookURL(url), filter: EventFilter(stored: patterns))
        ).outcome
        let shown = try JSONDecoder().decode(ShownWebhook.self, from: Data(answer.document))
        return (try #require(ID(shown.id)), try #require(shown.secret))
    }

    func answer(_ command: ChangeWebhook) async throws -> ShownWebhook {
        let answer = try await shop.committer.submit(command).outcome
        return try JSONDecoder().decode(ShownWebhook.self, from: Data(answer.document))
    }

    func endpoint(_ id: ID<WebhookEndpoint>) async throws -> WebhookEndpoint {
        try await shop.row(WebhookRow.self, id, "webhook").endpoint
    }

    /// Puts a product `count` times.
    func happen(_ count: Int, sku: String) async throws {
        for number in 0..<count {
            let price = Money(Int64(number + 1), .gbp)
            let product = Product(sku: SKU(stored: sku), name: sku, prices: [price])
            _ = try await shop.committer.submit(PutProducts([product]))
        }
    }

    /// Waits until a condition holds.
    func eventually(
        _ what: String,
        within limit: Duration = .seconds(10),
        _ holds: () async throws -> Bool
    ) async throws {
        let start = ContinuousClock.now
        while try await !holds() {
            try #require(ContinuousClock.now - start < limit, "not within \(limit): \(what)")
            try await Task.sleep(for: .milliseconds(5))
        }
    }
}

/// An endpoint as the API shows it.
struct ShownWebhook: Decodable {
    let id: String
    let secret: String?
}

/// Runs `body` with a shop whose webhook workers run, and closes it afterwards.
func withWebhookShop(
    allowsPrivate: Bool = true,
    _ body: (WebhookShop) async throws -> Void
) async throws {
    let shop = try WebhookShop(allowsPrivate: allowsPrivate, interval: .milliseconds(20))
    let logger = Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
    let group = ServiceGroup(
        configuration: ServiceGroupConfiguration(
            services: shop.component.workers.map { WorkerSupervisor($0, logger: logger) },
            logger: logger
        )
    )
    try await withThrowingTaskGroup(of: Void.self) { tasks in
        tasks.addTask { try await group.run() }
        do {
            try await body(shop)
        } catch {
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
            await shop.component.close()
            shop.shop.committer.close()
            throw error
        }
        await group.triggerGracefulShutdown()
        try await tasks.waitForAll()
    }
    await shop.component.close()
    shop.shop.committer.close()
}

/// A receiver on a port of the loopback interface.
final class Receiver: Sendable {
    /// One received message.
    struct Message: Sendable {
        let headers: [(name: String, value: String)]
        let body: [UInt8]
        /// When it arrived.
        let at = ContinuousClock.now

        var id: String { headers.first { $0.name == "webhook-id" }?.value ?? "" }
    }

    private let list = Mutex<[Message]>([])
    private let status = Mutex(HTTPResponse.Status.ok)
    private let pause = Mutex(Duration.zero)

    var messages: [Message] { list.withLock { $0 } }

    /// Sets the status that it answers from now on, and the delay before it.
    func answer(_ status: HTTPResponse.Status, after pause: Duration = .zero) {
        self.status.withLock { $0 = status }
        self.pause.withLock { $0 = pause }
    }

    /// Runs `body` with the receiver's URL.
    func listen(_ body: @escaping @Sendable (String) async throws -> Void) async throws {
        let router = Router()
        router.post("hooks") { [self] request, _ in
            var buffer = try await request.body.collect(upTo: 1 << 20)
            let headers = request.headers.map { (name: $0.name.canonicalName, value: $0.value) }
            list.withLock {
                $0.append(Message(headers: headers, body: buffer.readBytes(length: buffer.readableBytes) ?? []))
            }
            let end = ContinuousClock.now + pause.withLock { $0 }
            // In small steps, so that a receiver that is told to answer at once does so and its test can end.
            while ContinuousClock.now < end, pause.withLock({ $0 }) > .zero {
                try await Task.sleep(for: .milliseconds(10))
            }
            var response = Response(
                status: status.withLock { $0 },
                body: ResponseBody(byteBuffer: ByteBuffer(string: "thanks"))
            )
            response.headers[.location] = "/elsewhere"
            return response
        }
        let application = Application(router: router, configuration: .init(address: .hostname("127.0.0.1", port: 0)))
        try await application.test(.live) { client in
            try await body("http://127.0.0.1:\(try #require(client.port))/hooks")
        }
    }
}
