/// The bounds within which a text is read; what exceeds them is refused before it is held.
public struct JSONLimits: Sendable {
    /// How many arrays and objects may be open at once; the outermost counts as one.
    public var maxDepth: Int
    /// The longest string or member name, in bytes of UTF-8 after its escapes are resolved.
    public var maxStringBytes: Int
    /// The most members of one object, and the most elements of one array.
    public var maxMembers: Int

    /// Limits, each with its default.
    public init(maxDepth: Int = 32, maxStringBytes: Int = 65_536, maxMembers: Int = 10_000) {
        self.maxDepth = maxDepth
        self.maxStringBytes = maxStringBytes
        self.maxMembers = maxMembers
    }

    /// The limits of a request body.
    public static let `default` = JSONLimits()
}

/// What sort of value stands at a place, known from its first byte.
public enum JSONKind: Sendable {
    /// `{…}`
    case object
    /// `[…]`
    case array
    /// `"…"`
    case string
    /// `-12.5e3`
    case number
    /// `true` or `false`
    case bool
    /// `null`
    case null
}
