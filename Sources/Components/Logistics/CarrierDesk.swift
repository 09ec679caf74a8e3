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
        let work = try await shop.ledger.read { (view) throws(LedgerFailure) in try CarrierTask(task.key, in: view) }
        let known: CarrierKnowledge
        if let work {
            let deadline = ContinuousClock.now + .seconds(settings.callSeconds)
            known = await carrier.carryOut(work.call, for: work.shipment, to: work.address, deadline: deadline)
            let (reach, now) = (known.reach, clock())
            lane.withLock { $0.ended(reached: reach.isAnswer, retryAfterSeconds: reach.retryAfterSeconds, at: now) }
        } else {
            known = .nothing(for: task.key.kind)
        }
        let record = RecordCarrierCall(
            ID(task.key.subject),
            epoch: task.epoch,
            known,
            schedule: settings.schedule,
            completesOrder: settings.completesOrders
        )
        do throws(CommitError<CarrierCallRefusal>) {
            let effect = try await shop.committer.submit(record, isPatient: true).outcome
            // What was booked has its label fetched.
            return task.key.kind == .bookShipment && effect == .done
        } catch {
            // The claim lapsed, or the carrier has hinted at something newer since: the parcel is asked for again.
            if case .refused(.lapsed) = error { return true }
            throw error
        }
    }
}
