// Retries keep an outage alive after its cause has gone ("Metastable Failures in the Wild", OSDI 2022). So retries are budgeted:
// each request deposits a part of a retry, time deposits a little more so that a quiet client may retry too, and each retry takes
// one. Over any period retries are at most
//
//     burst + percent × requests / 100 + minimumPerSecond × seconds
//
// The idea is Finagle's `RetryBudget` (20 % and 10 a second by default) and Envoy's `retry_budget` (20 %, at least 3 at a time).
// Theirs forget deposits after ten seconds; here the size of the bucket bounds what can be saved up.

import Ranges

/// A token bucket that bounds retries to a share of the requests.
///
/// A plain state machine: every function takes the time, which must not run backwards. Cost: constant.
public struct RetryBudget: Sendable {
    /// The settings.
    public let settings: Settings
    /// Totals since the start.
    public private(set) var counters = Counters()
    private var tokens: Double
    private var filledAt: ContinuousClock.Instant

    /// A full bucket.
    public init(_ settings: Settings = Settings(), at now: ContinuousClock.Instant) {
        self.settings = settings
        tokens = Double(settings.burst)
        filledAt = now
    }

    /// Records a request: a first attempt, never a retry.
    public mutating func request(at now: ContinuousClock.Instant) {
        fill(at: now)
        counters.requests += 1
        tokens = min(tokens + Double(settings.percent) / 100, Double(settings.burst))
    }

    /// Whether a retry may be made; if so, it is deducted from the budget.
    public mutating func retry(at now: ContinuousClock.Instant) -> Bool {
        fill(at: now)
        guard tokens >= 1 else {
            counters.refused += 1
            return false
        }
        tokens -= 1
        counters.retries += 1
        return true
    }

    private mutating func fill(at now: ContinuousClock.Instant) {
        let seconds = max(0, filledAt.duration(to: now) / .seconds(1))
        tokens = min(tokens + Double(settings.minimumPerSecond) * seconds, Double(settings.burst))
        filledAt = max(filledAt, now)
    }

    /// Totals since the start.
    public struct Counters: Hashable, Sendable {
        /// First attempts.
        public internal(set) var requests = 0
        /// Retries that were allowed.
        public internal(set) var retries = 0
        /// Retries that were not.
        public internal(set) var refused = 0
    }

    /// How many retries are allowed.
    public struct Settings: Hashable, Sendable {
        /// Retries per hundred requests.
        public let percent: Int
        /// Additional retries per second.
        public let minimumPerSecond: Int
        /// The most that can be saved up, which is also the initial budget.
        public let burst: Int

        /// The bounds of each setting.
        public enum Bounds {
            /// Bounds of `percent`.
            public static let percent = 0...100
            /// Bounds of `minimumPerSecond`.
            public static let minimumPerSecond = 0...1000
            /// Bounds of `burst`.
            public static let burst = 1...100_000
        }

        /// Settings; each must lie within its bounds (a fault otherwise).
        ///
        /// By default a tenth of the requests, as in the SRE book, and one a second.
        public init(percent: Int = 10, minimumPerSecond: Int = 1, burst: Int = 10) {
            self.percent = Bounds.percent.holding(percent, "percent")
            self.minimumPerSecond = Bounds.minimumPerSecond.holding(minimumPerSecond, "minimumPerSecond")
            self.burst = Bounds.burst.holding(burst, "burst")
        }
    }
}
