extension Autoscaler {
    /// Within what, how eagerly and how fast it scales.
    public struct Settings: Hashable, Sendable {
        /// The fewest and the most replicas.
        public let replicas: ClosedRange<Int>
        /// A ratio so close to 1 is left alone.
        public let tolerance: Double
        /// The rules of the way up.
        public let up: ScalingRules
        /// The rules of the way down.
        public let down: ScalingRules

        /// Within what the number of replicas must lie: a shop is never scaled to nothing.
        public static let bounds = 1...1000

        /// Settings within their bounds.
        public init(
            replicas: ClosedRange<Int> = 2...8,
            tolerance: Double = 0.1,
            up: ScalingRules = .scaleUp,
            down: ScalingRules = .scaleDown
        ) {
            _ = Self.bounds.holding(replicas.lowerBound, "replicas")
            _ = Self.bounds.holding(replicas.upperBound, "replicas")
            self.replicas = replicas
            self.tolerance = (0.0...0.9).holding(tolerance, "tolerance")
            self.up = up
            self.down = down
        }

        var calculator: ReplicaCalculator { ReplicaCalculator(tolerance: tolerance) }
        var longestWindow: Duration { max(up.stabilisationWindow, down.stabilisationWindow) }
        var longestPeriod: Duration { (up.policies + down.policies).map(\.period).max() ?? .zero }
    }
}
