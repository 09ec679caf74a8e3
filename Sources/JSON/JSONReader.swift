// A pull reader: the caller asks for the value that it expects, and the reader walks the bytes once, from left to right, without
// building a tree. The text is untrusted: nothing is stored beyond the limits, no step costs more than the bytes that it reads,
// and nothing recurses on the nesting of the text. The position is kept as byte ranges and indices; only an error turns it into a
// pointer.
//
// Source: RFC 8259 (JSON), RFC 6901 (pointers), RFC 7493 section 2.3 (no duplicate names).

/// Reads one JSON text from bytes, value by value, as its caller asks.
///
/// After a call has thrown, the reader must not be used further: its position is undefined.
public struct JSONReader: Sendable {
    let bytes: [UInt8]
    let limits: JSONLimits
    /// The position of the next byte.
    var position = 0
    /// Where the value being read, or the last one read, begins; errors point at it.
    var valueStart = 0
    /// The innermost open array or object; the text itself when none is open.
    var frame = Frame(isArray: true, firstName: 0)
    /// The open frames around `frame`, outermost first, beginning with the text itself.
    var outer: [Frame] = []
    /// The names read so far in every open object, one after the other.
    var names: [Name] = []
    /// The names of those open objects that have many, outermost first.
    var manyNames: [Set<[UInt8]>] = []
    /// Whether a value that does not match is recorded and skipped, so that the sender learns of all mistakes at once.
    ///
    /// The result then lacks those values: the caller must check ``faults`` before using it.
    public var collectsFaults = false
    /// The errors of values that did not match, in the order of the text.
    public internal(set) var faults: [JSONError] = []

    /// A reader of `bytes`, which contain one value with optional white space around it.
    public init(_ bytes: [UInt8], limits: JSONLimits = .default) {
        self.bytes = bytes
        self.limits = limits
    }

    /// The kind of the next value, which stays unread.
    public mutating func peek() throws(JSONError) -> JSONKind {
        skipSpace()
        valueStart = position
        guard position < bytes.count else { throw truncated() }
        switch bytes[position] {
        case UInt8(ascii: "{"): return .object
        case UInt8(ascii: "["): return .array
        case UInt8(ascii: "\""): return .string
        case UInt8(ascii: "-"), UInt8(ascii: "0")...UInt8(ascii: "9"): return .number
        case UInt8(ascii: "t"), UInt8(ascii: "f"): return .bool
        case UInt8(ascii: "n"): return .null
        default: throw syntax("a value is expected here")
        }
    }

    /// Reads `true` or `false`.
    public mutating func bool() throws(JSONError) -> Bool {
        try expect(.bool)
        let isTrue = bytes[position] == UInt8(ascii: "t")
        try literal(isTrue ? "true" : "false")
        return isTrue
    }

    /// Whether `null` comes next; consumes it if so, and nothing otherwise.
    public mutating func isNull() throws(JSONError) -> Bool {
        guard try peek() == .null else { return false }
        try literal("null")
        return true
    }

    /// Checks that only white space follows.
    public mutating func finish() throws(JSONError) {
        skipSpace()
        guard position == bytes.count else {
            throw error(.trailingData, "something follows the end of the value", at: position)
        }
    }

    /// Skips white space: space, tab, line feed and carriage return.
    @inline(__always)
    mutating func skipSpace() {
        if position < bytes.count, bytes[position] > 0x20 { return }
        skipSomeSpace()
    }

    private mutating func skipSomeSpace() {
        let start = position
        // A pointer, since a build without optimisation retains the array for each byte.
        position = bytes.withUnsafeBufferPointer { bytes in
            var place = start
            while place < bytes.count {
                let byte = bytes[place]
                guard byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 else { break }
                place += 1
            }
            return place
        }
    }

    /// Checks that a value of `kind` comes next.
    mutating func expect(_ kind: JSONKind) throws(JSONError) {
        let found = try peek()
        guard found == kind else {
            throw error(.wrongType, "expected \(kind.phrase), found \(found.phrase)", at: position)
        }
    }

    /// Reads exactly these letters.
    mutating func literal(_ text: StaticString) throws(JSONError) {
        for index in 0..<text.utf8CodeUnitCount {
            guard position < bytes.count else { throw truncated() }
            guard bytes[position] == text.withUTF8Buffer({ $0[index] }) else {
                throw syntax("not a value of JSON")
            }
            position += 1
        }
    }
}

extension JSONKind {
    /// The kind, for the middle of a sentence.
    var phrase: String {
        switch self {
        case .object: "an object"
        case .array: "an array"
        case .string: "a string"
        case .number: "a number"
        case .bool: "true or false"
        case .null: "null"
        }
    }
}
