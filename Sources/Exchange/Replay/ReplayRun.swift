// Drives a plan against a server. Every request with an effect carries a key derived from the data, so a request whose answer was
// lost is simply repeated, by this run or by the next one.

import Bytes
import Client
import JSON

/// One run of a plan against one server.
final class ReplayRun: Sendable {
    /// Products in one bulk import.
    static let importLinesMax = 500
    /// The most orders begun for one invoice; all but the last expired before they were paid.
    static let orderAttemptsMax = 5

    let plan: ReplayPlan
    let client: TradewindClient
    let names: ReplayNames
    let bodies: ReplayBodies
    let options: ReplayOptions
    let board: OrderBoard

    init(plan: ReplayPlan, client: TradewindClient, options: ReplayOptions) {
        self.plan = plan
        self.client = client
        self.options = options
        names = ReplayNames(digest: plan.table.digest)
        bodies = ReplayBodies(plan: plan, names: names, currency: options.currency, payments: options.payments)
        board = OrderBoard(orders: plan.orders.count)
    }

    /// Sends products, opening stock and customers first, then all steps in their order.
    func drive() async throws -> WorkerLog {
        var log = try await importCatalogue()
        let openings = plan.products.filter { $0.outgoing > 0 }
        let meter = ProgressMeter(
            label: "replay",
            total: openings.count + plan.table.customers.count + plan.steps.count,
            isEnabled: options.showsProgress
        )
        log.merge(
            try await meter.run { [self] in
                var prepared = try await open(openings, meter)
                let (customers, known) = try await enrol(meter)
                prepared.merge(known)
                prepared.merge(try await play(customers, meter))
                return prepared
            }
        )
        return log
    }

    private func importCatalogue() async throws -> WorkerLog {
        var log = WorkerLog(countries: plan.table.countries.count)
        var start = 0
        while start < plan.products.count {
            let range = start..<min(start + Self.importLinesMax, plan.products.count)
            let request = ClientRequest(
                .POST,
                "/v1/products/import",
                body: bodies.products(range),
                contentType: "application/x-ndjson",
                isRepeatable: true
            )
            if let body = try await send(request, "catalogue", line: 0, &log) {
                let answer = try APIAnswer.read(body, into: ImportAnswer()) { (answer, reader) throws(JSONError) in
                    try answer.read(&reader)
                }
                for rejection in answer.rejected {
                    let index = start + max(0, min(range.count, rejection.line) - 1)
                    let subject = "product \(plan.products[index].sku)"
                    log.refusals.append(ReplayRefusal(line: 0, subject: subject, reason: rejection.detail))
                }
            }
            start = range.upperBound
        }
        return log
    }

    /// Receives once the units that will leave in all, so that no order of requests can make stock negative.
    private func open(_ products: [PlannedProduct], _ meter: ProgressMeter) async throws -> WorkerLog {
        try await workers(products.count) { [self] index, log in
            let product = products[index]
            var left = product.outgoing
            var part = 1
            while left > 0 {
                let delta = min(left, RetailBounds.movementUnitsMax)
                let request = ClientRequest(
                    .POST,
                    "/v1/stock/\(PercentEncoding.encode(product.sku))/adjustments",
                    body: bodies.stock(delta: delta, kind: "received", reason: "opening stock"),
                    idempotencyKey: names.opening(product.sku, part: part)
                )
                _ = try await send(request, "opening stock of \(product.sku)", line: 0, &log)
                left -= delta
                part += 1
            }
            meter.advance()
        }
    }

    /// Creates the customers and returns their ids in the order of the plan.
    private func enrol(_ meter: ProgressMeter) async throws -> ([String?], WorkerLog) {
        let customers = plan.table.customers
        let register = OrderBoard(orders: customers.count)
        let log = try await workers(customers.count) { [self] index, log in
            register.settle(index, id: try await enrolOne(customers[index], &log))
            meter.advance()
        }
        var ids: [String?] = []
        for index in customers.indices { ids.append(await register.id(of: index)) }
        return (ids, log)
    }

