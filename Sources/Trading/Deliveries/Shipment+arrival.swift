// When a parcel left, when it arrived, and whether that was late. Two clocks report it, the carrier's and the shop's, which may
// differ by minutes or hours. Each fact keeps both times; the published one is the carrier's where the carrier reports it, and a
// duration is the difference of the two published times.

/// An arrival compared with its promise.
public struct Arrival: Hashable, Sendable {
    /// The upper ends of the intervals in which late arrivals are counted, in hours after the promise.
    public static let hourBounds: [Int64] = [1, 4, 12, 24, 48, 96, 168]

    /// The carrier of the parcel.
    public let carrier: String
    /// How long after the promise it arrived, in seconds, by the carrier's clock; 0 where it was in time, nil where nothing was
    /// promised.
    public let lateSeconds: Int64?

    /// An arrival.
    public init(carrier: String, lateSeconds: Int64?) {
        self.carrier = carrier
        self.lateSeconds = lateSeconds
    }

    /// Its interval: 0 in time, 1 up to the first bound, and so on; -1 where nothing was promised.
    public var span: Int64 {
        guard let lateSeconds else { return -1 }
        guard lateSeconds > 0 else { return 0 }
        return Int64(Self.hourBounds.firstIndex { lateSeconds <= $0 * 3600 } ?? Self.hourBounds.count) + 1
    }
}

extension Shipment {
    /// When it left: by the shop's clock, or by the carrier's once the carrier reports more than the arrival.
    ///
    /// Never later than ``deliveredAt``.
    public var handedOverAt: Timestamp? {
        guard let recorded = handedOverRecordedAt else { return nil }
        guard let carrierSince else { return recorded }
        return carrierSince == deliveredAt ? min(recorded, carrierSince) : carrierSince
    }

    /// The transit time in whole seconds: from ``handedOverAt`` to ``deliveredAt``, whichever clocks these come from, so that a
    /// record is consistent; nil until it arrived.
    public var transitSeconds: Int64? {
        guard let deliveredAt, let handedOverAt else { return nil }
        return max(0, handedOverAt.seconds(until: deliveredAt))
    }

    /// The arrival compared with its promise; nil until it arrived.
    public var arrival: Arrival? {
        guard let deliveredAt, deliveredRecordedAt != nil else { return nil }
        return Arrival(
            carrier: carrier,
            lateSeconds: promise.map { promise in
                // Rounded up: a millisecond late is late.
                max(0, (deliveredAt.milliseconds - promise.delivery.milliseconds + 999) / 1000)
            }
        )
    }

    /// Whether it arrived after the first promise.
    public var hasArrivedLate: Bool { (arrival?.lateSeconds ?? 0) > 0 }

    /// Whether its carrier is still polled for it; for a lost parcel only for ``lostSeconds`` after the last news.
    public func isAsked(at now: Timestamp) -> Bool {
        state.isTracked && (state != .lost || now < newsAt.adding(seconds: Self.lostSeconds))
    }

    /// How long a carrier is polled for a lost parcel, in seconds: 60 days.
    public static let lostSeconds: Int64 = 60 * 86_400
}

extension Timestamp {
    /// Whole seconds from this time to another.
    fileprivate func seconds(until other: Timestamp) -> Int64 {
        (other.milliseconds - milliseconds) / 1000
    }
}
