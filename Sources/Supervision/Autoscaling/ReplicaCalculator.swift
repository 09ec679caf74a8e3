// The arithmetic of the Kubernetes horizontal pod autoscaler (kubernetes.io, "Horizontal Pod Autoscaling", algorithm details):
//
//     desired = ceil(replicas × mean of the metric / target), and nothing is done while the ratio is within the tolerance of 1
//
// Missing readings are assumed so that they dampen the change: when removing, a missing reading counts as the target; when
// adding, as 0, and so does a replica that is not ready. Then the ratio is computed again, and nothing is done if it has crossed
// 1.

/// How many replicas one metric asks for.
public struct ReplicaCalculator: Hashable, Sendable {
    /// A ratio this close to 1 changes nothing.
    public let tolerance: Double

    /// The rounding error allowed in a computed ratio: 11 tenths times ten replicas are eleven, not twelve.
    private static let rounding = 1e-9

    /// A calculator with this tolerance.
    public init(tolerance: Double = 0.1) {
        precondition((0..<1).contains(tolerance), "a tolerance is within 0..<1")
        self.tolerance = tolerance
    }

    /// The desired number; nil where the metric has no reading of a ready replica.
    public func desired(current: Int, by metric: ScalingMetric) -> Int? {
        var values: [Double] = []
        var missing = 0
        var notReady = 0
        for reading in metric.readings {
            switch reading {
            case .value(let value) where value.isFinite && value >= 0: values.append(value)
            case .value, .missing: missing += 1
            case .notReady: notReady += 1
            }
        }
        guard !values.isEmpty else { return nil }
        let ratio = Self.ratio(values, to: metric.target)
        guard ratio != 1 else { return current }
        let isUp = ratio > 1
        let assumed = isUp ? missing + notReady : missing
        values += Array(repeating: isUp ? 0 : metric.target, count: assumed)
        let damped = assumed == 0 ? ratio : Self.ratio(values, to: metric.target)
        guard !isNear(damped), (damped > 1) == isUp else { return current }
        let desired = Self.ceiling(damped, of: values.count)
        // There may be readings of more or fewer replicas than `current`.
        return isUp ? max(desired, current) : min(desired, current)
    }

    private func isNear(_ ratio: Double) -> Bool {
        abs(ratio - 1) <= tolerance + Self.rounding
    }

    private static func ratio(_ values: [Double], to target: Double) -> Double {
        values.reduce(0, +) / Double(values.count) / target
    }

    /// The product rounded up, at most a million.
    private static func ceiling(_ ratio: Double, of count: Int) -> Int {
        Int(min((ratio * Double(count) - rounding).rounded(.up), 1_000_000))
    }
}
