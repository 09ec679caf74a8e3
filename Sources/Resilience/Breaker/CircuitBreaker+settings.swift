import Ranges

extension CircuitBreaker {
    /// When the breaker opens, for how long, and how it tries again.
    public struct Settings: Hashable, Sendable {
        /// The share of failures among the last `window` calls at which the breaker opens, in percent.
        public let failurePercent: Int
        /// How many of the last calls count.
        ///
        /// Few, so that the breaker also works for a dependency that is seldom called.
        public let window: Int
        /// This many failures in a row open the breaker, even before the window is full.
        public let failuresRunning: Int
        /// A call that takes this long counts as failed.
        public let slowAfter: Duration
        /// How long the breaker is open the first time; each further time in a row takes twice as long.
        public let firstOpen: Duration
        /// The longest time that the breaker is open.
        public let longestOpen: Duration
        /// Calls that are allowed while half-open.
        public let trialCalls: Int
        /// The longest time that the breaker is half-open.
        public let longestTrial: Duration

        /// The bounds of each setting.
        public enum Bounds {
            /// Bounds of `failurePercent`.
            public static let failurePercent = 1...100
            /// Bounds of `window`.
            public static let window = 1...64
            /// Bounds of `failuresRunning`.
            public static let failuresRunning = 1...1000
            /// Bounds of `slowAfter`.
            public static let slowAfter = Duration.milliseconds(1)...Duration.seconds(600)
            /// Bounds of `firstOpen`.
            public static let firstOpen = Duration.milliseconds(1)...Duration.seconds(600)
            /// Bounds of `longestOpen`; it is not below `firstOpen` either.
            public static let longestOpen = Duration.milliseconds(1)...Duration.seconds(3600)
            /// Bounds of `trialCalls`.
            public static let trialCalls = 1...100
            /// Bounds of `longestTrial`.
            public static let longestTrial = Duration.milliseconds(1)...Duration.seconds(600)
        }

        /// Settings; each must lie within its bounds (a fault otherwise).
        public init(
            failurePercent: Int = 50,
            window: Int = 20,
            failuresRunning: Int = 5,
            slowAfter: Duration = .seconds(5),
            firstOpen: Duration = .seconds(10),
            longestOpen: Duration = .seconds(60),
            trialCalls: Int = 3,
            longestTrial: Duration = .seconds(10)
        ) {
            self.failurePercent = Bounds.failurePercent.holding(failurePercent, "failurePercent")
            self.window = Bounds.window.holding(window, "window")
            self.failuresRunning = Bounds.failuresRunning.holding(failuresRunning, "failuresRunning")
            self.slowAfter = Bounds.slowAfter.holding(slowAfter, "slowAfter")
            self.firstOpen = Bounds.firstOpen.holding(firstOpen, "firstOpen")
            self.longestOpen = Bounds.longestOpen.holding(longestOpen, "longestOpen")
            self.trialCalls = Bounds.trialCalls.holding(trialCalls, "trialCalls")
            self.longestTrial = Bounds.longestTrial.holding(longestTrial, "longestTrial")
            precondition(firstOpen <= longestOpen, "firstOpen is above longestOpen")
        }

        /// How long the breaker is open the `opening`-th time in a row, counted from 1.
        func openTime(opening: Int) -> Duration {
            var time = firstOpen
            for _ in 1..<opening where time < longestOpen { time *= 2 }
            return min(time, longestOpen)
        }
    }
}
