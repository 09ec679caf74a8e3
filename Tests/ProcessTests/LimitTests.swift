import Foundation
import Testing

extension RealProcesses {
    /// A shop with default settings, with clients from several addresses.
    @Suite struct LimitTests {
        /// The defaults of a new shop: resets the settings that the tests use otherwise.
        private static let outOfTheBox = [
            "limits.rates=yes", "orders.guest-units=100", "orders.guest-share=50", "payments.cash-on-delivery=no",
        ]

        /// One client at its own address, on one connection.
        private final class Client {
            private let wire: Wire

            init(_ port: Int, from address: String) throws {
                wire = try Wire(port, from: address)
            }

            func ask(_ method: String, _ path: String, headers: String = "", body: String = "") throws -> WireAnswer {
                wire.send(Wire.request(method, path, headers: headers, body: body))
                guard let answer = wire.receive() else { throw ProcessFailure("\(method) \(path): no answer") }
                return answer
            }

            func order(_ sku: String, _ units: Int, _ more: String = "", headers: String = "") throws -> WireAnswer {
                let lines = #"{"lines":[{"sku":"\#(sku)","quantity":\#(units)}],"currency":"GBP"\#(more)}"#
                return try ask("POST", "/v1/orders", headers: headers, body: lines)
            }
        }

        @Test(
            "one client neither takes a shop's stock nor its rates, while honest buyers shop",
            .timeLimit(.minutes(2))
        )
        func oneClient() async throws {
            try await withShop { shop in
                let server = try await shop.serve(Self.outOfTheBox)
                let products = (0..<1000).map {
                    #"{"sku":"SKU-\#($0)","name":"N","prices":[{"amount":100,"currency":"GBP"}]}"#
                }
                let key = "Authorization: Bearer \(shop.key)\r\n"
                try await shop.withClient(of: server) { client in
                    let type = "Content-Type: application/x-ndjson\r\n"
                    let lines = products.joined(separator: "\n")
                    let put = try await server.ask("POST", "/v1/products/import", headers: key + type, body: lines)
                    try #require(put.status < 300, "\(String(decoding: put.body, as: UTF8.self))")
                    for number in 0..<1000 {
                        let delivery = #"{"delta":10,"reason":"delivery","kind":"received"}"#
                        let path = "/v1/stock/SKU-\(number)/adjustments"
                        try #require(try await client.post(path, delivery, key: "s\(number)").status == 201)
                    }
                }
                let port = server.port
                async let honest = offThread { () -> (Int, Int) in
                    // A buyer who looks at five pages and buys one unit, repeatedly, from one address.
                    let buyer = try Client(port, from: "127.0.0.9")
                    var (good, all) = (0, 0)
                    for round in 0..<40 {
                        for page in 0..<5 {
                            let answer = try buyer.ask("GET", "/v1/products/SKU-\((round * 7 + page) % 1000)")
                            (good, all) = (good + (answer.status == 200 ? 1 : 0), all + 1)
                        }
                        let answer = try buyer.order("SKU-\(999 - round)", 1)
                        (good, all) = (good + (answer.status == 201 ? 1 : 0), all + 1)
                    }
                    return (good, all)
                }
                let attack = try await offThread { () -> [Int: Int] in
                    let client = try Client(port, from: "127.0.0.2")
                    var statuses: [Int: Int] = [:]
                    for number in 0..<900 {
                        let answer = try client.order("SKU-\(number)", 10)
                        statuses[answer.status, default: 0] += 1
                        if answer.status == 429 {
                            #expect(Int(answer.headers["retry-after"] ?? "").map { $0 >= 1 } == true)
                        }
                    }
                    for number in 0..<3000 {
                        statuses[try client.ask("GET", "/v1/products/SKU-\(number % 1000)").status, default: 0] += 1
                    }
                    return statuses
                }
                let (good, all) = try await honest
                print("one client against a shop: \(attack); honest buyers: \(good) of \(all) good")
                #expect(good * 100 >= all * 99)
                #expect(attack[201] ?? 0 <= 20)
                #expect(attack[429] ?? 0 > 1000)
                try await shop.withClient(of: server) { client in
                    var empty = 0
                    for number in 0..<1000 where try await client.level("SKU-\(number)").available == 0 { empty += 1 }
                    #expect(empty <= 20)
                }
                let report = try await shop.audit()
                #expect(report.isClean)
            }
        }

