import JSON
import Trading

/// The counters of one SKU at one location.
public struct StockRow: LedgerRow {
    /// A SKU and a location.
    public struct Key: RowKey {
        /// Which SKU.
        public let sku: SKU
        /// Where.
        public let location: String

        /// A SKU at a location.
        public init(_ sku: SKU, _ location: String) {
            self.sku = sku
            self.location = location
        }

        /// Writes both columns.
        public func write(to columns: inout some ColumnWriter) {
            columns.text(sku.description)
            columns.text(location)
        }

        /// Reads both columns.
        public init?(from columns: inout some ColumnReader) {
            guard let sku = columns.text(), let location = columns.text() else { return nil }
            self.init(SKU(stored: sku), location)
        }
    }

    /// `stock`, by SKU and location; its `CHECK` constraints repeat the promises of the rules.
    public static let schema = TableSchema(
        "stock",
        key: [.text("sku"), .text("location")],
        [.integer("on_hand"), .integer("reserved"), .integer("last_movement")],
        checks: ["reserved >= 0", "on_hand >= reserved"]
    )

    /// The SKU and the location.
    public let key: Key
    /// The counters.
    public var level: StockLevel
    /// The newest movement, from which the chain leads back to the first; 0 where there is none.
    public var lastMovement: Int64

    /// The row of a level.
    public init(_ key: Key, level: StockLevel = StockLevel(), lastMovement: Int64 = 0) {
        self.key = key
        self.level = level
        self.lastMovement = lastMovement
    }

    /// Writes the columns.
    public func write(to columns: inout some ColumnWriter) {
        key.write(to: &columns)
        columns.integer(level.onHand)
        columns.integer(level.reserved)
        columns.integer(lastMovement)
    }

    /// Reads the columns.
    public init?(from columns: inout some ColumnReader) {
        guard let key = Key(from: &columns), let onHand = columns.integer(), let reserved = columns.integer(),
            let last = columns.integer()
        else { return nil }
        self.init(key, level: StockLevel(onHand: onHand, reserved: reserved), lastMovement: last)
    }
}
