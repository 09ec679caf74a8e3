import Trading

/// Takes the columns of a row, or of a key, in the table's order.
public protocol ColumnWriter {
    /// Writes an integer.
    mutating func integer(_ value: Int64)
    /// Writes text.
    mutating func text(_ value: String)
    /// Writes bytes.
    mutating func bytes(_ value: [UInt8])
    /// Writes 16 bytes, big end first.
    mutating func bits(_ value: Bits128)
    /// Writes nothing.
    mutating func null()
}

extension ColumnWriter {
    /// Writes an integer, or nothing.
    public mutating func integer(_ value: Int64?) {
        if let value { integer(value) } else { null() }
    }

    /// Writes a time.
    public mutating func time(_ value: Timestamp) { integer(value.milliseconds) }

    /// Writes a time, or nothing.
    public mutating func time(_ value: Timestamp?) { integer(value?.milliseconds) }

    /// Writes a flag.
    public mutating func flag(_ value: Bool) { integer(value ? 1 : 0) }

    /// Writes text, or nothing.
    public mutating func text(_ value: String?) {
        if let value { text(value) } else { null() }
    }

    /// Writes bytes, or nothing.
    public mutating func bytes(_ value: [UInt8]?) {
        if let value { bytes(value) } else { null() }
    }

    /// Writes 16 bytes, or nothing.
    public mutating func bits(_ value: Bits128?) {
        if let value { bits(value) } else { null() }
    }

    /// Writes an id.
    public mutating func id<Subject>(_ value: ID<Subject>) { bits(value.bits) }

    /// Writes an id, or nothing.
    public mutating func id<Subject>(_ value: ID<Subject>?) { bits(value?.bits) }
}

/// Gives the columns of a row in the order in which they are selected.
///
/// A column of an unexpected type gives nil: a wrong schema shows as a row that does not decode, never as a crash.
public protocol ColumnReader {
    /// Reads an integer; nil where there is none.
    mutating func integer() -> Int64?
    /// Reads text; nil where there is none.
    mutating func text() -> String?
    /// Reads bytes; nil where there are none.
    mutating func bytes() -> [UInt8]?
    /// Reads 16 bytes; nil where there are none.
    mutating func bits() -> Bits128?
}

extension ColumnReader {
    /// Reads a time; nil where there is none.
    public mutating func time() -> Timestamp? { integer().map { Timestamp(milliseconds: $0) } }

    /// Reads a flag; nil where there is none.
    public mutating func flag() -> Bool? { integer().map { $0 != 0 } }

    /// Reads an id; nil where there is none.
    public mutating func id<Subject>(_ subject: Subject.Type = Subject.self) -> ID<Subject>? {
        bits().map { ID($0) }
    }
}
