// The reader's position, and errors at that position.

extension JSONReader {
    /// An open array or object.
    struct Frame: Sendable {
        let isArray: Bool
        /// Number of members or elements begun.
        var count = 0
        /// Whether a member or element is being read, so that it is part of the pointer.
        var isInside = false
        /// The member being read, without its quotes.
        var name = Name(start: 0, end: 0, isEscaped: false, isPlain: true)
        /// Where the names of this object begin in `names`.
        let firstName: Int
        /// Whether its names are in the last set of `manyNames`.
        var hasManyNames = false
        /// How many members of its list were looked at.
        var listed = 0
        /// The members of the list that were read, each a bit by its place.
        var taken: UInt64 = 0
        /// Those that must be there.
        var required: UInt64 = 0
        /// Whether the object has ended, so that a member that must be there is missing.
        var isOver = false
    }

    /// A member name, as a range of the text.
    struct Name: Sendable {
        let start: Int
        let end: Int
        let isEscaped: Bool
        /// Whether it is printable ASCII without escapes, so that its bytes are its normal form.
        let isPlain: Bool
    }

    /// An error at the current pointer, for a value that was read and is not valid.
    public func failure(_ code: JSONError.Code, _ detail: String) -> JSONError {
        error(code, detail, at: valueStart)
    }

    /// The error for a missing member of the object just read.
    public func missing(_ name: String) -> JSONError {
        let place = pointer + "/" + Self.escaped(name)
        return JSONError(code: .missingMember, pointer: place, detail: "this member is required", offset: valueStart)
    }

    /// The error for an unknown member, to be thrown while `name` is the current member.
    public func unknown(_ name: String) -> JSONError {
        error(.unknownMember, "no such member", at: valueStart)
    }

    /// An error at the current pointer and a given byte.
    func error(_ code: JSONError.Code, _ detail: String, at offset: Int) -> JSONError {
        JSONError(code: code, pointer: pointer, detail: detail, offset: offset)
    }

    /// The error for a byte that the grammar does not allow.
    func syntax(_ detail: String) -> JSONError {
        error(.syntax, detail, at: position)
    }

    /// The error for a text that ends too early.
    func truncated() -> JSONError {
        error(.truncated, "the text ends inside a value", at: bytes.count)
    }

    /// The RFC 6901 pointer to the value being read.
    var pointer: String {
        var text = ""
        for frame in outer + [frame] where frame.isInside {
            text += "/"
            text += frame.isArray ? String(frame.count - 1) : Self.escaped(decoded(frame.name))
        }
        return text
    }

    /// A member name as it is escaped in a pointer (RFC 6901 section 3).
    private static func escaped(_ name: String) -> String {
        var text = ""
        for scalar in name.unicodeScalars {
            switch scalar {
            case "~": text += "~0"
            case "/": text += "~1"
            default: text.unicodeScalars.append(scalar)
            }
        }
        return text
    }
}
