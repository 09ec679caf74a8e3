// Schemas in words; supports the part of JSON Schema that our own schemas use.

import PlainText

extension DocumentationPage {
    static let requiredMark = " <span class=\"required\">required</span>"

    /// The named shapes, sorted by name.
    var shapesSection: String {
        let items = shapes.sorted { $0.key < $1.key }.map { name, shape in
            """
            <article id="shape-\(name)"><h2>\(name)</h2>
            <p>\(Self.prose(shape["description"]?.text ?? "")) <span class="type">\(type(shape))</span></p>
            \(members(shape))</article>
            """
        }
        return """
            <section aria-labelledby="shapes"><h1 id="shapes">Shapes</h1>
            <p>What bodies and answers are made of. A member that is not required is left out where there is nothing to say.</p>
            \(items.joined(separator: "\n"))</section>
            """
    }

    /// A link to a named shape.
    func link(_ name: String) -> String {
        "<a href=\"/docs/shapes#shape-\(name)\">\(name)</a>"
    }

    /// The type of value that a schema allows, in a few words.
    func type(_ schema: SchemaTree) -> String {
        if let name = Self.referenceName(schema) { return link(name) }
        if case .array(let choices)? = schema["oneOf"] { return choices.map(type).joined(separator: " or ") }
        if let values = schema["enum"]?.elements { return Self.choices(values.compactMap(\.text)) }
        switch schema["type"] {
        case .string("array"):
            let count = Self.range(schema["minItems"]?.number, schema["maxItems"]?.number)
            return "list\(count.map { " of \($0)" } ?? "") of \(schema["items"].map(type) ?? "anything")"
        case .string("object") where schema["properties"] == nil && schema["additionalProperties"]?["type"] != nil:
            let texts = schema["additionalProperties"].map(type) ?? "text"
            return "names to \(texts)\(schema["maxProperties"]?.number.map { ", at most \($0)" } ?? "")"
        case .string(let name): return Self.scalar(name, schema)
        case .array(let names):
            return names.compactMap(\.text).map { $0 == "null" ? "null" : Self.scalar($0, schema) }
                .joined(separator: " or ")
        default: return "value"
        }
    }

    /// The members of an object, or of the elements of a list or a choice.
    func members(_ schema: SchemaTree) -> String {
        if case .array(let choices)? = schema["oneOf"] {
            let lists = choices.map { choice in
                choice["properties"] == nil
                    ? "" : "<li>\(Self.prose(choice["description"]?.text ?? "")) \(members(choice))</li>"
            }.joined()
            return lists.isEmpty ? "" : "<p>One of:</p><ul class=\"choices\">\(lists)</ul>"
        }
        if let items = schema["items"] { return items["properties"] == nil ? "" : members(items) }
        guard case .object(let properties)? = schema["properties"] else { return "" }
        let required = Set(schema["required"]?.elements.compactMap(\.text) ?? [])
        let items = properties.map { name, property in
            """
            <li><code class="name">\(name)</code> <span class="type">\(type(property))</span>\
            \(required.contains(name) ? Self.requiredMark : "")\
            \(Self.standard(property)) <span class="about">\(Self.prose(property["description"]?.text ?? ""))</span>\
            \(members(property))</li>
            """
        }
        return "<ul class=\"members\">\(items.joined(separator: "\n"))</ul>"
    }

    /// A value that a schema allows, built from its examples.
    func example(of schema: SchemaTree) -> SchemaTree {
        if let example = schema["examples"]?.elements.first { return example }
        if let name = Self.referenceName(schema) { return shapes[name].map(example) ?? .null }
        if let first = schema["oneOf"]?.elements.first { return example(of: first) }
        if let standard = schema["default"] { return standard }
        if let first = schema["enum"]?.elements.first { return first }
        switch schema["type"]?.text {
        case "object":
            return .object((schema["properties"]?.members ?? []).map { ($0.name, example(of: $0.value)) })
        case "array":
            return .array(schema["items"].map { [example(of: $0)] } ?? [])
        case "integer", "number": return .integer(schema["minimum"]?.number ?? 0)
        case "boolean": return .bool(true)
        default: return .string("")
        }
    }

    private static func referenceName(_ schema: SchemaTree) -> String? {
        schema["$ref"]?.text.flatMap { $0.split(separator: "/").last.map(String.init) }
    }

    private static func choices(_ values: [String]) -> String {
        let codes = values.map { "<code>\(escape($0))</code>" }.joined(separator: ", ")
        guard values.count > 24 else { return codes }
        return "<details class=\"inline\"><summary>one of \(values.count)</summary>\(codes)</details>"
    }

    private static func scalar(_ name: String, _ schema: SchemaTree) -> String {
        switch name {
        case "string":
            let length = range(schema["minLength"]?.number, schema["maxLength"]?.number)
            return "text" + (length.map { " of \($0) characters" } ?? "") + pattern(schema)
        case "integer":
            return "integer" + (range(schema["minimum"]?.number, schema["maximum"]?.number).map { ", \($0)" } ?? "")
        case "boolean": return "<code>true</code> or <code>false</code>"
        default: return name
        }
    }

    private static func pattern(_ schema: SchemaTree) -> String {
        if schema["format"]?.text == "date-time" { return ", RFC 3339" }
        // The rule against control characters is part of the conventions.
        guard let pattern = schema["pattern"]?.text, !conventions.contains(pattern) else { return "" }
        return " <code class=\"pattern\">\(escape(pattern))</code>"
    }

    /// The patterns of plain texts, as they are in a parsed schema.
    private static let conventions = [TextRule.line.pattern, TextRule.lines.pattern, TextRule.key.keyPattern]
        .map { $0.replacing(#"\\u"#, with: #"\u"#) }

    private static func range(_ least: Int64?, _ most: Int64?) -> String? {
        switch (least, most) {
        case (nil, nil): nil
        case (let least?, let most?): "\(least) to \(most)"
        case (let least?, nil): "at least \(least)"
        case (nil, let most?): "at most \(most)"
        }
    }

    private static func standard(_ schema: SchemaTree) -> String {
        schema["default"].map { " <span class=\"type\">default <code>\(escape($0.pretty()))</code></span>" } ?? ""
    }
}
