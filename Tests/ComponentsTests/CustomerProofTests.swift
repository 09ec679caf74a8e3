import API
import HTTPTypes
import JSON
import Ledger
import Testing
import Trading

@testable import Components

/// Two customers, each with a token; the first has store credit, a cart and an order.
private struct TwoCustomers: Sendable {
    let shop: PaymentShop
    let first: ID<Customer>
    let second: ID<Customer>
    let order: ID<Order>

    init() async throws {
        shop = try await PaymentShop([])
        let committer = shop.shop.committer
        let customers = [
            try await committer.submit(PutCustomer(CustomerDetails(email: "a@example.com"))).outcome.id,
            try await committer.submit(PutCustomer(CustomerDetails(email: "b@example.com"))).outcome.id,
        ]
        (first, second) = (customers[0], customers[1])
        for id in customers {
            _ = try await committer.submit(GrantStoreCredit(to: id, Money(1_000_000, .gbp), reason: "test"))
        }
        order = try await committer.submit(Self.order(first)).outcome.order.id
    }

    static func order(_ customer: ID<Customer>) -> PlaceOrder {
        PlaceOrder(
            source: .lines([OrderRequestLine(sku: SKU(stored: "MUG"), quantity: 1)], .gbp),
            customer: OrderCustomer(id: customer),
            holdSeconds: 900,
            authority: .shop
        )
    }

    /// A fresh order of the first customer that waits for payment.
    func freshOrder() async throws -> ID<Order> {
        try await shop.shop.committer.submit(Self.order(first)).outcome.order.id
    }

    /// A new cart of a customer, or of a guest.
    func cart(_ customer: ID<Customer>?) async throws -> ID<Cart> {
        try await shop.shop.committer.submit(
            CreateCart(
                currency: .gbp,
                customer: customer,
                lines: [CartLine(sku: SKU(stored: "MUG"), quantity: 1)],
                bounds: CartBounds(lifetimeSeconds: 900),
                authority: .shop
            )
        ).outcome.id
    }

    func token(_ customer: ID<Customer>, seconds: Int64 = 900) -> (HTTPField.Name, String) {
        let token = CustomerToken(shop.shop.secrets).text(for: customer, until: Timestamp.now.adding(seconds: seconds))
        return (.authorization, "Bearer \(token)")
    }
}

/// A request that names a customer or an object that belongs to a customer.
private struct NamingRequest: Sendable {
    /// Whether the customer's own token is accepted.
    enum Own { case may, mayNot }

    let method: HTTPRequest.Method
    let own: Own
    /// The path and the body for the first customer.
    let make: @Sendable (TwoCustomers) async throws -> (path: String, body: String?)

    init(
        _ method: HTTPRequest.Method,
        own: Own = .may,
        _ make: @escaping @Sendable (TwoCustomers) async throws -> (path: String, body: String?)
    ) {
        self.method = method
        self.own = own
        self.make = make
    }
}

@Suite("To know a customer's id is no right to it")
struct CustomerProofTests {
    private static let mug = #""lines":[{"sku":"MUG","quantity":1}],"currency":"GBP""#