        @Test("a key's streams of events are bounded, and one that has gone leaves its place", .timeLimit(.minutes(1)))
        func streams() async throws {
            try await withShop { shop in
                let server = try await shop.serve(["http.max-streams-per-key=2"])
                let (port, key) = (server.port, shop.key)
                try await offThread {
                    let headers = "Authorization: Bearer \(key)\r\nAccept: text/event-stream\r\n"
                    /// Opens a stream; returns the connection and the status.
                    func follow() throws -> (wire: Wire, status: Int?) {
                        let wire = try Wire(port)
                        wire.send("GET /v1/events HTTP/1.1\r\nHost: shop\r\n\(headers)\r\n")
                        return (wire, wire.receiveHead())
                    }
                    let first = try follow()
                    var second: (wire: Wire, status: Int?)? = try follow()
                    #expect(first.status == 200 && second?.status == 200)
                    let third = try Client(port, from: "127.0.0.1").ask("GET", "/v1/events", headers: headers)
                    #expect(third.status == 429 && third.problem?.code == "too_many_streams")
                    #expect(third.headers["retry-after"] == "15")
                    second = nil
                    let until = ContinuousClock.now + .seconds(40)
                    while try follow().status != 200, ContinuousClock.now < until { usleep(500_000) }
                    #expect(ContinuousClock.now < until, "its place is never free")
                    withExtendedLifetime(first.wire) {}
                }
            }
        }

        @Test("an address that guesses secrets is slowed down, and nobody else is", .timeLimit(.minutes(1)))
        func guessing() async throws {
            try await withShop { shop in
                let server = try await shop.serve(Self.outOfTheBox)
                try await shop.withClient(of: server) { try await $0.stock("A", 100) }
                let (port, key) = (server.port, shop.key)
                try await offThread {
                    let guesser = try Client(port, from: "127.0.0.3")
                    let placed = try guesser.order("A", 1)
                    let order = try placed.decode(PlacedAnswer.self)
                    var statuses: [Int: Int] = [:]
                    for number in 0..<200 {
                        let guess = "osk_" + String(repeating: "0", count: 29) + String(number + 100)
                        let headers = "Authorization: Bearer \(guess)\r\n"
                        statuses[
                            try guesser.ask("GET", "/v1/orders/\(order.id)", headers: headers).status,
                            default: 0
                        ] += 1
                    }
                    for number in 0..<50 {
                        let code = #","payment":{"method":"giftCard","code":"AAAA-AAAA-AAAA-\#(number + 1000)"}"#
                        statuses[try guesser.order("A", 1, code).status, default: 0] += 1
                    }
                    for number in 0..<50 {
                        let headers = "Authorization: Bearer tw_\(number)\r\n"
                        statuses[try guesser.ask("GET", "/v1/orders", headers: headers).status, default: 0] += 1
                    }
                    print("guesses at secrets: \(statuses)")
                    #expect(statuses[401] ?? 0 <= 20)
                    #expect(statuses[422] ?? 0 == 0)
                    // The right secret is refused as well, because its acceptance would confirm the guess.
                    let right = "Authorization: Bearer \(order.secret)\r\n"
                    #expect(try guesser.ask("GET", "/v1/orders/\(order.id)", headers: right).status == 429)
                    // Other clients are not affected, nor is the guesser without a secret or a client with a valid key at the
                    // same address.
                    let other = try Client(port, from: "127.0.0.4")
                    #expect(try other.ask("GET", "/v1/orders/\(order.id)", headers: right).status == 200)
                    #expect(try guesser.ask("GET", "/v1/products/A").status == 200)
                    let good = "Authorization: Bearer \(key)\r\n"
                    #expect(try guesser.ask("GET", "/v1/orders", headers: good).status == 200)
                }
            }
        }

        @Test(
            "what X-Forwarded-For says is believed from named proxies alone",
            .timeLimit(.minutes(1)),
            arguments: [false, true]
        )
        func proxies(isNamed: Bool) async throws {
            try await withShop { shop in
                let named = isNamed ? ["http.trusted-proxies=127.0.0.5"] : []
                let server = try await shop.serve(Self.outOfTheBox + ["limits.browse=1", "limits.burst=10"] + named)
                try await shop.withClient(of: server) { try await $0.stock("A", 100) }
                let port = server.port
                try await offThread {
                    let proxy = try Client(port, from: "127.0.0.5")
                    var good = 0
                    for number in 0..<100 {
                        // The client's own claim comes first; the proxy appends the last entry.
                        let headers = "X-Forwarded-For: 203.0.113.\(number), 192.0.2.\(number % 2)\r\n"
                        if try proxy.ask("GET", "/v1/products/A", headers: headers).status == 200 { good += 1 }
                    }
                    // With a named proxy there are two clients; without one, a single client whose claims are ignored.
                    #expect(isNamed ? (20...24).contains(good) : (10...12).contains(good), "\(good)")
                }
            }
        }

