import HTTPTypes
import NIOCore
import Resilience
import Testing
import Trading

@testable import API

@Suite("Who a client is by its address")
struct ClientAddressTests {
    private static func address(_ text: String) throws -> ClientAddress { try #require(ClientAddress(text)) }

    @Test("an IPv4 address is one client however it is written, and a /64 of IPv6 is one")
    func clients() throws {
        let plain = try Self.address("192.0.2.7")
        #expect(plain == ClientAddress("::ffff:192.0.2.7"))
        #expect(plain == ClientAddress(try SocketAddress(ipAddress: "192.0.2.7", port: 80)))
        #expect(plain == ClientAddress(try SocketAddress(ipAddress: "::ffff:192.0.2.7", port: 80)))
        #expect(plain.client != (try Self.address("192.0.2.8")).client)
        let six = try Self.address("2001:db8:1:2::1")
        #expect(six.client == (try Self.address("2001:db8:1:2:ffff::9")).client)
        #expect(six.client != (try Self.address("2001:db8:1:3::1")).client)
        #expect(ClientAddress(try SocketAddress(unixDomainSocketPath: "/tmp/s")) == nil)
        for text in ["", "localhost", "1.2.3", "1.2.3.4.5", "2001:db8::/32", "192.0.2.7 "] {
            #expect(ClientAddress(text) == nil, "\(text)")
        }
        #expect(try Self.address("127.9.9.9").isLoopback && Self.address("::1").isLoopback)
        #expect(try !Self.address("128.0.0.1").isLoopback)
    }

    @Test("a network holds its addresses and no others")
    func networks() throws {
        let cases: [(String, [String], [String])] = [
            (
                "10.0.0.0/8", ["10.0.0.0", "10.255.255.255", "::ffff:10.1.2.3"],
                ["11.0.0.0", "9.255.255.255", "::10.0.0.1"]
            ),
            ("10.1.2.3", ["10.1.2.3"], ["10.1.2.2", "10.1.2.4"]),
            ("0.0.0.0/0", ["1.1.1.1", "255.255.255.255"], ["::1", "2001:db8::1"]),
            ("2001:db8::/32", ["2001:db8::", "2001:db8:ffff::1"], ["2001:db9::", "32.1.13.184"]),
            ("2001:db8::/65", ["2001:db8::1"], ["2001:db8::8000:0:0:0", "2001:db8:0:1::"]),
            ("::/0", ["::1", "10.0.0.1"], []),
            ("fe80::1/128", ["fe80::1"], ["fe80::2"]),
        ]
        for (range, inside, outside) in cases {
            let network = try #require(AddressRange(range))
            for text in inside { #expect(network.contains(try Self.address(text)), "\(text) in \(range)") }
            for text in outside { #expect(!network.contains(try Self.address(text)), "\(text) in \(range)") }
        }
        for text in ["", "/8", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/8/8", "::/129", "x", "10.0.0.0/"] {
            #expect(AddressRange(text) == nil, "\(text)")
        }
    }

    @Test("of what proxies say only the last address that no named proxy has added is believed")
    func forwarded() throws {
        let named = TrustedProxies([try #require(AddressRange("10.0.0.0/8"))])
        let cases: [(TrustedProxies, String, String, String, String)] = [
            // Columns: peer, header field, its value, expected client.
            (named, "10.0.0.1", "X-Forwarded-For", "192.0.2.7", "192.0.2.7"),
            (named, "10.0.0.1", "X-Forwarded-For", "198.51.100.1, 192.0.2.7", "192.0.2.7"),
            (named, "10.0.0.1", "X-Forwarded-For", "198.51.100.1,192.0.2.7 , 10.9.9.9", "192.0.2.7"),
            (named, "10.0.0.1", "X-Forwarded-For", "192.0.2.7:4711", "192.0.2.7"),
            (named, "10.0.0.1", "X-Forwarded-For", "[2001:db8::1]:4711", "2001:db8::1"),
            (named, "10.0.0.1", "X-Forwarded-For", "10.3.3.3, 10.2.2.2", "10.3.3.3"),
            (named, "10.0.0.1", "X-Forwarded-For", "192.0.2.7, unknown, 10.2.2.2", "10.2.2.2"),
            (named, "10.0.0.1", "X-Forwarded-For", "nonsense", "10.0.0.1"),
            (named, "10.0.0.1", "Forwarded", "for=192.0.2.7", "10.0.0.1"),
            (named, "192.0.2.9", "X-Forwarded-For", "192.0.2.7", "192.0.2.9"),
            (named, "127.0.0.1", "X-Forwarded-For", "192.0.2.7", "127.0.0.1"),
        ]
        for (proxies, peer, field, value, client) in cases {
            var fields = HTTPFields()
            fields[try #require(HTTPField.Name(field))] = value
            #expect(proxies.client(ClientAddress(peer), fields) == ClientAddress(client), "\(peer) \(field): \(value)")
        }
        let other = TrustedProxies([try #require(AddressRange("10.0.0.0/8"))], field: .forwarded)
        let standard: [(String, String)] = [
            ("for=192.0.2.7;proto=https;by=10.0.0.1", "192.0.2.7"),
            (#"for=198.51.100.1, For="[2001:db8::1]:4711""#, "2001:db8::1"),
            ("for=192.0.2.7, for=10.1.1.1", "192.0.2.7"),
            ("for=_hidden", "10.0.0.1"), ("proto=https", "10.0.0.1"),
        ]
        for (value, client) in standard {
            let fields: HTTPFields = [.forwarded: value, .xForwardedFor: "203.0.113.1"]
            #expect(other.client(ClientAddress("10.0.0.1"), fields) == ClientAddress(client), "\(value)")
        }
        let several = HTTPFields([
            HTTPField(name: .xForwardedFor, value: "198.51.100.1"), HTTPField(name: .xForwardedFor, value: "192.0.2.7"),
        ])
        #expect(named.client(ClientAddress("10.0.0.1"), several) == ClientAddress("192.0.2.7"))
    }

    @Test("the machine's own addresses are a proxy only behind the shop's own front door")
    func ownDoor() {
        let proxies = TrustedProxies()
        let fields: HTTPFields = [.xForwardedFor: "192.0.2.7"]
        #expect(proxies.client(ClientAddress("127.0.0.1"), fields) == ClientAddress("127.0.0.1"))
        proxies.trustOwnDoor()
        #expect(proxies.client(ClientAddress("127.0.0.1"), fields) == ClientAddress("192.0.2.7"))
        #expect(proxies.client(ClientAddress("192.0.2.9"), fields) == ClientAddress("192.0.2.9"))
        #expect(proxies.client(nil, fields) == nil)
    }

    @Test("keys are counted by key, others by address; one that runs the shop, and a monitor, are not counted")
    func limits() throws {
        let limits = ClientLimits(
            ClientLimits.Rates(perSecond: [.checkout: 1, .proofs: 1], burstSeconds: 2, keyFactor: 2),
            limiter: BucketTable(bytes: 1 << 16),
            exempt: [try #require(AddressRange("198.51.100.0/24"))]
        )
        func allowed(_ principal: Principal, _ address: String, of count: Int = 10, _ tier: RateTier = .checkout) -> Int
        {
            (0..<count).count { _ in
                do throws(Problem) {
                    _ = try limits.admit(tier, principal, from: ClientAddress(address))
                    return true
                } catch {
                    #expect(error.code == "rate_limited" && error.status == .tooManyRequests)
                    #expect(error.retryAfter.map { $0 >= 1 } == true)
                    #expect(error.fields[.rateLimit]?.hasPrefix("\"checkout\";r=0;t=") == true)
                    #expect(error.fields[.rateLimitPolicy]?.hasPrefix("\"checkout\";q=") == true)
                    return false
                }
            }
        }
        #expect(allowed(.anonymous, "192.0.2.1") == 2)
        #expect(allowed(.customer(ID(high: 1, low: 1)), "192.0.2.1") == 0)
        #expect(allowed(.anonymous, "192.0.2.2") == 2)
        #expect(allowed(.anonymous, "192.0.2.1", .browse) == 10)
        #expect(allowed(.key(id: "key_1", scopes: [.ordersWrite]), "192.0.2.1") == 4)
        #expect(allowed(.key(id: "key_1", scopes: [.ordersWrite]), "192.0.2.3") == 0)
        #expect(allowed(.key(id: "key_2", scopes: [.ordersWrite]), "192.0.2.3") == 4)
        #expect(allowed(.key(id: "key_3", scopes: [.admin]), "192.0.2.3") == 10)
        #expect(allowed(.key(id: "key_4", scopes: [.operatorWrite]), "192.0.2.3") == 10)
        #expect(allowed(.anonymous, "198.51.100.9") == 10)
    }

    @Test("an address that shows wrong secrets has them looked at no more, and only for a while")
    func proofs() throws {
        let limits = ClientLimits(
            ClientLimits.Rates(perSecond: [.proofs: 1], burstSeconds: 3, keyFactor: nil),
            limiter: BucketTable(bytes: 1 << 16)
        )
        let guesser = ClientAddress("192.0.2.1")
        for _ in 0..<3 {
            try limits.checkProof(from: guesser)
            #expect(limits.countFailedProof(from: guesser) == nil)
        }
        #expect(throws: Problem.self) { try limits.checkProof(from: guesser) }
        #expect(limits.countFailedProof(from: guesser)?.code == "rate_limited")
        try limits.checkProof(from: ClientAddress("192.0.2.2"))
    }

    @Test("routes that only tell how the server stands are never limited, and all others are")
    func tiers() async throws {
        let shop = try await PaymentShop([])
        let free = Set(shop.endpoints.filter { $0.rateTier == nil }.map(\.id))
        #expect(free == ["livez", "readyz", "startupz"])
        for (id, tier) in [
            "placeOrder": RateTier.checkout, "cancelOrder": .checkout, "startPayment": .payments,
            "createCart": .newCarts, "addCartLine": .carts,
            "quoteOrder": .carts, "listProducts": .browse, "takePaymentNotice": .notices, "metrics": .other,
        ] {
            #expect(shop.endpoints.first { $0.id == id }?.rateTier == tier, "\(id)")
        }
    }
}
