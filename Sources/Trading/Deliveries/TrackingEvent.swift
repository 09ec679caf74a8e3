/// One tracking event of a parcel.
public struct TrackingEvent: Hashable, Sendable {
    /// The carrier's id of the event, by which repeats are recognised.
    public var id: String
    /// The code.
    public var code: TrackingCode
    /// The time by the carrier's clock, as reported.
    public var at: Timestamp
    /// When the shop received it, by the shop's clock.
    public var receivedAt: Timestamp
    /// Why the carrier's time is implausible; nil where it is not.
    public var doubt: ClockDoubt?
    /// Whether it is a correction by hand, which overrides all earlier events.
    public var isCorrection: Bool
    /// The place or the reason, for people.
    public var note: String?
    /// The expected arrival, if the event states one.
    public var estimatedDelivery: Timestamp?

    /// An event.
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

    /// The most characters of its id.
    public static let idLength = 100
    /// The most characters of its note.
    public static let noteLength = 200

    /// The time that counts: the carrier's, or that of receipt where the carrier's is implausible.
    public var countsAt: Timestamp { doubt == nil ? at : receivedAt }

    /// Whether another event has the same content, regardless of its receipt.
    func says(_ other: TrackingEvent) -> Bool {
        (code, at, note, estimatedDelivery) == (other.code, other.at, other.note, other.estimatedDelivery)
    }

    /// Ordered by the time that counts, then by id: the same order however the events arrived.
    static func precedes(_ lhs: TrackingEvent, _ rhs: TrackingEvent) -> Bool {
        (lhs.countsAt, lhs.id) < (rhs.countsAt, rhs.id)
    }
}

/// Why a time of a carrier's clock is implausible.
public enum ClockDoubt: String, Hashable, Sendable, CaseIterable {
    /// Before the parcel was packed.
    case tooEarly
    /// After its receipt.
    case tooLate
}

/// The plausible times of a carrier's event: not before the parcel was packed, and not after its receipt.
///
/// Both bounds are known when the event is received and never change for it, so the judgement of an event does not depend on
/// other events.
public struct PlausibleTimes: Hashable, Sendable {
    /// How long before the packing an expected arrival may lie, in seconds: an estimate may be a day, given by its beginning.
    public static let leadSeconds: Int64 = 86_400
    /// How far a carrier's clock may be ahead of ours, in seconds.
    public static let skewSeconds: Int64 = 900
    /// How long after an estimate was made the arrival may lie, in seconds.
    public static let estimateSeconds: Int64 = 366 * 86_400

    private let packedAt: Timestamp

    /// The bounds of a parcel, by the time when it was packed.
    public init(packedAt: Timestamp) {
        self.packedAt = packedAt
    }

    /// Why the time of an event is implausible, given its receipt; nil where it is not.
    public func doubt(_ at: Timestamp, receivedAt: Timestamp) -> ClockDoubt? {
        if at < packedAt { return .tooEarly }
        return at > receivedAt.adding(seconds: Self.skewSeconds) ? .tooLate : nil
    }

    /// Whether an estimated arrival is plausible, given the time of the estimate.
    public func mayArrive(_ delivery: Timestamp, saidAt: Timestamp) -> Bool {
        delivery >= packedAt.adding(seconds: -Self.leadSeconds)
            && delivery <= saidAt.adding(seconds: Self.estimateSeconds)
    }
}

/// The expected arrival of a parcel, and the time of the estimate; the newest counts.
public struct DeliveryEstimate: Hashable, Comparable, Sendable {
    /// The expected arrival.
    public let delivery: Timestamp
    /// The time of the estimate by the carrier's clock; nil for an estimate from the booking or by hand.
    public let saidAt: Timestamp?

    /// An estimate.
    public init(_ delivery: Timestamp, saidAt: Timestamp? = nil) {
        self.delivery = delivery
        self.saidAt = saidAt
    }

    /// Ordered by the time of the estimate; of two at the same moment the later arrival is greater.
    public static func < (lhs: DeliveryEstimate, rhs: DeliveryEstimate) -> Bool {
        (lhs.saidAt ?? .earliest, lhs.delivery) < (rhs.saidAt ?? .earliest, rhs.delivery)
    }
}

/// The pause before a carrier is polled for a parcel again.
///
/// A parcel without news for long is polled less often: after a quarter of its silence, within bounds. No counter is needed, and
/// news shortens the pause by itself.
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

    /// When to poll again for a parcel whose last event was at `news`.
    public func next(news: Timestamp, now: Timestamp) -> Timestamp {
        let quiet = max(0, now.milliseconds - news.milliseconds) / 4000
        return now.adding(seconds: min(max(quiet, leastSeconds), mostSeconds))
    }
}
