/// One column of a table.
public struct Column: Sendable {
    /// What a column holds.
    public enum Kind: Sendable {
        /// A 64-bit integer.
        case integer
        /// A time, in milliseconds since 1970.
        case time
        /// 0 or 1.
        case flag
        /// UTF-8 text, ordered by its bytes.
        case text
        /// 16 bytes, big end first: an id, or a digest.
        case id
        /// Bytes.
        case bytes
    }

    /// Its name in SQL.
    public let name: String
    /// What it holds.
    public let kind: Kind
    /// Whether the column may be null.
    public private(set) var isNullable = false
    /// The value, in SQL, of rows that are older than the column or were written by a release that does not know it; nil if that is null,
    /// or if the column is as old as the table.
    public private(set) var initial: String?

    /// A column of 64-bit integers.
    public static func integer(_ name: String) -> Column { Column(name: name, kind: .integer) }
    /// A column of times.
    public static func time(_ name: String) -> Column { Column(name: name, kind: .time) }
    /// A column of yes and no.
    public static func flag(_ name: String) -> Column { Column(name: name, kind: .flag) }
    /// A column of texts.
    public static func text(_ name: String) -> Column { Column(name: name, kind: .text) }
    /// A column of ids or digests of 16 bytes.
    public static func id(_ name: String) -> Column { Column(name: name, kind: .id) }
    /// A column of bytes.
    public static func bytes(_ name: String) -> Column { Column(name: name, kind: .bytes) }

    /// The same column, which may be null.
    public var orNull: Column {
        var column = self
        column.isNullable = true
        return column
    }

    /// The same column, added to a table that had rows already.
    ///
    /// - Parameter initial: the value, in SQL, of rows written without the column.
    public func added(with initial: String) -> Column {
        var column = self
        column.initial = initial
        return column
    }

    private init(name: String, kind: Kind) {
        self.name = name
        self.kind = kind
    }
}
