// One operation at a provider. It is committed before the first call, and so is every call: a claim counts a try as unresolved,
// and only an answer that says for certain that nothing was done subtracts it again. A worker that died during its call therefore
// leaves an operation that may have happened, never one that looks untouched.

/// One operation on a payment's money.
public struct PaymentOperation: Hashable, Sendable {
    /// The kind of operation.
    public enum Kind: String, Hashable, Sendable, CaseIterable {
        /// Authorise the amount, or capture it at once.
        case authorise
        /// Capture a part of the authorised amount, or all of it.
        case capture
        /// Refund a part of the captured amount, or all of it.
        case refund
        /// Release the authorised amount.
        case void
    }

    /// The progress of an operation.
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

    /// The kind of operation.
    public package(set) var kind: Kind
    /// Identifies it at the provider: one effect however often it is sent.
    public package(set) var key: String
    /// The amount, in minor units of the payment's currency.
    public package(set) var amount: Int64
    /// For a capture: whether it releases the rest.
    public package(set) var isFinal: Bool
    /// For a refund: the return that it is for.
    public package(set) var takenBack: ID<Return>?
    /// Its progress.
    public var state: State
    /// How often it was claimed.
    public var tries: Int
    /// How many of these tries may have reached the provider.
    public var unresolved: Int
    /// When it was first claimed: providers forget keys after some time.
    public var firstTriedAt: Timestamp?
    /// Why it was refused, or the error of the last try.
    public var code: String?
    /// The provider's own text, bounded and safe to show.
    public var detail: String?
    /// The provider's own id of the action.
    public var action: String?
    /// For an authorisation: minor units that were captured with it.
    public var taken: Int64
    /// Whether others made it at the provider, as in its dashboard, and a look-up found it.
    public package(set) var isOutside: Bool

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

    /// Whether it is still to be done, or its outcome is unknown.
    public var isOpen: Bool { state == .open }

    /// Whether it may have been done although that is not known.
    public var isUnknown: Bool { isOpen && unresolved > 0 }

    /// Whether the provider has accepted it and not decided: from then on its outcome is looked up, since repeating the key may
    /// only repeat the first answer.
    public var isTakenOn: Bool { isOpen && action != nil }

    /// How long the same key is sent again: providers keep keys for 24 hours.
    public static let keySeconds: Int64 = 23 * 3600

    /// How long an authorisation that never reached the provider is tried.
    public static let patienceSeconds: Int64 = 24 * 3600
}
