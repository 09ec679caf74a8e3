import API
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Logging
import Resilience
import Synchronization
import Testing

/// A word store that no other process shares.
private final class OwnWords: WordStore {
    private let words: Mutex<[UInt64]>
    let count: Int

    init(_ count: Int) {
        self.count = count
        words = Mutex(Array(repeating: 0, count: count))
    }

    subscript(index: Int) -> UInt64 {
        get { words.withLock { $0[index] } }
        set { words.withLock { $0[index] = newValue } }
    }
}

@Suite("The front door under load", .timeLimit(.minutes(1)))
struct FrontDoorTests {
    /// A route that answers at once, or holds its place until the test finishes `waiting`.
    private func endpoint(_ id: String, tag: String, waiting: AsyncStream<Void>? = nil) -> Endpoint {
        Endpoint(
            .get,
            "/\(id)",
            id: id,
            tag: tag,
            "A route of this test",
            access: .anyone,
            responses: [ResponseKind(200, nil, "Done.")]
        ) { (_) throws(Problem) in
            if let waiting { for await _ in waiting {} }
            return Response(status: .ok)
        }
    }

    private func application(_ endpoints: [Endpoint], _ gate: AdmissionGate) -> some ApplicationProtocol {
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        let door = FrontDoor(endpoints, keyring: Keyring(), metrics: RequestMetrics(), gate: gate, logger: logger)
        return Application(responder: door.router().buildResponder(), logger: logger)
    }

    @Test("while it is full, requests are refused by their tier, probes never")
    func sheds() async throws {
        let (stream, held) = AsyncStream.makeStream(of: Void.self)
        let gate = AdmissionGate(limit: AdaptiveLimit.Settings(least: 1, initial: 10, most: 10))
        let routes = [
            endpoint("holdCart", tag: "Carts", waiting: stream), endpoint("listEvents", tag: "Events"),
            endpoint("getProduct", tag: "Catalogue"), endpoint("getCart", tag: "Carts"),
            endpoint("placeOrder", tag: "Orders"), endpoint("livez", tag: "Health"),
        ]
        try await application(routes, gate).test(.router) { client in
            try await withThrowingTaskGroup(of: Void.self) { group in
                for _ in 0..<8 { group.addTask { _ = try await client.execute(uri: "/holdCart", method: .get) } }
                while gate.figures.inFlight < 8 { try await Task.sleep(for: .milliseconds(1)) }
                let refused = try await client.execute(uri: "/listEvents", method: .get)
                #expect(refused.status == .serviceUnavailable)
                #expect(String(buffer: refused.body).contains(#""code":"overloaded""#))
                #expect(Int(refused.headers[.retryAfter] ?? "").map { (1...5).contains($0) } == true)
                #expect(try await client.execute(uri: "/getProduct", method: .get).status == .serviceUnavailable)
                for open in ["/getCart", "/placeOrder", "/livez"] {
                    #expect(try await client.execute(uri: open, method: .get).status == .ok)
                }
                held.finish()
                try await group.waitForAll()
            }
            #expect(try await client.execute(uri: "/listEvents", method: .get).status == .ok)
        }
        #expect(gate.figures.tiers[.t4]?.refused == 1)
    }

    @Test("a request whose time is over is not begun; one that gives nonsense for a time is told")
    func deadlines() async throws {
        let gate = AdmissionGate()
        let routes = [endpoint("getCart", tag: "Carts"), endpoint("livez", tag: "Health")]
        let name = try #require(HTTPField.Name("X-Deadline-Ms"))
        try await application(routes, gate).test(.router) { client in
            for (text, path, status) in [
                ("0", "/getCart", HTTPResponse.Status.serviceUnavailable), ("5000", "/getCart", .ok),
                ("soon", "/getCart", .badRequest), ("-1", "/getCart", .badRequest), ("0", "/livez", .ok),
            ] {
                let answer = try await client.execute(uri: path, method: .get, headers: [name: text])
                #expect(answer.status == status, "\(path) within \(text) ms")
            }
        }
        #expect(gate.figures.expired == 1)
    }

    @Test("a path is taken only as the route has it written")
    func canonicalPaths() async throws {
        let routes = [endpoint("metrics", tag: "Health")]
        try await application(routes, AdmissionGate()).test(.router) { client in
            for path in [
                "//metrics", "///metrics", "/metrics/", "/metrics//", "/./metrics", "/%6Detrics", "/metrics%2F",
            ] {
                for method in [HTTPRequest.Method.get, .head, .delete] {
                    let answer = try await client.execute(uri: path, method: method)
                    #expect(answer.status == .notFound, "\(method) \(path)")
                }
            }
            for path in ["/metrics", "/metrics?a//b/"] {
                #expect(try await client.execute(uri: path, method: .get).status == .ok, "\(path)")
            }
            #expect(try await client.execute(uri: "/metrics", method: .delete).status == .methodNotAllowed)
        }
    }

