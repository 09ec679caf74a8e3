// A payment's saga, as a state machine without clock and network. A claim returns the next step and records that it may have been
// done; the call follows; its outcome is recorded. The caller (a worker, a simulator) makes the calls and decides nothing.

import SplitMix

/// The next step of a payment; the number is the operation's index.
public enum PaymentStep: Hashable, Sendable {
    /// Send the operation under its key.
    case send(Int)
    /// Look the charge up: the provider has accepted the operation, or its key is so old that sending it again might have a
    /// second effect.
    case find(Int)
    /// Look the charge up without an operation: others may have changed it.
    case look

    /// The operation's index; nil for a look-up without one.
    public var operation: Int? {
        switch self {
        case .send(let index), .find(let index): index
        case .look: nil
        }
    }
}

/// The outcome of a call, in terms of the rules.
public enum PaymentOutcome: Hashable, Sendable {
    /// It was done.
    case done(PaymentProof)
    /// The provider has accepted it and not decided.
    case takenOn(PaymentProof)
    /// It was refused permanently, do not try again; `detail` is the provider's own text.
    case refused(code: String, detail: String? = nil)
    /// Nothing was done; it may be tried again.
    case notDone(code: String, detail: String? = nil)
    /// It may or may not have been done; only the same key may be sent again.
    case unknown(code: String, detail: String? = nil)
    /// A look-up found the charge, or that none exists.
    case found(FoundCharge?)

    /// The provider's code of the error, for metrics; nil where there was none.
    public var trouble: String? {
        switch self {
        case .notDone(let code, _), .unknown(let code, _): code
        case .done, .takenOn, .refused, .found: nil
        }
    }
}

/// A provider's record of an operation that it did.
public struct PaymentProof: Hashable, Sendable {
    /// The provider's id of the charge.
    public var reference: String
    /// The provider's id of this one action.
    public var action: String?
    /// The provider's fee in minor units.
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
    /// The state of a charge.
    public enum State: Hashable, Sendable, CaseIterable {
        /// Not decided yet.
        case pending
        /// Authorised.
        case held
        /// Captured, partly or completely.
        case taken
        /// Declined.
        case declined
        /// Voided.
        case gone
    }

    /// The provider's id.
    public var reference: String
    /// The state.
    public var state: State
    /// Authorised minor units that can still be captured.
    public var held: Int64
    /// Captured minor units.
    public var captured: Int64
    /// All refunds of captured money, pending and failed ones included.
    public var refunds: [FoundRefund]
    /// The provider's fees in minor units.
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
    /// The progress of a refund.
    public enum State: Hashable, Sendable, CaseIterable {
        /// Accepted and not decided.
        case pending
        /// Refunded.
        case done
        /// Failed.
        case failed
    }

    /// The provider's id.
    public var id: String
    /// The key of our operation; nil where others made it.
    public var key: String?
    /// Minor units.
    public var amount: Int64
    /// Its progress.
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
    /// The next step, or nil where there is none; records that it may have been done from then on.
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

    /// Whether there is a charge at a provider that can be looked up.
    public var canBeLookedAt: Bool { provider != nil && reference != nil }

    /// When the open operation is due again after a try without a final outcome; at once where another follows; nil where none
    /// does.
    ///
    /// A refusal may be caused by others' changes at the provider: such a charge is looked up next.
    public func due(after effect: PaymentEffect, retryAfterSeconds: Int64 = 0, at now: Timestamp) -> Timestamp? {
        guard let index = openOperation else {
            if case .refused = effect, canBeLookedAt { return now }
            return nil
        }
        guard effect == .none, operations[index].tries > 0 else { return now }
        let wait = PaymentBackoff.milliseconds(after: operations[index].tries, salt: id.low ^ UInt64(index))
        let earliest = now.adding(seconds: min(max(retryAfterSeconds, 0), PaymentBackoff.maxSeconds))
        return max(now.adding(milliseconds: wait), earliest)
    }
}

/// The wait after tries without a final outcome: 1, 2, 4 … 60 seconds, each shortened by up to half.
///
/// The jitter is derived from the payment's id, so that a decision can be repeated exactly.
public enum PaymentBackoff {
    /// The longest wait, in seconds.
    public static let maxSeconds: Int64 = 60

    /// The wait after `tries` tries, in milliseconds.
    public static func milliseconds(after tries: Int, salt: UInt64) -> Int64 {
        let full = min(maxSeconds, Int64(1) << Int64(min(max(tries - 1, 0), 6))) * 1000
        let bits = SplitMix64.mixed(salt &+ UInt64(truncatingIfNeeded: tries) &* SplitMix64.step)
        return full - Int64(bits % UInt64(full / 2 + 1))
    }
}
