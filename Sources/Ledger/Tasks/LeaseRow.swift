import Trading

/// The exclusive right to a job, for a time.
public struct LeaseRow: LedgerRow {
    /// `leases`, by name.
    public static let schema = TableSchema(
        "leases",
        key: [.text("name")],
        [.text("holder"), .integer("epoch"), .time("expires_at")]
    )

    /// The job's name.
    public let key: String
    /// The holder: new for each instance of a process.
    public var holder: String
    /// The number of holders so far; every write under the lease names it.
    public var epoch: Int64
    /// When another holder may take it, by the ledger's clock.
    public var expiresAt: Timestamp

    /// A lease.
    public init(_ name: String, holder: String, epoch: Int64, expiresAt: Timestamp) {
        key = name
        self.holder = holder
        self.epoch = epoch
        self.expiresAt = expiresAt
    }

    /// Writes the columns.
    public func write(to columns: inout some ColumnWriter) {
        columns.text(key)
        columns.text(holder)
        columns.integer(epoch)
        columns.time(expiresAt)
    }

    /// Reads the columns.
    public init?(from columns: inout some ColumnReader) {
        guard let name = columns.text(), let holder = columns.text(), let epoch = columns.integer(),
            let expiresAt = columns.time()
        else { return nil }
        self.init(name, holder: holder, epoch: epoch, expiresAt: expiresAt)
    }
}
