// How a sale is paid: marked paid by the replay itself, or charged by the server's provider, whose answer is awaited.

import Client

extension ReplayRun {
    /// How long placing an order may wait for its payment, in seconds; after that the order is polled.
    static var paymentSeconds: Int { 10 }
    /// The pause before an order with an undecided payment is polled again.
    private static var paymentPause: Duration { .milliseconds(250) }

    /// The outcome of an order's payment.
    enum Payment {
        case done
        case refused
        /// Its reservation ended before: the units are available again, and it has to be placed anew.
        case expired
    }

    /// Has an order paid.
    func pay(
        _ order: PlannedOrder,
        _ answer: OrderAnswer,
        _ attempt: Int,
        _ log: inout WorkerLog
    ) async throws -> Payment {
        // An order that costs nothing is confirmed at once, and is not marked paid.
        if answer.total == 0, answer.state == "confirmed" { return .done }
        return switch options.payments {
        case .manual: try await markPaid(order, id: answer.id, attempt, &log)
        case .sandbox: try await awaitPayment(order, answer, &log)
        }
    }

    private func markPaid(
        _ order: PlannedOrder,
        id: String,
        _ attempt: Int,
        _ log: inout WorkerLog
    ) async throws -> Payment {
        let refusals = log.refusals.count
        let pay = ClientRequest(
            .POST,
            "/v1/orders/\(id)/pay",
            body: Self.emptyObject,
            idempotencyKey: key(order, "pay", attempt)
        )
        if try await send(pay, "payment of \(subject(order))", line: line(order), &log) != nil { return .done }
        // After an interruption between placing and paying, the order may have expired.
        guard let state = try await state(of: id, &log), Self.hasLapsed(state) else { return .refused }
        log.refusals.removeSubrange(refusals...)
        return .expired
    }

    /// Waits until the server has the money, or will never have it.
    private func awaitPayment(
        _ order: PlannedOrder,
        _ answer: OrderAnswer,
        _ log: inout WorkerLog
    ) async throws -> Payment {
        let deadline = ContinuousClock.now + options.deadline
        var state = answer.state
        while state == "pendingPayment" {
            guard .now < deadline else {
                let reason = "not paid within \(options.deadline)"
                log.refusals.append(ReplayRefusal(line: line(order), subject: subject(order), reason: reason))
                return .refused
            }
            try await Task.sleep(for: Self.paymentPause)
            guard let now = try await self.state(of: answer.id, &log) else { return .refused }
            state = now
        }
        return Self.hasLapsed(state) ? .expired : .done
    }

    private func state(of id: String, _ log: inout WorkerLog) async throws -> String? {
        let request = ClientRequest(.GET, "/v1/orders/\(id)")
        guard let body = try await send(request, "order \(id)", line: 0, &log) else { return nil }
        return try APIAnswer.string("state", of: body)
    }

    private static func hasLapsed(_ state: String) -> Bool { state == "expired" || state == "cancelled" }
}
