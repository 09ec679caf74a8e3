// An instant, in whole milliseconds since 1970-01-01T00:00:00Z, so that durations add up exactly. This room knows nobody: whoever has
// instants of its own hands over their milliseconds.

/// An instant in UTC, to the millisecond.
public struct Moment: Hashable, Comparable, Sendable {
    /// Milliseconds since 1970-01-01T00:00:00Z.
    public let milliseconds: Int64

    /// An instant from milliseconds since the Unix epoch, clamped to what RFC 3339 can write (years 0000 to 9999).
    public init(milliseconds: Int64) {
        self.milliseconds = min(max(milliseconds, Self.bounds.lowerBound), Self.bounds.upperBound)
    }

    /// An instant from seconds since the Unix epoch.
    public init(seconds: Int64) {
        self.init(milliseconds: seconds.multipliedReportingOverflow(by: 1000).overflow ? seconds : seconds * 1000)
    }

    /// The last moment that RFC 3339 can write.
    static let distantFuture = Moment(milliseconds: bounds.upperBound)

    static let bounds: ClosedRange<Int64> = -62_167_219_200_000...253_402_300_799_999

    /// Whether `left` is earlier than `right`.
    public static func < (left: Moment, right: Moment) -> Bool {
        left.milliseconds < right.milliseconds
    }

    /// The instant so many milliseconds later.
    public func adding(milliseconds more: Int64) -> Moment {
        Moment(milliseconds: milliseconds + more)
    }

    /// How many milliseconds later `other` is; negative where it is earlier.
    public func milliseconds(to other: Moment) -> Int64 {
        other.milliseconds - milliseconds
    }
}

/// A stretch of time, from one moment up to but not including another.
public struct TimeWindow: Hashable, Sendable, Codable {
    /// Its first moment.
    public let from: Moment
    /// The moment at which it is over; never before `from`.
    public let to: Moment

    /// A window; nil if it would end before it begins.
    public init?(from: Moment, to: Moment) {
        guard from <= to else { return nil }
        self.from = from
        self.to = to
    }

    /// The window of no length at a moment.
    public init(startingAt moment: Moment) {
        (from, to) = (moment, moment)
    }

    /// How long it is.
    public var milliseconds: Int64 { from.milliseconds(to: to) }

    /// What two windows have in common; nil if that is nothing, not even a moment.
    public func intersection(_ other: TimeWindow) -> TimeWindow? {
        TimeWindow(from: max(from, other.from), to: min(to, other.to))
    }

    /// Whether a moment lies within.
    public func contains(_ moment: Moment) -> Bool {
        moment >= from && moment < to
    }
}
