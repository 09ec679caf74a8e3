import Ranges

extension Autoscaler {
    /// The range of replicas, and how fast to scale within it.
    public struct Settings: Hashable, Sendable {
        /// The fewest and the most replicas.
        public let replicas: ClosedRange<Int>
        /// A ratio this close to 1 changes nothing.
        public let tolerance: Double
        /// The rules for adding replicas.
        public let up: ScalingRules
        /// The rules for removing replicas.
        public let down: ScalingRules

        /// The bounds of the number of replicas: a shop is never scaled to zero.
        public static let bounds = 1...1000

        /// Settings; each must lie within its bounds (a fault otherwise).
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
