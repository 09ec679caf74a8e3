// A pull reader: the caller asks for the value it expects, and the reader walks the bytes once, from left to right, without
// building a tree. The text is untrusted. Nothing is held beyond the limits, no step costs more than the bytes it passes, and
// nothing recurses on the nesting of the text. Where the reader stands is kept as byte ranges and indices; only an error turns
// that into a pointer.
//
// Source: RFC 8259 (JSON), RFC 6901 (pointers), RFC 7493 section 2.3 (no duplicate names).

/// Reads one JSON text from bytes, value by value, as its caller asks.
///
/// Once a call has thrown, the reader is spent: where it stands is then undefined.
public struct JSONReader: Sendable {
    let bytes: [UInt8]
    let limits: JSONLimits
    /// Where the next byte is read.
    var position = 0
    /// Where the value began that was read last, or is being read; errors point at it.
    var valueStart = 0
    /// The innermost array or object that is open; the text itself when none is.
    var frame = Frame(isArray: true, firstName: 0)
    /// What is open around `frame`, outermost first and the text itself before all; as many as the nesting is deep.
    var outer: [Frame] = []
    /// The names met so far in every open object, one after the other.
    var names: [Name] = []
    /// The names of those open objects that have many, outermost first.
    var manyNames: [Set<[UInt8]>] = []
    /// Whether a value that does not fit is noted and passed, so that the sender is told of all mistakes at once.
    ///
    /// What is read then lacks those values: whoever asks for this must look at ``faults`` before using it.
    public var collectsFaults = false
    /// The values that did not fit, in the order of the text.
    public internal(set) var faults: [JSONError] = []

    /// A reader of `bytes`, which hold one value and white space around it.
    public init(_ bytes: [UInt8], limits: JSONLimits = .default) {
        self.bytes = bytes
        self.limits = limits
    }

    /// The kind of the value that comes next, which stays unread.
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

    /// Whether `null` comes next; it is consumed if so, and nothing is consumed if not.
    public mutating func isNull() throws(JSONError) -> Bool {
        guard try peek() == .null else { return false }
        try literal("null")
        return true
    }

    /// Makes sure that only white space follows.
    public mutating func finish() throws(JSONError) {
        skipSpace()
        guard position == bytes.count else {
            throw error(.trailingData, "something follows the end of the value", at: position)
        }
    }

    /// Passes white space: space, tab, line feed and carriage return.
    @inline(__always)
    mutating func skipSpace() {
        if position < bytes.count, bytes[position] > 0x20 { return }
        skipSomeSpace()
    }

    private mutating func skipSomeSpace() {
        let start = position
        // A pointer, since a build without optimisation counts a reference for each byte of an array.
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

    /// Makes sure that a value of `kind` comes next.
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
    /// The kind in the middle of a sentence.
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
