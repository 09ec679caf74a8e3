/// The limits for reading a text; a text that exceeds one is refused before more of it is stored.
public struct JSONLimits: Sendable {
    /// The form in which strings and member names are returned.
    public enum Form: Sendable {
        /// As they are in the text.
        case asWritten
        /// In Unicode's normal form C, so that equal strings have equal bytes, and without characters that `TextRule` refuses.
        ///
        /// Members whose names are equal in that form count as duplicates.
        case normal
    }

    /// The most arrays and objects that may be open at once; the outermost counts as one.
    public var maxDepth: Int
    /// The longest string or member name, in bytes of UTF-8 after escapes are resolved.
    public var maxStringBytes: Int
    /// The most members of one object, and the most elements of one array.
    public var maxMembers: Int
    /// The form of strings and names.
    public var form: Form

    /// Limits with defaults.
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

    /// The limits for a text that is read as written, such as the answer of a server.
    public static let `default` = JSONLimits()
    /// The limits for a request's body: every text that is stored or compared is read with them.
    public static let request = JSONLimits(form: .normal)
}

/// The kind of a value, known from its first byte.
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
