// Limits the open event streams. Each polls the ledger several times a second for as long as its client likes, so their number is
// limited: one key cannot use all places, and all streams together leave capacity for other requests.

import API
import Synchronization

/// The open event streams of a process.
///
/// Thread-safe.
public final class EventStreams: Sendable {
    /// The most streams at once.
    public struct Bounds: Hashable, Sendable {
        /// For all keys together.
        public var total: Int
        /// For one key.
        public var ofKey: Int

        /// Limits, with the defaults of the settings.
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

    /// No streams.
    public init(_ bounds: Bounds = Bounds()) {
        self.bounds = bounds
    }

    /// The place of one stream; freed with its last reference, even if the client disconnects before the first event.
    final class Place: Sendable {
        private let streams: EventStreams
        private let key: String

        fileprivate init(_ streams: EventStreams, _ key: String) {
            self.streams = streams
            self.key = key
        }

        deinit { streams.leave(key) }
    }

    /// The number of open streams.
    var count: Int { state.withLock(\.total) }

    /// Takes a place for a stream of a key.
    ///
    /// - Throws: 429 where the key has its most streams, 503 where all places are taken; both may be tried again.
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

    /// Writes the metrics in Prometheus' text format.
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
