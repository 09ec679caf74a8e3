import Ledger
import Providers
import Trading

// The search at carriers: bookings that the shop forgot become shipments of their orders again, and what nobody wants is called off.
extension RestoreSearch {
    /// Searches one carrier's list.
    func search(_ carrier: any Carrier, _ restore: Restoration, _ now: Timestamp) async throws -> RestoreReport.Place {
        var place = RestoreReport.Place(name: RecordSearch.parcels(carrier.name))
        do {
            let end = now.adding(seconds: Restoration.marginSeconds)
            // What was cancelled in the lost future frees the units that were then packed anew, so it is decided for the whole list first.
            for part in [RecoverParcels.Part.ofKnownShipments, .all] where !place.isUnlisted {
                try await recover(at: carrier, part, from: restore.searchedFrom, to: end, &place)
            }
            if !place.isUnlisted { try await callOff(at: carrier, restore, &place) }
            guard place.waiting == 0 else { return place }
            let record = RecordSearch(
                restore.epoch,
                at: place.name,
                of: allPlaces,
                foreign: Int64(place.foreign.count),
                isUnlisted: place.isUnlisted
            )
            _ = try await committer.submit(record, isPatient: true)
            place.isComplete = true
        } catch let failure as SearchTrouble {
            place.trouble = failure.code
        }
        return place
    }

    /// How many bookings in a row a carrier may leave unanswered before it counts as away.
    private static let unansweredMax = 5

    /// Decides on the bookings in a carrier's list.
    private func recover(
        at carrier: any Carrier,
        _ part: RecoverParcels.Part,
        from: Timestamp,
        to: Timestamp,
        _ place: inout RestoreReport.Place
    ) async throws {
        var cursor: String?
        repeat {
            let answer = await carrier.bookings(from: from, to: to, after: cursor, deadline: .now + patience)
            guard case .page(let bookings, let next) = try answer.value() else {
                place.isUnlisted = true
                return
            }
            for start in stride(from: 0, to: bookings.count, by: Self.page) {
                let some = bookings[start..<min(start + Self.page, bookings.count)]
                let command = RecoverParcels(carrier.name, some.map(ListedParcel.init), part, rule: lostParcels)
                let outcomes = try await committer.submit(command, isPatient: true).outcome
                guard part == .all else { continue }
                for (booking, outcome) in zip(some, outcomes) { place.note(booking, outcome) }
            }
            // A list that goes round is none.
            guard next == nil || next != cursor else { throw SearchTrouble(code: "nonsense") }
            cursor = next
        } while cursor != nil
    }

    /// Calls off what nobody wants; what the carrier does not answer now is left to the next search.
    private func callOff(
        at carrier: any Carrier,
        _ restore: Restoration,
        _ place: inout RestoreReport.Place
    ) async throws {
        var after: RecoveredParcelRow.Key?
        var unanswered = 0
        while true {
            let query = RowQuery<RecoveredParcelRow>(
                [
                    Condition("epoch", .equal, .integer(restore.epoch)),
                    Condition("carrier", .equal, .text(carrier.name)),
                    Condition("state", .equal, .text(RecoveredParcelRow.State.callingOff.rawValue)),
                ],
                after: after,
                limit: Self.page
            )
            let rows = try await ledger.read { (view) throws(LedgerFailure) in try view.rows(query) }
            guard !rows.isEmpty else { return }
            after = rows.last?.key
            for (index, row) in rows.enumerated() {
                guard let isDone = await callOff(row.key, at: carrier) else {
                    unanswered += 1
                    // One booking that its carrier cannot call off is passed over; a carrier that answers nothing is left in peace.
                    guard unanswered < Self.unansweredMax else {
                        place.waiting += rows.count - index
                        return
                    }
                    place.waiting += 1
                    continue
                }
                unanswered = 0
                let outcome = try await committer.submit(RecordCallOff(row.key, isDone: isDone), isPatient: true)
                    .outcome
                if case .held(let reason) = outcome { place.note(row, reason) }
            }
        }
    }

    /// Whether the carrier cancelled a booking; nil where it has not answered.
    private func callOff(_ key: RecoveredParcelRow.Key, at carrier: any Carrier) async -> Bool? {
        let answer = await carrier.cancel(
            reference: key.reference,
            // The same for each try, and none that the lost future used.
            key: "void-\(key.epoch)-\(key.reference)",
            deadline: .now + patience
        )
        switch answer {
        case .done: return true
        case .refused: return false
        case .notDone, .unknown: return nil
        }
    }
}

extension ListedParcel {
    /// A booking of a carrier's list, in the terms of the rules.
    init(_ booking: CarrierBooking) {
        self.init(
            booking.parcel,
            shipment: booking.shipment.flatMap { ID<Shipment>($0) },
            order: booking.order.flatMap { ID<Order>($0) },
            contents: booking.contents.flatMap { PackedContents($0) },
            from: booking.from,
            service: booking.service,
            grams: booking.grams,
            standing: booking.state.standing
        )
    }
}

extension CarrierBooking.State {
    fileprivate var standing: ListedParcel.Standing {
        switch self {
        case .booked: .booked
        case .cancelled: .cancelled
        case .left: .left
        }
    }
}
