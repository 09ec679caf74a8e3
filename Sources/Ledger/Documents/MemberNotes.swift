import JSON
import Trading

/// What a schema says of a member beyond its type.
package struct MemberNotes: ExpressibleByStringInterpolation {
    private var description: String
    /// An example, as JSON.
    private var example: String?
    /// Keywords that bound the value, with their JSON.
    private var bounds: [(String, String?)] = []
    /// The schema that is meant instead of the type's own.
    private var name: String?
    /// What is said of the elements of a list.
    private var items: [MemberNotes] = []

    /// A description.
    package init(stringLiteral description: String) {
        self.description = description
    }

    /// A text, by an example.
    static func example(_ text: String, _ notes: Self = "") -> MemberNotes { notes.like(text) }

    /// A text of at most so many characters.
    static func text(to most: Int, _ notes: Self = "") -> MemberNotes {
        var notes = notes
        notes.bounds = [("maxLength", String(most))]
        return notes
    }

    /// A text of a pattern.
    static func text(like pattern: String, _ notes: Self = "") -> MemberNotes {
        var notes = notes
        notes.bounds = [("pattern", quoted(pattern))]
        return notes
    }

    /// A flag, by an example.
    static func example(_ flag: Bool, _ notes: Self = "") -> MemberNotes {
        var notes = notes
        notes.example = flag ? "true" : "false"
        return notes
    }

    /// An integer within bounds.
    static func integer(
        from least: Int64? = nil,
        to most: Int64? = nil,
        example: Int64? = nil,
        _ notes: Self = ""
    ) -> MemberNotes {
        var notes = notes
        notes.example = example.map(String.init)
        notes.bounds = [("minimum", least.map(String.init)), ("maximum", most.map(String.init))]
        return notes
    }

    /// A text that is one of these.
    static func oneOf(_ texts: [String], _ notes: Self = "") -> MemberNotes {
        var notes = notes
        notes.bounds = [("enum", list(texts))]
        return notes
    }

    /// A value of this schema instead of its type's.
    static func named(_ name: String, _ notes: Self = "") -> MemberNotes {
        var notes = notes
        notes.name = name
        return notes
    }

    /// A list of at least so many elements, of which the notes are these.
    static func list(_ notes: Self = "", least: Int? = nil, of items: Self = "") -> MemberNotes {
        var notes = notes
        notes.bounds = [("minItems", least.map(String.init))]
        notes.items = [items]
        return notes
    }

    /// With a text as the example.
    func like(_ text: String) -> MemberNotes {
        var notes = self
        notes.example = Self.quoted(text)
        return notes
    }

    /// What is said of the elements of a list.
    var elements: MemberNotes { items.first ?? "" }

    /// The schema of a type, with these keywords and their JSON.
    func schema(type: String, _ further: (String, String?)...) -> String {
        let said = [
            ("examples", example.map { "[\($0)]" }),
            ("description", description.isEmpty ? nil : Self.quoted(description)),
        ]
        // What a thing is made of comes last.
        let isPart = { (keyword: (String, String?)) in keyword.0 == "items" || keyword.0 == "properties" }
        return Self.object(
            [("type", Self.quoted(type))] + further.filter { !isPart($0) } + bounds + said + further.filter(isPart)
        )
    }

    /// A reference to a schema.
    func reference(_ name: String) -> String {
        Self.object([
            ("$ref", Self.quoted("#/components/schemas/\(self.name ?? name)")),
            ("description", description.isEmpty ? nil : Self.quoted(description)),
        ])
    }

    /// An object of the members that are there.
    static func object(_ members: [(String, String?)]) -> String {
        "{" + members.compactMap { name, json in json.map { "\(quoted(name)):\($0)" } }.joined(separator: ",") + "}"
    }

    /// A list of texts as JSON.
    static func list(_ texts: [String]) -> String { "[" + texts.map(quoted).joined(separator: ",") + "]" }

    /// A text as JSON.
    private static func quoted(_ text: String) -> String {
        var json = JSONWriter()
        json.string(text)
        return String(decoding: json.bytes, as: UTF8.self)
    }
}

// What many documents have.
extension MemberNotes {
    /// The number of a line of an order.
    package static var lineNumber: MemberNotes {
        .integer(from: 1, to: Int64(OrderLimits.maxLines), example: 1, "The line's number in the order, from 1.")
    }

    /// Units of an order's or a cart's line.
    package static var units: MemberNotes {
        .integer(from: OrderLimits.quantity.lowerBound, to: OrderLimits.quantity.upperBound, example: 2, "Units.")
    }

    /// How often a thing has changed.
    package static var version: MemberNotes {
        .integer(from: 1, example: 1, "Counts the changes; the ETag is made of it.")
    }
}
