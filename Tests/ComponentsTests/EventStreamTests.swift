import API
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Testing

@testable import Components

@Suite("Streams of events", .timeLimit(.minutes(1)))
struct EventStreamTests {
    private func status(_ streams: EventStreams, _ key: String) -> Int? {
        do throws(Problem) {
            _ = try streams.enter(key)
            return nil
        } catch {
            #expect(error.code == "too_many_streams" && error.retryAfter == 15)
            return error.status.code
        }
    }

    @Test("one key may have so many, all of them together so many; who has gone leaves its place")
    func bounds() throws {
        let streams = EventStreams(EventStreams.Bounds(total: 3, ofKey: 2))
        var first = try [streams.enter("a"), streams.enter("a")]
        #expect(status(streams, "a") == 429)
        try withExtendedLifetime(streams.enter("b")) {
            #expect(status(streams, "c") == 503)
            #expect(status(streams, "a") == 429, "the key's own bound is told first")
            #expect(streams.count == 3)
        }
        #expect(streams.count == 2)
        #expect(status(streams, "c") == nil)
        first.removeLast()
        #expect(status(streams, "a") == nil)
        first = []
        #expect(streams.count == 0)
        var text = ""
        streams.write(to: &text)
        #expect(text.contains("\ntradewind_event_streams 0\n"))
        #expect(text.contains("\ntradewind_event_streams_refused_total 3\n"))
    }

    @Test("beyond the bound a stream is refused, pages are answered, and the place comes back")
    func route() async throws {
        let shop = try await ListShop(ShopSettings(streams: EventStreams.Bounds(total: 10, ofKey: 1)))
        let stream = [ListShop.authorization, (HTTPField.Name.accept, "text/event-stream")]
        try await shop.run { client in
            do {
                let place = try shop.shop.streams.enter(ListShop.keyID.description)
                let refused = try await client.send(.get, "/v1/events", nil, stream)
                #expect(refused.status == 429 && refused["code"] == "too_many_streams")
                let page = try await client.send(.get, "/v1/events", nil, [ListShop.authorization])
                #expect(page.status == 200)
                withExtendedLifetime(place) {}
            }
            // A HEAD request starts no stream, so none remains counted.
            for _ in 0..<3 {
                #expect(try await client.send(.head, "/v1/events", nil, stream).status == 200)
            }
            #expect(shop.shop.streams.count == 0)
        }
    }
}
