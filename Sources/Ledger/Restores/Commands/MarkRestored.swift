import JSON
import Trading

/// Records that the ledger was restored to an earlier moment, and begins the next epoch; to be committed before anything else.
///
/// The search for charges of the lost future is due from then on.
public struct MarkRestored: Command {
    /// `markRestored`.
    public static let name = "markRestored"
    /// True: the restore has happened.
    public static let recordsFacts = true

    /// The restore; the same id changes nothing again.
    public let id: ID<Restoration>
    /// The moment to which the ledger was restored.
    public let moment: Timestamp
    /// What the backup knew of the lost future.
    public let lost: Restoration.Loss
    /// The newest epoch of the lost future, where the backup knew it.
    public let lostEpoch: Int64

    /// A restore to a moment.
    public init(
        _ id: ID<Restoration>,
        to moment: Timestamp,
        lost: Restoration.Loss = Restoration.Loss(),
        lostEpoch: Int64 = 0
    ) {
        self.id = id
        self.moment = moment
        self.lost = lost
        self.lostEpoch = lostEpoch
    }

    /// Decides the epoch; the restore as it is where it was recorded before.
    public func decide(_ set: WorkingSet) throws(Never) -> Restoration {
        let same = Condition("id", .equal, .bits(id.bits))
        if let row = set.restores.first([same], where: { $0.restore.id == id }) { return row.restore }
        var restore = Restoration(
            id: id,
            epoch: max(set.epoch + 1, lostEpoch + 1, set.now.milliseconds),
            restoredTo: moment,
            at: set.now,
            lastEvent: set.lastEvent,
            lost: lost
        )
        if let open = set.lastRestore, open.settledAt == nil {
            restore.openSince = min(open.restoredTo, open.openSince ?? open.restoredTo)
        }
        set.begin(restore)
        set.event(.shopRestored, "\(id)") { json in
            json.member("epoch", restore.epoch)
            json.member("restoredTo", restore.restoredTo)
            json.member("lastEvent", restore.lastEvent)
        }
        return restore
    }
}
