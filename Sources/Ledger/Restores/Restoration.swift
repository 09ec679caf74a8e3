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
    /// The moment of the first of the earlier restores whose search had not ended; nil where none had been left open.
    ///
    /// What their lost futures did is searched with this one.
    public package(set) var openSince: Timestamp?
    /// When it was restored.
    public package(set) var at: Timestamp
    /// The last event that both histories have.
    public package(set) var lastEvent: Int64
    /// What the backup knew of the lost future.
    public package(set) var lost: Loss
    /// The providers and carriers whose lists were searched completely, as in `payments/stripe`.
    public package(set) var searched: [String] = []
    /// Carriers that have no list: a person has to compare.
    public package(set) var unlisted: [String] = []
    /// When all payment providers had been searched; nil before that.
    public package(set) var paymentsSearchedAt: Timestamp?
    /// When all carriers had been searched that can be; nil before that.
    public package(set) var parcelsSearchedAt: Timestamp?
    /// When all of them had been searched; nil before that.
    public package(set) var settledAt: Timestamp?
    /// What was found of the lost future.
    public package(set) var found = Findings()
    /// The first parcels that a person has to look at, at most ``heldParcelsMax``.
    public package(set) var heldParcels: [HeldParcel] = []
    /// How many parcels are listed; ``Findings/parcelsHeld`` counts all.
    public static let heldParcelsMax = 100

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
        /// Bookings that became, or stayed, shipments of their orders.
        public package(set) var parcelsAdopted: Int64 = 0
        /// Bookings that nobody wants, called off at their carriers.
        public package(set) var parcelsCalledOff: Int64 = 0
        /// Shipments that were cancelled, as their carriers have them.
        public package(set) var parcelsFollowed: Int64 = 0
        /// Bookings that are kept for a person.
        public package(set) var parcelsHeld: Int64 = 0
        /// Bookings that no shipment of the shop explains.
        public package(set) var parcelsForeign: Int64 = 0

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

    /// Whether every payment provider was searched.
    public var paymentsAreSearched: Bool { paymentsSearchedAt != nil || settledAt != nil }

    /// Whether every carrier was searched that can be.
    public var parcelsAreSearched: Bool { parcelsSearchedAt != nil || settledAt != nil }

    /// Keeps a parcel for a person.
    mutating func hold(_ parcel: HeldParcel) {
        found.parcelsHeld += 1
        if heldParcels.count < Self.heldParcelsMax { heldParcels.append(parcel) }
    }

    /// From when on charges may be of the lost future.
    public var searchedFrom: Timestamp {
        min(restoredTo, openSince ?? restoredTo).adding(seconds: -Self.marginSeconds)
    }
}

/// A parcel that was booked in the lost future, and that a person has to look at.
public struct HeldParcel: Hashable, Sendable {
    /// The carrier.
    public package(set) var carrier: String
    /// The carrier's id of the booking.
    public package(set) var reference: String
    /// The id of the shipment in the lost future.
    public package(set) var shipment: ID<Shipment>
    /// The order that it was for, where the carrier told it.
    public package(set) var order: ID<Order>?
    /// Why it is kept.
    public package(set) var reason: LostParcelReason
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
