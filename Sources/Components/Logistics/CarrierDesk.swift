// The tasks of one carrier. The shipment decides which call is next, and a command decides what its answer changes; the desk only
// makes the calls.

import Ledger
import Providers
import Synchronization
import Trading

/// Makes the calls to one carrier for the tasks that are due.
final class CarrierDesk: Sendable {
    /// How many tasks without a lane the desk scans for its own carrier's.
    private static let unknownMax = 256

    private let shop: Shop
    private let carrier: any Carrier
    private let settings: DeliverySettings
    private let clock: @Sendable () -> Timestamp
    private let lane = Mutex(CarrierLane())

    /// A desk for one carrier.
    init(
        shop: Shop,
        carrier: any Carrier,
        settings: DeliverySettings,
        clock: @escaping @Sendable () -> Timestamp = { .now }
    ) {
        self.shop = shop
        self.carrier = carrier
        self.settings = settings
        self.clock = clock
    }

    // MARK: Finding

    /// Due tasks of this carrier, longest overdue first: at most `free`, and none while the lane to the carrier is closed.
    ///
    /// Runs on the worker's read view. Cost: two ranges of an index per kind of task.
    ///
    /// - Throws: ``LedgerFailure`` if the ledger cannot be read; the worker tries again.
    func due(_ view: any LedgerView, _ free: Int) throws(LedgerFailure) -> [TaskRow.Key] {
        let now = clock()
        var own: [TaskRow] = []
        for kind in TaskKind.carrierCalls { own += try due(kind, view, free, now) }
        guard !own.isEmpty else { return [] }
        let places = lane.withLock { $0.take(free, probeSeconds: settings.claimSeconds, at: now) }
        return own.sorted { $0.due < $1.due }.prefix(places).map(\.key)
    }

    private func due(
        _ kind: TaskKind,
        _ view: any LedgerView,
        _ free: Int,
        _ now: Timestamp
    ) throws(LedgerFailure) -> [TaskRow] {
        var own = try view.dueTasks(kind, lane: carrier.name, at: now, limit: free)
        guard own.count < free else { return own }
        // A replica of a release that knows no lanes may still add tasks.
        for task in try view.dueTasks(kind, lane: TaskRow.unknownLane, at: now, limit: Self.unknownMax) {
            let found = try view.row(ShipmentCarrier.self, ID(task.key.subject))?.carrier
            // A task whose shipment no longer exists is ended by any desk that finds it.
            if found == nil || found == carrier.name { own.append(task) }
        }
        return own
    }

    // MARK: Doing

    /// Performs one claimed task, with at most one call to the carrier.
    ///
    /// - Returns: whether another task may be due at once.
    /// - Throws: what the ledger throws. The task's claim then expires and the task is done again; the carrier recognises a
    ///   repeated booking by its key.
    func perform(_ task: TaskRow) async throws -> Bool {
        let id = ID<Shipment>(task.key.subject)
        let (shipment, to) = try await shop.ledger.read { (view) throws(LedgerFailure) in
            let shipment = try view.row(ShipmentRow.self, id)?.shipment
            let order = try shipment.map { (found) throws(LedgerFailure) in try view.row(OrderRow.self, found.order) }
            return (shipment, order??.order.shipTo ?? [:])
        }
        switch task.key.kind {
        case .bookShipment:
            let outcome = await book(shipment, to)
            let command = RecordBooking(id, epoch: task.epoch, outcome, schedule: settings.schedule)
            return try await shop.committer.submit(command, isPatient: true).outcome == .done
        case .cancelBooking:
            let outcome = await cancel(shipment)
            _ = try await shop.committer.submit(RecordCancel(id, epoch: task.epoch, outcome), isPatient: true)
            return false
        case .fetchLabel:
            let outcome = await label(shipment)
            _ = try await shop.committer.submit(RecordLabel(id, epoch: task.epoch, outcome), isPatient: true)
            return false
        case .trackShipment:
            return try await recordTracking(task, await track(shipment))
        default: preconditionFailure("\(task.key.kind.name) is no task of a carrier")
        }
    }

    private func recordTracking(_ task: TaskRow, _ outcome: CarrierOutcome<[TrackingEvent]>) async throws -> Bool {
        let command = RecordTracking(
            ID(task.key.subject),
            epoch: task.epoch,
            outcome,
            schedule: settings.schedule,
            completesOrder: settings.completesOrders
        )
        do throws(CommitError<TrackingRefusal>) {
            _ = try await shop.committer.submit(command, isPatient: true)
        } catch {
            // The claim has expired, or a newer notice came in from the carrier: the parcel is looked up again.
            if case .refused(.lapsed) = error { return true }
            throw error
        }
        return false
    }

