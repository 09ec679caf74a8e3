import Foundation
import Ledger
import Providers
import Testing
import Trading

@testable import Components

@Suite("Messages to receivers")
struct WebhookMessageTests {
    @Test(
        "an address is public or it is not called",
        arguments: [
            ("1.1.1.1", true), ("172.15.255.255", true), ("172.32.0.0", true), ("100.128.0.1", true),
            ("2606:4700::1111", true), ("64:ff9b::101:101", true), ("::ffff:1.1.1.1", true), ("2002:101:101::1", true),
            ("0.0.0.0", false), ("10.1.2.3", false), ("100.64.0.1", false), ("100.127.255.255", false),
            ("127.0.0.1", false), ("127.255.255.255", false), ("169.254.169.254", false), ("172.16.0.1", false),
            ("172.31.255.255", false), ("192.0.2.1", false), ("192.168.0.1", false), ("198.19.0.1", false),
            ("224.0.0.1", false), ("240.0.0.1", false), ("255.255.255.255", false), ("::", false), ("::1", false),
            ("fc00::1", false), ("fe80::1", false), ("ff02::1", false), ("2001:db8::1", false), ("2001::1", false),
            ("::ffff:127.0.0.1", false), ("64:ff9b::a00:1", false), ("2002:a00:1::1", false), ("3fff::1", false),
        ]
    )
    func addresses(text: String, isPublic: Bool) throws {
        let address = try #require(HostAddresses.literal(text), "\(text) is an address")
        #expect(address.isPublic == isPublic)
    }

    @Test("a name is no address, and an address is found without asking anybody")
    func names() async throws {
        #expect(HostAddresses.literal("example.com") == nil)
        #expect(HostAddresses.literal("localhost") == nil)
        #expect(
            await HostAddresses.of("127.0.0.1", within: .seconds(5))
                == [NetworkAddress(bytes: [127, 0, 0, 1])].compactMap(\.self)
        )
        // Forms that only the C library accepts as an address must be recognised, too.
        for text in ["0", "127.1", "0x7f000001", "2130706433"] {
            let found = await HostAddresses.of(text, within: .seconds(5))
            #expect(!found.isEmpty && found.allSatisfy { !$0.isPublic }, "\(text)")
        }
    }

    @Test(
        "a pause is asked for in seconds or by a date",
        arguments: [
            (nil, nil), ("0", 0), ("120", 120), ("-1", nil), ("soon", nil), ("1.5", nil), ("", nil),
            ("Sun, 06 Nov 1994 08:49:37 GMT", 37), ("Sun, 06 Nov 1994 08:48:00 GMT", 0),
            ("Sun, 06 Non 1994 08:49:37 GMT", nil), ("Sun, 06 Nov 1994 08:49:37 CET", nil),
        ] as [(String?, Int64?)]
    )
    func retryAfter(header: String?, seconds: Int64?) throws {
        let now = try #require(Timestamp("1994-11-06T08:49:00Z"))
        #expect(RetryAfter.seconds(header, now: now) == seconds)
    }

    @Test("a message is signed by every good secret, over its id, its time and its body")
    func signatures() async throws {
        try await withWebhookShop { shop in
            let (id, secret) = try await shop.webhook("https://example.com", ["product.*"])
            let second = try #require(
                try await shop.answer(ChangeWebhook(id, .rotate(overlapSeconds: 60))).secret,
                "a rotation shows the fresh secret"
            )
            let now = Timestamp.now
            let endpoint = try await shop.endpoint(id)
            let message = WebhookMessage(testID: "test_1", at: now)
            let headers = message.headers(signedBy: endpoint.signingSecrets(at: now), at: now)
            let signatures = try #require(headers.first { $0.name == "webhook-signature" }).value.split(separator: " ")
            #expect(signatures.count == 2)
            #expect(headers.first { $0.name == "webhook-timestamp" }?.value == String(now.milliseconds / 1000))
            for text in [secret, second] {
                let signature = WebhookSignature(try #require(WebhookSecret(text)))
                #expect(try signature.verify(headers: headers, body: message.body, now: now) == "test_1")
            }
            let later = now.adding(seconds: 60)
            let one = message.headers(signedBy: endpoint.signingSecrets(at: later), at: later)
            #expect(one.first { $0.name == "webhook-signature" }?.value.split(separator: " ").count == 1)
        }
    }

    @Test("the vector of Standard Webhooks is signed as it must be")
    func vector() throws {
        let secret = try #require(WebhookSecret("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"))
        let body = Array(#"{"test": 2432232314}"#.utf8)
        let signed = WebhookSignature(secret).sign(
            id: "msg_p5jXN8AQM9LWM0D4loKWxJek",
            timestamp: 1_614_265_330,
            body: body
        )
        #expect(signed == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")
    }

    @Test("the schema of URLs takes what the reader takes")
    func urlSchema() throws {
        let schema = try #require(Schemas.all["WebhookInput"])
        let object = try JSONSerialization.jsonObject(with: Data(schema.utf8)) as? [String: Any]
        let properties = try #require(object?["properties"] as? [String: [String: Any]])
        let pattern = try Regex(try #require(properties["url"]?["pattern"] as? String))
        let texts = [
            "https://example.com", "HTTP://a:1/?x", "https://[::1]:65535/a@b", "https://a/[x]~!$&'()*+,;=%20",
            "https://",
            "ftp://a", "https://u@a", "https://a#b", "https://a/b#c", "https://a:0", "https://a:65536", "https://a:080",
            "https://a b", "https://[abc]", "https://a\\b", "https://a/{x}", "https://ä", "x https://a",
            "https://a:1:2",
        ]
        for text in texts {
            let isRead = (try? WebhookURL(text)) != nil
            #expect((text.wholeMatch(of: pattern) != nil) == isRead, "\(text)")
        }
    }
}
