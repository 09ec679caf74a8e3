import JSON
import Trading

/// One event of the feed.
///
/// The sequence has no gaps, so a reader that continues with `after` misses none.
///
/// Events contain facts and ids, never personal data: erasing a person leaves nothing behind in the feed.
public struct EventRow: LedgerRow {
    /// `events`, by sequence number.
    public static let schema = TableSchema(
        "events",
        key: [.integer("seq")],
        [
            .time("at"), .integer("type"), .text("subject"), .bytes("data"), .flag("probe").added(with: "0"),
            .integer("epoch").added(with: "0"),
        ],
        layout: .apart
    )

    /// Its number, from 1.
    public let key: Int64
    /// When.
    public let at: Timestamp
    /// The type.
    public let type: EventType
    /// Whether a prober caused it; then merchants do not see it.
    public let isProbe: Bool
    /// Its object: an id, a SKU, a code.
    public let subject: String
    /// The facts, one JSON object.
    public let data: [UInt8]
    /// The epoch in which it happened; 0 before the first restore.
    public let epoch: Int64

    init(
        seq: Int64,
        at: Timestamp,
        type: EventType,
        isProbe: Bool = false,
        subject: String,
        data: [UInt8],
        epoch: Int64 = 0
    ) {
        key = seq
        self.at = at
        self.type = type
        self.isProbe = isProbe
        self.subject = subject
        self.data = data
        self.epoch = epoch
    }

    /// Writes the columns.
    public func write(to columns: inout some ColumnWriter) {
        columns.integer(key)
        columns.time(at)
        columns.integer(type.rawValue)
        columns.text(subject)
        columns.bytes(data)
        columns.flag(isProbe)
        columns.integer(epoch)
    }

    /// Reads the columns.
    public init?(from columns: inout some ColumnReader) {
        guard let seq = columns.integer(), let at = columns.time(),
            let type = columns.integer().flatMap(EventType.init), let subject = columns.text(),
            let data = columns.bytes(), let isProbe = columns.flag(),
            let epoch = columns.integer()
        else { return nil }
        self.init(seq: seq, at: at, type: type, isProbe: isProbe, subject: subject, data: data, epoch: epoch)
    }

    /// The event as the API answers it.
    public func write(to json: inout JSONWriter) {
        json.beginObject()
        json.member("seq", key)
        if epoch > 0 { json.member("epoch", epoch) }
        json.member("type", type.name)
        json.member("subject", subject)
        json.member("at", at)
        json.key("data")
        json.raw(data)
        json.endObject()
    }
}
