import Bytes
import Client
import Foundation
import NIOHTTP1
import Testing

/// The requests that the tests send, over the command line's client.
struct ShopClient: Sendable {
    let http: TradewindClient

    func get(_ path: String) async throws -> ClientResponse {
        try await http.send(ClientRequest(.GET, path))
    }

    func put(_ path: String, _ body: String) async throws -> ClientResponse {
        try await http.send(ClientRequest(.PUT, path, body: Array(body.utf8)))
    }

    func post(_ path: String, _ body: String, key: String? = nil) async throws -> ClientResponse {
        try await http.send(ClientRequest(.POST, path, body: Array(body.utf8), idempotencyKey: key))
    }

    /// Puts a product at 1.00 GBP and receives units of it.
    func stock(_ sku: String, _ units: Int) async throws {
        let product = #"{"name":"Product \#(sku)","prices":[{"amount":100,"currency":"GBP"}]}"#
        try await #require(put("/v1/products/\(sku)", product).status == 201)
        guard units > 0 else { return }
        let delivery = #"{"delta":\#(units),"reason":"delivery","kind":"received"}"#
        try await #require(post("/v1/stock/\(sku)/adjustments", delivery, key: "stock-\(sku)").status == 201)
    }

    func level(_ sku: String) async throws -> StockAnswer {
        try await get("/v1/stock/\(sku)").decode(StockAnswer.self)
    }

    func order(_ id: String) async throws -> OrderAnswer {
        try await get("/v1/orders/\(id)").decode(OrderAnswer.self)
    }

    /// Every order of the shop.
    func orders() async throws -> [OrderAnswer] {
        var orders: [OrderAnswer] = []
        var after = ""
        while true {
            let page = try await get("/v1/orders?limit=200\(after)").decode(OrderPage.self)
            orders += page.items
            guard let next = page.next else { return orders }
            after = "&after=\(PercentEncoding.encode(next))"
        }
    }

    /// Every payment of the shop.
    func payments() async throws -> [PaymentAnswer] {
        var payments: [PaymentAnswer] = []
        var after = ""
        while true {
            let page = try await get("/v1/payments?limit=200\(after)").decode(PaymentPage.self)
            payments += page.items
            guard let next = page.next else { return payments }
            after = "&after=\(PercentEncoding.encode(next))"
        }
    }

    /// Every event of the shop; those of probers only if requested.
    func events(ofProbers: Bool = false) async throws -> [EventPage.Event] {
        let probes = ofProbers ? "&probes=true" : ""
        var events: [EventPage.Event] = []
        while true {
            let path = "/v1/events?limit=200&after=\(events.last?.seq ?? 0)\(probes)"
            let page = try await get(path).decode(EventPage.self)
            if page.items.isEmpty { return events }
            events += page.items
        }
    }

    /// The body of an order of one line, paid by card.
    static func cardOrder(_ sku: String, _ quantity: Int = 1, token: String = "tok_ok") -> String {
        let payment = #"{"method":"card","token":"\#(token)"}"#
        return #"{"lines":[{"sku":"\#(sku)","quantity":\#(quantity)}],"currency":"GBP","payment":\#(payment)}"#
    }

    /// The body of an order of one line.
    static func order(_ sku: String, _ quantity: Int = 1) -> String {
        #"{"lines":[{"sku":"\#(sku)","quantity":\#(quantity)}],"currency":"GBP"}"#
    }
}

/// How a client treats a server that is unreachable or refuses temporarily.
enum Patience {
    /// It fails at once.
    case none
    /// It retries for ten seconds.
    case some

    fileprivate var policy: RetryPolicy {
        switch self {
        case .none: RetryPolicy(deadline: .zero)
        case .some: RetryPolicy(deadline: .seconds(10), firstPause: .milliseconds(10), longestPause: .milliseconds(200))
        }
    }
}

extension TestShop {
    /// Runs `body` with a client of a server, with the admin key unless another is given.
    func withClient<Value>(
        of server: ServerProcess,
        key: String? = nil,
        connections: Int = 16,
        patience: Patience = .none,
        timeout: Duration = .seconds(30),
        _ body: (ShopClient) async throws -> Value
    ) async throws -> Value {
        try await withClient(
            at: server.url,
            key: key,
            connections: connections,
            patience: patience,
            timeout: timeout,
            body
        )
    }

    /// Runs `body` with a client of a URL, with the admin key unless another is given.
    func withClient<Value>(
        at url: String,
        key: String? = nil,
        connections: Int = 16,
        patience: Patience = .none,
        timeout: Duration = .seconds(30),
        _ body: (ShopClient) async throws -> Value
    ) async throws -> Value {
        let http = try TradewindClient(
            baseURL: url,
            key: key ?? self.key,
            connections: connections,
            retry: patience.policy,
            requestTimeout: timeout
        )
        do {
            let value = try await body(ShopClient(http: http))
            await http.shutdown()
            return value
        } catch {
            await http.shutdown()
            throw error
        }
    }
}

extension ClientResponse {
    /// Decodes the body; a failure contains the status and the body.
    func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
        do {
            return try JSONDecoder().decode(type, from: Data(body))
        } catch {
            throw ProcessFailure("\(status) \(String(decoding: body.prefix(500), as: UTF8.self)): \(error)")
        }
    }

    /// The problem document in it.
    var problem: ProblemDocument? {
        guard headers.first(name: "content-type") == "application/problem+json" else { return nil }
        return try? JSONDecoder().decode(ProblemDocument.self, from: Data(body))
    }
}

/// The quantile of some samples, by nearest rank.
func quantile(_ share: Double, of samples: [Duration]) -> Duration {
    let sorted = samples.sorted()
    guard !sorted.isEmpty else { return .zero }
    return sorted[min(sorted.count - 1, Int(Double(sorted.count) * share))]
}

extension Duration {
    /// Whole milliseconds.
    var milliseconds: Int { Int(self / .milliseconds(1)) }
}
