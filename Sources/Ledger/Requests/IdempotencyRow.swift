import Trading

/// What a request with an idempotency key did, written in the same transaction as its effect.
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
    /// When.
    public let at: Timestamp
    /// From which the outcome is told again.
    public let receipt: [UInt8]
    /// What takes the receipt's place once a person is erased; nil where the receipt holds no personal data.
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

/// What becomes of a receipt when a person is erased.
public struct ReceiptErasure: Hashable, Sendable {
    /// The customer or the order whose data is in it.
    public let person: Bits128
    /// The receipt without that data.
    public let receipt: [UInt8]

    /// A receipt without personal data.
    public init(person: Bits128, receipt: [UInt8]) {
        self.person = person
        self.receipt = receipt
    }
}
