import Ledger
import Trading

extension AuditPass {
    /// Reads every return.
    func auditReturns() throws(LedgerFailure) {
        try view.pages(AuditedReturn.self) { (page) throws(LedgerFailure) in
            for row in page {
                if row.isSettled, isInFeed(row.key) { happenings.subtract(EventType.returnCreated.share(row.key)) }
                guard let (taken, order) = try checkReturn(row) else { continue }
                taken.eachFlow(order) { flow, units in flows.subtract(flow.share(order.id.bits, units)) }
            }
            count("returns", page.count)
        }
    }

    /// Reads every credit.
    func auditCredits() throws(LedgerFailure) {
        try view.pages(AuditedCredit.self) { (page) throws(LedgerFailure) in
            for row in page {
                if isInFeed(row.key) { happenings.subtract(EventType.creditCreated.share(row.key)) }
                if let credit = try checkCredit(row) { books.add(credit) }
            }
            count("credits", page.count)
        }
    }

    /// Compares a return with its order, its credit and itself; returns both where they are readable.
    @discardableResult
    func checkReturn(_ row: AuditedReturn) throws(LedgerFailure) -> (Return, Order)? {
        let id = ID<Return>(row.key)
        guard let taken = Return(document: row.document) else {
            add(.structure, "returns", id, "a readable return", "\(row.document.count) bytes that are not one")
            return nil
        }
        if taken.id != id { add(.stateAgreement, "returns", id, "id \(id)", "\(taken.id)") }
        if taken.order.bits != row.order {
            let found = row.order.map { "\(ID<Order>($0))" } ?? "none"
            add(.stateAgreement, "returns", id, "column order of \(taken.order)", found)
        }
        if taken.stage.rawValue != row.stage {
            add(.stateAgreement, "returns", id, "column stage of \(taken.stage.rawValue)", row.stage ?? "none")
        }
        checkSum(taken)
        try checkCredit(of: taken)
        if taken.stage.isOpen { try checkHolding(taken) }
        guard let found = try view.row(AuditedOrder.self, taken.order.bits) else {
            add(.noPhantom, "returns", id, "its order", "no \(taken.order)")
            return nil
        }
        guard let order = Order(document: found.document) else { return nil }
        for line in taken.lines { check(line, of: taken, order) }
        return (taken, order)
    }

    private func checkSum(_ taken: Return) {
        let sum = taken.lines.reduce(0) { $0 + Int128($1.amount.amount) }
        if Int128(taken.credit.amount) != sum {
            add(.amounts, "returns", taken.id, "credit \(sum), the sum of its lines", "\(taken.credit.amount)")
        }
        if taken.lines.contains(where: { $0.amount.currency != taken.credit.currency }) {
            add(.amounts, "returns", taken.id, "lines in \(taken.credit.currency.code)", "another currency")
        }
    }

    private func checkCredit(of taken: Return) throws(LedgerFailure) {
        guard (taken.creditID != nil) == (taken.stage == .inspected) else {
            let expected = taken.stage == .inspected ? "a credit" : "no credit while it is \(taken.stage.rawValue)"
            return add(.stateAgreement, "returns", taken.id, expected, taken.creditID?.description ?? "none")
        }
        guard let creditID = taken.creditID else { return }
        guard let row = try view.row(AuditedCredit.self, creditID.bits) else {
            return add(.noPhantom, "returns", taken.id, "its credit", "no \(creditID)")
        }
        guard let credit = Credit(document: row.document) else { return }
        if credit.amount != taken.credit {
            add(.amounts, "returns", taken.id, "credit of \(taken.credit.amount)", "\(credit.amount.amount)")
        }
        if credit.kind != .return || credit.order != taken.order || credit.reference != taken.id.description {
            let found = "\(credit.kind.name), \(credit.order?.description ?? "no order"), \(credit.reference ?? "none")"
            add(.stateAgreement, "credits", credit.id, "return, \(taken.order), \(taken.id)", found)
        }
    }

