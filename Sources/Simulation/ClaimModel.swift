import Ledger
import Trading

/// A claim and its subject.
struct Claim {
    /// The subject of a claim.
    struct Subject: Hashable {
        /// The kind of its task; nil for a payment.
        let kind: TaskKind?
        let id: Bits128
    }

    let subject: Subject
    /// The number of the claim in the run.
    let number: Int
    /// Its epoch in the ledger.
    let epoch: Int64
}

/// Tracks the latest claim of each subject without the ledger's epochs, to check the promise of fencing.
final class ClaimModel {
    private var latest: [Claim.Subject: Int] = [:]
    private var count = 0

    /// Records a committed claim.
    func claimed(_ subject: Claim.Subject, epoch: Int64) -> Claim {
        count += 1
        latest[subject] = count
        return Claim(subject: subject, number: count, epoch: epoch)
    }

    /// Whether an outcome may be recorded under a claim: it must be the latest, and nothing may have been recorded under it.
    func record(_ claim: Claim) -> Bool {
        guard latest[claim.subject] == claim.number else { return false }
        latest[claim.subject] = nil
        return true
    }
}

extension SimulatedProcess {
    /// Submits the record of a call's outcome, and checks the result against the model.
    func record<C: Command>(_ command: C, under claim: Claim) {
        submit(
            command,
            seen: { [world] result in
                switch result {
                case .success:
                    world.expect(
                        world.claims.record(claim),
                        .fencing,
                        "\(C.name) took an outcome under claim \(claim.epoch) of \(claim.subject), which was not the latest"
                    )
                case .failure(.refused): world.tally.lapsed += 1
                case .failure: break
                }
            }
        )
    }

    /// The epoch to record under.
    func epoch(of claim: Claim) -> Int64 {
        guard world.options.bug == .unfencedRecord else { return claim.epoch }
        if let kind = claim.subject.kind {
            return world.row(TaskRow.self, TaskRow.Key(kind, claim.subject.id))?.epoch ?? claim.epoch
        }
        return world.row(PaymentRow.self, ID(claim.subject.id))?.epoch ?? claim.epoch
    }
}
