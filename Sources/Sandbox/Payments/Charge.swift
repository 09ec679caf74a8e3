// A charge in the sandbox's book. Invariants: captured ≤ amount, refunded ≤ captured, a declined or voided charge never changes,
// and nothing more is captured on a closed charge.

import Trading

/// A charge at the payment sandbox.
struct Charge: Sendable {
    /// The state of a charge.
    enum State: String, Sendable {
        /// Not decided yet.
        case pending
        /// Authorised.
        case authorised
        /// Captured, partly or completely.
        case captured
        /// Declined.
        case declined
        /// Voided.
        case voided
    }

    /// A capture or a refund, with the key of its request.
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
    /// Whether it is captured with the authorisation.
    let capturesAtOnce: Bool
    let metadata: [String: String]
    let createdAt: Timestamp
    /// When a pending charge succeeds.
    let settlesAt: Timestamp?

    var state: State
    /// Whether no more can be captured.
    var isClosed = false
    var captures: [Part] = []
    var refunds: [Part] = []
    var fee: Int64 = 0

    /// The captured amount, in minor units.
    var captured: Int64 { captures.reduce(0) { $0 + $1.amount } }
    /// The refunded amount, in minor units.
    var refunded: Int64 { refunds.reduce(0) { $0 + $1.amount } }
    /// The authorised amount that can still be captured, in minor units.
    var held: Int64 {
        switch state {
        case .authorised, .captured: isClosed ? 0 : amount.amount - captured
        case .pending, .declined, .voided: 0
        }
    }
}

/// The provider's fee: a share of the captured amount, and a fixed amount for each charge.
public struct FeeRule: Hashable, Sendable {
    /// Hundredths of a percent.
    public var basisPoints: Int64
    /// Minor units, once for each charge.
    public var fixed: Int64

    /// A rule; by default without a fee.
    public init(basisPoints: Int64 = 0, fixed: Int64 = 0) {
        self.basisPoints = basisPoints
        self.fixed = fixed
    }

    /// The total fee of a charge with a captured amount, rounded half up.
    func fee(captured: Int64) -> Int64 {
        guard captured > 0 else { return 0 }
        let scaled = Int128(captured) * Int128(basisPoints) + 5000
        return Int64(clamping: scaled / 10_000 + Int128(fixed))
    }
}
