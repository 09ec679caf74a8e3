/// Why a text was refused, and where.
///
/// The same text fails again.
public struct JSONError: Error, Sendable, Equatable, CustomStringConvertible {
    /// The kind of error; raw values are stable and may be part of an answer.
    public enum Code: String, Sendable, CaseIterable {
        /// A byte that the grammar does not allow here.
        case syntax
        /// The text ended inside a value.
        case truncated
        /// Something other than white space follows the value.
        case trailingData
        /// Bytes that are not UTF-8, or an escaped surrogate without its partner.
        case invalidUTF8
        /// A member name occurs twice in one object.
        case duplicateMember
        /// More open arrays and objects than `JSONLimits.maxDepth`.
        case tooDeep
        /// A string longer than its limit.
        case tooLong
        /// More members or elements than `JSONLimits.maxMembers`.
        case tooMany
        /// A value of another kind, or a fraction where an integer is wanted.
        case wrongType
        /// A number outside the allowed range.
        case outOfRange
        /// An unknown member.
        case unknownMember
        /// A required member is missing.
        case missingMember
        /// A value of the right kind that is not valid here.
        case invalidValue
    }

    /// The kind of error.
    public var code: Code
    /// The place: an RFC 6901 pointer, in which `""` is the whole text.
    public var pointer: String
    /// A sentence for the sender; safe to show.
    public var detail: String
    /// The place, in bytes from the start of the text.
    public var offset: Int

    /// An error from its parts.
    public init(code: Code, pointer: String, detail: String, offset: Int) {
        self.code = code
        self.pointer = pointer
        self.detail = detail
        self.offset = offset
    }

    /// Whether the text is not JSON at all (HTTP 400), or else JSON that does not match (HTTP 422).
    public var isMalformed: Bool {
        switch code {
        case .syntax, .truncated, .trailingData, .invalidUTF8, .duplicateMember, .tooDeep, .tooLong, .tooMany: true
        case .wrongType, .outOfRange, .unknownMember, .missingMember, .invalidValue: false
        }
    }

    /// Code, place and sentence in one line.
    public var description: String {
        "\(code.rawValue) at \(pointer.isEmpty ? "the root" : pointer) (byte \(offset)): \(detail)"
    }
}
