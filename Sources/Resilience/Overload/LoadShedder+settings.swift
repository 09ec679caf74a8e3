import Ranges

extension LoadShedder {
    /// The share of the limit that each tier may fill, and when refused work may come back.
    public struct Settings: Hashable, Sendable {
        /// The share for T1, in percent.
        public let percent1: Int
        /// The share for T2, in percent.
        public let percent2: Int
        /// The share for T3, in percent.
        public let percent3: Int
        /// The share for T4, in percent.
        public let percent4: Int
        /// Places for T0 on top of the limit, in percent of it; at least one place.
        public let reservePercent: Int
        /// The shortest time before a retry.
        public let shortestRetryAfter: Duration
        /// The longest time before a retry.
        public let longestRetryAfter: Duration

        /// The bounds of each setting.
        public enum Bounds {
            /// Bounds of the shares; no share is greater than that of the tier above.
            public static let percent = 1...100
            /// Bounds of `reservePercent`.
            public static let reservePercent = 0...100
            /// Bounds of the times.
            public static let retryAfter = Duration.milliseconds(1)...Duration.seconds(3600)
        }

        /// Settings; each must lie within its bounds (a fault otherwise).
        public init(
            percent1: Int = 100,
            percent2: Int = 95,
            percent3: Int = 85,
            percent4: Int = 70,
            reservePercent: Int = 15,
            shortestRetryAfter: Duration = .seconds(1),
            longestRetryAfter: Duration = .seconds(5)
        ) {
            self.percent1 = Bounds.percent.holding(percent1, "percent1")
            self.percent2 = Bounds.percent.holding(percent2, "percent2")
            self.percent3 = Bounds.percent.holding(percent3, "percent3")
            self.percent4 = Bounds.percent.holding(percent4, "percent4")
            precondition(
                percent1 >= percent2 && percent2 >= percent3 && percent3 >= percent4,
                "a tier has less than the one below"
            )
            self.reservePercent = Bounds.reservePercent.holding(reservePercent, "reservePercent")
            self.shortestRetryAfter = Bounds.retryAfter.holding(shortestRetryAfter, "shortestRetryAfter")
            self.longestRetryAfter = Bounds.retryAfter.holding(longestRetryAfter, "longestRetryAfter")
            precondition(shortestRetryAfter <= longestRetryAfter, "shortestRetryAfter is above longestRetryAfter")
        }

        /// The share of the limit that a tier may fill, in percent.
        public func percent(of tier: Tier) -> Int {
            switch tier {
            case .t0, .t1: percent1
            case .t2: percent2
            case .t3: percent3
            case .t4: percent4
            }
        }
    }
}
