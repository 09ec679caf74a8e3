import Trading

/// An endpoint, with the columns for deliveries.
public struct WebhookRow: DocumentRow {
    /// `webhooks`, by id.
    public static let schema = TableSchema(
        "webhooks",
        key: [.id("id")],
        [.flag("enabled"), .integer("cursor"), .integer("oldest"), .text("events"), .bytes("document")],
        layout: .apart
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
        columns.id(endpoint.id)
        columns.flag(endpoint.isEnabled)
        columns.integer(endpoint.stream.cursor)
        columns.integer(min(endpoint.stream.cursor, endpoint.replay?.stream.cursor ?? .max))
        columns.text(endpoint.filter.patterns.joined(separator: " "))
        columns.bytes(endpoint.document)
    }
}

/// The progress of an endpoint, without the rest of the row: read often, and never written.
public struct WebhookPosition: RowPart {
    /// What leads the columns of `webhooks`.
    public static let selection = WebhookRow.schema.selection("id", "enabled", "cursor", "oldest", "events")

    /// The id.
    public let key: ID<WebhookEndpoint>
    /// Whether it is enabled.
    public let isEnabled: Bool
    /// The last event that it received or that was passed.
    public let cursor: Int64
    /// The last event that it no longer needs, for new events and for a replay.
    public let oldest: Int64
    /// Its filter.
    public let filter: EventFilter

    /// Reads the columns.
    public init?(from columns: inout some ColumnReader) {
        guard let key = columns.id(WebhookEndpoint.self), let isEnabled = columns.flag(),
            let cursor = columns.integer(), let oldest = columns.integer(), let events = columns.text()
        else { return nil }
        self.key = key
        self.isEnabled = isEnabled
        self.cursor = cursor
        self.oldest = oldest
        filter = EventFilter(stored: events.split(separator: " ").map(String.init))
    }
}

/// One delivery attempt in the log of its endpoint.
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
            columns.id(endpoint)
            columns.integer(number)
        }

        /// Reads both columns.
        public init?(from columns: inout some ColumnReader) {
            guard let endpoint = columns.id(WebhookEndpoint.self), let number = columns.integer() else { return nil }
            self.init(endpoint, number)
        }
    }

    /// `webhook_deliveries`, by endpoint and number.
    public static let schema = TableSchema(
        "webhook_deliveries",
        key: [.id("endpoint"), .integer("number")],
        [
            .text("message"), .integer("event").orNull, .text("type"), .integer("origin"), .time("at"),
            .integer("milliseconds"), .integer("status").orNull, .text("failure").orNull, .integer("wish").orNull,
        ]
    )

    /// The endpoint and the attempt.
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
        columns.time(attempt.at)
        columns.integer(attempt.milliseconds)
        switch attempt.answer {
        case .status(let status, let retryAfter):
            columns.integer(Int64(status))
            columns.null()
            columns.integer(retryAfter)
        case .none(let failure):
            columns.null()
            columns.text(failure.rawValue)
            columns.null()
        }
    }

    /// Reads the columns.
    public init?(from columns: inout some ColumnReader) {
        guard let key = Key(from: &columns), let message = columns.text() else { return nil }
        let event = columns.integer()
        guard let type = columns.text(), let origin = columns.integer().flatMap(DeliveryOrigin.init),
            let at = columns.time(), let milliseconds = columns.integer()
        else { return nil }
        let status = columns.integer()
        let failure = columns.text().flatMap(DeliveryFailure.init)
        let retryAfter = columns.integer()
        guard
            let answer = failure.map({ .none($0) })
                ?? status.map({ DeliveryAnswer.status(Int($0), retryAfter: retryAfter) })
        else { return nil }
        self.key = key
        attempt = DeliveryAttempt(
            message: message,
            event: event,
            type: type,
            origin: origin,
            at: at,
            milliseconds: milliseconds,
            answer: answer
        )
    }
}
