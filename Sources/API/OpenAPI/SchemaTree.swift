import JSON

/// A JSON value with its members in the written order: a schema, or an example made from one.
indirect enum SchemaTree: Sendable {
    case object([(name: String, value: SchemaTree)])
    case array([SchemaTree])
    case string(String)
    case integer(Int64)
    /// A number that is not an integer, as written.
    case fraction(String)
    case bool(Bool)
    case null

    /// Parses a schema of our own.
    init(_ text: String) {
        var reader = JSONReader(Array(text.utf8))
        do {
            self = try Self.read(&reader)
            try reader.finish()
        } catch {
            preconditionFailure("a schema is not JSON: \(error.description) in \(text)")
        }
    }

    private static func read(_ json: inout JSONReader) throws(JSONError) -> SchemaTree {
        switch try json.peek() {
        case .object:
            var members: [(name: String, value: SchemaTree)] = []
            try json.object { (json, name) throws(JSONError) in members.append((name, try read(&json))) }
            return .object(members)
        case .array:
            var elements: [SchemaTree] = []
            try json.array { (json, _) throws(JSONError) in elements.append(try read(&json)) }
            return .array(elements)
        case .string: return .string(try json.string())
        case .number:
            let text = String(decoding: try json.rawValue(), as: UTF8.self)
            return Int64(text).map { .integer($0) } ?? .fraction(text)
        case .bool: return .bool(try json.bool())
        case .null:
            _ = try json.isNull()
            return .null
        }
    }

    /// The member of an object.
    subscript(name: String) -> SchemaTree? {
        guard case .object(let members) = self else { return nil }
        return members.first { $0.name == name }?.value
    }

    /// The elements of an array.
    var elements: [SchemaTree] {
        if case .array(let elements) = self { elements } else { [] }
    }

    /// The members of an object.
    var members: [(name: String, value: SchemaTree)] {
        if case .object(let members) = self { members } else { [] }
    }

    /// The text of a string.
    var text: String? {
        if case .string(let text) = self { text } else { nil }
    }

    /// The value of an integer.
    var number: Int64? {
        if case .integer(let number) = self { number } else { nil }
    }

    /// JSON text with two spaces for each level; short arrays and objects are on one line.
    func pretty(indent: String = "") -> String {
        let inner = indent + "  "
        switch self {
        case .object(let members) where !members.isEmpty:
            let lines = members.map { "\(Self.quote($0.name)): \($0.value.pretty(indent: inner))" }
            return Self.block("{", lines, "}", indent)
        case .array(let elements) where !elements.isEmpty:
            return Self.block("[", elements.map { $0.pretty(indent: inner) }, "]", indent)
        case .object: return "{}"
        case .array: return "[]"
        case .string(let text): return Self.quote(text)
        case .integer(let number): return String(number)
        case .fraction(let text): return text
        case .bool(let flag): return flag ? "true" : "false"
        case .null: return "null"
        }
    }

    /// JSON text on one line.
    func compact() -> String {
        switch self {
        case .object(let members):
            "{" + members.map { "\(Self.quote($0.name)):\($0.value.compact())" }.joined(separator: ",") + "}"
        case .array(let elements): "[" + elements.map { $0.compact() }.joined(separator: ",") + "]"
        default: pretty()
        }
    }

    private static func block(_ open: String, _ lines: [String], _ close: String, _ indent: String) -> String {
        let flat = lines.joined(separator: ", ")
        if flat.count < 60, !flat.contains("\n") { return "\(open)\(flat)\(close)" }
        return "\(open)\n" + lines.map { "\(indent)  \($0)" }.joined(separator: ",\n") + "\n\(indent)\(close)"
    }

    private static func quote(_ text: String) -> String {
        var json = JSONWriter()
        json.string(text)
        return String(decoding: json.bytes, as: UTF8.self)
    }
}
