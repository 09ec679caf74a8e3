extension CircuitBreaker {
    /// Totals since the beginning.
    public struct Counters: Hashable, Sendable {
        /// Calls that were allowed.
        public internal(set) var permitted = 0
        /// Calls that were refused.
        public internal(set) var refused = 0
        /// Calls that went well.
        public internal(set) var succeeded = 0
        /// Calls that failed, slow ones included.
        public internal(set) var failed = 0
        /// Calls that failed by being slow.
        public internal(set) var slow = 0
        /// Calls of which nothing was learnt.
        public internal(set) var ignored = 0
        /// Calls that ended after the state they began in: counted, but not judged by.
        public internal(set) var late = 0
        /// Trial calls that had not come back when the trial ended.
        public internal(set) var abandoned = 0
        /// How often it opened.
        public internal(set) var opened = 0
        /// How often it began a trial.
        public internal(set) var halfOpened = 0
        /// How often it closed again.
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