    @Test("the access log has a line for each answer, and in it no query, no cart's id and no probe")
    func accessLog() async throws {
        let log = LogLines()
        var routes = [endpoint("getProduct", tag: "Catalogue"), endpoint("livez", tag: "Health")]
        routes.append(
            Endpoint(.get, "/carts/{id}", id: "getCart", tag: "Carts", "A cart", access: .anyone, responses: []) {
                (_) throws(Problem) in
                throw .notFound("cart")
            }
        )
        var quiet = Logger(label: "test")
        quiet.logLevel = .critical
        let door = FrontDoor(
            routes,
            keyring: Keyring(),
            metrics: RequestMetrics(),
            accessLog: AccessLog(log.logger),
            logger: quiet
        )
        let application = Application(responder: door.router().buildResponder(), logger: quiet)
        try await application.test(.router) { client in
            for path in ["/getProduct?secret=osk_hidden", "/carts/crt_hidden", "/nowhere", "/livez"] {
                _ = try await client.execute(uri: path, method: .get)
            }
        }
        let lines = log.of(.info)
        #expect(lines.count == 3, "\(lines)")
        #expect(lines[0].contains("path=/getProduct ") && lines[0].contains("status=200"))
        #expect(lines[1].contains("path=/carts/{id} ") && lines[1].contains("status=404"))
        #expect(lines[2].contains("path=/* ") && lines[2].contains("method=GET"))
        #expect(!lines.joined().contains("hidden"))
    }

    @Test("no log, at any level, holds a secret that stood in a path: where it does not belong, or where no route is")
    func secretsInPaths() async throws {
        let log = LogLines()
        let anID = String(repeating: "0a", count: 16)
        func route(_ method: HTTPRequest.Method, _ path: String, _ tag: String) -> Endpoint {
            Endpoint(method, path, id: "\(tag)\(path.count)", tag: tag, "A route", access: .anyone, responses: []) {
                (_) throws(Problem) in
                throw .notFound("thing")
            }
        }
        let routes = [
            route(.get, "/v1/carts/{id}", "Carts"), route(.post, "/v1/carts/{id}/lines", "Carts"),
            route(.get, "/v1/orders/{id}", "Orders"), route(.get, "/v1/products/{sku}", "Catalogue"),
        ]
        let metrics = RequestMetrics()
        let (underWay, suspects) = (OwnWords(4), SuspectList(OwnWords(SuspectList.words)))
        let prints = Mutex<Set<RequestPrint>>([])
        let poison = Endpoint(
            .get,
            "/v1/poison/{id}",
            id: "poison",
            tag: "Orders",
            "Ends",
            access: .anyone,
            responses: []
        ) {
            (_) throws(Problem) in
            prints.withLock { $0 = Quarantine.left(in: underWay) }
            return Response(status: .ok)
        }
        let door = FrontDoor(
            routes + [poison],
            keyring: Keyring(),
            metrics: metrics,
            quarantine: Quarantine(underWay: underWay, suspects: suspects) { 100 },
            accessLog: AccessLog(log.logger),
            logger: log.logger
        )
        let application = Application(responder: door.router().buildResponder(), logger: log.logger)
        let secrets = ["crt_\(anID)", "osk_\(anID)", "ctk_\(anID)", "tw_\(anID)_\(anID)", "0123-4567-89AB-CDEF"]
        try await application.test(.router) { client in
            for secret in secrets {
                for (method, path) in [
                    (HTTPRequest.Method.patch, "/v1/carts/\(secret)"), (.get, "/v1/carts/\(secret)/lines"),
                    (.get, "/v1/cart/\(secret)"), (.get, "/v1/orders/\(secret)"), (.get, "/\(secret)"),
                    (.get, "/v1/carts%2F\(secret)"), (.get, "//v1//carts//\(secret)/x"),
                    (.delete, "/v1/products/\(secret)"),
                    (.get, "/v1/products/\(secret)?\(secret)"),
                ] {
                    let answer = try await client.execute(uri: path, method: method)
                    #expect([404, 405].contains(answer.status.code))
                    #expect(!String(buffer: answer.body).contains(secret), "\(path)")
                }
            }
            _ = try await client.execute(uri: "/v1/orders/ord_\(anID)", method: .get)
            // The same where a secret is part of the path or the query.
            for secret in secrets.prefix(4) {
                let path = "/v1/poison/\(secret)?secret=\(secret)"
                _ = try await client.execute(uri: path, method: .head)
                for print in prints.withLock({ $0 }) { for _ in 1...3 { _ = suspects.strike(print, at: 100) } }
                let refused = try await client.execute(uri: path, method: .head)
                #expect(refused.status == .serviceUnavailable)
            }
        }
        let levels: [Logger.Level] = [.trace, .debug, .info, .notice, .warning, .error, .critical]
        let text = levels.flatMap { log.of($0) }.joined(separator: "\n")
        for secret in secrets { #expect(!text.contains(secret), "\(secret)") }
        #expect(text.contains("path=/v1/carts/*/lines ") && text.contains("path=/v1/orders/{id} "))
        #expect(
            text.contains("path=/v1/orders/ord_\(anID) "),
            "an order's id is no right, and helps whoever reads the log"
        )
        #expect(log.of(.warning).contains { $0.contains("poison: quarantined") })
        var figures = ""
        metrics.write(to: &figures)
        #expect(figures.contains("methodNotAllowed") && !figures.contains(anID))
    }

    @Test("which requests are refused first")
    func tiers() async throws {
        let shop = try await PaymentShop([])
        let tiers = Dictionary(uniqueKeysWithValues: shop.endpoints.map { ($0.id, $0.tier) })
        for (id, tier) in [
            ("livez", nil), ("metrics", nil), ("takePaymentNotice", .t0), ("takeCarrierNotice", .t0), ("payOrder", .t0),
            ("placeOrder", .t1), ("quoteOrder", .t1), ("getOrder", .t1), ("createCart", .t2), ("listOrders", .t2),
            ("getProduct", .t3), ("listProducts", .t3), ("importProducts", .t4), ("listEvents", .t4),
            ("listBalances", .t4), ("openapi", .t4),
        ] as [(String, Tier?)] {
            #expect(tiers[id] == .some(tier), "\(id)")
        }
    }
}
