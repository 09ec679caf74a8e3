import Trading

/// A payment, with the columns for look-ups, and when its next step is due.
///
/// The row is its own task: a claim moves `due` to the end of the claim and increments `epoch`, and the record of an outcome must
/// name that epoch. A worker that died leaves a payment that is due again; the late result of a slow one changes nothing.
public struct PaymentRow: LedgerRow {
    /// `payments`, by id and so by time.
    public static let schema = TableSchema(
        "payments",
        key: [.id("id")],
        [
            .integer("state"), .text("provider").orNull, .text("reference").orNull, .text("token").orNull,
            .time("due").orNull, .integer("epoch"), .bytes("document"), .flag("probe").added(with: "0"),
        ],
        layout: .apart,
        indexes: [
            TableIndex("payments_by_state", on: "state", "id"),
            TableIndex("payments_by_due", on: "provider", "due", where: "due IS NOT NULL"),
            TableIndex("payments_by_reference", on: "provider", "reference", where: "reference IS NOT NULL"),
        ]
    )
    /// The document, and what it does not say.
    public static let selection = schema.selection("token", "due", "epoch", "document")

    /// The payment.
    public let payment: Payment
    /// When its next step is due, or when the claim on it lapses; nil where there is no step.
    public let due: Timestamp?
    /// Incremented by each claim and each recorded outcome.
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
        columns.id(payment.id)
        columns.integer(payment.status.rawValue)
        columns.text(payment.provider)
        columns.text(payment.reference)
        columns.text(payment.token)
        columns.time(due)
        columns.integer(epoch)
        columns.bytes(payment.document)
        columns.flag(payment.isProbe)
    }

    /// Reads the columns.
    public init?(from columns: inout some ColumnReader) {
        let (token, due) = (columns.text(), columns.time())
        guard let epoch = columns.integer(), let document = columns.bytes(), var payment = Payment(document: document)
        else { return nil }
        payment.token = token
        self.init(payment, due: due, epoch: epoch)
    }
}

/// A received webhook of a provider, which identifies repeats.
public struct InboxRow: LedgerRow {
    /// A provider and an event.
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

        /// Reads both columns.
        public init?(from columns: inout some ColumnReader) {
            guard let provider = columns.text(), let event = columns.text() else { return nil }
            self.init(provider, event)
        }
    }

    /// `inbox`, by provider and event.
    public static let schema = TableSchema(
        "inbox",
        key: [.text("provider"), .text("event")],
        [.time("at")]
    )

    /// The provider and the event.
    public let key: Key
    /// When it was received.
    public let at: Timestamp

    /// The row of an event.
    public init(_ key: Key, at: Timestamp) {
        self.key = key
        self.at = at
    }

    /// Writes the columns.
    public func write(to columns: inout some ColumnWriter) {
        key.write(to: &columns)
        columns.time(at)
    }

    /// Reads the columns.
    public init?(from columns: inout some ColumnReader) {
        guard let key = Key(from: &columns), let at = columns.time() else { return nil }
        self.init(key, at: at)
    }
}
