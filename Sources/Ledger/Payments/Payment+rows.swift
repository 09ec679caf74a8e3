import Trading

/// A payment, with the columns by which it is found, and when its next step is due.
///
/// The row is its own task: a claim moves `due` to the end of the claim and counts `epoch` up, and whoever records an outcome must
/// name that epoch. A worker that died leaves a payment that is due again; one that was only slow changes nothing any more.
public struct PaymentRow: LedgerRow {
    /// `payments`, by id and so by time.
    public static let schema = TableSchema(
        "payments",
        key: [Column("id", .blob)],
        [
            Column("state", .integer), Column("provider", .text), Column("reference", .text), Column("token", .text),
            Column("due", .integer), Column("epoch", .integer), Column("probe", .integer), Column("document", .blob),
        ]
    )

    /// The payment.
    public let payment: Payment
    /// When its next step is due, or when the claim on it lapses; nil where nothing is to be done.
    public let due: Timestamp?
    /// Counts claims and recorded outcomes.
    public let epoch: Int64

    /// The row of a payment.
    public init(_ payment: Payment, due: Timestamp? = nil, epoch: Int64 = 0) {
        self.payment = payment
        self.due = due
        self.epoch = epoch
    }

    /// Its id.
    public var key: ID<Payment> { payment.id }

    /// Writes the columns.
    public func write(to columns: inout some ColumnWriter) {
        columns.bits(payment.id.bits)
        columns.integer(payment.status.rawValue)
        columns.text(payment.provider)
        columns.text(payment.reference)
        columns.text(payment.token)
        columns.integer(due?.milliseconds)
        columns.integer(epoch)
        columns.integer(payment.isProbe ? 1 : 0)
        columns.blob(payment.document)
    }

    /// Reads the columns.
    public init?(from columns: inout some ColumnReader) {
        _ = columns.bits()
        _ = columns.integer()
        _ = columns.text()
        _ = columns.text()
        let token = columns.text()
        let due = columns.integer()
        guard let epoch = columns.integer() else { return nil }
        _ = columns.integer()
        guard let document = columns.blob(), var payment = Payment(document: document)
        else { return nil }
        payment.token = token
        self.init(payment, due: due.map { Timestamp(milliseconds: $0) }, epoch: epoch)
    }
}

/// A webhook of a provider that was taken: what keeps its repeats from having an effect.
public struct InboxRow: LedgerRow {
    /// Which event of which provider.
    public struct Key: RowKey {
        /// The provider's name.
        public let provider: String
        /// The provider's id of the event.
        public let event: String

        /// An event of a provider.
        public init(_ provider: String, _ event: String) {
            self.provider = provider
            self.event = event
        }

        /// Writes both columns.
        public func write(to columns: inout some ColumnWriter) {
            columns.text(provider)
            columns.text(event)
        }

        /// By provider, then by event.
        public static func < (lhs: Key, rhs: Key) -> Bool {
            (lhs.provider, lhs.event) < (rhs.provider, rhs.event)
        }
    }

    /// `inbox`, by provider and event.
    public static let schema = TableSchema(
        "inbox",
        key: [Column("provider", .text), Column("event", .text)],
        [Column("at", .integer)]
    )

    /// Which event of which provider.
    public let key: Key
    /// When it was taken.
    public let at: Timestamp

    /// The row of an event.
    public init(_ key: Key, at: Timestamp) {
        self.key = key
        self.at = at
    }

    /// Writes the columns.
    public func write(to columns: inout some ColumnWriter) {
        key.write(to: &columns)
        columns.integer(at.milliseconds)
    }

    /// Reads the columns.
    public init?(from columns: inout some ColumnReader) {
        guard let provider = columns.text(), let event = columns.text(), let at = columns.integer() else { return nil }
        self.init(Key(provider, event), at: Timestamp(milliseconds: at))
    }
}
