import Foundation
import Hummingbird
import Ledger
import Providers
import Testing
import Trading

@testable import Components

@Suite("Deliveries over real sockets")
struct WebhookDeliveryTests {
    @Test("a receiver gets every event in order, signed, as the feed shows it", .timeLimit(.minutes(1)))
    func delivery() async throws {
        let receiver = Receiver()
        try await receiver.listen { url in
            try await withWebhookShop { shop in
                let (id, secret) = try await shop.webhook(url, ["product.*"])
                try await shop.happen(120, sku: "MUG")
                try await shop.eventually("all are delivered") { receiver.messages.count >= 120 }
                try await shop.eventually("all are recorded") { try await shop.endpoint(id).stream.cursor == 121 }
                #expect(receiver.messages.count == 120)
                let signature = WebhookSignature(try #require(WebhookSecret(secret)))
                var seqs: [Int] = []
                for message in receiver.messages {
                    _ = try signature.verify(headers: message.headers, body: message.body, now: .now)
                    let body = try JSONDecoder().decode(Body.self, from: Data(message.body))
                    #expect(body.type == body.data.type && body.timestamp == body.data.at)
                    seqs.append(body.data.seq)
                }
                #expect(seqs == Array(2...121))
                #expect(Set(receiver.messages.map(\.id)).count == 120)
            }
        }
    }

    @Test(
        "a receiver that fails again and again is one line in the log, and one that is back another",
        .timeLimit(.minutes(1))
    )
    func logged() async throws {
        let receiver = Receiver()
        receiver.answer(.serviceUnavailable)
        try await receiver.listen { url in
            try await withWebhookShop { shop in
                let (id, _) = try await shop.webhook(url + "?token=hidden", ["product.*"])
                try await shop.happen(3, sku: "MUG")
                // The second attempt comes five seconds after the first.
                try await shop.eventually("it has failed twice", within: .seconds(30)) {
                    try await shop.endpoint(id).stream.tries >= 2
                }
                let next = try await shop.endpoint(id).stream.nextTryAt
                #expect(next.map { $0 > .now.adding(seconds: -1) } == true)
                let failing = try await shop.shop.ledger.read { (view) throws(LedgerFailure) in
                    try view.failingWebhooks()
                }
                var figures = ""
                WebhookMetrics.write(failing, now: .now, to: &figures)
                #expect(figures.contains("tradewind_webhooks_failing 1\n"))
                #expect(figures.contains("tradewind_webhook_failures{webhook=\"\(id)\"} 2\n"))
                #expect(figures.contains("tradewind_webhook_next_try_seconds{webhook=\"\(id)\"} "))
                receiver.answer(.ok)
                try await shop.eventually("it has everything", within: .seconds(40)) {
                    try await shop.endpoint(id).stream.tries == 0
                }
                try await shop.eventually("that is logged") { shop.log.of(.notice).count == 1 }
                let (bad, good) = (shop.log.of(.warning), shop.log.of(.notice))
                #expect(bad.count == 1 && bad[0].contains("\(id)") && bad[0].contains("answer=status_503"), "\(bad)")
                #expect(good.count == 1 && good[0].contains("failures=2"), "\(good)")
                #expect(!(bad + good).joined().contains("hidden"))
            }
        }
    }

    @Test("a receiver that is gone is one line more, of a higher level", .timeLimit(.minutes(1)))
    func goneIsLogged() async throws {
        let receiver = Receiver()
        receiver.answer(.gone)
        try await receiver.listen { url in
            try await withWebhookShop { shop in
                let (id, _) = try await shop.webhook(url, ["product.*"])
                try await shop.happen(1, sku: "MUG")
                try await shop.eventually("it is disabled") { try await !shop.endpoint(id).isEnabled }
                try await shop.eventually("that is logged") { shop.log.of(.error).count == 1 }
                #expect(shop.log.of(.error)[0].contains("reason=gone"))
                #expect(shop.log.of(.warning).isEmpty)
            }
        }
    }

    @Test("a receiver that never answers delays no other", .timeLimit(.minutes(1)))
    func isolation() async throws {
        let (dead, alive) = (Receiver(), Receiver())
        dead.answer(.ok, after: .seconds(60))
        try await dead.listen { deadURL in
            try await alive.listen { url in
                try await withWebhookShop { shop in
                    // More failing endpoints than the number of places for them.
                    for _ in 0..<40 { _ = try await shop.webhook(deadURL, ["product.*"]) }
                    try await shop.happen(1, sku: "FIRST")
                    try await shop.eventually("the dead ones are called") { dead.messages.count == 40 }
                    let (id, _) = try await shop.webhook(url, ["product.*"])
                    let start = ContinuousClock.now
                    try await shop.happen(50, sku: "MUG")
                    try await shop.eventually("the living one gets everything", within: .seconds(3)) {
                        alive.messages.count == 50
                    }
                    #expect(ContinuousClock.now - start < .seconds(3))
                    #expect(try await shop.endpoint(id).stream.failingSince == nil)
                    dead.answer(.ok)
                }
            }
        }
    }

    @Test(
        "what is not 2xx is a failure, and a redirect is not followed",
        .timeLimit(.minutes(1)),
        arguments: [301, 307, 400, 404, 500, 503]
    )
    func failures(status: Int) async throws {
        let receiver = Receiver()
        receiver.answer(.init(code: status))
        try await receiver.listen { url in
            let sender = HTTPWebhookSender(allowsPrivate: true)
            let answer = try await sender.send([1], headers: [("a", "b")], to: WebhookURL(url))
            #expect(answer == .status(status))
            #expect(receiver.messages.count == 1)
            await sender.close()
            #expect(try await sender.send([1], headers: [], to: WebhookURL(url)) == .none(.connect))
        }
    }

    @Test("private addresses are not called unless it is allowed, by name or by number", .timeLimit(.minutes(1)))
    func privateAddresses() async throws {
        let receiver = Receiver()
        try await receiver.listen { url in
            let port = url.split(separator: ":").last ?? ""
            let sender = HTTPWebhookSender(allowsPrivate: false)
            for host in ["127.0.0.1", "localhost", "127.1", "0", "[::1]", "[::ffff:127.0.0.1]"] {
                let answer = try await sender.send([1], headers: [], to: WebhookURL("http://\(host):\(port)"))
                #expect(answer == .none(.privateAddress), "\(host)")
            }
            #expect(receiver.messages.isEmpty)
            let unknown = try await sender.send([1], headers: [], to: WebhookURL("http://no-such-host.invalid"))
            #expect(unknown == .none(.unknownHost))
            await sender.close()
        }
    }

    @Test("no connection and no encryption are told apart", .timeLimit(.minutes(1)))
    func connections() async throws {
        let receiver = Receiver()
        try await receiver.listen { url in
            let sender = HTTPWebhookSender(allowsPrivate: true)
            let encrypted = url.replacing("http://", with: "https://")
            let unencrypted = try await sender.send([1], headers: [], to: WebhookURL(encrypted))
            #expect(unencrypted == .none(.tls))
            let unconnected = try await sender.send([1], headers: [], to: WebhookURL("http://127.0.0.1:1"))
            #expect(unconnected == .none(.connect))
            await sender.close()
        }
    }
}

/// A message's body.
private struct Body: Decodable {
    struct Event: Decodable {
        let seq: Int
        let type: String
        let at: String
    }

    let type: String
    let timestamp: String
    let data: Event
}
