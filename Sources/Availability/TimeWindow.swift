/// A stretch of time, from one moment up to but not including another.
public struct TimeWindow: Hashable, Sendable, Codable {
    /// Its first moment.
    public let from: Timestamp
    /// The moment at which it is over; never before `from`.
    public let to: Timestamp

    /// A window; nil if it would end before it begins.
    public init?(from: Timestamp, to: Timestamp) {
        guard from <= to else { return nil }
        self.from = from
        self.to = to
    }

    /// The window of no length at a moment.
    public init(startingAt moment: Timestamp) {
        (from, to) = (moment, moment)
    }

    /// How long it is.
    public var milliseconds: Int64 { from.milliseconds(to: to) }

    /// What two windows have in common; nil if that is nothing, not even a moment.
    public func intersection(_ other: TimeWindow) -> TimeWindow? {
        TimeWindow(from: max(from, other.from), to: min(to, other.to))
    }

    /// Whether a moment lies within.
    public func contains(_ moment: Timestamp) -> Bool {
        moment >= from && moment < to
    }
}
