import Bytes
import Ledger
import Trading

/// The tables that records of changes refer to, as one build describes them.
struct TableCatalogue {
    /// The tables, in the order of their places.
    let tables: [TableSchema]
    /// Names this description among those of other builds.
    let name: UInt64
    /// The payload of its record: a line for each table, of its name, the number of key columns, and the columns, with tabs between.
    let payload: [UInt8]

    /// The tables of this build.
    static let current = TableCatalogue(LedgerTables.schemas)

    private init(_ tables: [TableSchema]) {
        self.tables = tables
        let lines = tables.map { table in
            ([table.name, "\(table.keyCount)"] + table.columns.map(\.name)).joined(separator: "\t")
        }
        payload = Array(lines.joined(separator: "\n").utf8)
        name = FNV1a(payload).value
    }

    /// Reads a record's payload; nil where it is none.
    ///
    /// The kinds of columns are left open: a record's values bring their own.
    init?(payload: [UInt8]) {
        var tables: [TableSchema] = []
        for line in String(decoding: payload, as: UTF8.self).split(separator: "\n") {
            let words = line.split(separator: "\t").map(String.init)
            guard words.count > 2, let keys = Int(words[1]), (1...words.count - 2).contains(keys) else { return nil }
            let columns = words.dropFirst(2).map { Column.bytes($0) }
            tables.append(TableSchema(words[0], key: Array(columns.prefix(keys)), Array(columns.dropFirst(keys))))
        }
        guard !tables.isEmpty else { return nil }
        self.tables = tables
        self.payload = payload
        name = FNV1a(payload).value
    }

    /// Its record.
    var record: [UInt8] {
        let none = LedgerTurn.none
        let header = payload.withUnsafeBytes {
            ChangeHeader(.tables, turn: none, before: none, lastEvent: -1, tables: name, payload: $0)
        }
        var bytes: [UInt8] = []
        header.write(to: &bytes)
        return bytes + payload
    }
}

extension LedgerTurn {
    /// Stands for no turn, in records.
    static let none = LedgerTurn(number: 0, at: Timestamp(milliseconds: 0), writer: Bits128(high: 0, low: 0))
}
