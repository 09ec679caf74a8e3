import JSON
import Trading

/// All locations of the shop, in one row: there are few, and every allocation needs them all.
public struct LocationsRow: LedgerRow {
    /// `locations`, one row.
    public static let schema = TableSchema("locations", key: [.text("name")], [.bytes("document")])
    /// The document alone.
    public static let selection = schema.documentPart

    /// The only key.
    public static let all = "all"

    /// The locations, the preferred first.
    public let locations: [Location]

    /// The row of these locations, sorted by priority and code.
    public init(_ locations: [Location]) {
        self.locations = locations.sorted { ($0.priority, $0.code) < ($1.priority, $1.code) }
    }

    /// `all`.
    public var key: String { Self.all }

    /// Writes the columns.
    public func write(to columns: inout some ColumnWriter) {
        columns.text(key)
        var json = JSONWriter()
        locations.write(to: &json)
        columns.bytes(json.bytes)
    }

    /// Reads the columns.
    public init?(from columns: inout some ColumnReader) {
        guard let document = columns.bytes() else { return nil }
        var json = JSONReader(document, limits: .stored)
        do {
            self.init(try json.value())
        } catch {
            return nil
        }
    }
}
