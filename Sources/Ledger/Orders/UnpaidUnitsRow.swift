import Bytes
import Trading

/// The units held unpaid by clients without a key: by one client, or of one SKU.
///
/// There is no row where no units are held.
public struct UnpaidUnitsRow: LedgerRow {
    /// A client's digest (negative), or a SKU's (zero or positive).
    public struct Key: RowKey {
        /// The digest.
        public let digest: Int64

        /// The count of a client, by a digest of any sign.
        public init(client digest: Int64) {
            self.digest = digest | .min
        }

        /// The count of a SKU.
        ///
        /// Merchants choose SKUs, so there is nothing to gain from a collision, and collisions are very rare among millions.
        public init(_ sku: SKU) {
            digest = Int64(bitPattern: FNV1a(sku.description.utf8).value) & .max
        }

        /// Writes the column.
        public func write(to columns: inout some ColumnWriter) {
            columns.integer(digest)
        }

        /// Reads the column.
        public init?(from columns: inout some ColumnReader) {
            guard let digest = columns.integer() else { return nil }
            self.digest = digest
        }
    }

    /// `unpaid_units`, by digest.
    public static let schema = TableSchema(
        "unpaid_units",
        key: [.integer("digest")],
        [.integer("units")],
        layout: .apart,
        checks: ["units > 0"]
    )

    /// The client or SKU.
    public let key: Key
    /// The number of units, more than 0.
    public let units: Int64

    /// The row of a count.
    public init(_ key: Key, units: Int64) {
        self.key = key
        self.units = units
    }

    /// Writes the columns.
    public func write(to columns: inout some ColumnWriter) {
        key.write(to: &columns)
        columns.integer(units)
    }

    /// Reads the columns.
    public init?(from columns: inout some ColumnReader) {
        guard let key = Key(from: &columns), let units = columns.integer() else { return nil }
        self.init(key, units: units)
    }
}
