/// One repair, from its cause to its result: a value for the log.
public struct RecoveryFiring: Hashable, Sendable {
    /// The number of the firing in one engine, from 1.
    public let number: Int
    /// The policy's name.
    public let policy: String
    /// What it concerns.
    public let subject: RecoveryObservation.Subject
    /// The action.
    public let action: RecoveryPolicy.Action
    /// The observation that caused it.
    public let cause: String
    /// When it began, by the monotonic clock.
    public let startedAt: ContinuousClock.Instant
    /// Its result, and its duration; nil while it is in progress.
    public internal(set) var end: End?

    /// The end of a repair.
    public struct End: Hashable, Sendable {
        /// The result.
        public let result: Result
        /// The time since its beginning.
        public let after: Duration

        /// An end from its parts.
        public init(result: Result, after: Duration) {
            self.result = result
            self.after = after
        }
    }

    /// The result of a repair.
    public enum Result: Hashable, Sendable {
        /// It was carried out.
        case succeeded
        /// It could not be carried out, with the reason.
        case failed(String)
        /// No result was reported in time.
        case abandoned
    }
}
