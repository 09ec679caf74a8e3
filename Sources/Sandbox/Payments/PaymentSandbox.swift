// The payment sandbox: an independent book of charges behind HTTP, to compare Tradewind's own books with.

import Hummingbird
import JSON
import ServiceLifecycle
import Synchronization
import Trading

/// The routes of the payment sandbox, and the clock for pending charges.
struct PaymentSandbox: Service {
    /// The faults that it supports.
    static let faults = FaultKind.common.union([.lateSuccess, .decline])

    private let desk: Desk<ChargeBook>
    private let fees: FeeRule
    private let dice: FaultDice
    private let webhooks: SandboxWebhookSender?
    private let pending: PendingCharges

    init(desk: Desk<ChargeBook>, fees: FeeRule, dice: FaultDice, webhooks: SandboxWebhookSender?) {
        self.desk = desk
        self.fees = fees
        self.dice = dice
        self.webhooks = webhooks
        pending = PendingCharges()
        desk.peek { book in
            for charge in book.charges where charge.state == .pending { pending.add(charge) }
        }
    }

    /// Mounts the routes.
    func mount(on router: SandboxRouter) {
        router.on(.post, "/charges") { call throws(SandboxRefusal) in try await charge(call) }
        router.on(.get, "/charges") { call throws(SandboxRefusal) in try await list(call) }
        router.on(.get, "/charges/{id}") { call throws(SandboxRefusal) in
            let id = try call.path("id")
            guard let charge = try await desk.read({ $0.charge(id) }) else { throw .notFound("charge") }
            var json = JSONWriter()
            PaymentBodies.write(charge, to: &json)
            return .sandbox(json.bytes)
        }
        router.on(.post, "/charges/{id}/captures") { call throws(SandboxRefusal) in
            try await change(call, PaymentBodies.capture)
        }
        router.on(.post, "/charges/{id}/refunds") { call throws(SandboxRefusal) in
            try await change(call, PaymentBodies.refund)
        }
        router.on(.post, "/charges/{id}/void") { call throws(SandboxRefusal) in
            try await change(call, PaymentBodies.void)
        }
        router.on(.get, "/summary", isFaulty: false) { _ throws(SandboxRefusal) in
            let totals = try await desk.read { ChargeTotals($0) }
            return .sandbox(totals.json)
        }
    }

    /// Lets pending charges succeed when they are due.
    func run() async throws {
        // Cancellation ends it, when the sandbox ends.
        try? await cancelWhenGracefulShutdown {
            while true {
                try await Task.sleep(for: .milliseconds(20))
                for id in pending.due(.now) { try await settle(id) }
            }
        }
    }

    private func settle(_ id: String) async throws(SandboxRefusal) {
        let action = try await desk.decide { book throws(SandboxRefusal) -> (Bool, ChargeEntry?) in
            let entry = book.settlement(of: id, .now, fees)
            return (entry != nil, entry)
        }
        guard action, let settled = try await desk.read({ $0.authorisation(of: id) }) else { return }
        webhooks?.send(settled.message)
    }

    private func charge(_ call: SandboxCall) async throws(SandboxRefusal) -> Response {
        let (body, key) = try await call.keyed(PaymentBodies.charge)
        var request = body.request
        request.fate = fate(of: body.token)
        let input = DecisionInput.fresh(fees)
        let asked = request
        let (action, isNew) = try await desk.decide { book throws(SandboxRefusal) in
            let (action, entry) = try book.decide(asked, key, input)
            if case .charged(let charge, _, _) = entry, charge.settlesAt != nil { pending.add(charge) }
            return ((action, entry != nil), entry)
        }
        if isNew { webhooks?.send(action.message) }
        return try answer(action)
    }

    private func change(
        _ call: SandboxCall,
        _ read: (inout JSONReader) throws(JSONError) -> ChargeChange
    ) async throws(SandboxRefusal) -> Response {
        let id = try call.path("id")
        let (change, key) = try await call.keyed(read)
        let input = DecisionInput.fresh(fees)
        let (action, isNew) = try await desk.decide { book throws(SandboxRefusal) in
            let (action, entry) = try book.decide(change, of: id, key, input)
            return ((action, entry != nil), entry)
        }
        if isNew { webhooks?.send(action.message) }
        return try answer(action)
    }

    private func answer(_ action: ChargeAction) throws(SandboxRefusal) -> Response {
        if action.state == .declined { throw .declined(code: action.code ?? "declined", charge: action.charge) }
        var json = JSONWriter()
        action.answer(to: &json)
        return .sandbox(json.bytes, status: action.state == .pending ? .accepted : .ok)
    }

    /// The result of a charge with a token.
    private func fate(of token: String) -> ChargeRequest.Fate {
        switch token {
        case "tok_declined": return .declined(code: "card_declined")
        case "tok_insufficient_funds": return .declined(code: "insufficient_funds")
        case "tok_pending":
            let rule = dice.rules[.lateSuccess] ?? FaultRule(.lateSuccess, probability: 1)
            return .succeedsLater(.milliseconds(rule.milliseconds))
        default: break
        }
        if dice.roll(.decline) != nil { return .declined(code: "card_declined") }
        if let strike = dice.roll(.lateSuccess) { return .succeedsLater(strike.duration) }
        return .succeeds
    }

    private func list(_ call: SandboxCall) async throws(SandboxRefusal) -> Response {
        let limit = try call.integer("limit", in: 1...500, or: 100)
        let from = try call.time("from", or: .earliest)
        let to = try call.time("to", or: .latest)
        let after = try call.integer("after", in: 0...Int.max, or: 0)
        let payment = call.query("payment")
        let changedFrom = call.query("changedFrom") == nil ? nil : try call.time("changedFrom", or: .earliest)
        let changedTo = try call.time("changedTo", or: .latest)
        let (charges, next) = try await desk.read { book -> ([Charge], Int?) in
            if let payment { return (book.charges(of: payment), nil) }
            if let changedFrom { return book.changed(from: changedFrom, to: changedTo, after: after, limit: limit) }
            let first = max(after, book.firstPlace(from: from))
            let end = max(first, book.firstPlace(from: to))
            let last = min(end, first + limit)
            return (Array(book.charges[first..<last]), last < end ? last : nil)
        }
        var json = JSONWriter(capacity: 512 * (charges.count + 1))
        json.object { json in
            json.key("charges")
            json.array { json in
                for charge in charges { PaymentBodies.write(charge, to: &json) }
            }
            json.key("next")
            if let next { json.string(String(next)) } else { json.null() }
        }
        return .sandbox(json.bytes)
    }
}

/// Pending charges by the time at which they succeed.
private final class PendingCharges: Sendable {
    private let table = Mutex(Timetable<String>(from: .now))

    func add(_ charge: Charge) {
        guard let time = charge.settlesAt else { return }
        table.withLock { $0.add(charge.id, at: time) }
    }

    func due(_ now: Timestamp) -> [String] {
        table.withLock { $0.due(now) }
    }
}

extension DecisionInput {
    /// The current time, and new ids.
    fileprivate static func fresh(_ fees: FeeRule) -> DecisionInput {
        let now = Timestamp.now
        return DecisionInput(
            now: now,
            chargeID: SandboxID.fresh(SandboxID.ChargeMark.self, at: now),
            actionID: SandboxID.fresh(SandboxID.ActionMark.self, at: now),
            fees: fees
        )
    }
}
