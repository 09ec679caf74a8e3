import API
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Ledger
import Logging
import Resilience
import Testing
import Trading

@testable import Components

/// A shop in memory with all of its routes and no workers, and helpers that create another item of every list.
struct ListShop: Sendable {
    let shop: Shop
    let endpoints: [Endpoint]
    private let responder: RouterResponder<ShopContext>
    /// The id of the key that ``authorization`` shows.
    static let keyID = ID<APIKey>(high: 2, low: 2)
    private static let key = KeyText.make(id: keyID)
    static var authorization: (HTTPField.Name, String) { (.authorization, "Bearer \(key.text)") }
    private static let editorsKey = KeyText.make(id: ID<APIKey>(high: 2, low: 3))
    /// Credentials that may change the catalogue only.
    static var editor: (HTTPField.Name, String) { (.authorization, "Bearer \(editorsKey.text)") }

    init(
        _ settings: ShopSettings = ShopSettings(webhooksAllowPrivate: true),
        logger given: Logger? = nil
    ) async throws {
        let engine = MemoryEngine()
        let storefront = StorefrontSnapshot()
        let desk = PaymentDesk(
            providers: [ScriptedProvider("first")],
            terms: PaymentTerms(
                routing: PaymentRouting([PaymentRoute("first", vault: "shared")]),
                capture: .onShipment
            ),
            bounds: PaymentBounds(callsMax: 1, callTime: .seconds(8), interval: .milliseconds(20))
        )
        let committer = try Committer(engine: engine, observer: { storefront.apply($0) })
        shop = Shop(
            ledger: engine,
            committer: committer,
            storefront: storefront,
            settings: settings,
            secrets: OrderSecret(shopSecret: try await committer.submit(OpenShop()).outcome),
            payments: desk
        )
        let key = CreateKey(id: Self.keyID, digest: Self.key.digest, name: "test", scopes: ["admin"])
        let editor = CreateKey(
            id: ID(high: 2, low: 3),
            digest: Self.editorsKey.digest,
            name: "editor",
            scopes: [Scope.catalogueWrite.rawValue]
        )
        let keyring = Keyring()
        keyring.replace(with: [try await committer.submit(key).outcome, try await committer.submit(editor).outcome])
        var quiet = Logger(label: "test")
        quiet.logLevel = .critical
        let logger = given ?? quiet
        let requests = RequestMetrics()
        let components = ComponentSet(
            ComponentInputs(shop: shop, taskInterval: .seconds(60), pruneInterval: .seconds(60), logger: logger),
            running: Set(ComponentName.allCases),
            health: Health(),
            gate: AdmissionGate(),
            requests: requests,
            ledger: LedgerMetrics()
        )
        endpoints = components.endpoints(version: "0")
        responder = FrontDoor(endpoints, keyring: keyring, metrics: requests, logger: logger).router().buildResponder()
    }

    /// Runs `body` with the routes mounted.
    func run(_ body: @Sendable (any TestClientProtocol) async throws -> Void) async throws {
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        let application = Application(responder: responder, logger: logger)
        do {
            try await application.test(.router) { try await body($0) }
        } catch {
            shop.committer.close()
            throw error
        }
        shop.committer.close()
    }
}

extension TestClientProtocol {
    /// Sends a request with the shop's own key and requires success.
    @discardableResult
    func done(_ method: HTTPRequest.Method, _ path: String, _ body: String? = nil) async throws -> Told {
        let told = try await send(method, path, body, [ListShop.authorization])
        try #require((200..<300).contains(told.status), "\(method) \(path): \(told.text)")
        return told
    }

    func putProduct(_ sku: String, _ name: String = "Mug", _ more: String = "") async throws {
        try await done(
            .put,
            "/v1/products/\(sku)",
            #"{"name":"\#(name)","prices":[{"amount":500,"currency":"GBP"}],"tracked":false\#(more)}"#
        )
    }

    /// An order that is paid, and its id.
    func paidOrder() async throws -> String {
        let lines = #""lines":[{"sku":"A+1","quantity":2}],"currency":"GBP""#
        let body =
            #"{\#(lines),"payment":{"method":"manual"},"customer":{"email":"A+b@x.example"},"reference":"web-1"}"#
        let order = try #require(try await done(.post, "/v1/orders", body)["id"])
        try await done(.post, "/v1/orders/\(order)/pay")
        return order
    }
}
