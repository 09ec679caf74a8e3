import Trading

/// Takes a lease that is free or has expired, or renews the holder's own.
public struct AcquireLease: Command {
    /// `acquireLease`.
    public static let name = "acquireLease"

    /// The lease's name.
    public let lease: String
    /// The holder: new for each instance of a process.
    public let holder: String
    /// The duration in seconds, by the ledger's clock.
    public let seconds: Int64

    /// A request for a lease.
    public init(_ lease: String, holder: String, seconds: Int64) {
        self.lease = lease
        self.holder = holder
        self.seconds = seconds
    }

    /// Decides the lease.
    ///
    /// A renewal keeps the epoch; a new holder increments it, which fences off the old one.
    public func decide(_ set: WorkingSet) throws(LeaseRefusal) -> LeaseRow {
        let until = set.now.adding(seconds: seconds)
        var row = set.leases.get(lease) ?? LeaseRow(lease, holder: holder, epoch: 0, expiresAt: set.now)
        if row.holder != holder || row.epoch == 0 {
            guard row.expiresAt <= set.now else { throw .held(until: row.expiresAt) }
            row.holder = holder
            row.epoch += 1
        }
        row.expiresAt = until
        set.leases.put(row)
        return row
    }
}

/// Releases a lease, so that the next holder need not wait for its expiry.
public struct ReleaseLease: Command {
    /// `releaseLease`.
    public static let name = "releaseLease"

    /// The lease's name.
    public let lease: String
    /// The holder.
    public let holder: String

    /// A lease to release.
    public init(_ lease: String, holder: String) {
        self.lease = lease
        self.holder = holder
    }

    /// Decides whether it was held; the epoch stays, and the next holder increments it.
    public func decide(_ set: WorkingSet) throws(Never) -> Bool {
        guard var row = set.leases.get(lease), row.holder == holder, row.expiresAt > set.now else { return false }
        row.expiresAt = set.now
        set.leases.put(row)
        return true
    }
}

/// Why a lease was not given.
///
/// It may be tried again after `until`.
public enum LeaseRefusal: Error, Hashable, Sendable {
    /// Another holder has it until then.
    case held(until: Timestamp)
}
