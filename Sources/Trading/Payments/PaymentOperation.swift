// One thing that a provider is asked to do with a payment. It is committed before the first call, and so is every call: a claim
// counts a try as unresolved, and only an answer that says for certain that nothing was done takes it back. A worker that died
// with its call under way therefore leaves an operation that may have happened, never one that looks untouched.

/// One thing to be done with a payment's money.
public struct PaymentOperation: Hashable, Sendable {
    /// What is to be done.
    public enum Kind: String, Hashable, Sendable, CaseIterable {
        /// Hold the amount, or take it at once.
        case authorise
        /// Take a part of what is held, or all.
        case capture
        /// Give a part of what was taken back, or all.
        case refund
        /// Let go of what is held.
        case void
    }

    /// How far it has come.
    public enum State: String, Hashable, Sendable, CaseIterable {
        /// To be done, or perhaps done.
        case open
        /// Done.
        case done
        /// Refused for good; nothing was done.
        case refused
        /// No longer wanted; nothing was done.
        case dropped
    }

    /// What is to be done.
    public let kind: Kind
    /// Names it at the provider: one effect however often it is sent.
    public let key: String
    /// How much, in minor units of the payment's currency.
    public let amount: Int64
    /// For a capture: whether it lets go of the rest.
    public let isFinal: Bool
    /// For a refund: the return that it is for.
    public let takenBack: ID<Return>?
    /// How far it has come.
    public var state: State
    /// How often it was claimed to be sent.
    public var tries: Int
    /// Of those, how many may have reached the provider.
    public var unresolved: Int
    /// When it was first claimed to be sent: the provider forgets keys with time.
    public var firstTriedAt: Timestamp?
    /// Why it was refused, or what the last try met.
    public var code: String?
    /// The same in the provider's own words, bounded and safe to show.
    public var detail: String?
    /// The provider's own id of the action.
    public var action: String?
    /// For an authorisation: minor units that were taken with it.
    public var taken: Int64
    /// Whether it was done at the provider by other hands than ours, as in its dashboard, and found by a look.
    public let isOutside: Bool

    /// An operation with every field, as an engine reads it.
    public init(
        _ kind: Kind,
        key: String,
        amount: Int64,
        isFinal: Bool = false,
        takenBack: ID<Return>? = nil,
        state: State = .open,
        tries: Int = 0,
        unresolved: Int = 0,
        firstTriedAt: Timestamp? = nil,
        code: String? = nil,
        detail: String? = nil,
        action: String? = nil,
        taken: Int64 = 0,
        isOutside: Bool = false
    ) {
        self.kind = kind
        self.key = key
        self.amount = amount
        self.isFinal = isFinal
        self.takenBack = takenBack
        self.state = state
        self.tries = tries
        self.unresolved = unresolved
        self.firstTriedAt = firstTriedAt
        self.code = code
        self.detail = detail
        self.action = action
        self.taken = taken
        self.isOutside = isOutside
    }

    /// Whether it is still to be done, or found out about.
    public var isOpen: Bool { state == .open }

    /// Whether it may have been done without our knowing.
    public var isUnknown: Bool { isOpen && unresolved > 0 }

    /// Whether the provider has taken it on and not decided: from then on it is asked how that came out, since a key that is sent
    /// again may only tell the first answer again.
    public var isTakenOn: Bool { isOpen && action != nil }

    /// For how long the same key is sent again: providers keep keys for 24 hours.
    public static let keySeconds: Int64 = 23 * 3600

    /// For how long an authorisation that never got through is tried.
    public static let patienceSeconds: Int64 = 24 * 3600
}
