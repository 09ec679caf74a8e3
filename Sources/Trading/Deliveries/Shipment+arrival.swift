// When a parcel left, when it arrived, and whether that was late. Two clocks tell of it, the carrier's and ours, which may be apart by
// minutes or hours. Each fact keeps both times; what is told of it goes by the carrier's where that says so, and a duration is the one
// between the two times that are told.

/// How an arrival compares with what was promised.
public struct Arrival: Hashable, Sendable {
    /// Upper ends of the spans in which late arrivals are counted, in hours after the promise.
    public static let hourBounds: [Int64] = [1, 4, 12, 24, 48, 96, 168]

    /// Who carried the parcel.
    public let carrier: String
    /// How long after the promise it arrived, in seconds, by the carrier's clock; 0 where it was in time, nil where nothing was promised.
    public let lateSeconds: Int64?

    /// An arrival.
    public init(carrier: String, lateSeconds: Int64?) {
        self.carrier = carrier
        self.lateSeconds = lateSeconds
    }

    /// In which span it is counted: 0 in time, 1 up to the first bound, and so on; -1 where nothing was promised.
    public var span: Int64 {
        guard let lateSeconds else { return -1 }
        guard lateSeconds > 0 else { return 0 }
        return Int64(Self.hourBounds.firstIndex { lateSeconds <= $0 * 3600 } ?? Self.hourBounds.count) + 1
    }
}

extension Shipment {
    /// When it left: by the carrier's clock once the carrier says more than that it arrived, by ours until then.
    ///
    /// Never later than ``deliveredAt``.
    public var handedOverAt: Timestamp? {
        guard let recorded = handedOverRecordedAt else { return nil }
        guard let carrierSince else { return recorded }
        return carrierSince == deliveredAt ? min(recorded, carrierSince) : carrierSince
    }

    /// How long it was on its way, in whole seconds: from ``handedOverAt`` to ``deliveredAt``, whichever clocks those are by, so that
    /// a record never says two things; nil until it arrived.
    public var transitSeconds: Int64? {
        guard let deliveredAt, let handedOverAt else { return nil }
        return max(0, handedOverAt.seconds(until: deliveredAt))
    }

    /// How its arrival compares with what was promised; nil until it arrived.
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

    /// Whether it arrived after what was promised first.
    public var hasArrivedLate: Bool { (arrival?.lateSeconds ?? 0) > 0 }

    /// Whether its carrier is still asked for it: of a lost parcel for so long after the last news.
    public func isAsked(at now: Timestamp) -> Bool {
        state.isTracked && (state != .lost || now < newsAt.adding(seconds: Self.lostSeconds))
    }

    /// How long a carrier is asked for a parcel that it lost, in seconds: 60 days.
    public static let lostSeconds: Int64 = 60 * 86_400
}

extension Timestamp {
    /// Whole seconds from this time to another.
    fileprivate func seconds(until other: Timestamp) -> Int64 {
        (other.milliseconds - milliseconds) / 1000
    }
}
