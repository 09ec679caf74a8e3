import Trading

/// An endpoint, with the columns by which it is told what is new.
public struct WebhookRow: LedgerRow {
    /// `webhooks`, by id.
    public static let schema = TableSchema(
        "webhooks",
        key: [Column("id", .blob)],
        [
            Column("enabled", .integer), Column("cursor", .integer), Column("oldest", .integer),
            Column("events", .text), Column("document", .blob),
        ]
    )

    /// The endpoint.
    public let endpoint: WebhookEndpoint

    /// The row of an endpoint.
    public init(_ endpoint: WebhookEndpoint) {
        self.endpoint = endpoint
    }

    /// The id.
    public var key: ID<WebhookEndpoint> { endpoint.id }

    /// Writes the columns.
    public func write(to columns: inout some ColumnWriter) {
        columns.bits(endpoint.id.bits)
        columns.integer(Int64(endpoint.isEnabled ? 1 : 0))
        columns.integer(endpoint.stream.cursor)
        columns.integer(min(endpoint.stream.cursor, endpoint.replay?.stream.cursor ?? .max))
        columns.text(endpoint.filter.patterns.joined(separator: " "))
        columns.blob(endpoint.document)
    }

    /// Reads the columns.
    public init?(from columns: inout some ColumnReader) {
        _ = columns.bits()
        _ = columns.integer()
        _ = columns.integer()
        _ = columns.integer()
        _ = columns.text()
        guard let document = columns.blob(), let endpoint = WebhookEndpoint(document: document) else { return nil }
        self.endpoint = endpoint
    }
}

/// How far an endpoint has been told, without the rest of it: read often, and never written.
public struct WebhookPosition: LedgerRow {
    /// `webhooks`.
    public static let schema = WebhookRow.schema

    /// The id.
    public let key: ID<WebhookEndpoint>
    /// Whether it is told anything.
    public let isEnabled: Bool
    /// The last event that it got or that was passed over.
    public let cursor: Int64
    /// The last event that it needs no more, of what is new and of what is told again.
    public let oldest: Int64
    /// Of what it is told.
    public let filter: EventFilter

    /// Never written.
    public func write(to columns: inout some ColumnWriter) {
        preconditionFailure("a position is read out of an endpoint's row")
    }

    /// Reads the columns.
    public init?(from columns: inout some ColumnReader) {
        guard let id = columns.bits(), let enabled = columns.integer(), let cursor = columns.integer(),
            let oldest = columns.integer(), let events = columns.text()
        else { return nil }
        key = ID(id)
        isEnabled = enabled == 1
        self.cursor = cursor
        self.oldest = oldest
        filter = EventFilter(stored: events.split(separator: " ").map(String.init))
    }
}

/// One attempt at a delivery, as the log of its endpoint keeps it.
public struct DeliveryRow: LedgerRow {
    /// An endpoint and the number of an attempt.
    public struct Key: RowKey {
        /// The endpoint.
        public let endpoint: ID<WebhookEndpoint>
        /// The attempt's number, from 1.
        public let number: Int64

        /// An attempt of an endpoint.
        public init(_ endpoint: ID<WebhookEndpoint>, _ number: Int64) {
            self.endpoint = endpoint
            self.number = number
        }

        /// Writes both columns.
        public func write(to columns: inout some ColumnWriter) {
            columns.bits(endpoint.bits)
            columns.integer(number)
        }

        /// By endpoint, then by number.
        public static func < (lhs: Key, rhs: Key) -> Bool {
            lhs.endpoint == rhs.endpoint ? lhs.number < rhs.number : lhs.endpoint < rhs.endpoint
        }
    }

    /// `webhook_deliveries`, by endpoint and number.
    public static let schema = TableSchema(
        "webhook_deliveries",
        key: [Column("endpoint", .blob), Column("number", .integer)],
        [
            Column("message", .text), Column("event", .integer), Column("type", .text), Column("origin", .integer),
            Column("at", .integer), Column("milliseconds", .integer), Column("status", .integer),
            Column("failure", .text), Column("wish", .integer),
        ]
    )

    /// Which endpoint, and which attempt.
    public let key: Key
    /// The attempt.
    public let attempt: DeliveryAttempt

    /// The row of an attempt.
    public init(_ key: Key, _ attempt: DeliveryAttempt) {
        self.key = key
        self.attempt = attempt
    }

    /// Writes the columns.
    public func write(to columns: inout some ColumnWriter) {
        key.write(to: &columns)
        columns.text(attempt.message)
        columns.integer(attempt.event)
        columns.text(attempt.type)
        columns.integer(attempt.origin.rawValue)
        columns.integer(attempt.at.milliseconds)
        columns.integer(attempt.milliseconds)
        switch attempt.answer {
        case .status(let status, let wish):
            columns.integer(Int64(status))
            columns.null()
            columns.integer(wish)
        case .none(let failure):
            columns.null()
            columns.text(failure.rawValue)
            columns.null()
        }
    }

    /// Reads the columns.
    public init?(from columns: inout some ColumnReader) {
        guard let endpoint = columns.bits(), let number = columns.integer(), let message = columns.text() else {
            return nil
        }
        let event = columns.integer()
        guard let type = columns.text(), let origin = columns.integer().flatMap(DeliveryOrigin.init),
            let at = columns.integer(), let milliseconds = columns.integer()
        else { return nil }
        let status = columns.integer()
        let failure = columns.text().flatMap(DeliveryFailure.init)
        let wish = columns.integer()
        guard
            let answer = failure.map({ .none($0) }) ?? status.map({ DeliveryAnswer.status(Int($0), retryAfter: wish) })
        else { return nil }
        key = Key(ID(endpoint), number)
        attempt = DeliveryAttempt(
            message: message,
            event: event,
            type: type,
            origin: origin,
            at: Timestamp(milliseconds: at),
            milliseconds: milliseconds,
            answer: answer
        )
    }
}
