// A parcel's life is decided when it is booked: each step and the time of it are in the journal from then on. What the carrier "knows"
// at some time is the steps whose time has come, so a sandbox that was away has missed nothing.

import SplitMix
import Trading

/// A parcel that was booked.
struct Parcel: Sendable {
    /// One step of its way.
    struct Step: Hashable, Sendable {
        let code: String
        let at: Timestamp
        let note: String
    }

    let id: String
    let trackingNumber: String
    let shipment: String
    let from: String
    let to: [String: String]
    let service: String
    let grams: Int64
    let bookedAt: Timestamp
    let estimatedDelivery: Timestamp
    let steps: [Step]
    var isCancelled = false

    /// The steps that have happened by `now`.
    func happened(by now: Timestamp) -> ArraySlice<Step> {
        isCancelled ? [] : steps.prefix { $0.at <= now }
    }

    /// The id of the step at this place: the same whenever it is told.
    func eventID(_ place: Int) -> String {
        "evt_\(id)_\(place)"
    }
}

/// What becomes of a parcel.
enum ParcelFate: Sendable {
    case delivered
    /// Nobody was there at first.
    case deliveredLater
    case returned
    case lost
}

/// Draws up a parcel's way.
struct ParcelPlan {
    /// Seconds of a parcel's life in one second.
    let speed: Double

    /// The steps of a parcel booked at `start`, each with its hours since the booking, up to a fifth earlier or later.
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

    /// When a parcel should arrive.
    func estimate(isExpress: Bool, from start: Timestamp) -> Timestamp {
        Timestamp(milliseconds: start.milliseconds + milliseconds(hours: isExpress ? 24 : 48))
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