    private func enrolOne(_ customer: String, _ log: inout WorkerLog) async throws -> String? {
        let request = ClientRequest(
            .POST,
            "/v1/customers",
            body: bodies.customer(customer),
            idempotencyKey: names.customer(customer)
        )
        let refusals = log.refusals.count
        if let body = try await send(request, "customer \(customer)", line: 0, &log) {
            return try APIAnswer.string("id", of: body)
        }
        // The customer exists under another key, perhaps from an earlier replay: use it.
        guard let refusal = log.refusals.last, refusal.reason.hasPrefix("409") else { return nil }
        let email = PercentEncoding.encode(names.email(customer))
        let search = ClientRequest(.GET, "/v1/customers?email=\(email)&limit=1")
        guard let body = try await send(search, "customer \(customer)", line: 0, &log) else { return nil }
        var found: String?
        _ = try APIAnswer.page(body) { (reader) throws(JSONError) in
            var answer = CreditAnswer()
            try answer.read(&reader)
            found = answer.id
        }
        if found != nil { log.refusals.removeSubrange(refusals...) }
        return found
    }

    private func play(_ customers: [String?], _ meter: ProgressMeter) async throws -> WorkerLog {
        let pace = ReplayPace(plan: plan, speed: options.speed)
        return try await workers(plan.steps.count) { [self] index, log in
            let step = plan.steps[index]
            try await pace.wait(for: step)
            switch step {
            case .order(let order): try await place(order, customers, &log)
            case .giveBack(let planned): try await giveBack(plan.returns[planned], &log)
            case .credit(let credit): try await give(plan.credits[credit], customers, &log)
            case .movement(let movement): try await move(plan.movements[movement], &log)
            }
            meter.advance()
        }
    }

    private func workers(
        _ count: Int,
        _ body: @escaping @Sendable (Int, inout WorkerLog) async throws -> Void
    ) async throws -> WorkerLog {
        let empty = WorkerLog(countries: plan.table.countries.count)
        let logs = try await OrderedWorkers.run(
            count,
            width: options.connections,
            log: empty,
            onFailure: { [board] in board.close() },
            body
        )
        return logs.reduce(into: empty) { merged, log in merged.merge(log) }
    }

    /// The server's answer to a request: a body, or the refusal.
    enum Reply {
        case done([UInt8])
        case refused(APIProblem)
    }

    /// Sends a request; nil when the server refused it, which is recorded.
    ///
    /// - Throws: an error when no further request makes sense.
    func send(
        _ request: ClientRequest,
        _ subject: @autoclosure () -> String,
        line: Int,
        _ log: inout WorkerLog
    ) async throws -> [UInt8]? {
        switch try await ask(request, &log) {
        case .done(let body): return body
        case .refused(let problem):
            log.refusals.append(ReplayRefusal(line: line, subject: subject(), reason: problem.description))
            return nil
        }
    }

    /// Sends a request whose refusal the caller handles.
    ///
    /// - Throws: an error when no further request makes sense.
    func ask(_ request: ClientRequest, _ log: inout WorkerLog) async throws -> Reply {
        log.requests += 1
        let response = try await client.send(request)
        if response.headers.contains(name: "idempotent-replayed") { log.replayed += 1 }
        if (200..<300).contains(response.status) { return .done(response.body) }
        let problem = APIProblem(status: response.status, body: response.body)
        switch response.status {
        case 401, 403, 429, 502, 503, 504, 507: throw ClientError.refused(problem)
        default: return .refused(problem)
        }
    }
}

/// When each step is due: at once, or at its time in the source, compressed.
struct ReplayPace: Sendable {
    private let plan: ReplayPlan
    private let speed: Double?
    private let start = ContinuousClock.now
    private let first: Int64

    init(plan: ReplayPlan, speed: Double?) {
        self.plan = plan
        self.speed = speed
        first = plan.steps.first.map { plan.seconds(of: $0) } ?? 0
    }

    func wait(for step: ReplayStep) async throws {
        guard let speed else { return }
        let due = start + .seconds(Double(plan.seconds(of: step) - first) / speed)
        if due > .now { try await Task.sleep(until: due, clock: .continuous) }
    }
}
