extension LoadShedder {
    /// Which part of the limit each tier may fill, and when those refused may come back.
    public struct Settings: Hashable, Sendable {
        /// The part for T1, in percent.
        public let percent1: Int
        /// The part for T2, in percent.
        public let percent2: Int
        /// The part for T3, in percent.
        public let percent3: Int
        /// The part for T4, in percent.
        public let percent4: Int
        /// What T0 has on top, in percent of the limit; at least one place.
        public let reservePercent: Int
        /// The shortest time to stay away.
        public let shortestRetryAfter: Duration
        /// The longest time to stay away.
        public let longestRetryAfter: Duration

        /// Within what each setting must lie.
        public enum Bounds {
            /// Bounds of the parts; none is greater than that of the tier above.
            public static let percent = 1...100
            /// Bounds of `reservePercent`.
            public static let reservePercent = 0...100
            /// Bounds of the times.
            public static let retryAfter = Duration.milliseconds(1)...Duration.seconds(3600)
        }

        /// Settings within their bounds.
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

        /// The part of the limit that a tier may fill, in percent.
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
