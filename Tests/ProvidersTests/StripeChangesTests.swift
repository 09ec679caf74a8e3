import Foundation
import Testing
import Trading

@testable import ProviderClients
@testable import Providers

/// What a search after a restore reads: which charges of any age were refunded or disputed in a span of time, from a Stripe that
/// follows its contract and checks every request against it.
@Suite("Stripe's charges that changed")
struct StripeChangesTests {
    /// The span that is asked for, in whole seconds.
    private static let from: Int64 = 1_700_000_000
    private static let to: Int64 = 1_700_003_600

    /// Charges of 30.00 each, made long before the span.
    private func charge(_ count: Int, _ stripe: StripePayments, _ server: StripeServer) async throws -> [String] {
        server.state.withLock { $0.books.clock = Self.from - 90 * 86_400 }
        var references: [String] = []
        for number in 1...count {
            let request = PaymentRequest(
                .authorise(token: "pm_card_visa", captureAtOnce: true),
                key: "pay_\(number)-1",
                payment: "pay_\(number)",
                amount: Money(3000, .gbp)
            )
            references.append(try await stripe.perform(request, deadline: .soon()).value().reference)
        }
        return references
    }

    /// All pages of the span, each as it came.
    private func pages(
        _ stripe: StripePayments,
        from: Timestamp = Timestamp(milliseconds: Self.from * 1000),
        to: Timestamp = Timestamp(milliseconds: Self.to * 1000)
    ) async throws -> [[String]] {
        var (pages, cursor): ([[String]], String?) = ([], nil)
        repeat {
            let page = try await stripe.changed(from: from, to: to, after: cursor, deadline: .soon()).value()
            pages.append(page.references)
            cursor = page.next
        } while cursor != nil && pages.count < 20
        return pages
    }

    @Test("a refund or a dispute in the span is found, however old its charge; one outside of it is not")
    func span() async throws {
        try await StripeServer.with { stripe, server in
            let references = try await charge(9, stripe, server)
            server.state.withLock { state in
                let times = [Self.from - 1, Self.from, Self.to - 1, Self.to]
                for (place, time) in times.enumerated() {
                    state.books.clock = time
                    state.books.refund(place, 100)
                    state.books.dispute(place + 4, 3000, withdraws: place % 2 == 0)
                }
                // A refund that failed and one by the dashboard are changes too.
                state.books.clock = Self.from + 60
                state.books.refundStatus = "failed"
                state.books.refund(8, 50)
            }
            let found = try await pages(stripe).flatMap { $0 }
            #expect(found.sorted() == [1, 2, 5, 6, 8].map { references[$0] }.sorted())
        }
    }

    @Test("a span that begins or ends within a second has all of that second")
    func parts() async throws {
        try await StripeServer.with { stripe, server in
            let references = try await charge(1, stripe, server)
            server.state.withLock { state in
                state.books.clock = Self.from
                state.books.refund(0, 100)
            }
            // Stripe counts whole seconds: what happened at .700 has the time of .000.
            let begins = try await pages(
                stripe,
                from: Timestamp(milliseconds: Self.from * 1000 + 700),
                to: Timestamp(milliseconds: Self.from * 1000 + 5000)
            )
            let ends = try await pages(
                stripe,
                from: Timestamp(milliseconds: Self.from * 1000 - 5000),
                to: Timestamp(milliseconds: Self.from * 1000 + 1)
            )
            #expect(begins.flatMap { $0 } == references && ends.flatMap { $0 } == references)
        }
    }

    @Test(
        "long lists are read to their end, refunds first and then disputes, without a gap and without a page too many",
        arguments: [(0, 0, 2), (100, 100, 2), (101, 100, 3), (250, 130, 5)]
    )
    func paged(refunds: Int, disputes: Int, lists: Int) async throws {
        try await StripeServer.with { stripe, server in
            let references = try await charge(2, stripe, server)
            server.state.withLock { state in
                state.books.clock = Self.from + 1
                for _ in 0..<refunds { state.books.refund(0, 10) }
                for _ in 0..<disputes { state.books.dispute(1, 10) }
                state.listsRead = 0
            }
            let pages = try await pages(stripe)
            #expect(pages.allSatisfy { $0.count <= 100 })
            let all = pages.flatMap { $0 }
            #expect(all.count { $0 == references[0] } == refunds && all.count { $0 == references[1] } == disputes)
            #expect(all.count == refunds + disputes && server.state.withLock { $0.listsRead } == lists)
        }
    }

    @Test("a refund of a charge without an intent is none of the shop's, and the list goes on after it")
    func plain() async throws {
        try await StripeServer.with { stripe, server in
            let references = try await charge(2, stripe, server)
            server.state.withLock { state in
                state.books.clock = Self.from + 1
                state.books.refund(0, 10)
                // The newest 100, and so the last of the first page, have no intent.
                for _ in 0..<100 { state.books.refund(1, 1) }
                for index in state.books.intents[1].refunds.indices {
                    state.books.intents[1].refunds[index].isOfPlainCharge = true
                }
            }
            #expect(try await pages(stripe) == [[], [references[0]], []])
        }
    }

    @Test(
        "a list that cannot be read is no short list",
        arguments: [
            (500, #"{"error":{"type":"api_error"}}"#, Known.unknown("status_500")),
            (429, #"{"error":{"type":"invalid_request_error","code":"rate_limit"}}"#, .notDone("status_429")),
            (401, #"{"error":{"type":"invalid_request_error"}}"#, .notDone("status_401")),
            (200, #"{"object":"list","data":[{"id":"re_1"}],"has_more":false}"#, .unknown("nonsense")),
        ]
    )
    func unreadable(status: Int, json: String, expected: Known) async throws {
        try await StripeServer.with { stripe, server in
            for after in [nil, "disputes:"] {
                server.state.withLock { $0.canned = [(status, json)] }
                let answer = await stripe.changed(from: .earliest, to: .latest, after: after, deadline: .soon())
                #expect(answer.known == expected)
            }
        }
    }

    @Test("Stripe's own examples of refunds and disputes are read where the lists have them")
    func examples() async throws {
        try await StripeServer.with { stripe, server in
            for (name, after) in [("refund", nil), ("dispute", "disputes:")] {
                var example = String(decoding: try StripeContract.example(name), as: UTF8.self)
                example.replace("\"payment_intent\":null", with: "\"payment_intent\":\"pi_9\"")
                let list = #"{"object":"list","url":"/v1/x","has_more":false,"data":[\#(example)]}"#
                server.state.withLock { $0.canned = [(200, list)] }
                let page = try await stripe.changed(from: .earliest, to: .latest, after: after, deadline: .soon())
                    .value()
                #expect(page.references == ["pi_9"], "\(name)")
            }
        }
    }
}
