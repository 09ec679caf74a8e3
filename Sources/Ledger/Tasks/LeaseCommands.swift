import Trading

/// Takes a lease that is free or over, or renews one's own.
public struct AcquireLease: Command {
    /// `acquireLease`.
    public static let name = "acquireLease"

    /// The lease's name.
    public let lease: String
    /// Who wants it: fresh for each incarnation of a process.
    public let holder: String
    /// For how long, in seconds, by the ledger's clock.
    public let seconds: Int64

    /// A wish for a lease.
    public init(_ lease: String, holder: String, seconds: Int64) {
        self.lease = lease
        self.holder = holder
        self.seconds = seconds
    }

    /// The lease.
    ///
    /// A renewal keeps the epoch; a new holder counts it up, which fences the old one off.
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

/// Lets go of a lease that one holds, so that the next need not wait for its end.
public struct ReleaseLease: Command {
    /// `releaseLease`.
    public static let name = "releaseLease"

    /// The lease's name.
    public let lease: String
    /// Who holds it.
    public let holder: String

    /// A lease to let go of.
    public init(_ lease: String, holder: String) {
        self.lease = lease
        self.holder = holder
    }

    /// Whether it was held; the epoch stays, and the next holder counts it up.
    public func decide(_ set: WorkingSet) throws(Never) -> Bool {
        guard var row = set.leases.get(lease), row.holder == holder, row.expiresAt > set.now else { return false }
        row.expiresAt = set.now
        set.leases.put(row)
        return true
    }
}

/// Why a lease was not given.
public enum LeaseRefusal: Error, Hashable, Sendable {
    /// Another holds it until then.
    case held(until: Timestamp)
}
