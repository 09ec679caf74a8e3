/// One repair, from its cause to its result: a value to be recorded.
public struct RecoveryFiring: Hashable, Sendable {
    /// Counts the firings of one engine, from 1.
    public let number: Int
    /// The policy's name.
    public let policy: String
    /// Whom it is about.
    public let subject: RecoveryObservation.Subject
    /// What is done.
    public let action: RecoveryPolicy.Action
    /// What was seen.
    public let cause: String
    /// When it began, by the monotonic clock.
    public let startedAt: ContinuousClock.Instant
    /// How it ended, and after how long; nil while it is under way.
    public internal(set) var end: End?

    /// How a repair ended.
    public struct End: Hashable, Sendable {
        /// What came of it.
        public let result: Result
        /// From its beginning.
        public let after: Duration

        /// An end from its parts.
        public init(result: Result, after: Duration) {
            self.result = result
            self.after = after
        }
    }

    /// What came of a repair.
    public enum Result: Hashable, Sendable {
        /// It was done.
        case succeeded
        /// It could not be done, and why.
        case failed(String)
        /// Nobody said in time.
        case abandoned
    }
}
