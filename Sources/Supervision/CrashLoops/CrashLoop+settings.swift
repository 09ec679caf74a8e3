import Ranges

extension CrashLoop {
    /// How long the pauses are, and when restarts stop.
    public struct Settings: Hashable, Sendable {
        /// The longest first pause; the bound doubles with each crash in a row.
        public let base: Duration
        /// The longest pause of all.
        public let cap: Duration
        /// The longest pause after a crash of a replica that had served.
        public let servedCap: Duration
        /// This many crashes within `window` open the loop.
        public let crashes: Int
        /// The time within which crashes are counted.
        public let window: Duration
        /// How long the loop is open the first time; each further time in a row takes twice as long.
        public let firstOpen: Duration
        /// The longest time that the loop is open.
        public let longestOpen: Duration
        /// A replica that was up for this long counts as healthy; after this long without a crash the history is cleared.
        public let quietTime: Duration

        /// The bounds of each setting.
        public enum Bounds {
            /// Bounds of `servedCap`, of `base`, and of `cap`, which is not below it.
            public static let pause = Duration.milliseconds(1)...Duration.seconds(600)
            /// Bounds of `crashes`.
            public static let crashes = 2...100
            /// Bounds of `window` and `quietTime`.
            public static let window = Duration.milliseconds(100)...Duration.seconds(3600)
            /// Bounds of `firstOpen`, and of `longestOpen`, which is not below it.
            public static let open = Duration.milliseconds(100)...Duration.seconds(3600)
        }

        /// Settings; each must lie within its bounds (a fault otherwise).
        public init(
            base: Duration = .milliseconds(100),
            cap: Duration = .seconds(10),
            servedCap: Duration = .seconds(1),
            crashes: Int = 5,
            window: Duration = .seconds(30),
            firstOpen: Duration = .seconds(30),
            longestOpen: Duration = .seconds(300),
            quietTime: Duration = .seconds(30)
        ) {
            self.base = Bounds.pause.holding(base, "base")
            self.cap = Bounds.pause.holding(cap, "cap")
            self.servedCap = Bounds.pause.holding(servedCap, "servedCap")
            self.crashes = Bounds.crashes.holding(crashes, "crashes")
            self.window = Bounds.window.holding(window, "window")
            self.firstOpen = Bounds.open.holding(firstOpen, "firstOpen")
            self.longestOpen = Bounds.open.holding(longestOpen, "longestOpen")
            self.quietTime = Bounds.window.holding(quietTime, "quietTime")
            precondition(base <= cap, "base is above cap")
            precondition(firstOpen <= longestOpen, "firstOpen is above longestOpen")
        }

        /// The pause after the `failure`-th crash in a row, counted from 1: drawn between half and all of a bound that doubles,
        /// so that replicas that crashed together do not restart together.
        public func pause(failure: Int, random: Double) -> Duration {
            doubled(base, times: failure - 1, upTo: cap) * (0.5 + random / 2)
        }

        /// How long the loop is open the `opening`-th time in a row, counted from 1.
        func openTime(opening: Int) -> Duration {
            doubled(firstOpen, times: opening - 1, upTo: longestOpen)
        }

        private func doubled(_ first: Duration, times: Int, upTo bound: Duration) -> Duration {
            var duration = first
            for _ in 0..<times where duration < bound { duration *= 2 }
            return min(duration, bound)
        }
    }
}
