extension CircuitBreaker {
    /// Totals since the beginning.
    public struct Counters: Hashable, Sendable {
        /// Calls that were allowed.
        public internal(set) var permitted = 0
        /// Calls that were refused.
        public internal(set) var refused = 0
        /// Calls that succeeded.
        public internal(set) var succeeded = 0
        /// Calls that failed, slow ones included.
        public internal(set) var failed = 0
        /// Calls that failed because they were slow.
        public internal(set) var slow = 0
        /// Calls whose result says nothing about the dependency.
        public internal(set) var ignored = 0
        /// Calls that ended in a later state than they began in: counted here, but not used to judge.
        public internal(set) var late = 0
        /// Trial calls that had not returned when the trial ended.
        public internal(set) var abandoned = 0
        /// How often the breaker opened.
        public internal(set) var opened = 0
        /// How often a trial began.
        public internal(set) var halfOpened = 0
        /// How often the breaker closed again.
        public internal(set) var closed = 0

        mutating func count(_ outcome: Outcome, isSlow: Bool) {
            switch outcome {
            case .success: succeeded += 1
            case .failure: failed += 1
            case .ignored: ignored += 1
            }
            if isSlow { slow += 1 }
        }
    }
}
