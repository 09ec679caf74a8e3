// A charge in the sandbox's book. What holds at any time: captured ≤ amount, refunded ≤ captured, nothing moves on a charge that was
// declined or voided, and a charge that is closed lets nothing more be captured.

import Trading

/// Money of a customer, as the payment sandbox holds it.
struct Charge: Sendable {
    /// Where it stands.
    enum State: String, Sendable {
        /// Not decided yet.
        case pending
        /// Held.
        case authorised
        /// Taken, in part or whole.
        case captured
        /// Refused.
        case declined
        /// Let go.
        case voided
    }

    /// A capture or a refund, and the key that it was asked for under.
    struct Part: Sendable {
        let id: String
        let amount: Int64
        let at: Timestamp
        let key: String
    }

    let id: String
    /// The shop's own id of the payment.
    let payment: String
    let amount: Money
    /// Whether it is captured as soon as it is authorised.
    let capturesAtOnce: Bool
    let metadata: [String: String]
    let createdAt: Timestamp
    /// When a pending charge succeeds.
    let settlesAt: Timestamp?

    var state: State
    /// Whether nothing more can be captured.
    var isClosed = false
    var captures: [Part] = []
    var refunds: [Part] = []
    var fee: Int64 = 0

    /// What was taken, in minor units.
    var captured: Int64 { captures.reduce(0) { $0 + $1.amount } }
    /// What was given back, in minor units.
    var refunded: Int64 { refunds.reduce(0) { $0 + $1.amount } }
    /// What is held and can still be captured, in minor units.
    var held: Int64 {
        switch state {
        case .authorised, .captured: isClosed ? 0 : amount.amount - captured
        case .pending, .declined, .voided: 0
        }
    }
}

/// What the provider keeps of what is captured: a share, and so much for each charge.
public struct FeeRule: Hashable, Sendable {
    /// Hundredths of a percent.
    public var basisPoints: Int64
    /// Minor units, once for each charge.
    public var fixed: Int64

    /// A rule; the default keeps nothing.
    public init(basisPoints: Int64 = 0, fixed: Int64 = 0) {
        self.basisPoints = basisPoints
        self.fixed = fixed
    }

    /// The whole fee of a charge of which so much is captured, the half rounded up.
    func fee(captured: Int64) -> Int64 {
        guard captured > 0 else { return 0 }
        let scaled = Int128(captured) * Int128(basisPoints) + 5000
        return Int64(clamping: scaled / 10_000 + Int128(fixed))
    }
}
