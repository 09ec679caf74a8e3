/// A value of the shop that is created once, such as the secret from which order secrets are derived.
public struct SettingRow: LedgerRow {
    /// `settings`, by name.
    public static let schema = TableSchema("settings", key: [.text("name")], [.bytes("value")])

    /// 32 random bytes from which the secrets of orders are derived.
    public static let orderSecret = "order-secret"
    /// The number of webhook endpoints.
    static let webhookCount = "webhook-count"
    /// When the last write canary was committed.
    public static let canary = "canary"
    /// Until when nothing expires, because the ledger was away.
    static let expiryResumes = "expiry-resumes"
    /// The table of shipping rates, as a document.
    public static let shippingRates = "shipping-rates"

    /// What the last run did that moved closed orders into files, as a document.
    static let archiveRun = "archive-run"

    /// Its name.
    public let key: String
    /// Its value.
    public let value: [UInt8]

    /// The row of a setting.
    public init(_ name: String, value: [UInt8]) {
        key = name
        self.value = value
    }

    /// Writes the columns.
    public func write(to columns: inout some ColumnWriter) {
        columns.text(key)
        columns.bytes(value)
    }

    /// Reads the columns.
    public init?(from columns: inout some ColumnReader) {
        guard let name = columns.text(), let value = columns.bytes() else { return nil }
        self.init(name, value: value)
    }
}
