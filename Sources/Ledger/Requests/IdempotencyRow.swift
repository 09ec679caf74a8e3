import Trading

/// The record of a request with an idempotency key, written in the same transaction as its effect.
public struct IdempotencyRow: LedgerRow {
    /// `idempotency`, by the digest of key, credential and route.
    public static let schema = TableSchema(
        "idempotency",
        key: [.id("key")],
        [.integer("fingerprint"), .time("at"), .bytes("receipt"), .id("person").orNull, .bytes("erased").orNull],
        indexes: [TableIndex("idempotency_by_person", on: "person", "key", where: "person IS NOT NULL")]
    )

    /// The digest of key, credential and route.
    public let key: Bits128
    /// The digest of the body.
    public let fingerprint: Int64
    /// The time.
    public let at: Timestamp
    /// The data from which the outcome is reconstructed.
    public let receipt: [UInt8]
    /// The receipt's replacement after a person's erasure; nil where the receipt contains no personal data.
    public let erasure: ReceiptErasure?

    /// The record of a request.
    public init(key: Bits128, fingerprint: Int64, at: Timestamp, receipt: [UInt8], erasure: ReceiptErasure? = nil) {
        self.key = key
        self.fingerprint = fingerprint
        self.at = at
        self.receipt = receipt
        self.erasure = erasure
    }

    /// The record without personal data.
    public var erased: IdempotencyRow {
        IdempotencyRow(key: key, fingerprint: fingerprint, at: at, receipt: erasure?.receipt ?? receipt)
    }

    /// Writes the columns.
    public func write(to columns: inout some ColumnWriter) {
        columns.bits(key)
        columns.integer(fingerprint)
        columns.time(at)
        columns.bytes(receipt)
        columns.bits(erasure?.person)
        columns.bytes(erasure?.receipt)
    }

    /// Reads the columns.
    public init?(from columns: inout some ColumnReader) {
        guard let key = columns.bits(), let fingerprint = columns.integer(), let at = columns.time(),
            let receipt = columns.bytes()
        else { return nil }
        let (person, erased) = (columns.bits(), columns.bytes())
        self.init(
            key: key,
            fingerprint: fingerprint,
            at: at,
            receipt: receipt,
            erasure: person.flatMap { person in erased.map { ReceiptErasure(person: person, receipt: $0) } }
        )
    }
}

/// The replacement of a receipt after a person's erasure.
public struct ReceiptErasure: Hashable, Sendable {
    /// The customer or the order whose data it contains.
    public let person: Bits128
    /// The receipt without that data.
    public let receipt: [UInt8]

    /// A receipt without personal data.
    public init(person: Bits128, receipt: [UInt8]) {
        self.person = person
        self.receipt = receipt
    }
}
