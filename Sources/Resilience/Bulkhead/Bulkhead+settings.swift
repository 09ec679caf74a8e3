import Ranges

extension Bulkhead {
    /// How many pieces of work may run and wait.
    public struct Settings: Hashable, Sendable {
        /// The most that run at the same time.
        public let concurrency: Int
        /// The most that wait; 0 refuses work as soon as all places are taken.
        public let queue: Int
        /// The longest wait, whatever the deadline.
        public let longestWait: Duration

        /// The bounds of each setting.
        public enum Bounds {
            /// Bounds of `concurrency`.
            public static let concurrency = 1...10_000
            /// Bounds of `queue`.
            public static let queue = 0...10_000
            /// Bounds of `longestWait`.
            public static let longestWait = Duration.milliseconds(1)...Duration.seconds(60)
        }

        /// Settings; each must lie within its bounds (a fault otherwise).
        public init(concurrency: Int = 32, queue: Int = 64, longestWait: Duration = .seconds(1)) {
            self.concurrency = Bounds.concurrency.holding(concurrency, "concurrency")
            self.queue = Bounds.queue.holding(queue, "queue")
            self.longestWait = Bounds.longestWait.holding(longestWait, "longestWait")
        }
    }

    /// Totals since the beginning.
    public struct Counters: Hashable, Sendable {
        /// Work that ran.
        public internal(set) var admitted = 0
        /// Work that had to wait, whatever happened to it then.
        public internal(set) var queued = 0
        /// Work refused because the queue was full.
        public internal(set) var full = 0
        /// Work refused because its deadline passed or because it waited for `longestWait`.
        public internal(set) var expired = 0
        /// Work that was cancelled while it waited.
        public internal(set) var cancelled = 0
    }
}