    // MARK: Calling

    /// Recorded when no call is needed: the task ends.
    private static var nothing: String { "nothing_to_do" }

    private func book(_ shipment: Shipment?, _ to: [String: String]) async -> CarrierOutcome<BookedParcel> {
        guard let shipment, case .book(let key)? = shipment.call(.book) else { return .notDone(code: Self.nothing) }
        let request = BookingRequest(
            key: key,
            shipment: shipment.id.description,
            from: shipment.location,
            to: to,
            service: shipment.service,
            grams: shipment.grams
        )
        return await noted(await carrier.book(request, deadline: deadline)) { booking in
            BookedParcel(
                reference: booking.reference,
                trackingNumber: booking.trackingNumber,
                estimatedDelivery: booking.estimatedDelivery
            )
        }
    }

    private func cancel(_ shipment: Shipment?) async -> CarrierOutcome<Acknowledged> {
        guard case .cancel(let reference, let key)? = shipment?.call(.cancel) else {
            return .notDone(code: Self.nothing)
        }
        return await noted(await carrier.cancel(reference: reference, key: key, deadline: deadline)) { Acknowledged() }
    }

    private func label(_ shipment: Shipment?) async -> CarrierOutcome<RecordLabel.Label> {
        guard case .label(let reference)? = shipment?.call(.label) else { return .notDone(code: Self.nothing) }
        return await noted(await carrier.label(reference: reference, deadline: deadline)) { label in
            RecordLabel.Label(mediaType: label.mediaType.asMediaType, bytes: label.bytes)
        }
    }

    private func track(_ shipment: Shipment?) async -> CarrierOutcome<[TrackingEvent]> {
        guard case .track(let reference)? = shipment?.trackingCall else { return .notDone(code: Self.nothing) }
        let now = clock()
        return await noted(await carrier.track(reference: reference, deadline: deadline)) { events in
            events.compactMap { TrackingEvent($0, receivedAt: now) }
        }
    }

    private var deadline: ContinuousClock.Instant { .now + .seconds(settings.callSeconds) }

    /// Converts the answer for the command, and records whether the carrier was reached.
    private func noted<Value, Known>(
        _ answer: ProviderAnswer<Value>,
        _ read: (Value) -> Known
    ) async -> CarrierOutcome<Known> {
        let outcome: CarrierOutcome<Known>
        switch answer {
        case .done(let value): outcome = .done(read(value))
        case .refused(let refusal): outcome = .refused(code: refusal.code)
        case .notDone(let trouble): outcome = .notDone(code: trouble.code, retryAfterSeconds: trouble.seconds)
        case .unknown(let trouble): outcome = .unknown(code: trouble.code, retryAfterSeconds: trouble.seconds)
        }
        let now = clock()
        lane.withLock { lane in
            lane.ended(reached: outcome.isAnswer, retryAfterSeconds: outcome.retryAfterSeconds, at: now)
        }
        return outcome
    }
}

extension CarrierOutcome {
    /// Whether the carrier was reached and accepted or refused the call.
    fileprivate var isAnswer: Bool {
        switch self {
        case .done, .refused: true
        case .notDone, .unknown: false
        }
    }
}

extension String {
    /// The text itself if it is a media type without parameters; otherwise the generic type for bytes.
    fileprivate var asMediaType: String {
        let parts = utf8.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        let marks = Array("!#$&^_.+-".utf8)
        let isPlain = parts.allSatisfy { part in
            (1...60).contains(part.count)
                && part.allSatisfy { byte in
                    (0x30...0x39).contains(byte) || (0x61...0x7A).contains(byte | 0x20) || marks.contains(byte)
                }
        }
        return parts.count == 2 && isPlain ? self : "application/octet-stream"
    }
}

extension ProviderTrouble {
    /// The earliest retry, in whole seconds.
    fileprivate var seconds: Int64 {
        guard let (seconds, rest) = retryAfter?.components else { return 0 }
        return rest > 0 ? seconds + 1 : seconds
    }
}

extension TrackingEvent {
    /// The tracking event of a carrier's event; nil if it violates the bounds of what the ledger stores.
    init?(_ event: CarrierEvent, receivedAt: Timestamp) {
        guard (1...Bounds.reference).contains(event.id.unicodeScalars.count),
            let code = TrackingCode(rawValue: event.code.rawValue)
        else { return nil }
        self.init(
            id: event.id,
            code: code,
            at: event.at,
            receivedAt: receivedAt,
            note: event.note.map { String($0.unicodeScalars.prefix(Bounds.reason)) },
            estimatedDelivery: event.estimatedDelivery
        )
    }
}
