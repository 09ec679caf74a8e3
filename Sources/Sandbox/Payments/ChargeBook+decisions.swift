// The decisions of the payment sandbox. A decision changes nothing: it returns the entry to apply.

import Trading

/// A requested charge.
struct ChargeRequest: Sendable {
    /// The result of a charge, by its token and the faults in force.
    enum Fate: Sendable {
        case succeeds
        case succeedsLater(Duration)
        case declined(code: String)
    }

    var payment: String
    var amount: Money
    var capturesAtOnce: Bool
    var metadata: [String: String]
    var fate: Fate
}

/// A requested change of a charge.
enum ChargeChange: Sendable {
    case capture(Money, isFinal: Bool)
    case refund(Money)
    case void
}

/// The external inputs of a decision.
struct DecisionInput: Sendable {
    var now: Timestamp
    /// The id for a new charge.
    var chargeID: String
    /// The id for the action.
    var actionID: String
    var fees: FeeRule
}

extension ChargeBook {
    /// Makes a charge, or repeats the result of a known key.
    func decide(
        _ request: ChargeRequest,
        _ key: RequestKey,
        _ input: DecisionInput
    ) throws(SandboxRefusal) -> (ChargeAction, ChargeEntry?) {
        if let earlier = try earlier(key) { return (earlier, nil) }
        var state = request.capturesAtOnce ? Charge.State.captured : .authorised
        var code: String?
        var settlesAt: Timestamp?
        switch request.fate {
        case .succeeds: break
        case .succeedsLater(let pause):
            state = .pending
            settlesAt = input.now.adding(milliseconds: pause.wholeMilliseconds)
        case .declined(let reason):
            (state, code) = (.declined, reason)
        }
        let action = ChargeAction(
            kind: .authorise,
            id: input.actionID,
            charge: input.chargeID,
            payment: request.payment,
            amount: request.amount,
            state: state,
            fee: state == .captured ? input.fees.fee(captured: request.amount.amount) : 0,
            isFinal: true,
            code: code,
            at: time(input)
        )
        let charge = Charge(
            id: input.chargeID,
            payment: request.payment,
            amount: request.amount,
            capturesAtOnce: request.capturesAtOnce,
            metadata: request.metadata,
            createdAt: action.at,
            settlesAt: settlesAt,
            state: state
        )
        return (action, .charged(charge, action, key))
    }

    /// Captures, refunds or voids, or repeats the result of a known key.
    func decide(
        _ change: ChargeChange,
        of id: String,
        _ key: RequestKey,
        _ input: DecisionInput
    ) throws(SandboxRefusal) -> (ChargeAction, ChargeEntry?) {
        if let earlier = try earlier(key) { return (earlier, nil) }
        guard let charge = charge(id) else { throw .notFound("charge") }
        var (state, fee, isFinal) = (Charge.State.captured, Int64(0), false)
        let (kind, amount): (ChargeAction.Kind, Money)
        switch change {
        case .capture(let money, let final):
            guard charge.state == .authorised || charge.state == .captured else { throw Self.wrongState(charge) }
            try Self.check(money, of: charge, left: charge.held)
            (kind, amount, isFinal) = (.capture, money, final)
            fee = input.fees.fee(captured: charge.captured + money.amount) - charge.fee
        case .refund(let money):
            guard charge.state == .captured else { throw Self.wrongState(charge) }
            try Self.check(money, of: charge, left: charge.captured - charge.refunded)
            (kind, amount) = (.refund, money)
        case .void:
            guard charge.state == .pending || charge.held > 0 else { throw Self.wrongState(charge) }
            let held = charge.state == .pending ? charge.amount.amount : charge.held
            (kind, amount) = (.void, Money(held, charge.amount.currency))
            if charge.captures.isEmpty { state = .voided }
        }
        let action = ChargeAction(
            kind: kind,
            id: input.actionID,
            charge: charge.id,
            payment: charge.payment,
            amount: amount,
            state: state,
            fee: fee,
            isFinal: isFinal,
            code: nil,
            at: time(input)
        )
        return (action, .acted(action, key))
    }

    /// Lets a pending charge succeed; nil if it was voided meanwhile.
    func settlement(of id: String, _ now: Timestamp, _ fees: FeeRule) -> ChargeEntry? {
        guard let charge = charge(id), charge.state == .pending else { return nil }
        let fee = charge.capturesAtOnce ? fees.fee(captured: charge.amount.amount) : 0
        return .settled(charge: id, at: now, fee: fee)
    }

    /// The current time, but never before the latest charge: the list is ordered by time.
    private func time(_ input: DecisionInput) -> Timestamp {
        max(input.now, charges.last?.createdAt ?? input.now)
    }

    private static func check(_ money: Money, of charge: Charge, left: Int64) throws(SandboxRefusal) {
        guard money.currency == charge.amount.currency else { throw .wrongCurrency }
        guard money.amount <= left else { throw .amountTooLarge(left: left) }
    }

    private static func wrongState(_ charge: Charge) -> SandboxRefusal {
        .wrongState("the charge is \(charge.state.rawValue)\(charge.isClosed ? " and closed" : "")")
    }
}
