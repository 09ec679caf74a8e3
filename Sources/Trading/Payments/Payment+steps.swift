// A payment's saga, without a clock or a network of its own. A claim says what to do next and notes that it may have been done; the
// call follows; its outcome is recorded. Whoever does the call (a worker, a simulator) decides nothing.

import SplitMix

/// What a payment needs done next; the number is the operation's index.
public enum PaymentStep: Hashable, Sendable {
    /// Send the operation under its key.
    case send(Int)
    /// Look the charge up: the provider has taken the operation on, or its key is so old that sending it again might have a
    /// second effect.
    case find(Int)
    /// Look the charge up although nothing was asked for: something may have been done to it by other hands.
    case look

    /// The operation's index; nil where the call is for none.
    public var operation: Int? {
        switch self {
        case .send(let index), .find(let index): index
        case .look: nil
        }
    }
}

/// What is known after a call, in the words of the rules.
public enum PaymentOutcome: Hashable, Sendable {
    /// It was done.
    case done(PaymentProof)
    /// The provider has taken it on and not decided.
    case takenOn(PaymentProof)
    /// It was refused for good; `detail` is the provider's own words.
    case refused(code: String, detail: String? = nil)
    /// Nothing was done; trying later may work.
    case notDone(code: String, detail: String? = nil)
    /// It may or may not have been done.
    case unknown(code: String, detail: String? = nil)
    /// A look-up found the charge, or that there is none.
    case found(FoundCharge?)

    /// What the provider's word for the trouble was, for metrics; nil where there was none.
    public var trouble: String? {
        switch self {
        case .notDone(let code, _), .unknown(let code, _): code
        case .done, .takenOn, .refused, .found: nil
        }
    }
}

/// What a provider says of an operation that it did.
public struct PaymentProof: Hashable, Sendable {
    /// The provider's id of the charge.
    public var reference: String
    /// The provider's id of this one action.
    public var action: String?
    /// Minor units that it kept for itself.
    public var fee: Int64

    /// A proof.
    public init(reference: String, action: String? = nil, fee: Int64 = 0) {
        self.reference = reference
        self.action = action
        self.fee = fee
    }
}

/// A charge as a look-up found it.
public struct FoundCharge: Hashable, Sendable {
    /// Where it stands.
    public enum State: Hashable, Sendable, CaseIterable {
        /// Not decided yet.
        case pending
        /// Held.
        case held
        /// Taken, in part or whole.
        case taken
        /// Refused.
        case declined
        /// Let go.
        case gone
    }

    /// The provider's id.
    public var reference: String
    /// Where it stands.
    public var state: State
    /// Minor units that are held and can still be taken.
    public var held: Int64
    /// Minor units that were taken.
    public var captured: Int64
    /// Each time that something of what was taken was given back, or was to be.
    public var refunds: [FoundRefund]
    /// Minor units that the provider kept for itself.
    public var fees: Int64
    /// Minor units that the customer's bank took back.
    public var disputed: Int64

    /// A charge.
    public init(
        reference: String,
        state: State,
        held: Int64 = 0,
        captured: Int64,
        refunds: [FoundRefund] = [],
        fees: Int64,
        disputed: Int64 = 0
    ) {
        self.reference = reference
        self.state = state
        self.held = held
        self.captured = captured
        self.refunds = refunds
        self.fees = fees
        self.disputed = disputed
    }
}

/// A refund as a look-up found it.
public struct FoundRefund: Hashable, Sendable {
    /// How far it has come.
    public enum State: Hashable, Sendable, CaseIterable {
        /// Taken on and not decided.
        case pending
        /// Given back.
        case done
        /// It came to nothing.
        case failed
    }

    /// The provider's id.
    public var id: String
    /// The key of the operation of ours that it is; nil where other hands made it.
    public var key: String?
    /// Minor units.
    public var amount: Int64
    /// How far it has come.
    public var state: State

    /// A refund.
    public init(id: String, key: String? = nil, amount: Int64, state: State = .done) {
        self.id = id
        self.key = key
        self.amount = amount
        self.state = state
    }
}

extension Payment {
    /// What to do next, or nil where there is nothing; notes that it may have been done from then on.
    public mutating func claim(at now: Timestamp) -> PaymentStep? {
        guard let index = openOperation else { return canBeLookedAt ? .look : nil }
        let step = step(index, at: now)
        operations[index].tries += 1
        if case .send = step {
            operations[index].unresolved += 1
            operations[index].firstTriedAt = operations[index].firstTriedAt ?? now
        }
        return step
    }

    private func step(_ index: Int, at now: Timestamp) -> PaymentStep {
        let operation = operations[index]
        if operation.isTakenOn { return .find(index) }
        guard operation.isUnknown, let first = operation.firstTriedAt,
            first.adding(seconds: PaymentOperation.keySeconds) <= now
        else { return .send(index) }
        return .find(index)
    }

    /// Whether there is a charge at a provider to be looked at.
    public var canBeLookedAt: Bool { provider != nil && reference != nil }

    /// When the open operation is due again after a try that settled nothing; at once where another follows; nil where none does.
    ///
    /// What a provider refuses it may have refused for what other hands did there: such a charge is looked at next.
    public func due(after effect: PaymentEffect, retryAfterSeconds: Int64 = 0, at now: Timestamp) -> Timestamp? {
        guard let index = openOperation else {
            if case .refused = effect, canBeLookedAt { return now }
            return nil
        }
        guard effect == .none, operations[index].tries > 0 else { return now }
        let wait = PaymentBackoff.milliseconds(after: operations[index].tries, salt: id.low ^ UInt64(index))
        let earliest = now.adding(seconds: min(max(retryAfterSeconds, 0), PaymentBackoff.maxSeconds))
        return max(Timestamp(milliseconds: now.milliseconds + wait), earliest)
    }
}

/// How long to wait after tries that settled nothing: 1, 2, 4 … 60 seconds, each shortened by up to half.
///
/// The jitter follows from the payment's id, so that a decision can be repeated exactly.
public enum PaymentBackoff {
    /// The longest wait, in seconds.
    public static let maxSeconds: Int64 = 60

    /// The wait after so many tries, in milliseconds.
    public static func milliseconds(after tries: Int, salt: UInt64) -> Int64 {
        let full = min(maxSeconds, Int64(1) << Int64(min(max(tries - 1, 0), 6))) * 1000
        let bits = SplitMix64.mixed(salt &+ UInt64(truncatingIfNeeded: tries) &* SplitMix64.step)
        return full - Int64(bits % UInt64(full / 2 + 1))
    }
}
