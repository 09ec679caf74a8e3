import Ledger
import Providers
import Trading

/// What a search after a restore has found, for people.
public struct RestoreReport: Sendable {
    /// The search of one provider or carrier.
    public struct Place: Sendable {
        /// The kind and the name, as in `payments/stripe`.
        public let name: String
        /// Whether its list was read to the end, and everything in it was decided.
        public internal(set) var isComplete = false
        /// Why its list could not be read; nil where it could.
        public internal(set) var trouble: String?
        /// Charges and bookings that cannot be decided yet.
        public internal(set) var waiting = 0
        /// Whether the carrier has no list: a person has to compare.
        public internal(set) var isUnlisted = false
        /// One line for each charge or booking that no row of the shop explains.
        public internal(set) var foreign: [String] = []
        /// One line for each that waits for a person.
        public internal(set) var held: [String] = []

        init(name: String) {
            self.name = name
        }

        mutating func note(_ charge: ProviderCharge, _ outcome: ChargeRecovery) {
            let words = "\(charge.reference) of \(charge.createdAt), \(charge.amount)"
            switch outcome {
            case .foreign where charge.state == .declined || charge.state == .voided: break
            case .foreign: foreign.append("\(name): \(words): no payment of the shop explains it")
            case .held: held.append("\(name): \(words): its order \(charge.order ?? "") was lost, and it is kept")
            case .waits: waiting += 1
            case .known, .adopted, .notNeeded, .givenBack, .harmless: break
            }
        }

        mutating func note(_ booking: CarrierBooking, _ outcome: ParcelRecovery) {
            let words = "\(booking.parcel.reference) of \(booking.bookedAt), \(booking.state.rawValue)"
            switch outcome {
            case .foreign where booking.state == .cancelled: break
            case .foreign: foreign.append("\(name): \(words): no shipment of the shop explains it")
            case .held(let reason):
                let order = booking.order.map { " of \($0)" } ?? ""
                held.append("\(name): \(words)\(order): \(reason.words)")
            case .waits: waiting += 1
            case .known, .adopted, .followed, .toCallOff, .calledOff, .harmless, .later: break
            }
        }

        mutating func note(_ row: RecoveredParcelRow, _ reason: LostParcelReason) {
            let order = row.order.map { " of \($0)" } ?? ""
            held.append("\(name): \(row.key.reference)\(order): \(reason.words)")
        }

        /// Why it is not done; nil where it is.
        fileprivate var delay: String? {
            guard !isComplete else { return nil }
            if let trouble {
                return "\(name): its list cannot be read (\(trouble)); a running server searches it later"
            }
            return "\(name): \(waiting) cannot be decided yet; a running server decides later"
        }
    }

    /// The last restore as it is now; nil in a shop that was never restored.
    public let restore: Restoration?
    /// What was searched this time.
    public let places: [Place]

    /// Whether everything was searched.
    public var isSettled: Bool { restore.map { $0.settledAt != nil } ?? true }

    /// The report as plain text: a line for each thing that needs a person, then sums.
    public var text: String {
        guard let restore else { return "the shop was never restored\n" }
        var lines = places.flatMap { $0.foreign + $0.held }
        lines += places.compactMap(\.delay)
        for name in restore.unlisted {
            lines.append(
                "\(name): it has no list; compare its bookings since \(restore.searchedFrom) with the shipments before you send"
            )
        }
        let found = restore.found
        lines.append("restored to \(restore.restoredTo), epoch \(restore.epoch), after event \(restore.lastEvent)")
        lines.append(
            "charges of the lost future: \(found.adopted) taken by their orders, \(found.notNeeded) not needed by theirs, "
                + "\(found.givenBack) given back since their orders were lost, \(found.held) kept for a person, "
                + "\(found.foreign) unexplained"
        )
        lines.append("payments looked at, as they may have gone on: \(found.lookedAt)")
        lines.append(
            "parcels of the lost future: \(found.parcelsAdopted) taken by their orders, \(found.parcelsCalledOff) called off at their "
                + "carriers, \(found.parcelsFollowed) shipments cancelled as their carriers have them, \(found.parcelsHeld) kept for a "
                + "person, \(found.parcelsForeign) unexplained"
        )
        lines.append(
            isSettled ? "every payment provider and carrier was searched" : "the search goes on in a running server"
        )
        return lines.joined(separator: "\n") + "\n"
    }
}

extension LostParcelReason {
    /// The reason, for people.
    fileprivate var words: String {
        switch self {
        case .orderLost: "its order was lost, and it is kept"
        case .orderCalledOff: "its order was cancelled, and it has left"
        case .orderUnpaid: "its order is not paid, and it has left"
        case .unitsElsewhere: "its units are in other parcels of its order"
        case .contentsUnknown: "the carrier does not say what is in it"
        case .bookedTwice: "its shipment has another booking"
        case .cancelledHere: "its shipment was cancelled, and it has left"
        case .cancelledThere: "its shipment was handed over, and the carrier has it as cancelled"
        case .otherCarrier: "its shipment is with another carrier"
        case .cancelRefused: "nobody wants it, and the carrier does not cancel it any more"
        }
    }
}
