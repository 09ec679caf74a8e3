// How many streams of events are open. Each one looks for news several times a second for as long as its client likes, so their number is
// bounded: one key cannot have them all, and all of them together leave the ledger time for what a shop is there for.

import API
import Synchronization

/// The open streams of events of a process.
public final class EventStreams: Sendable {
    /// The most at once.
    public struct Bounds: Hashable, Sendable {
        /// Of all keys together.
        public var total: Int
        /// Of one key.
        public var ofKey: Int

        /// Bounds, with the defaults that the settings table shows.
        public init(total: Int = 256, ofKey: Int = 32) {
            self.total = total
            self.ofKey = ofKey
        }
    }

    private struct State {
        var ofKey: [String: Int] = [:]
        var total = 0
        var refused = 0
    }

    private let bounds: Bounds
    private let state = Mutex(State())

    /// None yet.
    public init(_ bounds: Bounds = Bounds()) {
        self.bounds = bounds
    }

    /// The place of one stream; given back with its last reference, so also where its client has gone before anything was sent.
    final class Place: Sendable {
        private let streams: EventStreams
        private let key: String

        fileprivate init(_ streams: EventStreams, _ key: String) {
            self.streams = streams
            self.key = key
        }

        deinit { streams.leave(key) }
    }

    /// How many are open.
    var count: Int { state.withLock(\.total) }

    /// Takes a place for a stream of a key, or throws what its client is told: 429 where the key has all that it may, 503 where all are taken.
    func enter(_ key: String) throws(Problem) -> Place {
        let problem: Problem? = state.withLock { state in
            let own = state.ofKey[key, default: 0]
            guard own < bounds.ofKey, state.total < bounds.total else {
                state.refused += 1
                return own < bounds.ofKey ? .tooManyStreams(bounds.total) : .tooManyStreams(ofKey: bounds.ofKey)
            }
            state.ofKey[key] = own + 1
            state.total += 1
            return nil
        }
        if let problem { throw problem }
        return Place(self, key)
    }

    private func leave(_ key: String) {
        state.withLock { state in
            let own = state.ofKey[key, default: 0]
            state.ofKey[key] = own > 1 ? own - 1 : nil
            state.total -= 1
        }
    }

    /// Writes the figures in Prometheus' text format.
    func write(to text: inout String) {
        let (open, refused) = state.withLock { ($0.total, $0.refused) }
        text += "# HELP tradewind_event_streams Open streams of events.\n"
        text += "# TYPE tradewind_event_streams gauge\ntradewind_event_streams \(open)\n"
        text += "# HELP tradewind_event_streams_refused_total Streams of events beyond what there may be.\n"
        text += "# TYPE tradewind_event_streams_refused_total counter\n"
        text += "tradewind_event_streams_refused_total \(refused)\n"
    }
}

extension Problem {
    fileprivate static func tooManyStreams(ofKey most: Int) -> Problem {
        Problem(
            .tooManyRequests,
            "too_many_streams",
            "the key has \(most) streams of events open, the most that one may; close one, or ask for pages",
            retryAfter: 15
        )
    }

    fileprivate static func tooManyStreams(_ most: Int) -> Problem {
        Problem(
            .serviceUnavailable,
            "too_many_streams",
            "\(most) streams of events are open, the most that there may be; ask for pages meanwhile",
            retryAfter: 15
        )
    }
}
