// The work with the carrier: claim, call, record. The shipment decides which call is next.

import Ledger
import Providers
import Trading

extension SimulatedProcess {
    private static let kinds = TaskKind.carrierCalls + [.lateShipment]
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
        if task.key.kind == .lateShipment { return record(MarkLate(id, epoch: epoch(of: claim)), under: claim) }
        guard let work = world.read(nil, { (view) throws(LedgerFailure) in try CarrierTask(task.key, in: view) }) else {
            return settle(id, claim, .nothing(for: task.key.kind))
        }
        let carrier = world.carrier
        func call<Value>(
            _ perform: @escaping () -> ProviderAnswer<Value>,
            _ known: @escaping (ProviderAnswer<Value>) -> CarrierKnowledge
        ) {
            world.call(isDown: carrier.isDown, perform: perform) { [self] answer in
                step { [self] in settle(id, claim, known(answer)) }
            }
        }
        switch work.call {
        case .book(let key):
            let request = BookingRequest(work.shipment, key: key, to: work.address)
            call({ carrier.book(request) }, CarrierKnowledge.init)
        case .cancel(let reference, _): call({ carrier.cancel(reference) }, CarrierKnowledge.init)
        case .label(let reference): call({ carrier.label(reference) }, CarrierKnowledge.init)
        case .track(let reference): call({ carrier.track(reference) }, CarrierKnowledge.init)
        }
    }

    private func settle(_ id: ID<Shipment>, _ claim: Claim, _ known: CarrierKnowledge) {
        let command = RecordCarrierCall(
            id,
            epoch: epoch(of: claim),
            known,
            schedule: Self.schedule,
            completesOrder: true
        )
        record(command, under: claim)
    }
}
