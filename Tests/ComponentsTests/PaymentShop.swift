import API
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import JSON
import Ledger
import Logging
import NIOCore
import OrderArchive
import Providers
import Resilience
import ServiceLifecycle
import Testing
import Trading

@testable import Components

/// A shop in memory, with its routes and its workers, over payment providers that the test scripts.
struct PaymentShop: Sendable {
    let shop: Shop
    /// Its routes.
    let endpoints: [Endpoint]
    private let responder: RouterResponder<ShopContext>
    private let workers: [any Service]
    private let keyring: Keyring
    private static let key = KeyText.make(id: ID<APIKey>(high: 1, low: 1))

    init(
        _ providers: [any PaymentProvider],
        capture: CaptureMode = .onShipment,
        callsMax: Int = 8,
        archive: ArchiveDirectory? = nil
    ) async throws {
        let engine = MemoryEngine()
        let desk = PaymentDesk(
            providers: providers,
            terms: PaymentTerms(
                routing: PaymentRouting(
                    providers.map { provider in
                        PaymentRoute(
                            provider.name,
                            rules: Dictionary(
                                uniqueKeysWithValues: Currency.all.compactMap { currency in
                                    provider.amounts(in: currency).map { (currency, $0) }
                                }
                            ),
                            vault: "shared",
                            capturesInParts: provider.capturesInParts
                        )
                    }
                ),
                capture: capture
            ),
            bounds: PaymentBounds(callsMax: callsMax, callTime: .seconds(8), interval: .milliseconds(20))
        )
        let snapshot = StorefrontSnapshot()
        let committer = try Committer(
            engine: engine,
            observer: { batch in
                snapshot.apply(batch)
                desk.waiters.apply(batch)
            }
        )
        let hot = Shop(
            ledger: engine,
            committer: committer,
            storefront: snapshot,
            settings: ShopSettings(),
            secrets: OrderSecret(shopSecret: try await committer.submit(OpenShop()).outcome),
            payments: desk
        )
        shop = archive.map { hot.archiving(in: $0) } ?? hot
        let product = Product(sku: SKU(stored: "MUG"), name: "Mug", prices: [Money(500, .gbp)], tracked: false)
        _ = try await committer.submit(PutProducts([product]))
        let key = CreateKey(id: ID(high: 1, low: 1), digest: Self.key.digest, name: "test", scopes: ["admin"])
        keyring = Keyring(tokens: CustomerToken(shop.secrets))
        keyring.replace(with: [try await committer.submit(key).outcome])
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        let requests = RequestMetrics()
        let components = ComponentSet(
            ComponentInputs(
                shop: shop,
                taskInterval: .milliseconds(20),
                pruneInterval: .seconds(1),
                logger: logger
            ),
            running: Set(ComponentName.allCases),
            health: Health(),
            gate: AdmissionGate(),
            requests: requests,
            ledger: LedgerMetrics()
        )
        endpoints = components.endpoints(version: "0")
        responder = FrontDoor(endpoints, keyring: keyring, metrics: requests, logger: logger).router().buildResponder()
        workers = components.services()
    }

    /// Runs `body` with the routes mounted, and with the workers if `working`.
    func run(working: Bool = true, _ body: @Sendable (any TestClientProtocol) async throws -> Void) async throws {
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        let group = ServiceGroup(services: working ? workers : [], logger: logger)
        let application = Application(responder: responder, logger: logger)
        try await withThrowingTaskGroup(of: Void.self) { tasks in
            tasks.addTask { try await group.run() }
            do {
                try await application.test(.router) { try await body($0) }
            } catch {
                await group.triggerGracefulShutdown()
                throw error
            }
            await group.triggerGracefulShutdown()
            try await tasks.waitForAll()
        }
        shop.committer.close()
    }

    /// A new key with only these scopes.
    func authorization(_ scopes: [Scope]) async throws -> (HTTPField.Name, String) {
        let id = ID<APIKey>(high: 2, low: .random(in: 1 ... .max))
        let (text, digest) = KeyText.make(id: id)
        let names = scopes.map(\.rawValue)
        _ = try await shop.committer.submit(CreateKey(id: id, digest: digest, name: "test", scopes: names))
        keyring.replace(
            with: try await shop.ledger.read { (view) throws(LedgerFailure) in
                try view.rows(RowQuery<APIKeyRow>(limit: 100))
            }
        )
        return (.authorization, "Bearer \(text)")
    }

    func payment(_ order: ID<Order>, _ number: Int = 1) async throws -> Payment? {
        try await shop.ledger.read { (view) throws(LedgerFailure) in
            try view.row(PaymentRow.self, Payment.id(of: order, attempt: number))?.payment
        }
    }

    func order(_ id: ID<Order>) async throws -> Order? {
        try await shop.ledger.read { (view) throws(LedgerFailure) in try view.row(OrderRow.self, id)?.order }
    }

    /// Waits until the condition holds, at most half a minute.
    func until(_ what: Comment, _ condition: () async throws -> Bool) async throws {
        let deadline = ContinuousClock.now + .seconds(30)
        while try await !condition() {
            try #require(ContinuousClock.now < deadline, what)
            try await Task.sleep(for: .milliseconds(5))
        }
    }

    static var authorization: (HTTPField.Name, String) { (.authorization, "Bearer \(key.text)") }
}

/// A response, with the members that tests read.
struct Told: Sendable {
    let status: Int
    let headers: HTTPFields
    let text: String

    /// The value of a member at any depth, as JSON text without quotes.
    subscript(_ path: String...) -> String? {
        var json = JSONReader(Array(text.utf8))
        do {
            return try Self.find(path[...], in: &json)
        } catch {
            return nil
        }
    }

    private static func find(_ path: ArraySlice<String>, in json: inout JSONReader) throws(JSONError) -> String? {
        var found: String?
        guard let first = path.first else {
            switch try json.peek() {
            case .string: return try json.string()
            case .number: return String(try json.int64())
            default:
                try json.skip()
                return ""
            }
        }
        if try json.peek() == .array {
            try json.array { (json, index) throws(JSONError) in
                if String(index) == first { found = try find(path.dropFirst(), in: &json) } else { try json.skip() }
            }
        } else {
            try json.object { (json, name) throws(JSONError) in
                if name == first { found = try find(path.dropFirst(), in: &json) } else { try json.skip() }
            }
        }
        return found
    }
}

extension TestClientProtocol {
    func send(
        _ method: HTTPRequest.Method,
        _ path: String,
        _ body: String? = nil,
        _ headers: [(HTTPField.Name, String)] = [PaymentShop.authorization]
    ) async throws -> Told {
        var fields = HTTPFields()
        for (name, value) in headers { fields[name] = value }
        if body != nil { fields[.contentType] = "application/json" }
        let answer = try await execute(
            uri: path,
            method: method,
            headers: fields,
            body: body.map { ByteBuffer(string: $0) }
        )
        return Told(status: answer.status.code, headers: answer.headers, text: String(buffer: answer.body))
    }

    /// Orders mugs.
    func order(
        _ payment: String = #"{"method":"card","token":"tok_visa"}"#,
        wait: Int? = nil,
        units: Int = 2,
        key: String? = nil
    ) async throws -> Told {
        let body = #"{"lines":[{"sku":"MUG","quantity":\#(units)}],"currency":"GBP","payment":\#(payment)}"#
        var headers: [(HTTPField.Name, String)] = []
        if let wait { headers.append((.prefer, "wait=\(wait)")) }
        if let key { headers.append((.idempotencyKey, key)) }
        return try await send(.post, "/v1/orders", body, headers)
    }
}
