/// One entry of a parcel's tracking.
public struct TrackingEvent: Hashable, Sendable {
    /// The carrier's id of the event, by which repeats are known.
    public var id: String
    /// What happened.
    public var code: TrackingCode
    /// When, by the carrier's clock.
    public var at: Timestamp
    /// When we heard of it.
    public var receivedAt: Timestamp
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
        note: String? = nil,
        estimatedDelivery: Timestamp? = nil
    ) {
        self.id = id
        self.code = code
        self.at = at
        self.receivedAt = receivedAt
        self.note = note
        self.estimatedDelivery = estimatedDelivery
    }

    /// By the carrier's time, then by its id: one order, however the entries came.
    static func precedes(_ lhs: TrackingEvent, _ rhs: TrackingEvent) -> Bool {
        (lhs.at, lhs.id) < (rhs.at, rhs.id)
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
