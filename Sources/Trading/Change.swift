// Absent is no value: what a merge patch (RFC 7396) does not name stays as it is, and only null takes something away.

/// What a patch does with a value that may be absent.
public enum Change<Value: Hashable & Sendable>: Hashable, Sendable {
    /// It stays as it is.
    case keep
    /// It is taken away.
    case clear
    /// It becomes this.
    case set(Value)

    /// The value afterwards.
    public func applied(to current: Value?) -> Value? {
        switch self {
        case .keep: current
        case .clear: nil
        case .set(let value): value
        }
    }
}

/// What a patch does with a map of names and texts.
public struct MemberChanges: Hashable, Sendable {
    /// Whether whatever was there goes first.
    public var clearsAll: Bool
    /// The members to set, or with nil to take away.
    public var members: [String: String?]

    /// Changes of a map; by default there are none.
    public init(clearsAll: Bool = false, members: [String: String?] = [:]) {
        self.clearsAll = clearsAll
        self.members = members
    }

    /// The map afterwards.
    public func applied(to current: [String: String]) -> [String: String] {
        var next = clearsAll ? [:] : current
        for (name, value) in members { next[name] = value }
        return next
    }
}
