import JSON
import Trading

/// Records that a provider or carrier was searched completely after a restore; with the last of them the search is settled.
public struct RecordSearch: Command {
    /// `recordSearch`.
    public static let name = "recordSearch"

    /// The epoch of the restore.
    public let epoch: Int64
    /// What was searched, as in `payments/stripe`; nil where nothing new was.
    public let place: String?
    /// All that is to be searched.
    public let all: [String]
    /// Charges that no payment explains.
    public let foreign: Int64
    /// Payments that were scheduled for a look-up.
    public let lookedAt: Int64

    /// A completed search.
    public init(_ epoch: Int64, at place: String?, of all: [String], foreign: Int64 = 0, lookedAt: Int64 = 0) {
        self.epoch = epoch
        self.place = place
        self.all = all
        self.foreign = foreign
        self.lookedAt = lookedAt
    }

    /// The restore.
    public func prefetch(_ set: WorkingSet) {
        set.restores.want(epoch)
    }

    /// Decides whether everything has been searched; a later restore is not concerned.
    public func decide(_ set: WorkingSet) throws(Never) -> Bool {
        guard var restore = set.lastRestore, restore.epoch == epoch else { return false }
        guard restore.settledAt == nil else { return true }
        let before = restore
        if let place, !restore.searched.contains(place) {
            restore.searched.append(place)
            restore.found.foreign += foreign
            restore.found.lookedAt += lookedAt
        }
        if Set(all).isSubset(of: restore.searched) {
            restore.settledAt = set.now
            set.event(.shopSearched, "\(restore.id)") { json in
                json.member("epoch", restore.epoch)
                json.member("adopted", restore.found.adopted)
                json.member("givenBack", restore.found.givenBack)
                json.member("held", restore.found.held)
                json.member("foreign", restore.found.foreign)
            }
        }
        if restore != before { set.restores.put(RestoreRow(restore)) }
        return restore.settledAt != nil
    }
}
