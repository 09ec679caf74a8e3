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
    /// Charges or bookings that nothing in the shop explains.
    public let foreign: Int64
    /// Payments that were scheduled for a look-up.
    public let lookedAt: Int64
    /// Whether the place has no list, so that only a person can compare.
    public let isUnlisted: Bool

    /// The name of a payment provider as a place to search.
    public static func payments(_ provider: String) -> String { "\(paymentsMark)\(provider)" }

    /// The name of a carrier as a place to search.
    public static func parcels(_ carrier: String) -> String { "\(parcelsMark)\(carrier)" }

    private static let paymentsMark = "payments/"
    private static let parcelsMark = "carriers/"

    /// A completed search.
    public init(
        _ epoch: Int64,
        at place: String?,
        of all: [String],
        foreign: Int64 = 0,
        lookedAt: Int64 = 0,
        isUnlisted: Bool = false
    ) {
        self.epoch = epoch
        self.place = place
        self.all = all
        self.foreign = foreign
        self.lookedAt = lookedAt
        self.isUnlisted = isUnlisted
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
        if let place, !restore.searched.contains(place), !restore.unlisted.contains(place) { note(place, in: &restore) }
        let left = Set(all).subtracting(restore.searched + restore.unlisted)
        func isDone(_ mark: String) -> Bool { !left.contains { $0.hasPrefix(mark) } }
        if isDone(Self.paymentsMark) { restore.paymentsSearchedAt = restore.paymentsSearchedAt ?? set.now }
        if isDone(Self.parcelsMark) { restore.parcelsSearchedAt = restore.parcelsSearchedAt ?? set.now }
        if left.isEmpty {
            restore.settledAt = set.now
            set.event(.shopSearched, "\(restore.id)") { json in
                json.member("epoch", restore.epoch)
                json.member("adopted", restore.found.adopted)
                json.member("givenBack", restore.found.givenBack)
                json.member("held", restore.found.held)
                json.member("foreign", restore.found.foreign)
                json.member("parcelsAdopted", restore.found.parcelsAdopted)
                json.member("parcelsCalledOff", restore.found.parcelsCalledOff)
                json.member("parcelsFollowed", restore.found.parcelsFollowed)
                json.member("parcelsHeld", restore.found.parcelsHeld)
                json.member("parcelsForeign", restore.found.parcelsForeign)
            }
        }
        if restore != before { set.restores.put(RestoreRow(restore)) }
        return restore.settledAt != nil
    }

    /// Counts what the search of a place found.
    private func note(_ place: String, in restore: inout Restoration) {
        if isUnlisted { restore.unlisted.append(place) } else { restore.searched.append(place) }
        if place.hasPrefix(Self.parcelsMark) {
            restore.found.parcelsForeign += foreign
        } else {
            restore.found.foreign += foreign
        }
        restore.found.lookedAt += lookedAt
    }
}
