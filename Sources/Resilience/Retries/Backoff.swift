// The wait before a retry. It is drawn uniformly between zero and a bound that doubles: "full jitter", which of the simulated
// variants spreads clients best (Brooker, "Exponential Backoff And Jitter", AWS Architecture Blog, 2015; AWS Builders' Library,
// "Timeouts, retries, and backoff with jitter"). Only one layer retries, a few times (SRE book, ch. 21: three attempts), and
// never past the caller's deadline.

import Ranges

/// The waits between the attempts of one operation: capped, doubling, with full jitter.
public struct Backoff: Sendable {
    /// The settings.
    public let settings: Settings
    /// Retries allowed so far.
    public private(set) var retries = 0

    /// Begins without a retry.
    public init(_ settings: Settings = Settings()) {
        self.settings = settings
    }

    /// The wait before the next retry, or nil if there must be none.
    ///
    /// - Parameters:
    ///   - random: a uniform number from 0 up to, but not including, 1.
    ///   - asked: the wait that the other side asked for (`Retry-After`): the result is never shorter.
    ///   - deadline: nil is returned if the wait would reach it.
    public mutating func next(
        random: Double,
        asked: Duration = .zero,
        deadline: Deadline? = nil,
        at now: ContinuousClock.Instant
    ) -> Duration? {
        guard retries < settings.retries else { return nil }
        let wait = max(asked, settings.wait(before: retries + 1, random: random))
        if let deadline, deadline.hasPassed(at: now + wait) { return nil }
        retries += 1
        return wait
    }

    /// Bounds of the waits.
    public struct Settings: Hashable, Sendable {
        /// The longest first wait; it doubles with each retry.
        public let base: Duration
        /// The longest wait of all.
        public let cap: Duration
        /// The most retries after the first attempt.
        public let retries: Int

        /// The bounds of each setting.
        public enum Bounds {
            /// Bounds of `base`.
            public static let base = Duration.milliseconds(1)...Duration.seconds(60)
            /// Bounds of `cap`; it is not below `base` either.
            public static let cap = Duration.milliseconds(1)...Duration.seconds(86_400)
            /// Bounds of `retries`; work that is kept in a ledger may be retried for days.
            public static let retries = 0...1000
        }

        /// Settings; each must lie within its bounds (a fault otherwise).
        public init(base: Duration = .milliseconds(100), cap: Duration = .seconds(10), retries: Int = 2) {
            self.base = Bounds.base.holding(base, "base")
            self.cap = Bounds.cap.holding(cap, "cap")
            self.retries = Bounds.retries.holding(retries, "retries")
            precondition(base <= cap, "base is above cap")
        }

        /// The longest wait before retry number `retry`, counted from 1.
        public func ceiling(before retry: Int) -> Duration {
            precondition(retry >= 1, "retries count from 1")
            var ceiling = base
            for _ in 1..<retry {
                ceiling *= 2
                if ceiling >= cap { break }
            }
            return min(ceiling, cap)
        }

        /// The wait before retry number `retry`, counted from 1; for work whose attempts are counted elsewhere.
        public func wait(before retry: Int, random: Double) -> Duration {
            precondition((0..<1).contains(random), "random is not within 0..<1")
            return ceiling(before: retry) * random
        }
    }
}
