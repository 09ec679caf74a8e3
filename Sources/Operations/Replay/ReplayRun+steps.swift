// The steps of a replay. Each ends by adding to the tally what the server answered, never what was asked for: the
// reconciliation compares the two.

import JSON

extension ReplayRun {
    /// Places, pays and ships one order.
    func place(_ index: Int, _ customers: [String?], _ log: inout WorkerLog) async throws {
        var shipped: String?
        // Whatever happens, returns that wait for this order must be told.
        defer { board.settle(index, id: shipped) }
        let order = plan.orders[index]
        let body = bodies.order(order, customer: order.customer < 0 ? nil : customers[Int(order.customer)])
        for attempt in 1...Self.orderAttemptsMax {
            let request = ClientRequest(
                .POST,
                "/v1/orders",
                body: body,
                idempotencyKey: key(order, "place", attempt)
            )
            guard let bytes = try await send(request, subject(order), line: line(order), &log) else { return }
            let answer = try APIAnswer.read(bytes, into: OrderAnswer()) { (answer, reader) throws(JSONError) in
                try answer.read(&reader)
            }
            switch try await payAndShip(order, id: answer.id, attempt, &log) {
            case .done:
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

    private enum Shipping {
        case done
        case refused
        case expired
    }

    private func payAndShip(
        _ order: PlannedOrder,
        id: String,
        _ attempt: Int,
        _ log: inout WorkerLog
    ) async throws -> Shipping {
        let refusals = log.refusals.count
        let pay = ClientRequest(
            .POST,
            "/v1/orders/\(id)/pay",
            body: Self.emptyObject,
            idempotencyKey: key(order, "pay", attempt)
        )
        if try await send(pay, "payment of \(subject(order))", line: line(order), &log) == nil {
            // A run that was interrupted between placing and paying finds its order expired: the stock is free again,
            // and the order has to be placed anew.
            guard try await hasLapsed(id, &log) else { return .refused }
            log.refusals.removeSubrange(refusals...)
            return .expired
        }
        let ship = ClientRequest(
            .POST,
            "/v1/orders/\(id)/fulfilments",
            body: Self.emptyObject,
            idempotencyKey: key(order, "ship", attempt)
        )
        let answer = try await send(ship, "shipment of \(subject(order))", line: line(order), &log)
        return answer == nil ? .refused : .done
    }

    private func hasLapsed(_ id: String, _ log: inout WorkerLog) async throws -> Bool {
        let request = ClientRequest(.GET, "/v1/orders/\(id)")
        guard let body = try await send(request, "order \(id)", line: 0, &log) else { return false }
        let state = try APIAnswer.string("state", of: body)
        return state == "expired" || state == "cancelled"
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

    /// Takes goods back from an order, once that order is shipped.
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

    /// Moves stock that came in or went at no price.
    func move(_ planned: PlannedMovement, _ log: inout WorkerLog) async throws {
        let row = plan.table.rows[planned.row]
        let sku = plan.table.codes[Int(row.code)]
        let invoice = plan.table.invoices[Int(row.invoice)]
        let request = ClientRequest(
            .POST,
            "/v1/stock/\(ClientRequest.escape(sku))/adjustments",
            body: bodies.movement(planned),
            idempotencyKey: names.row(invoice, line: row.line, step: "stock")
        )
        guard let body = try await send(request, "stock of \(sku)", line: row.line, &log) else { return }
        // Some engines answer a write-off's units as a size, some with its sign: the kind says the direction.
        let units = Int128(try APIAnswer.number("quantity", of: body).magnitude)
        if planned.delta > 0 {
            log.tally.add(.receipt, country: row.country, rows: 1, units: units)
        } else {
            log.tally.add(.writeOff, country: row.country, rows: 1, units: -units)
        }
    }

    private static var emptyObject: [UInt8] { Array("{}".utf8) }

    private func credit(_ body: [UInt8]) throws(ClientError) -> CreditAnswer {
        try APIAnswer.read(body, into: CreditAnswer()) { (answer, reader) throws(JSONError) in
            try answer.read(&reader)
        }
    }

    private func key(_ order: PlannedOrder, _ step: String, _ attempt: Int) -> String {
        names.order(plan.table.invoices[Int(order.invoice)], part: order.part, step: step, attempt: attempt)
    }

    private func subject(_ order: PlannedOrder) -> String {
        "order \(plan.table.invoices[Int(order.invoice)])"
    }

    private func line(_ order: PlannedOrder) -> Int {
        plan.table.rows[order.firstRow].line
    }
}
