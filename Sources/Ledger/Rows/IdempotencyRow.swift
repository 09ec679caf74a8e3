import Trading

/// What a request with an idempotency key did, written in the same transaction as its effect.
public struct IdempotencyRow: LedgerRow {
    /// `idempotency`, by the digest of key, credential and route.
    public static let schema = TableSchema(
        "idempotency",
        key: [Column("key", .blob)],
        [Column("fingerprint", .integer), Column("at", .integer), Column("receipt", .blob)]
    )

    /// The digest of key, credential and route.
    public let key: Bits128
    /// The digest of the body.
    public let fingerprint: Int64
    /// When.
    public let at: Timestamp
    /// From which the outcome is told again.
    public let receipt: [UInt8]

    /// The record of a request.
    public init(key: Bits128, fingerprint: Int64, at: Timestamp, receipt: [UInt8]) {
        self.key = key
        self.fingerprint = fingerprint
        self.at = at
        self.receipt = receipt
    }

    /// Writes the columns.
    public func write(to columns: inout some ColumnWriter) {
        columns.bits(key)
        columns.integer(fingerprint)
        columns.integer(at.milliseconds)
        columns.blob(receipt)
    }

    /// Reads the columns.
    public init?(from columns: inout some ColumnReader) {
        guard let key = columns.bits(), let fingerprint = columns.integer(), let at = columns.integer(),
            let receipt = columns.blob()
        else { return nil }
        self.init(key: key, fingerprint: fingerprint, at: Timestamp(milliseconds: at), receipt: receipt)
    }
}
