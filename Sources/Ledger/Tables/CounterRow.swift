/// A counter that numbers events or movements without gaps, or the epoch of the shop.
public struct CounterRow: LedgerRow {
    /// `counters`, by name.
    public static let schema = TableSchema("counters", key: [.text("name")], [.integer("value")])

    /// The counter of events.
    public static let events = "events"
    /// The counter of movements.
    public static let movements = "movements"
    /// The counter of journal entries.
    public static let journal = "journal"
    /// The epoch that the last restore began; 0 in a shop that was never restored.
    public static let epoch = "epoch"
    /// All counters.
    static let all = [events, movements, journal, epoch]

    /// The name of the counter.
    public let key: String
    /// The last number given.
    public var value: Int64

    /// The row of a counter.
    public init(_ name: String, value: Int64) {
        key = name
        self.value = value
    }

    /// Writes the columns.
    public func write(to columns: inout some ColumnWriter) {
        columns.text(key)
        columns.integer(value)
    }

    /// Reads the columns.
    public init?(from columns: inout some ColumnReader) {
        guard let name = columns.text(), let value = columns.integer() else { return nil }
        self.init(name, value: value)
    }
}
