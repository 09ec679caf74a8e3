// The steps of a replay. Each adds the server's answer to the tally, never the request: the reconciliation compares the two.

import Bytes
import Client
import JSON

extension ReplayRun {
    /// Places, pays and ships one order.
    func place(_ index: Int, _ customers: [String?], _ log: inout WorkerLog) async throws {
        var shipped: String?
        // In any case, returns that wait for this order must be resumed.
        defer { board.settle(index, id: shipped) }
        let order = plan.orders[index]
        let body = bodies.order(order, customer: order.customer < 0 ? nil : customers[Int(order.customer)])
        for attempt in 1...Self.orderAttemptsMax {
            var request = ClientRequest(
                .POST,
                "/v1/orders",
                body: body,
                idempotencyKey: key(order, "place", attempt)
            )
            if options.payments == .sandbox { request.wait = Self.paymentSeconds }
            guard let bytes = try await send(request, subject(order), line: line(order), &log) else { return }
            let answer = try APIAnswer.read(bytes, into: OrderAnswer()) { (answer, reader) throws(JSONError) in
                try answer.read(&reader)
            }
            switch try await pay(order, answer, attempt, &log) {
            case .done:
                guard try await ship(order, id: answer.id, attempt, &log) else { return }
                note(order, answer, &log)
                shipped = answer.id
                return
            case .refused: return
            case .expired: continue
            }
        }
        let reason = "expired before it was paid, \(Self.orderAttemptsMax) times"
        log.refusals.append(ReplayRefusal(line: line(order), subject: subject(order), reason: reason))
    }

    private func note(_ order: PlannedOrder, _ answer: OrderAnswer, _ log: inout WorkerLog) {
        log.tally.noteOrder(country: order.country)
        log.tally.add(
            .sale,
            country: order.country,
            rows: answer.lines,
            units: Int128(answer.units),
            money: Int128(answer.total) * RetailBounds.millionthsInMinor
        )
    }

    /// Returns goods of an order, once that order is shipped.
    func giveBack(_ planned: PlannedReturn, _ log: inout WorkerLog) async throws {
        let order = plan.orders[planned.order]
        let invoice = plan.table.invoices[Int(planned.invoice)]
        let line = plan.table.rows[planned.firstRow].line
        guard let id = await board.id(of: planned.order) else {
            try Task.checkCancellation()
            let reason = "\(subject(order)) was refused"
            log.refusals.append(ReplayRefusal(line: line, subject: "return \(invoice)", reason: reason))
            return
        }
        let request = ClientRequest(
            .POST,
            "/v1/orders/\(id)/returns",
            body: bodies.giveBack(planned),
            idempotencyKey: names.giveBack(
                invoice,
                part: planned.part,
                from: plan.table.invoices[Int(order.invoice)],
                salePart: order.part
            )
        )
        guard let body = try await send(request, "return \(invoice)", line: line, &log) else { return }
        let answer = try credit(body)
        log.tally.add(
            .returned,
            country: planned.country,
            rows: planned.rows,
            units: -Int128(answer.units),
            money: -Int128(answer.amount) * RetailBounds.millionthsInMinor
        )
    }

    /// Records a credit or an adjustment.
    func give(_ planned: PlannedCredit, _ customers: [String?], _ log: inout WorkerLog) async throws {
        let row = plan.table.rows[planned.row]
        let invoice = plan.table.invoices[Int(row.invoice)]
        let request = ClientRequest(
            .POST,
            "/v1/credits",
            body: bodies.credit(planned, customer: row.customer < 0 ? nil : customers[Int(row.customer)]),
            idempotencyKey: names.row(invoice, line: row.line, step: "credit")
        )
        guard let body = try await send(request, "credit \(invoice)", line: row.line, &log) else { return }
        let money = Int128(try credit(body).amount) * RetailBounds.millionthsInMinor
        switch planned.kind {
        case .credit:
            let units = -Int128(planned.units)
            log.tally.add(.credit, country: row.country, rows: planned.rows, units: units, money: -money)
        case .adjustment:
            let units = Int128(planned.units)
            log.tally.add(.adjustment, country: row.country, rows: planned.rows, units: units, money: money)
        }
    }

    /// Moves stock that came in or left without a price.
    func move(_ planned: PlannedMovement, _ log: inout WorkerLog) async throws {
        let row = plan.table.rows[planned.row]
        let sku = plan.table.codes[Int(row.code)]
        let invoice = plan.table.invoices[Int(row.invoice)]
        let request = ClientRequest(
            .POST,
            "/v1/stock/\(PercentEncoding.encode(sku))/adjustments",
            body: bodies.movement(planned),
            idempotencyKey: names.row(invoice, line: row.line, step: "stock")
        )
        guard let body = try await send(request, "stock of \(sku)", line: row.line, &log) else { return }
        // Some engines answer a write-off's units without a sign, some with it: the kind determines the direction.
        let units = Int128(try APIAnswer.number("quantity", of: body).magnitude)
        if planned.delta > 0 {
            log.tally.add(.receipt, country: row.country, rows: 1, units: units)
        } else {
            log.tally.add(.writeOff, country: row.country, rows: 1, units: -units)
        }
    }

    static var emptyObject: [UInt8] { Array("{}".utf8) }

    private func credit(_ body: [UInt8]) throws(ClientError) -> CreditAnswer {
        try APIAnswer.read(body, into: CreditAnswer()) { (answer, reader) throws(JSONError) in
            try answer.read(&reader)
        }
    }

    func key(_ order: PlannedOrder, _ step: String, _ attempt: Int) -> String {
        names.order(plan.table.invoices[Int(order.invoice)], part: order.part, step: step, attempt: attempt)
    }

    func subject(_ order: PlannedOrder) -> String {
        "order \(plan.table.invoices[Int(order.invoice)])"
    }

    func line(_ order: PlannedOrder) -> Int {
        plan.table.rows[order.firstRow].line
    }
}
