// The progress of an endpoint, and its retries. The cursor only moves past events that were acknowledged or that do not match the
// filter, so every event is delivered at least once and in order. A failed event is tried again, with growing pauses; an endpoint
// that has not accepted it for three days is given up.

import Trading

/// The progress of the deliveries to an endpoint.
public struct DeliveryStream: Hashable, Sendable {
    /// How long a failed event is tried, in seconds: 72 hours.
    public static let patienceSeconds: Int64 = 259_200
    /// The pause after the first failure, in seconds.
    static let firstPauseSeconds: Int64 = 5
    /// The longest pause, in seconds: four hours.
    static let longestPauseSeconds: Int64 = 14_400
    /// The longest pause that a receiver may ask for, in seconds: a day.
    static let longestRetryAfterSeconds: Int64 = 86_400

    /// The last event that was acknowledged or passed.
    public var cursor: Int64
    /// When the next event first failed; nil where it has not.
    public var failingSince: Timestamp?
    /// How often it has failed in a row.
    public var tries: Int64
    /// When it is tried again; nil where it has not failed, or is not tried any more.
    public var nextTryAt: Timestamp?

    /// A stream after an event.
    public init(cursor: Int64, failingSince: Timestamp? = nil, tries: Int64 = 0, nextTryAt: Timestamp? = nil) {
        self.cursor = cursor
        self.failingSince = failingSince
        self.tries = tries
        self.nextTryAt = nextTryAt
    }

    /// Moves the cursor to an event, which ends the failures; never back.
    public mutating func reach(_ event: Int64) {
        guard event > cursor else { return }
        cursor = event
        failingSince = nil
        tries = 0
        nextTryAt = nil
    }

    /// Records that the next event failed.
    ///
    /// - Returns: when to try again; nil where it has failed for longer than ``patienceSeconds``.
    public mutating func fail(at time: Timestamp, retryAfterSeconds: Int64?, draw: Double) -> Timestamp? {
        let since = failingSince ?? time
        failingSince = since
        tries += 1
        nextTryAt = nil
        let end = since.adding(seconds: Self.patienceSeconds)
        guard time < end else { return nil }
        let pause = Self.pauseMilliseconds(tries: tries, draw: draw)
        let asked = min(max(retryAfterSeconds ?? 0, 0), Self.longestRetryAfterSeconds) * 1000
        // The last try is at the very end, so that no endpoint is given up without it.
        let next = min(time.adding(milliseconds: max(pause, asked)), end)
        nextTryAt = next
        return next
    }

    /// The pause after `tries` failures: doubled each time up to the longest, and up to half of it more by `draw` from 0..<1, so
    /// that endpoints which failed together are not retried together.
    static func pauseMilliseconds(tries: Int64, draw: Double) -> Int64 {
        let doubled = firstPauseSeconds << min(max(tries - 1, 0), 16)
        let pause = min(doubled, longestPauseSeconds) * 1000
        return pause + Int64(Double(pause) * draw / 2)
    }
}
