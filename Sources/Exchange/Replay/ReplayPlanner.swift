// Two passes over the rows: the first decides what each row is and which order a sale belongs to, the second lays out
// the orders' lines and matches cancellations against the sales before them.

struct ReplayPlanner {
    /// The properties by which a return matches a sale: the same customer, goods and price.
    private struct MatchKey: Hashable {
        var customer: Int32
        var code: Int32
        var price: Int64
    }

    private struct GroupKey: Hashable {
        var invoice: Int32
        var customer: Int32
        var country: Int32
    }

    private struct ReturnKey: Hashable {
        var group: GroupKey
        var order: Int
    }

    private let table: RetailTable
    private var kinds: [RetailRowKind] = []
    private var orderOfRow: [Int32] = []
    private var openOrders: [GroupKey: Int] = [:]
    private var partsOfInvoice: [Int32: Int] = [:]
    private var partsOfReturn: [GroupKey: Int] = [:]
    private var lineCounts: [Int] = []
    private var matches: [MatchKey: [Int32]] = [:]
    private var orderOfLine: [Int32] = []
    private var returnIndexes: [ReturnKey: Int] = [:]

    private(set) var catalogue: ReplayCatalogue
    private(set) var lines: [PlannedLine] = []
    private(set) var orders: [PlannedOrder] = []
    private(set) var returns: [PlannedReturn] = []
    private(set) var credits: [PlannedCredit] = []
    private(set) var movements: [PlannedMovement] = []
    private(set) var exceptions: [ReplayException] = []
    private(set) var source: ReplayTally

    init(_ table: RetailTable) {
        self.table = table
        catalogue = ReplayCatalogue(table)
        source = ReplayTally(countries: table.countries.count)
        kinds.reserveCapacity(table.rows.count)
        orderOfRow = Array(repeating: -1, count: table.rows.count)
    }

    mutating func run() {
        for index in table.rows.indices { decide(index) }
        layOutOrders()
        for index in table.rows.indices { place(index) }
    }

    // MARK: First pass

    private mutating func decide(_ index: Int) {
        let row = table.rows[index]
        let kind = RetailRowKind(
            row,
            invoice: table.invoices[Int(row.invoice)],
            isSKU: catalogue.isSKU[Int(row.code)]
        )
        kinds.append(kind)
        catalogue.note(row, kind)
        switch kind {
        case .sale: join(index, row)
        case .cancellation: matches[key(row), default: []] = []
        case .adjustment, .receipt, .writeOff, .trifle, .exception: break
        }
    }

    /// Adds a sale to its invoice's order, or begins one.
    private mutating func join(_ index: Int, _ row: RetailRow) {
        let group = GroupKey(invoice: row.invoice, customer: row.customer, country: row.country)
        if let last = orders.indices.last, isGroup(orders[last], group), !isFull(last) {
            return add(index, to: last)
        }
        if let open = openOrders[group], !isFull(open) { return add(index, to: open) }
        partsOfInvoice[row.invoice, default: 0] += 1
        let order = PlannedOrder(
            invoice: row.invoice,
            part: partsOfInvoice[row.invoice, default: 1],
            customer: row.customer,
            country: row.country,
            firstRow: index,
            lines: 0..<0
        )
        openOrders[group] = orders.count
        orders.append(order)
        lineCounts.append(0)
        add(index, to: orders.count - 1)
    }

    private mutating func add(_ index: Int, to order: Int) {
        orderOfRow[index] = Int32(order)
        lineCounts[order] += 1
    }

    private func isFull(_ order: Int) -> Bool {
        lineCounts[order] >= RetailBounds.orderLinesMax
    }

    private func isGroup(_ order: PlannedOrder, _ group: GroupKey) -> Bool {
        order.invoice == group.invoice && order.customer == group.customer && order.country == group.country
    }

    // MARK: Second pass

    private mutating func layOutOrders() {
        var start = 0
        for index in orders.indices {
            orders[index].lines = start..<start
            start += lineCounts[index]
        }
        lines = Array(repeating: PlannedLine(row: 0, code: 0, quantity: 0, price: 0), count: start)
        orderOfLine = Array(repeating: -1, count: start)
    }

    private mutating func place(_ index: Int) {
        let row = table.rows[index]
        switch kinds[index] {
        case .sale: placeSale(index, row)
        case .cancellation: placeCancellation(index, row)
        case .adjustment: placeAdjustment(index, row)
        case .receipt, .writeOff:
            movements.append(PlannedMovement(row: index, delta: row.quantity))
            let category: ReplayCategory = row.quantity > 0 ? .receipt : .writeOff
            source.add(category, country: row.country, rows: 1, units: Int128(row.quantity))
        case .trifle(let reason): placeException(row, .trifle, reason)
        case .exception(let reason): placeException(row, .exception, reason)
        }
    }