    /// For each route that takes a customer's id, or that of an object of a customer: every way to name one.
    private static let requests: [String: [NamingRequest]] = [
        "placeOrder": [
            NamingRequest(.post) { ("/v1/orders", #"{\#(mug),"customer":"\#($0.first)"}"#) },
            NamingRequest(.post) { ("/v1/orders", #"{\#(mug),"customer":{"id":"\#($0.first)"}}"#) },
            NamingRequest(.post) {
                ("/v1/orders", #"{\#(mug),"customer":{"id":"\#($0.first)"},"payment":{"method":"storeCredit"}}"#)
            },
            NamingRequest(.post) { ("/v1/orders", #"{"cart":"\#(try await $0.cart($0.first))"}"#) },
        ],
        "quoteOrder": [
            NamingRequest(.post) { ("/v1/orders/quote", #"{\#(mug),"customer":"\#($0.first)"}"#) },
            NamingRequest(.post) { ("/v1/orders/quote", #"{"cart":"\#(try await $0.cart($0.first))"}"#) },
        ],
        "listOrders": [NamingRequest(.get) { ("/v1/orders?customer=\($0.first)", nil) }],
        "getOrder": [NamingRequest(.get) { ("/v1/orders/\($0.order)", nil) }],
        "cancelOrder": [NamingRequest(.post) { ("/v1/orders/\(try await $0.freshOrder())/cancel", nil) }],
        "listOrderPayments": [NamingRequest(.get) { ("/v1/orders/\($0.order)/payments", nil) }],
        "listOrderReturns": [NamingRequest(.get) { ("/v1/orders/\($0.order)/returns", nil) }],
        "startPayment": [
            NamingRequest(.post) {
                ("/v1/orders/\(try await $0.freshOrder())/payments", #"{"method":"storeCredit"}"#)
            }
        ],
        "listOrderShipments": [NamingRequest(.get) { ("/v1/orders/\($0.order)/shipments", nil) }],
        "createCart": [
            NamingRequest(.post) { ("/v1/carts", #"{"currency":"GBP","customer":"\#($0.first)"}"#) }
        ],
        "getCart": [NamingRequest(.get) { ("/v1/carts/\(try await $0.cart($0.first))", nil) }],
        "addCartLine": [
            NamingRequest(.post) {
                ("/v1/carts/\(try await $0.cart($0.first))/lines", #"{"sku":"MUG","quantity":1}"#)
            }
        ],
        "setCartLine": [
            NamingRequest(.put) { ("/v1/carts/\(try await $0.cart($0.first))/lines/MUG", #"{"quantity":2}"#) }
        ],
        "removeCartLine": [
            NamingRequest(.delete) { ("/v1/carts/\(try await $0.cart($0.first))/lines/MUG", nil) }
        ],
        "mergeCart": [
            NamingRequest(.post) {
                let guest = try await $0.cart(nil)
                return ("/v1/carts/\(try await $0.cart($0.first))/merge", #"{"from":"\#(guest)"}"#)
            },
            NamingRequest(.post) {
                let guest = try await $0.cart(nil)
                return ("/v1/carts/\(guest)/merge", #"{"from":"\#(try await $0.cart($0.first))"}"#)
            },
        ],
        "assignCart": [
            NamingRequest(.put) { ("/v1/carts/\(try await $0.cart(nil))/customer", #"{"customer":"\#($0.first)"}"#) },
            NamingRequest(.put) {
                ("/v1/carts/\(try await $0.cart($0.first))/customer", #"{"customer":"\#($0.first)"}"#)
            },
        ],
        "getCustomer": [NamingRequest(.get) { ("/v1/customers/\($0.first)", nil) }],
        "putCustomer": [
            NamingRequest(.put, own: .mayNot) { ("/v1/customers/\($0.first)", #"{"email":"a@example.com"}"#) }
        ],
        "patchCustomer": [
            NamingRequest(.patch, own: .mayNot) { ("/v1/customers/\($0.first)", #"{"name":"Ann"}"#) }
        ],
        "exportCustomer": [NamingRequest(.get) { ("/v1/customers/\($0.first)/export", nil) }],
        "eraseCustomer": [
            NamingRequest(.post, own: .mayNot) { shop in
                let gone = try await shop.shop.shop.committer.submit(
                    PutCustomer(CustomerDetails(email: "\(shop.order)-\(Timestamp.now.milliseconds)@example.com"))
                ).outcome.id
                return ("/v1/customers/\(gone)/erase", nil)
            }
        ],
        "issueCustomerToken": [NamingRequest(.post, own: .mayNot) { ("/v1/customers/\($0.first)/tokens", nil) }],
        "getStoreCredit": [NamingRequest(.get) { ("/v1/customers/\($0.first)/store-credit", nil) }],
        "grantStoreCredit": [
            NamingRequest(.post, own: .mayNot) {
                (
                    "/v1/customers/\($0.first)/store-credit",
                    #"{"amount":{"amount":1,"currency":"GBP"},"reason":"r"}"#
                )
            }
        ],
        "createCredit": [
            NamingRequest(.post, own: .mayNot) {
                (
                    "/v1/credits",
                    #"{"kind":"credit","amount":{"amount":1,"currency":"GBP"},"reason":"r","customer":"\#($0.first)"}"#
                )
            }
        ],
        "listCredits": [NamingRequest(.get, own: .mayNot) { ("/v1/credits?customer=\($0.first)", nil) }],
    ]

    /// Whether a request of the route can contain the id of a customer, a cart or an order.
    private static func namesCustomer(_ endpoint: Endpoint) -> Bool {
        if endpoint.path.contains("/customers/{") || endpoint.path.contains("/carts/{") { return true }
        if endpoint.parameters.contains(where: {
            $0.schema.contains("^cus_") || $0.schema.contains("^crt_") && $0.place == .query
        }) {
            return true
        }
        // Parts of an order that are reachable with the order's secret.
        if case .scopeOrOrderSecret = endpoint.access, endpoint.path.contains("/orders/{") { return true }
        return endpoint.body.map { mentions(schema: $0.schema, seen: []) } ?? false
    }

    private static func mentions(schema name: String, seen: Set<String>) -> Bool {
        guard let text = Schemas.all[name], !seen.contains(name) else { return false }
        if text.contains("^cus_") || text.contains("^crt_") { return true }
        return text.split(separator: "#/components/schemas/").dropFirst().contains { rest in
            mentions(schema: String(rest.prefix { $0 != "\"" }), seen: seen.union([name]))
        }
    }

    @Test("every route that takes a customer's id, or that of a thing of a customer's, is among those that are tried")
    func allAreTried() async throws {
        let shop = try await PaymentShop([])
        let naming = Set(shop.endpoints.filter(Self.namesCustomer).map(\.id))
        #expect(naming.subtracting(Self.requests.keys).isEmpty)
        #expect(Set(Self.requests.keys).subtracting(shop.endpoints.map(\.id)).isEmpty)
        #expect(naming.count >= 20, "the schemas say ids as they did: \(naming.sorted())")
    }

    @Test(
        "without a key or that customer's own token it is refused and nothing changes",
        arguments: requests.keys.sorted()
    )
    func tried(_ id: String) async throws {
        let requests = try #require(Self.requests[id])
        let customers = try await TwoCustomers()
        let ledger = customers.shop.shop.ledger
        try await customers.shop.run(working: false) { client in
            for request in requests {
                let (path, body) = try await request.make(customers)
                let orders = try await client.send(.get, "/v1/orders?limit=200").text
                let events = try await ledger.read { (view) throws(LedgerFailure) in
                    try view.rows(RowQuery<EventRow>(limit: 10_000)).count
                }
                let strangers: [(String, [(HTTPField.Name, String)], Int)] = [
                    ("nothing", [], 401),
                    ("another's token", [customers.token(customers.second)], 403),
                    ("a token that is over", [customers.token(customers.first, seconds: -1)], 401),
                    (
                        "another order's secret", [(.authorization, "Bearer osk_\(String(repeating: "0", count: 32))")],
                        401
                    ),
                ]
                for (what, headers, status) in strangers {
                    let told = try await client.send(request.method, path, body, headers)
                    #expect(told.status == status, "\(id) with \(what): \(told.text)")
                    #expect(!told.text.contains("a@example.com"), "\(id) with \(what)")
                }
                #expect(try await client.send(.get, "/v1/orders?limit=200").text == orders, "\(id)")
                let after = try await ledger.read { (view) throws(LedgerFailure) in
                    try view.rows(RowQuery<EventRow>(limit: 10_000)).count
                }
                #expect(after == events, "\(id)")
                let own = try await client.send(request.method, path, body, [customers.token(customers.first)])
                #expect(
                    request.own == .may ? own.status < 300 : own.status == 403,
                    "\(id) with its own token: \(own.text)"
                )
                let (again, text) = try await request.make(customers)
                let keyed = try await client.send(request.method, again, text)
                #expect(keyed.status < 300, "\(id) with a key: \(keyed.text)")
            }
        }
    }

    @Test("an order's own secret does not spend the store credit of the order's customer")
    func orderSecret() async throws {
        let customers = try await TwoCustomers()
        try await customers.shop.run(working: false) { client in
            let order = try await customers.freshOrder()
            let secret = (HTTPField.Name.authorization, "Bearer \(customers.shop.shop.secrets.text(for: order))")
            let path = "/v1/orders/\(order)/payments"
            #expect(try await client.send(.get, path, nil, [secret]).status == 200)
            #expect(try await client.send(.post, path, #"{"method":"storeCredit"}"#, [secret]).status == 401)
            let credit = try await client.send(.get, "/v1/customers/\(customers.first)/store-credit")
            #expect(credit["items", "0", "balance", "amount"] == "1000000", "\(credit.text)")
            #expect(
                try await client.send(.post, path, #"{"method":"storeCredit"}"#, [customers.token(customers.first)])
                    .status == 201
            )
        }
    }

    @Test("what a customer orders or puts into a cart by token is that customer's, and others' orders are not listed")
    func own() async throws {
        let customers = try await TwoCustomers()
        try await customers.shop.run(working: false) { client in
            let token = customers.token(customers.second)
            let order = try await client.send(.post, "/v1/orders", "{\(Self.mug)}", [token])
            #expect(order["customer", "id"] == "\(customers.second)")
            let cart = try await client.send(.post, "/v1/carts", #"{"currency":"GBP"}"#, [token])
            #expect(cart["customer"] == "\(customers.second)")
            let list = try await client.send(.get, "/v1/orders", nil, [token])
            #expect(list["items", "0", "id"] == order["id"])
            #expect(list["items", "1", "id"] == nil)
        }
    }

    @Test("a token is made by a key alone, holds for its time, and ends with the customer's data")
    func tokens() async throws {
        let customers = try await TwoCustomers()
        try await customers.shop.run(working: false) { client in
            let path = "/v1/customers/\(customers.first)"
            let made = try await client.send(.post, "\(path)/tokens", #"{"seconds":60}"#)
            #expect(made.status == 201)
            let token = (HTTPField.Name.authorization, "Bearer \(try #require(made["token"]))")
            #expect(try await client.send(.get, path, nil, [token]).status == 200)
            #expect(try await client.send(.post, "\(path)/tokens", #"{"seconds":59}"#).status == 422)
            #expect(try await client.send(.post, "\(path)/erase").status == 200)
            for gone in [path, "\(path)/export", "\(path)/store-credit", "/v1/orders", "/v1/orders/\(customers.order)"]
            {
                #expect(try await client.send(.get, gone, nil, [token]).status == 403, "\(gone)")
            }
            #expect(try await client.send(.post, "/v1/orders", "{\(Self.mug)}", [token]).status != 201)
            #expect(try await client.send(.post, "\(path)/tokens").status == 409)
        }
    }

    @Test("an erased customer's token brings no earlier answer back, and is good for nothing else")
    func replayed() async throws {
        let customers = try await TwoCustomers()
        try await customers.shop.run(working: false) { client in
            let token = customers.token(customers.first)
            let guest = try await customers.cart(nil)
            let cart = try await customers.cart(customers.first)
            let requests: [(path: String, body: String)] = [
                ("/v1/orders", "{\(Self.mug)}"), ("/v1/carts", #"{"currency":"GBP"}"#),
                ("/v1/carts/\(cart)/lines", #"{"sku":"MUG","quantity":1}"#),
                ("/v1/carts/\(cart)/merge", #"{"from":"\#(try await customers.cart(nil))"}"#),
                ("/v1/carts/\(guest)/lines", #"{"sku":"MUG","quantity":1}"#),
            ]
            func send(_ number: Int) async throws -> Told {
                let key = (HTTPField.Name.idempotencyKey, "key-\(number)")
                return try await client.send(.post, requests[number].path, requests[number].body, [token, key])
            }
            for number in requests.indices {
                let first = try await send(number)
                #expect(first.status < 300, "\(first.text)")
                let again = try await send(number)
                #expect(again.status == first.status && again.text == first.text)
                #expect(again.headers[.idempotentReplayed] == "true")
            }
            #expect(try await client.send(.post, "/v1/customers/\(customers.first)/erase").status == 200)
            for number in requests.indices {
                let told = try await send(number)
                #expect(told.status == 403, "\(requests[number].path): \(told.text)")
                #expect(!told.text.contains("osk_") && !told.text.contains("crt_"))
            }
            let quote = #"{\#(Self.mug),"customer":"\#(customers.first)"}"#
            #expect(try await client.send(.post, "/v1/orders/quote", quote, [token]).status == 403)
        }
    }

    @Test("a guest's answer about a cart is not told again once the cart is a customer's")
    func assigned() async throws {
        let customers = try await TwoCustomers()
        try await customers.shop.run(working: false) { client in
            let key = (HTTPField.Name.idempotencyKey, "guest-cart")
            let body = #"{"currency":"GBP"}"#
            let made = try await client.send(.post, "/v1/carts", body, [key])
            let path = "/v1/carts/\(try #require(made["id"]))/customer"
            let own = #"{"customer":"\#(customers.first)"}"#
            #expect(try await client.send(.put, path, own, [customers.token(customers.first)]).status == 200)
            #expect(try await client.send(.post, "/v1/carts", body, [key]).status == 401)
        }
    }

    @Test(
        "store credit is spent by its customer, or by a key that may move money: the same for an order and for a payment"
    )
    func spending() async throws {
        let customers = try await TwoCustomers()
        try await customers.shop.run(working: false) { client in
            let body = #"{\#(Self.mug),"customer":"\#(customers.first)","payment":{"method":"storeCredit"}}"#
            func left() async throws -> String? {
                try await client.send(.get, "/v1/customers/\(customers.first)/store-credit")[
                    "items",
                    "0",
                    "balance",
                    "amount"
                ]
            }
            for scopes in [[Scope.ordersWrite], [.customersWrite], [.ordersWrite, .customersWrite], [.paymentsWrite]] {
                let key = try await customers.shop.authorization(scopes)
                let told = try await client.send(.post, "/v1/orders", body, [key])
                #expect(told.status == 403, "\(scopes): \(told.text)")
                let order = try await customers.freshOrder()
                let paid = try await client.send(
                    .post,
                    "/v1/orders/\(order)/payments",
                    #"{"method":"storeCredit"}"#,
                    [key]
                )
                #expect(paid.status == (scopes == [.paymentsWrite] ? 201 : 403), "\(scopes): \(paid.text)")
            }
            #expect(try await left() == "999500")
            let both = try await customers.shop.authorization([.ordersWrite, .paymentsWrite])
            for header in [both, customers.token(customers.first)] {
                let told = try await client.send(.post, "/v1/orders", body, [header])
                #expect(told.status == 201, "\(told.text)")
            }
            #expect(try await left() == "998500")
            // An order that is not paid from the customer's credit needs no such right.
            let plain = #"{\#(Self.mug),"customer":"\#(customers.first)"}"#
            let orders = try await customers.shop.authorization([.ordersWrite])
            #expect(try await client.send(.post, "/v1/orders", plain, [orders]).status == 201)
        }
    }

    @Test("a token of which one digit is another is no token")
    func forged() {
        let tokens = CustomerToken(OrderSecret(shopSecret: [1]))
        let id = ID<Customer>(high: 7, low: 9)
        let text = tokens.text(for: id, until: Timestamp(milliseconds: 5_000))
        #expect(tokens.customer(of: text, at: Timestamp(milliseconds: 4_999)) == id)
        #expect(tokens.customer(of: text, at: Timestamp(milliseconds: 5_000)) == nil)
        #expect(CustomerToken(OrderSecret(shopSecret: [2])).customer(of: text, at: .earliest) == nil)
        for index in text.indices {
            var other = Array(text)
            let place = text.distance(from: text.startIndex, to: index)
            other[place] = other[place] == "0" ? "1" : "0"
            #expect(tokens.customer(of: String(other), at: .earliest) == nil)
        }
        #expect(tokens.customer(of: text.uppercased(), at: .earliest) == nil)
        #expect(tokens.customer(of: text + "0", at: .earliest) == nil)
        #expect(tokens.customer(of: String(text.dropLast()), at: .earliest) == nil)
    }
}
