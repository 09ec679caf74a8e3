extension Bulkhead {
    /// How many may run and wait.
    public struct Settings: Hashable, Sendable {
        /// The most that run at once.
        public let concurrency: Int
        /// The most that wait; 0 refuses whoever finds no place free.
        public let queue: Int
        /// The longest that anybody waits, whatever its deadline.
        public let longestWait: Duration

        /// Within what each setting must lie.
        public enum Bounds {
            /// Bounds of `concurrency`.
            public static let concurrency = 1...10_000
            /// Bounds of `queue`.
            public static let queue = 0...10_000
            /// Bounds of `longestWait`.
            public static let longestWait = Duration.milliseconds(1)...Duration.seconds(60)
        }

        /// Settings within their bounds.
        public init(concurrency: Int = 32, queue: Int = 64, longestWait: Duration = .seconds(1)) {
            self.concurrency = Bounds.concurrency.holding(concurrency, "concurrency")
            self.queue = Bounds.queue.holding(queue, "queue")
            self.longestWait = Bounds.longestWait.holding(longestWait, "longestWait")
        }
    }

    /// Totals since the beginning.
    public struct Counters: Hashable, Sendable {
        /// Those who ran.
        public internal(set) var admitted = 0
        /// Those who had to wait, whatever became of them.
        public internal(set) var queued = 0
        /// Those who were refused because the queue was full.
        public internal(set) var full = 0
        /// Those whose deadline passed, or who waited for as long as anybody may.
        public internal(set) var expired = 0
        /// Those who were cancelled while they waited.
        public internal(set) var cancelled = 0
    }
}
