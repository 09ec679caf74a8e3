import JSON

/// Makes the schema of an object, from the list of its members.
package struct MemberSchemas: MemberVisitor {
    /// The names and the schemas of the members.
    private var members: [(name: String, schema: String)] = []
    /// The names of those that are always there.
    private var required: [String] = []

    init() {}

    package var withholdsPersonal: Bool { false }

    /// The schema of an object with the members that `list` goes through.
    static func object(
        _ notes: MemberNotes = "",
        _ list: (inout MemberSchemas) throws(JSONError) -> Void
    ) -> String {
        var schemas = MemberSchemas()
        do throws(JSONError) {
            try list(&schemas)
        } catch {
            preconditionFailure("only a reader throws: \(error)")
        }
        return notes.schema(
            type: "object",
            ("additionalProperties", "false"),
            ("required", schemas.required.isEmpty ? nil : MemberNotes.list(schemas.required)),
            ("properties", MemberNotes.object(schemas.members.map { ($0.name, $0.schema) }))
        )
    }

    /// Adds members that are always there, behind one of the members or at the end.
    mutating func insert(_ further: [(name: String, schema: String)], behind place: String?) {
        let index = members.firstIndex { $0.name == place }.map { $0 + 1 } ?? members.count
        members.insert(contentsOf: further, at: index)
        required += further.map(\.name)
    }

    /// Adds a member that has this schema.
    mutating func add(_ name: String, _ schema: String, isRequired: Bool) {
        members.append((name, schema))
        if isRequired { required.append(name) }
    }

    package mutating func visit<Value: JSONValue>(
        _ name: StaticString,
        _ value: Value?,
        isRequired: Bool,
        _ notes: @autoclosure () -> MemberNotes,
        set: (Value) -> Void
    ) {
        add("\(name)", Value.jsonSchema(notes()), isRequired: isRequired)
    }

    package mutating func show<Value: JSONValue>(
        _ name: StaticString,
        _ value: @autoclosure () -> Value?,
        isRequired: Bool,
        _ notes: @autoclosure () -> MemberNotes
    ) {
        add("\(name)", Value.jsonSchema(notes()), isRequired: isRequired)
    }

    package mutating func object(
        _ name: StaticString,
        _ notes: @autoclosure () -> MemberNotes,
        _ members: (inout Self) throws(JSONError) -> Void
    ) {
        add("\(name)", Self.object(notes(), members), isRequired: true)
    }

    package mutating func list<Element>(
        _ name: StaticString,
        _ elements: inout [Element],
        of blank: @autoclosure () -> Element,
        _ notes: @autoclosure () -> MemberNotes,
        _ members: (inout Element, Int, inout Self) throws(JSONError) -> Void
    ) {
        var element = blank()
        let notes = notes()
        let items = Self.object(notes.elements) { (visit) throws(JSONError) in try members(&element, 0, &visit) }
        add("\(name)", notes.schema(type: "array", ("items", items)), isRequired: true)
    }
}