        @Test(
            "out of the box the first order works, cash on delivery does not, and a huge order is refused",
            .timeLimit(.minutes(1))
        )
        func firstOrder() async throws {
            try await withShop { shop in
                let server = try await shop.serve(Self.outOfTheBox)
                try await shop.withClient(of: server) { try await $0.stock("A", 1000) }
                let (port, key) = (server.port, "Authorization: Bearer \(shop.key)\r\n")
                var made: [String] = []
                for scope in ["orders:read", "catalogue:write", "customers:write"] {
                    let key = try await shop.run(["keys", "create", "--data", shop.data, "--scope", scope])
                    made.append(key.output.trimmingCharacters(in: .whitespacesAndNewlines))
                }
                let others = made
                try await offThread {
                    let guest = try Client(port, from: "127.0.0.6")
                    let buyer = #","customer":{"email":"ann@example.com"},"shipTo":{"name":"Ann","city":"Leeds"}"#
                    let placed = try guest.order("A", 6, buyer)
                    #expect(placed.status == 201)
                    let cash = #","payment":{"method":"cashOnDelivery"}"#
                    #expect(try guest.order("A", 1, cash).status == 422)
                    #expect(try guest.order("A", 1, cash, headers: key).status == 422)
                    let note = String(repeating: "x", count: 400)
                    let members = (0..<50).map { #""m\#($0)":"\#(note)""# }.joined(separator: ",")
                    let huge = #","metadata":{\#(members)}"#
                    #expect(try guest.order("A", 1, huge).status == 413)
                    #expect(try guest.order("A", 1, huge, headers: key).status == 201)
                    let tooMany = try guest.order("A", 101)
                    #expect(tooMany.status == 422 && tooMany.headers["retry-after"] == nil)
                    #expect(String(decoding: tooMany.body, as: UTF8.self).contains(#""pointer":"/lines""#))
                    #expect(try guest.order("A", 95).problem?.code == "unpaid_limit")
                    #expect(try guest.order("A", 600, headers: key).status == 201)
                    for other in others {
                        let low = try Client(port, from: "127.0.0.7")
                        let headers = "Authorization: Bearer \(other)\r\n"
                        #expect(try low.order("A", 101, headers: headers).status == 422)
                        let statuses = try (0..<5).map { _ in try low.order("A", 60, headers: headers).status }
                        #expect(
                            statuses.filter { $0 == 201 }.count <= 1,
                            "a key without orders:write is no better than none"
                        )
                        #expect(statuses.suffix(4).allSatisfy { $0 == 429 })
                    }
                    // New carts have a separate bucket, smaller than that of changes.
                    let filler = try Client(port, from: "127.0.0.8")
                    let carts = try (0..<60).map { _ in
                        try filler.ask("POST", "/v1/carts", body: #"{"currency":"GBP"}"#)
                    }
                    let made = carts.filter { $0.status == 201 }
                    #expect((30...40).contains(made.count) && carts.last?.problem?.code == "rate_limited")
                    let cart = try #require(made.first).decode(MadeCart.self).id
                    #expect(try filler.ask("PUT", "/v1/carts/\(cart)/lines/A", body: #"{"quantity":2}"#).status == 200)
                    let fresh = try Client(port, from: "127.0.0.10")
                    let blanks = String(repeating: " ", count: 16_384)
                    let large = #"{"currency":"GBP"\#(blanks)}"#
                    #expect(try fresh.ask("POST", "/v1/carts", body: large).status == 413)
                    #expect(try fresh.ask("POST", "/v1/carts", headers: key, body: large).status == 201)
                }
            }
        }
    }
}

/// The members of a created cart that the tests read.
private struct MadeCart: Decodable, Sendable {
    let id: String
}

/// The members of a placed order that the tests read.
private struct PlacedAnswer: Decodable, Sendable {
    let id: String
    let secret: String
}
