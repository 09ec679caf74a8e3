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
        /// Charges that wait until the outcome of an earlier attempt is known.
        public internal(set) var waiting = 0
        /// One line for each charge that no row of the shop explains.
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
        for place in places where !place.isComplete {
            lines.append(
                place.trouble.map {
                    "\(place.name): its list cannot be read (\($0)); a running server searches it later"
                }
                    ?? "\(place.name): \(place.waiting) wait until an earlier attempt is known; a running server decides later"
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
        lines.append("parcels are not searched: compare the carriers' lists with the shipments")
        lines.append(isSettled ? "every payment provider was searched" : "the search goes on in a running server")
        return lines.joined(separator: "\n") + "\n"
    }
}
