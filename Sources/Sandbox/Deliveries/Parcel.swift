// A parcel's steps and their times are decided when it is booked, and are in the journal from then on. At any time the carrier
// "knows" the steps that are due, so a sandbox that was stopped has missed nothing.

import SplitMix
import Trading

/// A booked parcel.
struct Parcel: Sendable {
    /// A tracking event of the parcel.
    struct Step: Hashable, Sendable {
        let code: String
        let at: Timestamp
        let note: String
    }

    let id: String
    let trackingNumber: String
    let shipment: String
    /// The shop's id of its order; empty where the shop did not say it.
    let order: String
    /// What is in it, in the shop's words; empty likewise.
    let contents: String
    let from: String
    let to: [String: String]
    let service: String
    let grams: Int64
    let bookedAt: Timestamp
    let estimatedDelivery: Timestamp
    let steps: [Step]
    /// When it was cancelled; nil where it was not.
    var cancelledAt: Timestamp?

    var isCancelled: Bool { cancelledAt != nil }

    /// Whether it was booked or cancelled in a span of time.
    func changed(from: Timestamp, to: Timestamp) -> Bool {
        [bookedAt, cancelledAt ?? bookedAt].contains { $0 >= from && $0 < to }
    }

    /// The steps that are due by `now`.
    func happened(by now: Timestamp) -> ArraySlice<Step> {
        isCancelled ? [] : steps.prefix { $0.at <= now }
    }

    /// The id of the step at an index: the same each time it is reported.
    func eventID(_ place: Int) -> String {
        "evt_\(id)_\(place)"
    }
}

/// How a parcel ends.
enum ParcelFate: Sendable {
    case delivered
    /// Delivered at the second attempt, since the recipient was away.
    case deliveredLater
    case returned
    case lost
}

/// Draws the steps of parcels.
struct ParcelPlan {
    /// Seconds of a parcel's life per second.
    let speed: Double

    /// The steps of a parcel booked at `start`, each at its hours since the booking, up to a fifth earlier or later.
    func steps(
        _ fate: ParcelFate,
        isExpress: Bool,
        from start: Timestamp,
        _ random: inout SplitMix64
    ) -> [Parcel.Step] {
        var last = start.milliseconds
        return Self.hours(fate).map { code, hours, note in
            let life = hours * (isExpress ? 0.5 : 1) * (0.8 + 0.4 * random.unit())
            last = max(last + 1, start.milliseconds + milliseconds(hours: life))
            return Parcel.Step(code: code, at: Timestamp(milliseconds: last), note: note)
        }
    }

    /// The estimated time of arrival.
    func estimate(isExpress: Bool, from start: Timestamp) -> Timestamp {
        start.adding(milliseconds: milliseconds(hours: isExpress ? 24 : 48))
    }

    private func milliseconds(hours: Double) -> Int64 {
        Int64((hours * 3_600_000 / speed).rounded())
    }

    private static func hours(_ fate: ParcelFate) -> [(code: String, hours: Double, note: String)] {
        let start: [(String, Double, String)] = [
            ("handedOver", 4, "taken over from the sender"),
            ("inTransit", 10, "sorted in the region of the sender"),
            ("inTransit", 20, "arrived in the region of the receiver"),
        ]
        let attempt: [(String, Double, String)] = start + [("outForDelivery", 32, "with the driver")]
        switch fate {
        case .delivered:
            return attempt + [("delivered", 38, "handed to the receiver")]
        case .deliveredLater:
            return attempt + [
                ("deliveryFailed", 38, "nobody was there"), ("outForDelivery", 56, "with the driver again"),
                ("delivered", 62, "handed to the receiver"),
            ]
        case .returned:
            return attempt + [
                ("deliveryFailed", 38, "nobody was there"), ("outForDelivery", 56, "with the driver again"),
                ("deliveryFailed", 62, "nobody was there again"), ("returning", 80, "on its way back to the sender"),
                ("returned", 110, "handed back to the sender"),
            ]
        case .lost:
            return start + [("lost", 240, "not found any more")]
        }
    }
}
