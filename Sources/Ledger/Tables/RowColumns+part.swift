// Whole rows that are kept as columns, outside of an engine: parts of them are read, and conditions compared, as an engine would.

import Trading

extension RowColumns {
    /// A part of the one row that these columns are; nil where they are not a valid row.
    package func part<R: RowPart>(_ type: R.Type) -> R? {
        var reader = PlacedReader(columns: self, places: R.selection.places)
        return R(from: &reader)
    }

    /// Whether the one row that these columns are meets a condition on a table.
    package func meets(_ condition: Condition, in table: TableSchema) -> Bool {
        let found = value(at: table.whole.place(of: condition.column))
        switch condition.comparison {
        case .equal: return found == condition.value || condition.others.contains { $0 == found }
        case .atLeast: return found.map { !Self.precedes($0, condition.value) } ?? false
        case .below: return found.map { Self.precedes($0, condition.value) } ?? false
        }
    }

    /// The value of one column; nil for null, and for bytes that are not 16.
    private func value(at place: Int) -> ColumnValue? {
        switch values[place] {
        case .null: nil
        case .integer(let number): .integer(number)
        case .text(let range): .text(String(decoding: bytes[range], as: UTF8.self))
        case .blob(let range): Bits128(bytes: Array(bytes[range])).map { .bits($0) }
        }
    }

    /// Order as engines sort: numbers, then text by its bytes, then bytes.
    private static func precedes(_ lhs: ColumnValue, _ rhs: ColumnValue) -> Bool {
        switch (lhs, rhs) {
        case (.integer(let left), .integer(let right)): left < right
        case (.text(let left), .text(let right)): left.utf8.lexicographicallyPrecedes(right.utf8)
        case (.bits(let left), .bits(let right)): left < right
        case (.integer, _), (.text, .bits): true
        default: false
        }
    }
}

extension Column {
    /// Adds the value that a row without the column has, which was written before there was one.
    ///
    /// - Returns: whether there is such a value.
    package func addInitial(to columns: inout RowColumns) -> Bool {
        guard let initial else {
            if isNullable { columns.null() }
            return isNullable
        }
        if let number = Int64(initial) {
            columns.integer(number)
        } else if initial.hasPrefix("'"), initial.hasSuffix("'"), initial.count >= 2 {
            columns.text(String(initial.dropFirst().dropLast()))
        } else {
            return false
        }
        return true
    }
}

private struct PlacedReader: ColumnReader {
    let columns: RowColumns
    let places: [Int]
    private var position = 0

    init(columns: RowColumns, places: [Int]) {
        self.columns = columns
        self.places = places
    }

    private mutating func next() -> RowColumns.Value {
        defer { position += 1 }
        return position < places.count ? columns.values[places[position]] : .null
    }

    mutating func integer() -> Int64? {
        if case .integer(let value) = next() { value } else { nil }
    }

    mutating func text() -> String? {
        if case .text(let range) = next() { String(decoding: columns.bytes[range], as: UTF8.self) } else { nil }
    }

    mutating func bytes() -> [UInt8]? {
        if case .blob(let range) = next() { Array(columns.bytes[range]) } else { nil }
    }

    mutating func bits() -> Bits128? {
        bytes().flatMap(Bits128.init(bytes:))
    }
}
