// The work with the carrier: claim, call, record. The shipment decides which call is next.

import Ledger
import Providers
import Trading

extension SimulatedProcess {
    private static let kinds: [TaskKind] = [.bookShipment, .cancelBooking, .fetchLabel, .trackShipment, .lateShipment]
    private static let schedule = TrackingSchedule(leastSeconds: 60, mostSeconds: 14_400)
    private static let claimSeconds: Int64 = 30

    func lookForParcels() {
        let now = world.clock
        let due = world.read([]) { (view) throws(LedgerFailure) in
            try view.dueTasks(Self.kinds, at: now, limit: 3).map(\.key)
        }
        guard !due.isEmpty else { return }
        var claims: [(TaskRow, Claim)] = []
        submit(
            ClaimTasks(due, seconds: Self.claimSeconds),
            seen: { [world] result in
                guard case .success(let committed) = result else { return }
                claims = committed.outcome.map { task in
                    let subject = Claim.Subject(kind: task.key.kind, id: task.key.subject)
                    return (task, world.claims.claimed(subject, epoch: task.epoch))
                }
            },
            answer: { [self] _ in
                for (task, claim) in claims { step { [self] in carryOut(task, claim) } }
            }
        )
    }

    private func carryOut(_ task: TaskRow, _ claim: Claim) {
        let id = ID<Shipment>(task.key.subject)
        let shipment = world.row(ShipmentRow.self, id)?.shipment
        let carrier = world.carrier
        switch task.key.kind {
        case .bookShipment:
            let known = { [self] (outcome: CarrierOutcome<BookedParcel>) in
                let schedule = Self.schedule
                record(RecordBooking(id, epoch: epoch(of: claim), outcome, schedule: schedule), under: claim)
            }
            guard let shipment, case .book(let key)? = shipment.call(.book) else { return known(.nothing) }
            let request = BookingRequest(
                key: key,
                shipment: id.description,
                from: shipment.location,
                to: [:],
                service: shipment.service,
                grams: shipment.grams
            )
            call({ carrier.book(request) }, { BookedParcel($0) }, known)
        case .cancelBooking:
            let known = { [self] (outcome: CarrierOutcome<Acknowledged>) in
                record(RecordCancel(id, epoch: epoch(of: claim), outcome), under: claim)
            }
            guard case .cancel(let reference, _)? = shipment?.call(.cancel) else { return known(.nothing) }
            call({ carrier.cancel(reference) }, { Acknowledged() }, known)
        case .fetchLabel:
            let known = { [self] (outcome: CarrierOutcome<RecordLabel.Label>) in
                record(RecordLabel(id, epoch: epoch(of: claim), outcome), under: claim)
            }
            guard case .label(let reference)? = shipment?.call(.label) else { return known(.nothing) }
            call({ carrier.label(reference) }, { RecordLabel.Label(mediaType: $0.mediaType, bytes: $0.bytes) }, known)
        case .trackShipment:
            let known = { [self] (outcome: CarrierOutcome<[TrackingEvent]>) in
                let command = RecordTracking(
                    id,
                    epoch: epoch(of: claim),
                    outcome,
                    schedule: Self.schedule,
                    completesOrder: true
                )
                record(command, under: claim)
            }
            guard case .track(let reference)? = shipment?.trackingCall else { return known(.nothing) }
            let now = world.clock
            call({ carrier.track(reference) }, { $0.compactMap { TrackingEvent($0, receivedAt: now) } }, known)
        case .lateShipment: record(MarkLate(id, epoch: epoch(of: claim)), under: claim)
        default: break
        }
    }

    /// Calls the carrier, and translates its answer into the terms of the rules.
    private func call<Value, Known>(
        _ perform: @escaping () -> ProviderAnswer<Value>,
        _ read: @escaping (Value) -> Known,
        _ known: @escaping (CarrierOutcome<Known>) -> Void
    ) {
        world.call(isDown: world.carrier.isDown, perform: perform) { [self] answer in
            let outcome: CarrierOutcome<Known>
            switch answer {
            case .done(let value): outcome = .done(read(value))
            case .refused(let refusal): outcome = .refused(code: refusal.code)
            case .notDone(let trouble): outcome = .notDone(code: trouble.code)
            case .unknown(let trouble): outcome = .unknown(code: trouble.code)
            }
            step { known(outcome) }
        }
    }
}

extension CarrierOutcome {
    /// The outcome to record where there is no call to make.
    fileprivate static var nothing: CarrierOutcome { .notDone(code: "nothing_to_do") }
}

extension BookedParcel {
    fileprivate init(_ booking: Booking) {
        self.init(
            reference: booking.reference,
            trackingNumber: booking.trackingNumber,
            estimatedDelivery: booking.estimatedDelivery
        )
    }
}

extension TrackingEvent {
    fileprivate init?(_ event: CarrierEvent, receivedAt: Timestamp) {
        guard let code = TrackingCode(rawValue: event.code.rawValue) else { return nil }
        self.init(id: event.id, code: code, at: event.at, receivedAt: receivedAt)
    }
}
