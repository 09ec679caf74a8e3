import ForeignFiles

/// The facts about each stock code in the rows: its usual name and price, and the units that leave.
struct ReplayCatalogue {
    /// How often each value occurred for a code, in the order of first occurrence, so that ties are always broken in the same
    /// way.
    private struct Votes<Value: Hashable> {
        private struct Key: Hashable {
            var code: Int32
            var value: Value
        }
        private var indexes: [Key: Int] = [:]
        private var entries: [(code: Int32, value: Value, count: Int)] = []

        mutating func add(_ value: Value, for code: Int32) {
            let key = Key(code: code, value: value)
            if let index = indexes[key] {
                entries[index].count += 1
            } else {
                indexes[key] = entries.count
                entries.append((code, value, 1))
            }
        }

        func winners(codes: Int) -> [Value?] {
            var best: [(value: Value, count: Int)?] = Array(repeating: nil, count: codes)
            for entry in entries where entry.count > (best[Int(entry.code)]?.count ?? 0) {
                best[Int(entry.code)] = (entry.value, entry.count)
            }
            return best.map { $0?.value }
        }
    }

    /// Whether the API can hold each code as a SKU.
    let isSKU: [Bool]
    private let isNamed: [Bool]
    private var outgoing: [Int64]
    private var saleNames = Votes<Int32>()
    private var otherNames = Votes<Int32>()
    private var prices = Votes<Int64>()

    init(_ table: RetailTable) {
        isSKU = table.codes.map(RetailBounds.isSKU)
        isNamed = table.descriptions.map { !$0.isEmpty }
        outgoing = Array(repeating: 0, count: table.codes.count)
    }

    /// Counts one row.
    mutating func note(_ row: RetailRow, _ kind: RetailRowKind) {
        let named = isNamed[Int(row.description)]
        switch kind {
        case .sale:
            outgoing[Int(row.code)] += row.quantity
            prices.add(Int64(Int128(row.price) / RetailBounds.millionthsInMinor), for: row.code)
            if named { saleNames.add(row.description, for: row.code) }
        case .writeOff:
            outgoing[Int(row.code)] -= row.quantity
            if named { otherNames.add(row.description, for: row.code) }
        case .cancellation, .adjustment, .receipt, .trifle, .exception:
            if named { otherNames.add(row.description, for: row.code) }
        }
    }

    /// The products, one for each code that is a SKU, in the order of first sight.
    func products(_ table: RetailTable) -> [PlannedProduct] {
        let sold = saleNames.winners(codes: table.codes.count)
        let other = otherNames.winners(codes: table.codes.count)
        let price = prices.winners(codes: table.codes.count)
        return table.codes.indices.filter { isSKU[$0] }.map { index in
            let name = (sold[index] ?? other[index]).map { table.descriptions[Int($0)] } ?? table.codes[index]
            return PlannedProduct(
                code: Int32(index),
                sku: table.codes[index],
                name: SourceText.clip(name, to: RetailBounds.textMax),
                price: price[index] ?? 1,
                outgoing: outgoing[index]
            )
        }
    }
}
