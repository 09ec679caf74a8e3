// An instant, in whole milliseconds since 1970-01-01T00:00:00Z, so that durations add up exactly. Rules never ask what time it is: the
// instant is an input, so that a decision can be repeated exactly.

import Glibc

/// An instant in UTC, to the millisecond.
public struct Timestamp: Hashable, Comparable, Sendable {
    /// Milliseconds since 1970-01-01T00:00:00Z.
    public let milliseconds: Int64

    /// An instant from milliseconds since the Unix epoch.
    public init(milliseconds: Int64) {
        self.milliseconds = milliseconds
    }

    /// An instant from seconds since the Unix epoch, clamped to what RFC 3339 can write.
    public init(seconds: Int64) {
        self = Timestamp(milliseconds: 0).adding(seconds: seconds)
    }

    /// The time by the system's clock.
    public static var now: Timestamp {
        var time = timespec()
        clock_gettime(CLOCK_REALTIME, &time)
        return Timestamp(milliseconds: Int64(time.tv_sec) * 1000 + Int64(time.tv_nsec) / 1_000_000)
    }

    /// The first instant of year 0, the earliest that RFC 3339 can write.
    public static let earliest = Timestamp(milliseconds: -62_167_219_200_000)
    /// The last millisecond of year 9999, the latest that RFC 3339 can write.
    public static let latest = Timestamp(milliseconds: 253_402_300_799_999)

    /// The nearest instant that RFC 3339 can write (years 0000 to 9999).
    public var clamped: Timestamp { min(max(self, .earliest), .latest) }

    /// Whether `lhs` is earlier than `rhs`.
    public static func < (lhs: Timestamp, rhs: Timestamp) -> Bool {
        lhs.milliseconds < rhs.milliseconds
    }

    /// The instant `seconds` later, clamped to what RFC 3339 can write (years 0000 to 9999).
    public func adding(seconds: Int64) -> Timestamp {
        let (product, overflow) = seconds.multipliedReportingOverflow(by: 1000)
        return overflow ? seconds > 0 ? .latest : .earliest : adding(milliseconds: product)
    }

    /// The instant so many milliseconds later, clamped to what RFC 3339 can write.
    public func adding(milliseconds more: Int64) -> Timestamp {
        let (sum, overflow) = milliseconds.addingReportingOverflow(more)
        return overflow ? more > 0 ? .latest : .earliest : Timestamp(milliseconds: sum).clamped
    }

    /// The milliseconds from this instant to `other`, both within what RFC 3339 can write; negative where `other` is earlier.
    public func milliseconds(to other: Timestamp) -> Int64 {
        other.milliseconds - milliseconds
    }
}
