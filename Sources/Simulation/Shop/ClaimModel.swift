import Ledger
import Trading

/// What was claimed, and by which claim.
struct Claim {
    /// What a claim is on.
    struct Subject: Hashable {
        /// The kind of its task; nil for a payment.
        let kind: TaskKind?
        let id: Bits128
    }

    let subject: Subject
    /// Counts the claims of a run.
    let number: Int
    /// As the ledger named it.
    let epoch: Int64
}

/// Knows which claim is the latest, without the ledger's epochs: what fencing promises is checked against it.
final class ClaimModel {
    private var latest: [Claim.Subject: Int] = [:]
    private var count = 0

    /// A claim that was committed.
    func claimed(_ subject: Claim.Subject, epoch: Int64) -> Claim {
        count += 1
        latest[subject] = count
        return Claim(subject: subject, number: count, epoch: epoch)
    }

    /// Whether an outcome may be recorded under a claim: it is the latest, and nothing was recorded under it.
    func record(_ claim: Claim) -> Bool {
        guard latest[claim.subject] == claim.number else { return false }
        latest[claim.subject] = nil
        return true
    }
}

extension SimulatedProcess {
    /// Submits the record of a call's outcome, and holds the ledger to what a claim promises.
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

    /// The epoch to record under: that of the claim.
    func epoch(of claim: Claim) -> Int64 {
        guard world.options.bug == .unfencedRecord else { return claim.epoch }
        if let kind = claim.subject.kind {
            return world.row(TaskRow.self, TaskRow.Key(kind, claim.subject.id))?.epoch ?? claim.epoch
        }
        return world.row(PaymentRow.self, ID(claim.subject.id))?.epoch ?? claim.epoch
    }
}
