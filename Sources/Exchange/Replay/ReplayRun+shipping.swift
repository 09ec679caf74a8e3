// How a sale leaves: marked shipped by the replay itself, or packed into one parcel, which is handed over once the server's
// carrier has booked it.

import Client
import JSON

extension ReplayRun {
    /// The first pause before a parcel that is not booked yet is offered again; each is twice the previous one, up to a second.
    private static var bookingPause: Duration { .milliseconds(100) }

    /// Ships an order; returns whether its units have left.
    func ship(_ order: PlannedOrder, id: String, _ attempt: Int, _ log: inout WorkerLog) async throws -> Bool {
        switch options.deliveries {
        case .none: try await fulfil(order, id: id, attempt, &log)
        case .sandbox: try await dispatch(order, id: id, attempt, &log)
        }
    }

    private func fulfil(_ order: PlannedOrder, id: String, _ attempt: Int, _ log: inout WorkerLog) async throws -> Bool
    {
        let request = ClientRequest(
            .POST,
            "/v1/orders/\(id)/fulfilments",
            body: Self.emptyObject,
            idempotencyKey: key(order, "ship", attempt)
        )
        return try await send(request, "shipment of \(subject(order))", line: line(order), &log) != nil
    }

    private func dispatch(
        _ order: PlannedOrder,
        id: String,
        _ attempt: Int,
        _ log: inout WorkerLog
    ) async throws -> Bool {
        let pack = ClientRequest(
            .POST,
            "/v1/orders/\(id)/shipments",
            body: bodies.parcel(),
            idempotencyKey: key(order, "pack", attempt)
        )
        let subject = "shipment of \(subject(order))"
        guard let body = try await send(pack, subject, line: line(order), &log) else { return false }
        let parcel = try APIAnswer.string("id", of: body) ?? ""
        let handOver = ClientRequest(
            .POST,
            "/v1/shipments/\(parcel)/hand-over",
            body: Self.emptyObject,
            idempotencyKey: key(order, "hand-over", attempt)
        )
        let deadline = ContinuousClock.now + options.deadline
        var pause = Self.bookingPause
        while true {
            try await Task.sleep(for: pause)
            switch try await ask(handOver, &log) {
            case .done: return true
            case .refused(let problem) where problem.code == "not_booked" && .now < deadline:
                pause = min(pause * 2, .seconds(1))
            case .refused(let problem):
                if problem.code == "wrong_state", try await hasLeft(parcel, &log) { return true }
                let refusal = ReplayRefusal(line: line(order), subject: subject, reason: problem.description)
                log.refusals.append(refusal)
                return false
            }
        }
    }

    /// Whether the carrier reported by itself that it has the parcel, before the replay did.
    private func hasLeft(_ parcel: String, _ log: inout WorkerLog) async throws -> Bool {
        let request = ClientRequest(.GET, "/v1/shipments/\(parcel)")
        guard let body = try await send(request, "shipment \(parcel)", line: 0, &log) else { return false }
        return try ParcelAnswer(body).hasLeft
    }
}

extension ParcelAnswer {
    /// Reads a whole body.
    init(_ body: [UInt8]) throws(ClientError) {
        self = try APIAnswer.read(body, into: ParcelAnswer()) { (answer, reader) throws(JSONError) in
            try answer.read(&reader)
        }
    }
}
