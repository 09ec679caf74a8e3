// In a merge patch (RFC 7396) an absent member keeps its value, and only null removes it.

/// The effect of a patch on an optional value.
public enum Change<Value: Hashable & Sendable>: Hashable, Sendable {
    /// It keeps its value.
    case keep
    /// It is removed.
    case clear
    /// It gets this value.
    case set(Value)

    /// The value after the patch.
    public func applied(to current: Value?) -> Value? {
        switch self {
        case .keep: current
        case .clear: nil
        case .set(let value): value
        }
    }
}

/// The effect of a patch on a map of names and texts.
public struct MemberChanges: Hashable, Sendable {
    /// Whether all existing members are removed first.
    public var clearsAll: Bool
    /// The members to set, or to remove where the value is nil.
    public var members: [String: String?]

    /// Changes of a map; by default none.
    public init(clearsAll: Bool = false, members: [String: String?] = [:]) {
        self.clearsAll = clearsAll
        self.members = members
    }

    /// The map after the patch.
    public func applied(to current: [String: String]) -> [String: String] {
        var next = clearsAll ? [:] : current
        for (name, value) in members { next[name] = value }
        return next
    }
}
