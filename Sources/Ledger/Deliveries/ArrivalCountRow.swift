import Trading

/// How many of a carrier's parcels arrived within an interval of lateness; counted in the transaction of the arrival.
public struct ArrivalCountRow: LedgerRow {
    /// A carrier and an interval.
    public struct Key: RowKey {
        /// The carrier.
        public let carrier: String
        /// The interval: ``Arrival/span``.
        public let span: Int64

        /// A carrier's span.
        public init(_ carrier: String, _ span: Int64) {
            self.carrier = carrier
            self.span = span
        }

        /// Writes both columns.
        public func write(to columns: inout some ColumnWriter) {
            columns.text(carrier)
            columns.integer(span)
        }

        /// Reads both columns.
        public init?(from columns: inout some ColumnReader) {
            guard let carrier = columns.text(), let span = columns.integer() else { return nil }
            self.init(carrier, span)
        }
    }

    /// `arrivals`, by carrier and span.
    public static let schema = TableSchema(
        "arrivals",
        key: [.text("carrier"), .integer("span")],
        [.integer("count")]
    )

    /// Whose parcels in which span.
    public let key: Key
    /// How many.
    public let count: Int64

    /// A count.
    public init(_ key: Key, count: Int64) {
        self.key = key
        self.count = count
    }

    /// Writes the columns.
    public func write(to columns: inout some ColumnWriter) {
        key.write(to: &columns)
        columns.integer(count)
    }

    /// Reads the columns.
    public init?(from columns: inout some ColumnReader) {
        guard let key = Key(from: &columns), let count = columns.integer() else { return nil }
        self.init(key, count: count)
    }
}