    private mutating func placeSale(_ index: Int, _ row: RetailRow) {
        let order = Int(orderOfRow[index])
        let slot = orders[order].lines.upperBound
        let price = Int64(Int128(row.price) / RetailBounds.millionthsInMinor)
        lines[slot] = PlannedLine(row: Int32(index), code: row.code, quantity: row.quantity, price: price)
        orderOfLine[slot] = Int32(order)
        orders[order].lines = orders[order].lines.lowerBound..<(slot + 1)
        orders[order].total += row.quantity * price
        matches[key(row)]?.append(Int32(slot))
        source.add(.sale, country: row.country, rows: 1, units: Int128(row.quantity), money: row.amount)
        if slot == orders[order].lines.lowerBound { source.noteOrder(country: row.country) }
    }

    /// Takes units back from the latest matching sales; the rest becomes a credit.
    private mutating func placeCancellation(_ index: Int, _ row: RetailRow) {
        var left = -row.quantity
        // Without a customer the sale is not known.
        if row.customer >= 0, let price = wholePrice(row) {
            left -= takeBack(index, row, upTo: left, price: price)
        }
        let taken = -row.quantity - left
        if taken > 0 {
            let money = -Int128(taken) * Int128(row.price)
            source.add(.returned, country: row.country, rows: 1, units: -Int128(taken), money: money)
        }
        guard left > 0 else { return }
        let money = Int128(left) * Int128(row.price)
        let credit = PlannedCredit(
            kind: .credit,
            row: index,
            amount: Int64(money / RetailBounds.millionthsInMinor),
            units: left,
            rows: taken > 0 ? 0 : 1
        )
        credits.append(credit)
        source.add(.credit, country: row.country, rows: credit.rows, units: -Int128(left), money: -money)
    }

    /// Plans return lines for up to `wanted` units and returns how many matched a sale.
    private mutating func takeBack(_ index: Int, _ row: RetailRow, upTo wanted: Int64, price: Int64) -> Int64 {
        let key = key(row)
        var left = wanted
        while left > 0, let slot = matches[key]?.last {
            let line = lines[Int(slot)]
            let units = min(left, line.quantity - line.returned)
            if units > 0 {
                let isFirst = left == wanted
                addReturn(index, row, slot: Int(slot), units: units, money: units * price, rows: isFirst ? 1 : 0)
                lines[Int(slot)].returned += units
                left -= units
            }
            if lines[Int(slot)].returned == line.quantity { matches[key]?.removeLast() }
        }
        return wanted - left
    }

    private mutating func addReturn(_ index: Int, _ row: RetailRow, slot: Int, units: Int64, money: Int64, rows: Int) {
        let order = Int(orderOfLine[slot])
        let group = GroupKey(invoice: row.invoice, customer: row.customer, country: row.country)
        let number = slot - orders[order].lines.lowerBound + 1
        let position = returnIndexes[ReturnKey(group: group, order: order)] ?? beginReturn(index, group, order)
        if let line = returns[position].lines.firstIndex(where: { $0.line == number }) {
            returns[position].lines[line].quantity += units
        } else {
            returns[position].lines.append(PlannedReturnLine(line: number, quantity: units))
        }
        returns[position].rows += rows
        returns[position].units += units
        returns[position].total += money
    }

    private mutating func beginReturn(_ index: Int, _ group: GroupKey, _ order: Int) -> Int {
        let part = partsOfReturn[group] ?? nextPart(of: group.invoice)
        partsOfReturn[group] = part
        returnIndexes[ReturnKey(group: group, order: order)] = returns.count
        returns.append(
            PlannedReturn(
                order: order,
                invoice: group.invoice,
                part: part,
                country: group.country,
                firstRow: index
            )
        )
        return returns.count - 1
    }

    private mutating func nextPart(of invoice: Int32) -> Int {
        partsOfInvoice[invoice, default: 0] += 1
        return partsOfInvoice[invoice, default: 1]
    }

    private mutating func placeAdjustment(_ index: Int, _ row: RetailRow) {
        let amount = Int64(row.amount / RetailBounds.millionthsInMinor)
        credits.append(PlannedCredit(kind: .adjustment, row: index, amount: amount, units: row.quantity, rows: 1))
        source.add(.adjustment, country: row.country, rows: 1, units: Int128(row.quantity), money: row.amount)
    }

    private mutating func placeException(_ row: RetailRow, _ category: ReplayCategory, _ reason: String) {
        source.add(category, country: row.country, rows: 1, units: Int128(row.quantity), money: row.amount)
        exceptions.append(
            ReplayException(
                line: row.line,
                invoice: table.invoices[Int(row.invoice)],
                code: table.codes[Int(row.code)],
                country: table.countries[Int(row.country)],
                quantity: row.quantity,
                amount: row.amount,
                isTrifle: category == .trifle,
                reason: reason
            )
        )
    }

    private func key(_ row: RetailRow) -> MatchKey {
        MatchKey(customer: row.customer, code: row.code, price: row.price)
    }

    private func wholePrice(_ row: RetailRow) -> Int64? {
        guard RetailBounds.isWhole(Int128(row.price)) else { return nil }
        return Int64(Int128(row.price) / RetailBounds.millionthsInMinor)
    }
}
