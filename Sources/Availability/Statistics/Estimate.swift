/// A range of values that a figure may have.
public struct Interval: Hashable, Sendable, Codable {
    /// The least that the data allow; nil where they set no bound.
    public let lower: Double?
    /// The most that the data allow; nil where they set no bound.
    public let upper: Double?

    /// An interval; a bound that is not finite is none.
    public init(lower: Double?, upper: Double?) {
        self.lower = lower.flatMap { $0.isFinite ? $0 : nil }
        self.upper = upper.flatMap { $0.isFinite ? $0 : nil }
    }

    /// Whether a value lies within.
    public func contains(_ value: Double) -> Bool {
        value >= lower ?? -.infinity && value <= upper ?? .infinity
    }
}

/// A figure with its uncertainty.
public struct Estimate: Hashable, Sendable, Codable {
    /// The figure; nil where the data give none, such as the mean time between failures when there was no failure.
    public let value: Double?
    /// Its lower bound; nil where there is none.
    public let lower: Double?
    /// Its upper bound; nil where there is none.
    public let upper: Double?

    /// A figure with its interval, if there is one.
    public init(_ value: Double?, _ interval: Interval? = nil) {
        self.value = value.flatMap { $0.isFinite ? $0 : nil }
        lower = interval?.lower
        upper = interval?.upper
    }

    /// The interval without the figure.
    public var interval: Interval { Interval(lower: lower, upper: upper) }
}
