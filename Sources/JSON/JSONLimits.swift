/// The bounds within which a text is read; what exceeds them is refused before it is held.
public struct JSONLimits: Sendable {
    /// How strings and member names are given to the caller.
    public enum Form: Sendable {
        /// As they stand in the text.
        case asWritten
        /// In Unicode's normal form C, so that equal strings have equal bytes, and without characters that a text does not hold
        /// (`TextRule`). Members whose names are equal in that form stand twice.
        case normal
    }

    /// How many arrays and objects may be open at once; the outermost counts as one.
    public var maxDepth: Int
    /// The longest string or member name, in bytes of UTF-8 after its escapes are resolved.
    public var maxStringBytes: Int
    /// The most members of one object, and the most elements of one array.
    public var maxMembers: Int
    /// How strings and names are given.
    public var form: Form

    /// Limits, each with its default.
    public init(
        maxDepth: Int = 32,
        maxStringBytes: Int = 65_536,
        maxMembers: Int = 10_000,
        form: Form = .asWritten
    ) {
        self.maxDepth = maxDepth
        self.maxStringBytes = maxStringBytes
        self.maxMembers = maxMembers
        self.form = form
    }

    /// The limits of a text that is read as it was written, such as the answer of a server.
    public static let `default` = JSONLimits()
    /// The limits of a request's body: whatever is kept or compared comes in by these.
    public static let request = JSONLimits(form: .normal)
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