    private func check(_ line: ReturnLine, of taken: Return, _ order: Order) {
        guard line.line >= 1, line.line <= Int64(order.lines.count) else {
            return add(.stateAgreement, "returns", taken.id, "a line of its order", "line \(line.line)")
        }
        let sold = order.lines[Int(line.line) - 1]
        if line.sku != sold.sku {
            add(.stateAgreement, "returns", taken.id, "line \(line.line) of \(sold.sku)", "\(line.sku)")
        }
        let most = taken.stage == .inspected ? sold.returned : sold.fulfilled
        if line.quantity < 1 || line.quantity > most {
            let expected = "line \(line.line) with at most the \(most) units that its order counts"
            add(.stateAgreement, "returns", taken.id, expected, "\(line.quantity)")
        }
        let amount = Int128(sold.unitPrice.amount) * Int128(line.quantity)
        if Int128(line.amount.amount) != amount || line.amount.currency != order.currency {
            let expected = "line \(line.line) amount \(amount) \(order.currency.code)"
            add(.amounts, "returns", taken.id, expected, "\(line.amount.amount) \(line.amount.currency.code)")
        }
        let put = line.places.reduce(0) { $0 + Int128($1.quantity) }
        if !line.places.isEmpty, put != Int128(line.quantity) {
            add(
                .stateAgreement,
                "returns",
                taken.id,
                "line \(line.line) with \(line.quantity) units put away",
                "\(put)"
            )
        }
    }

    /// Compares a credit with its columns, its order's currency, and its return; returns it where it is readable.
    @discardableResult
    func checkCredit(_ row: AuditedCredit) throws(LedgerFailure) -> Credit? {
        let id = ID<Credit>(row.key)
        guard let credit = Credit(document: row.document) else {
            add(.structure, "credits", id, "a readable credit", "\(row.document.count) bytes that are not one")
            return nil
        }
        try check(credit, row)
        return credit
    }

    private func check(_ credit: Credit, _ row: AuditedCredit) throws(LedgerFailure) {
        let id = ID<Credit>(row.key)
        let columns = (row.key, row.kind, row.customer, row.order)
        if columns != (credit.id.bits, credit.kind.rawValue, credit.customer?.bits, credit.order?.bits) {
            add(.stateAgreement, "credits", id, "columns of \(credit.id), \(credit.kind.name)", "others")
        }
        switch credit.kind {
        case .credit where credit.amount.amount <= 0, .payout where credit.amount.amount <= 0,
            .return where credit.amount.amount < 0,
            .adjustment where credit.amount.amount == 0:
            add(.amounts, "credits", id, "an amount that \(credit.kind.name) allows", "\(credit.amount.amount)")
        default: break
        }
        if credit.kind == .return {
            let taken = credit.reference.flatMap { ID<Return>($0) }
            let found = try taken.map { (id) throws(LedgerFailure) in try view.row(AuditedReturn.self, id.bits) } ?? nil
            let named = found.flatMap { Return(document: $0.document) }?.creditID
            if named != id {
                add(.stateAgreement, "credits", id, "a return that names it", named?.description ?? "none")
            }
        }
        guard let order = credit.order else { return }
        guard let found = try view.row(AuditedOrder.self, order.bits) else {
            return add(.noPhantom, "credits", id, "its order", "no \(order)")
        }
        if let currency = Order(document: found.document)?.currency, currency != credit.amount.currency {
            add(.amounts, "credits", id, "the order's currency, \(currency.code)", credit.amount.currency.code)
        }
    }
}

extension Return {
    /// The returned and written-off units as movements of their order; none before the inspection.
    ///
    /// A return recorded before locations were stored put all units at the first location of their line.
    func eachFlow(_ order: Order, _ body: (Flow, Int64) -> Void) {
        guard stage == .inspected else { return }
        for line in lines {
            guard line.line >= 1, line.line <= Int64(order.lines.count) else { continue }
            let first = order.lines[Int(line.line) - 1].allocations.first
            let places =
                line.places.isEmpty
                ? first.map { [($0.location, line.quantity)] } ?? []
                : line.places.map { ($0.location, $0.quantity) }
            for (location, units) in places {
                body(Flow(kind: .returned, sku: line.sku, location: location), units)
                if line.disposition == .writeOff {
                    body(Flow(kind: .writtenOff, sku: line.sku, location: location), -units)
                }
            }
        }
    }
}
