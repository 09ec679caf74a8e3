/// One metric that a service is scaled by, with a reading for each replica.
public struct ScalingMetric: Hashable, Sendable {
    /// Its name, for the log.
    public let name: String
    /// The value that each replica should have on average; above 0, in the metric's own unit.
    public let target: Double
    /// One reading for each replica.
    public let readings: [Reading]

    /// A metric and its readings.
    public init(name: String, target: Double, readings: [Reading]) {
        precondition(target > 0 && target.isFinite, "a target is above 0")
        self.name = name
        self.target = target
        self.readings = readings
    }

    /// The reading of one replica.
    public enum Reading: Hashable, Sendable {
        /// Its value.
        case value(Double)
        /// It serves, but reports no value.
        case missing
        /// It does not serve yet, so its value does not count.
        case notReady
    }
}
