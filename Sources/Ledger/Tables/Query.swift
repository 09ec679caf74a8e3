import Trading

/// A value that a query compares a column with.
public enum ColumnValue: Hashable, Sendable {
    /// A 64-bit integer.
    case integer(Int64)
    /// UTF-8 text.
    case text(String)
    /// 16 bytes.
    case bits(Bits128)
}

/// One condition on a column.
public struct Condition: Hashable, Sendable {
    /// The kind of comparison.
    public enum Comparison: Hashable, Sendable {
        /// Equal.
        case equal
        /// Equal or greater.
        case atLeast
        /// Less.
        case below
    }

    /// The column's name in the schema.
    public let column: String
    /// The kind of comparison.
    public let comparison: Comparison
    /// The value to compare with.
    public let value: ColumnValue
    /// Alternative values for equality.
    public let others: [ColumnValue]

    /// A condition on a column.
    public init(_ column: String, _ comparison: Comparison = .equal, _ value: ColumnValue) {
        self.column = column
        self.comparison = comparison
        self.value = value
        others = []
    }

    /// The condition that a column has one of these values, of which there must be at least one.
    public init(_ column: String, anyOf values: [ColumnValue]) {
        precondition(!values.isEmpty, "a column is one of something")
        self.column = column
        comparison = .equal
        value = values[0]
        others = Array(values.dropFirst())
    }
}

/// The rows of a table to read: those that match every condition, in the order of the key, after a key.
public struct RowQuery<R: RowPart>: Sendable {
    /// Conditions, all of which must hold.
    public var conditions: [Condition]
    /// The column to sort by, then by key, without rows that are null there; nil to sort by key alone.
    public var order: String?
    /// The last key of the previous page.
    public var after: R.Key?
    /// Whether the largest key comes first.
    public var descending: Bool
    /// The most rows.
    public var limit: Int

    /// A query.
    ///
    /// - Parameter after: the end of the page before; only for a query in the order of the keys.
    public init(
        _ conditions: [Condition] = [],
        order: String? = nil,
        after: R.Key? = nil,
        descending: Bool = false,
        limit: Int
    ) {
        precondition(order == nil || after == nil, "pages are in the order of the keys")
        self.conditions = conditions
        self.order = order
        self.after = after
        self.descending = descending
        self.limit = limit
    }

    /// Rows whose time in a column is `time` or before, the earliest first.
    ///
    /// Cost: one range of an index, if the table has one on the conditions' columns and this one.
    static func due(_ column: String, at time: Timestamp, _ conditions: [Condition] = [], limit: Int) -> RowQuery {
        let isDue = Condition(column, .below, .integer(time.milliseconds + 1))
        return RowQuery(conditions + [isDue], order: column, limit: limit)
    }
}

extension Bits128 {
    /// The first id that can be made at a time: ids begin with the time in milliseconds, so a time is a bound of ids.
    public static func first(at time: Timestamp) -> Bits128 {
        Bits128(high: UInt64(clamping: min(max(time.milliseconds, 0), 0xFFFF_FFFF_FFFF)) << 16, low: 0)
    }
}
