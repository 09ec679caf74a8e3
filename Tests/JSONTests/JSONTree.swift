import JSON

/// Any JSON value whose numbers are integers, to run texts through every call of the reader and the writer.
indirect enum JSONTree: Equatable {
    case object([Member])
    case array([JSONTree])
    case string(String)
    case int(Int64)
    case bool(Bool)
    case null

    struct Member: Equatable {
        var name: String
        var value: JSONTree
    }

    /// Reads a whole text.
    static func read(_ bytes: [UInt8], limits: JSONLimits = .default) throws(JSONError) -> JSONTree {
        var reader = JSONReader(bytes, limits: limits)
        let tree = try JSONTree(from: &reader)
        try reader.finish()
        return tree
    }

    init(from json: inout JSONReader) throws(JSONError) {
        switch try json.peek() {
        case .object:
            var members: [Member] = []
            try json.object { (json, name) throws(JSONError) in
                members.append(Member(name: name, value: try JSONTree(from: &json)))
            }
            self = .object(members)
        case .array:
            var elements: [JSONTree] = []
            try json.array { (json, _) throws(JSONError) in elements.append(try JSONTree(from: &json)) }
            self = .array(elements)
        case .string: self = .string(try json.string())
        case .number: self = .int(try json.int64())
        case .bool: self = .bool(try json.bool())
        case .null: self = try json.isNull() ? .null : .bool(false)
        }
    }

    func write(to json: inout JSONWriter) {
        switch self {
        case .object(let members):
            json.beginObject()
            for member in members {
                json.key(member.name)
                member.value.write(to: &json)
            }
            json.endObject()
        case .array(let elements):
            json.beginArray()
            for element in elements { element.write(to: &json) }
            json.endArray()
        case .string(let text): json.string(text)
        case .int(let value): json.int(value)
        case .bool(let value): json.bool(value)
        case .null: json.null()
        }
    }
}

/// Skips a whole text without decoding it.
func skipText(_ bytes: [UInt8], limits: JSONLimits = .default) throws(JSONError) {
    var reader = JSONReader(bytes, limits: limits)
    try reader.skip()
    try reader.finish()
}

/// The error of a call that must fail.
func refusal(_ body: () throws(JSONError) -> Void) -> JSONError? {
    do {
        try body()
        return nil
    } catch {
        return error
    }
}

/// The bytes of a text, in which `\xHH` stands for any byte.
func bytes(_ text: String) -> [UInt8] {
    var result: [UInt8] = []
    var rest = Substring(text)
    while let next = rest.first {
        if rest.hasPrefix("\\x"), let byte = UInt8(rest.dropFirst(2).prefix(2), radix: 16) {
            result.append(byte)
            rest = rest.dropFirst(4)
        } else {
            result.append(contentsOf: next.utf8)
            rest = rest.dropFirst()
        }
    }
    return result
}
