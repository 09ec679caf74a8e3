/// What a provider's webhook says of a charge: no more than a hint, by which a look is spared where all of it is known.
public struct ChargeNews: Hashable, Sendable {
    /// What happened.
    public enum Kind: Hashable, Sendable, CaseIterable {
        /// It was held.
        case authorised
        /// It was taken, in part or whole.
        case captured
        /// Something was given back.
        case refunded
        /// It was let go.
        case voided
        /// It may be anything.
        case other
    }

    /// What happened.
    public var kind: Kind
    /// The provider's id of the one action that did it, where it says so.
    public var action: String?

    /// News of a charge.
    public init(_ kind: Kind = .other, action: String? = nil) {
        self.kind = kind
        self.action = action
    }
}

extension Payment {
    /// Whether a look at the charge may find something that is not known here, where nothing is under way.
    public func isNews(_ news: ChargeNews) -> Bool {
        if let action = news.action, operations.contains(where: { $0.action == action && $0.state == .done }) {
            return false
        }
        switch news.kind {
        case .authorised: return false
        case .captured: return news.action != nil || captured == 0
        case .voided: return held > 0
        case .refunded, .other: return true
        }
    }
}
