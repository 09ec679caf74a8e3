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
    /// How the column compares with the value.
    public enum Comparison: Hashable, Sendable {
        /// The same.
        case equal
        /// The same or more.
        case atLeast
        /// Less.
        case below
    }

    /// The column's name in the schema.
    public let column: String
    /// How it compares.
    public let comparison: Comparison
    /// With what.
    public let value: ColumnValue
    /// Other values that will do as well where it must be equal.
    public let others: [ColumnValue]

    /// A condition on a column.
    public init(_ column: String, _ comparison: Comparison = .equal, _ value: ColumnValue) {
        self.column = column
        self.comparison = comparison
        self.value = value
        others = []
    }

    /// The condition that a column is one of these, of which there is one at least.
    public init(_ column: String, anyOf values: [ColumnValue]) {
        precondition(!values.isEmpty, "a column is one of something")
        self.column = column
        comparison = .equal
        value = values[0]
        others = Array(values.dropFirst())
    }
}

/// Which rows of a table to read: those that meet every condition, in the order of the key, from a key on.
public struct RowQuery<R: RowPart>: Sendable {
    /// Conditions, all of which must hold.
    public var conditions: [Condition]
    /// The column whose values come in order, those that agree in it by their keys, and rows without a value not at all; nil for the
    /// order of the keys.
    public var order: String?
    /// Where the page before ended.
    public var after: R.Key?
    /// Whether the largest key comes first.
    public var descending: Bool
    /// The most rows to give.
    public var limit: Int

    /// A query.
    ///
    /// - Parameter after: where the page before ended, of one in the order of the keys.
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
    /// Cost: one range of an index, where the table has one of the conditions' columns and this one.
    static func due(_ column: String, at time: Timestamp, _ conditions: [Condition] = [], limit: Int) -> RowQuery {
        let isDue = Condition(column, .below, .integer(time.milliseconds + 1))
        return RowQuery(conditions + [isDue], order: column, limit: limit)
    }
}

extension Bits128 {
    /// The first id that can be made at a time: ids begin with the time in milliseconds, so a time is a bound on ids.
    public static func first(at time: Timestamp) -> Bits128 {
        Bits128(high: UInt64(clamping: min(max(time.milliseconds, 0), 0xFFFF_FFFF_FFFF)) << 16, low: 0)
    }
}
