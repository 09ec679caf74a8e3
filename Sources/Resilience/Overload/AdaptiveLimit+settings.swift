extension AdaptiveLimit {
    /// Where the limit starts, within what it stays, and how quickly it moves.
    public struct Settings: Hashable, Sendable {
        /// The limit never goes below.
        public let least: Int
        /// The limit to begin with.
        public let initial: Int
        /// The limit never goes above.
        public let most: Int
        /// How many pieces of work may queue in a server that is busy.
        public let queue: Int
        /// How much slower than without load is well enough, as a factor.
        public let tolerance: Double
        /// How slow is well enough in any case; zero where only `tolerance` counts.
        public let objective: Duration
        /// How far each window moves the limit to where it ought to be.
        public let smoothing: Double
        /// What is left of the limit after a window with too many drops.
        public let dropFactor: Double
        /// The part of a window's work at which drops are too many, in percent.
        public let dropPercent: Int
        /// The shortest window.
        public let window: Duration
        /// The fewest pieces of work in a window.
        public let windowSamples: Int
        /// The weight of a window with load in the long-term time.
        public let loadedWeight: Double
        /// The weight of a window without load in the long-term time.
        public let quietWeight: Double
        /// A server that is never without load is probed so often.
        public let probeEvery: Duration
        /// How many pieces of work a probe looks at.
        public let probeSamples: Int
        /// The longest probe.
        public let longestProbe: Duration

        /// Within what each setting must lie.
        public enum Bounds {
            /// Bounds of `least`, `initial` and `most`, which do not fall in this order.
            public static let limit = 1...1_000_000
            /// Bounds of `queue`.
            public static let queue = 1...1000
            /// Bounds of `tolerance`.
            public static let tolerance = 1.0...4.0
            /// Bounds of `objective`.
            public static let objective = Duration.zero...Duration.seconds(60)
            /// Bounds of `smoothing`.
            public static let smoothing = 0.01...1.0
            /// Bounds of `dropFactor`.
            public static let dropFactor = 0.1...0.99
            /// Bounds of `dropPercent`.
            public static let dropPercent = 1...100
            /// Bounds of `window`.
            public static let window = Duration.milliseconds(1)...Duration.seconds(60)
            /// Bounds of `windowSamples` and `probeSamples`.
            public static let samples = 1...10_000
            /// Bounds of `loadedWeight` and `quietWeight`.
            public static let weight = 0.0...1.0
            /// Bounds of `probeEvery`.
            public static let probeEvery = Duration.milliseconds(100)...Duration.seconds(3600)
            /// Bounds of `longestProbe`.
            public static let longestProbe = Duration.milliseconds(1)...Duration.seconds(60)
        }

        /// Settings within their bounds.
        ///
        /// Those that Gradient2 has are as there, but for `least`, which is 20 there, and `tolerance`, which leaves room for times
        /// that scatter. Of `probeSamples` too few make the long-term time a matter of luck: in simulation, an overloaded server
        /// of 100 workers whose times scatter exponentially did 98 % of what it can (median of 12 runs) and 94 % at worst; with
        /// 30 samples it was 84 % at worst. Small servers hardly notice.
        public init(
            least: Int = 4,
            initial: Int = 20,
            most: Int = 200,
            queue: Int = 4,
            tolerance: Double = 1.2,
            objective: Duration = .zero,
            smoothing: Double = 0.2,
            dropFactor: Double = 0.9,
            dropPercent: Int = 5,
            window: Duration = .milliseconds(100),
            windowSamples: Int = 10,
            loadedWeight: Double = 1.0 / 600,
            quietWeight: Double = 0.05,
            probeEvery: Duration = .seconds(10),
            probeSamples: Int = 100,
            longestProbe: Duration = .seconds(2)
        ) {
            self.least = Bounds.limit.holding(least, "least")
            self.initial = Bounds.limit.holding(initial, "initial")
            self.most = Bounds.limit.holding(most, "most")
            precondition(least <= initial && initial <= most, "least, initial and most are not in this order")
            self.queue = Bounds.queue.holding(queue, "queue")
            self.tolerance = Bounds.tolerance.holding(tolerance, "tolerance")
            self.objective = Bounds.objective.holding(objective, "objective")
            self.smoothing = Bounds.smoothing.holding(smoothing, "smoothing")
            self.dropFactor = Bounds.dropFactor.holding(dropFactor, "dropFactor")
            self.dropPercent = Bounds.dropPercent.holding(dropPercent, "dropPercent")
            self.window = Bounds.window.holding(window, "window")
            self.windowSamples = Bounds.samples.holding(windowSamples, "windowSamples")
            self.loadedWeight = Bounds.weight.holding(loadedWeight, "loadedWeight")
            self.quietWeight = Bounds.weight.holding(quietWeight, "quietWeight")
            self.probeEvery = Bounds.probeEvery.holding(probeEvery, "probeEvery")
            self.probeSamples = Bounds.samples.holding(probeSamples, "probeSamples")
            self.longestProbe = Bounds.longestProbe.holding(longestProbe, "longestProbe")
        }
    }
}
