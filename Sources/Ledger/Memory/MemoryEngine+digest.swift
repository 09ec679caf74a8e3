import Bytes

extension MemoryEngine {
    /// A digest of every row of every table: equal for two runs that left equal rows.
    ///
    /// Cost: one pass over all rows.
    package var digest: UInt64 {
        var hash = FNV1a()
        let store = snapshot()
        for name in LedgerTables.schemas.map(\.name).sorted() {
            hash.add(name.utf8)
            for (_, row) in (store.tables[name] ?? [:]).sorted(by: { $0.key.lexicographicallyPrecedes($1.key) }) {
                for column in row { column.add(to: &hash) }
            }
        }
        return hash.value
    }
}

extension MemoryColumn {
    /// Adds each value with its kind and its length, so that different sequences of columns give different input.
    fileprivate func add(to hash: inout FNV1a) {
        func add(_ kind: UInt8, _ length: Int64, _ bytes: some Sequence<UInt8>) {
            hash.add([kind])
            withUnsafeBytes(of: length.littleEndian) { hash.add($0) }
            hash.add(bytes)
        }
        switch self {
        case .null: add(0, 0, [])
        case .integer(let value): add(1, value, [])
        case .text(let value): add(2, Int64(value.utf8.count), value.utf8)
        case .blob(let value): add(3, Int64(value.count), value)
        }
    }
}
