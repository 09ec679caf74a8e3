import Ranges

extension AdaptiveLimit {
    /// Where the limit starts, its range, and how quickly it moves.
    public struct Settings: Hashable, Sendable {
        /// The least limit.
        public let least: Int
        /// The limit to begin with.
        public let initial: Int
        /// The greatest limit.
        public let most: Int
        /// How many pieces of work may queue in a busy server.
        public let queue: Int
        /// How much slower than without load is still fine, as a factor.
        public let tolerance: Double
        /// A latency that is fine in any case; zero where only `tolerance` counts.
        public let objective: Duration
        /// How far each window moves the limit towards its target, as a share.
        public let smoothing: Double
        /// The factor applied to the limit after a window with too many drops.
        public let dropFactor: Double
        /// The share of a window's work at which there are too many drops, in percent.
        public let dropPercent: Int
        /// The shortest length of a window.
        public let window: Duration
        /// The fewest pieces of work in a window.
        public let windowSamples: Int
        /// The weight of a window under load in the long-term latency.
        public let loadedWeight: Double
        /// The weight of a window without load in the long-term latency.
        public let quietWeight: Double
        /// How long a server may be without an unloaded window before it is probed.
        public let probeEvery: Duration
        /// How many pieces of work a probe measures.
        public let probeSamples: Int
        /// The longest duration of a probe.
        public let longestProbe: Duration

        /// The bounds of each setting.
        public enum Bounds {
            /// Bounds of `least`, `initial` and `most`, which must be in ascending order.
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

        /// Settings; each must lie within its bounds (a fault otherwise).
        ///
        /// Settings that Gradient2 has too have its values, except `least`, which is 20 there, and `tolerance`, which leaves room
        /// for latencies that scatter. With too few `probeSamples` the long-term latency becomes a matter of chance: in
        /// simulation, an overloaded server of 100 workers with exponentially distributed latencies reached 98 % of its capacity
        /// (median of 12 runs) and 94 % at worst; with 30 samples it was 84 % at worst. Small servers are hardly affected.
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
