/// The content of a provider's webhook about a charge: only a hint, which saves a look-up if it contains nothing new.
public struct ChargeNews: Hashable, Sendable {
    /// The kind of event.
    public enum Kind: Hashable, Sendable, CaseIterable {
        /// It was authorised.
        case authorised
        /// It was captured, partly or completely.
        case captured
        /// A part was refunded.
        case refunded
        /// It was voided.
        case voided
        /// Any other event.
        case other
    }

    /// The kind of event.
    public var kind: Kind
    /// The provider's id of the action, if it is given.
    public var action: String?

    /// News of a charge.
    public init(_ kind: Kind = .other, action: String? = nil) {
        self.kind = kind
        self.action = action
    }
}

extension Payment {
    /// Whether a look-up of the charge may find something new, where no operation is under way.
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
