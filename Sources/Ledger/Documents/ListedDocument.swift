import JSON
import Trading

/// A document whose members are listed once: its writer, its reader and the schema of the API follow from the list.
///
/// To add a member, give the type a property and the list a line.
package protocol ListedDocument: Document, JSONValue {
    /// Goes through its members, in the order in which they are written.
    mutating func members(_ visit: inout some MemberVisitor) throws(JSONError)
}

extension ListedDocument {
    /// Writes it as one JSON object.
    public func write(to json: inout JSONWriter) {
        json.beginObject()
        writeMembers(to: &json)
        json.endObject()
    }

    /// Writes its members into an object that is open.
    package func writeMembers(to json: inout JSONWriter) {
        var copy = self
        json.list { (json) throws(JSONError) in try copy.members(&json) }
    }

    /// Reads it back; members that are not listed are passed.
    public init(from json: inout JSONReader) throws(JSONError) {
        self = .blank
        try json.members { (json) throws(JSONError) in try members(&json) }
    }

    package static func jsonSchema(_ notes: MemberNotes) -> String { jsonSchema(notes, with: []) }

    /// The schema with further members, which are always there and stand behind all others or behind one of them.
    package static func jsonSchema(
        _ notes: MemberNotes = "",
        with further: [(name: String, schema: String)],
        behind place: String? = nil
    ) -> String {
        var blank = blank
        return MemberSchemas.object(notes) { (visit) throws(JSONError) in
            try blank.members(&visit)
            visit.insert(further, behind: place)
        }
    }
}
