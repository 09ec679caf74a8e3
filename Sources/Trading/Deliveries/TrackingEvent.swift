/// One entry of a parcel's tracking.
public struct TrackingEvent: Hashable, Sendable {
    /// The carrier's id of the event, by which repeats are known.
    public var id: String
    /// What happened.
    public var code: TrackingCode
    /// When, by the carrier's clock, as it was said.
    public var at: Timestamp
    /// When we heard of it, by our clock.
    public var receivedAt: Timestamp
    /// Why the carrier's time cannot be true; nil where it can.
    public var doubt: ClockDoubt?
    /// Whether the desk said so, against all that was heard before.
    public var isCorrection: Bool
    /// Where or why, for people.
    public var note: String?
    /// When the parcel should arrive, where the event says so.
    public var estimatedDelivery: Timestamp?

    /// An entry.
    public init(
        id: String,
        code: TrackingCode,
        at: Timestamp,
        receivedAt: Timestamp,
        doubt: ClockDoubt? = nil,
        isCorrection: Bool = false,
        note: String? = nil,
        estimatedDelivery: Timestamp? = nil
    ) {
        self.id = id
        self.code = code
        self.at = at
        self.receivedAt = receivedAt
        self.doubt = doubt
        self.isCorrection = isCorrection
        self.note = note
        self.estimatedDelivery = estimatedDelivery
    }

    /// The time by which it counts: the carrier's, or that of receipt where the carrier's cannot be true.
    public var countsAt: Timestamp { doubt == nil ? at : receivedAt }

    /// Whether another entry says the same, whenever it was heard of.
    func says(_ other: TrackingEvent) -> Bool {
        (code, at, note, estimatedDelivery) == (other.code, other.at, other.note, other.estimatedDelivery)
    }

    /// By the time by which they count, then by id: one order, however the entries came.
    static func precedes(_ lhs: TrackingEvent, _ rhs: TrackingEvent) -> Bool {
        (lhs.countsAt, lhs.id) < (rhs.countsAt, rhs.id)
    }
}

/// Why a time by a carrier's clock cannot be true.
public enum ClockDoubt: String, Hashable, Sendable, CaseIterable {
    /// Before the parcel was packed.
    case tooEarly
    /// Later than when it was heard of.
    case tooLate
}

/// Between which times a carrier's word of a parcel can be true: not before it was packed, and not later than it was said.
///
/// Both bounds are known when the word is taken and never change for it, so what a word counts for does not depend on other words.
public struct PlausibleTimes: Hashable, Sendable {
    /// How long before the packing a delivery may be expected, in seconds: a promise may name a day, by its beginning.
    public static let leadSeconds: Int64 = 86_400
    /// How far a carrier's clock may be ahead of ours, in seconds.
    public static let skewSeconds: Int64 = 900
    /// How long after it is said a delivery may be expected, in seconds.
    public static let estimateSeconds: Int64 = 366 * 86_400

    private let packedAt: Timestamp

    /// The bounds of a parcel that was packed at a time.
    public init(packedAt: Timestamp) {
        self.packedAt = packedAt
    }

    /// Why a time cannot be when something happened that was heard of at `receivedAt`; nil where it can.
    public func doubt(_ at: Timestamp, receivedAt: Timestamp) -> ClockDoubt? {
        if at < packedAt { return .tooEarly }
        return at > receivedAt.adding(seconds: Self.skewSeconds) ? .tooLate : nil
    }

    /// Whether a parcel may be expected at a time, by what was said at another.
    public func mayArrive(_ delivery: Timestamp, saidAt: Timestamp) -> Bool {
        delivery >= packedAt.adding(seconds: -Self.leadSeconds)
            && delivery <= saidAt.adding(seconds: Self.estimateSeconds)
    }
}

/// When a parcel should arrive, and when the carrier said so; the newest word counts.
public struct DeliveryEstimate: Hashable, Comparable, Sendable {
    /// When it should arrive.
    public let delivery: Timestamp
    /// When that was said, by the carrier's clock; nil for what was said at the booking or by hand.
    public let saidAt: Timestamp?

    /// An estimate.
    public init(_ delivery: Timestamp, saidAt: Timestamp? = nil) {
        self.delivery = delivery
        self.saidAt = saidAt
    }

    /// By when it was said; of two at the same moment the later arrival counts.
    public static func < (lhs: DeliveryEstimate, rhs: DeliveryEstimate) -> Bool {
        (lhs.saidAt ?? .earliest, lhs.delivery) < (rhs.saidAt ?? .earliest, rhs.delivery)
    }
}

/// How long to wait before a carrier is asked for a parcel again.
///
/// A parcel that has been quiet for long is asked for less often: a quarter of its silence, within bounds. Nothing needs to be
/// counted, and news makes it lively again by itself.
public struct TrackingSchedule: Hashable, Sendable {
    /// The shortest pause, in seconds.
    public var leastSeconds: Int64
    /// The longest pause, in seconds.
    public var mostSeconds: Int64

    /// A schedule.
    public init(leastSeconds: Int64 = 60, mostSeconds: Int64 = 14_400) {
        precondition(leastSeconds >= 1 && leastSeconds <= mostSeconds, "a pause is at least a second")
        self.leastSeconds = leastSeconds
        self.mostSeconds = mostSeconds
    }

    /// When to ask again for a parcel that was last heard of at `news`.
    public func next(news: Timestamp, now: Timestamp) -> Timestamp {
        let quiet = max(0, now.milliseconds - news.milliseconds) / 4000
        return now.adding(seconds: min(max(quiet, leastSeconds), mostSeconds))
    }
}
