// A shop that was restored from a backup continues from an earlier moment. What it did after that moment is its lost future: the
// ledger knows nothing of it, but followers of the feed, payment providers and carriers do. Each restore therefore begins an epoch:
// events and the keys of operations made from then on cannot be mistaken for those of the lost future.

import Trading

/// A restore of the shop to an earlier moment, and what was found of its lost future.
public struct Restoration: Hashable, Sendable, Identified {
    /// The prefix of ids of restores.
    public static let idPrefix = "rst"

    /// The id, given by the command that restored.
    public package(set) var id: ID<Restoration>
    /// The epoch that it began: greater than all before, and never used by another history of the shop.
    ///
    /// The milliseconds since 1970 at which it began, so that two restores of the same backup begin different epochs.
    public package(set) var epoch: Int64
    /// The moment to which the shop was restored.
    public package(set) var restoredTo: Timestamp
    /// When it was restored.
    public package(set) var at: Timestamp
    /// The last event that both histories have.
    public package(set) var lastEvent: Int64
    /// What the backup knew of the lost future.
    public package(set) var lost: Loss
    /// The providers and carriers whose lists were searched completely, as in `payments/stripe`.
    public package(set) var searched: [String] = []
    /// When all of them had been searched; nil before that.
    public package(set) var settledAt: Timestamp?
    /// What was found of the lost future.
    public package(set) var found = Findings()

    /// What the backup knew of the lost future; nil for what it did not know.
    public struct Loss: Hashable, Sendable {
        /// The number of the last event of the lost future.
        public var lastEvent: Int64?
        /// Orders that were placed in it.
        public var orders: Int64?

        /// What is known.
        public init(lastEvent: Int64? = nil, orders: Int64? = nil) {
            self.lastEvent = lastEvent
            self.orders = orders
        }
    }

    /// Counts of what was found; each charge is counted once, however often it is found.
    public struct Findings: Hashable, Sendable {
        /// Charges of orders that exist, which took them as their payment.
        public package(set) var adopted: Int64 = 0
        /// Charges of orders that exist and did not need them, without money or given back.
        public package(set) var notNeeded: Int64 = 0
        /// Charges of lost orders, which are given back.
        public package(set) var givenBack: Int64 = 0
        /// Charges of lost orders, which are kept for a person.
        public package(set) var held: Int64 = 0
        /// Charges that no payment of the shop explains.
        public package(set) var foreign: Int64 = 0
        /// Payments that were looked up, because they may have gone on at their provider.
        public package(set) var lookedAt: Int64 = 0

        /// Nothing yet.
        public init() {}
    }

    /// A restore of which nothing was found yet.
    init(id: ID<Restoration>, epoch: Int64, restoredTo: Timestamp, at: Timestamp, lastEvent: Int64, lost: Loss = Loss())
    {
        self.id = id
        self.epoch = epoch
        self.restoredTo = restoredTo
        self.at = at
        self.lastEvent = lastEvent
        self.lost = lost
    }

    /// How long before the moment the search begins, in seconds: clocks differ, and a call may be recorded later than it was made.
    public static let marginSeconds: Int64 = 3600

    /// From when on charges may be of the lost future.
    public var searchedFrom: Timestamp { restoredTo.adding(seconds: -Self.marginSeconds) }
}

extension [Restoration] {
    /// The last event that a follower who saw `epoch` shares with the shop as it is now; nil where that is not known, since the epoch
    /// is none of this history.
    ///
    /// - Parameter epoch: 0 before the first restore.
    public func lastCommonEvent(with epoch: Int64) -> Int64? {
        guard epoch == 0 || contains(where: { $0.epoch == epoch }) else { return nil }
        return filter { $0.epoch > epoch }.map(\.lastEvent).min() ?? .max
    }
}
