import JSON

extension JSONWriter: MemberVisitor {
    /// Writes the members that `list` goes through as one object.
    mutating func members(_ list: (inout JSONWriter) throws(JSONError) -> Void) {
        beginObject()
        self.list(list)
        endObject()
    }

    /// Writes the members that `list` goes through into an object that is open.
    mutating func list(_ list: (inout JSONWriter) throws(JSONError) -> Void) {
        do throws(JSONError) {
            try list(&self)
        } catch {
            preconditionFailure("only a reader throws: \(error)")
        }
    }

    package mutating func visit<Value: JSONValue>(
        _ name: StaticString,
        _ value: Value?,
        isRequired: Bool,
        _ notes: @autoclosure () -> MemberNotes,
        set: (Value) -> Void
    ) {
        guard let value else { return }
        key(name)
        value.write(to: &self)
    }

    package mutating func show<Value: JSONValue>(
        _ name: StaticString,
        _ value: @autoclosure () -> Value?,
        isRequired: Bool,
        _ notes: @autoclosure () -> MemberNotes
    ) {
        guard let value = value() else { return }
        key(name)
        value.write(to: &self)
    }

    package mutating func object(
        _ name: StaticString,
        _ notes: @autoclosure () -> MemberNotes,
        _ members: (inout Self) throws(JSONError) -> Void
    ) {
        key(name)
        self.members(members)
    }

    package mutating func list<Element>(
        _ name: StaticString,
        _ elements: inout [Element],
        of blank: @autoclosure () -> Element,
        _ notes: @autoclosure () -> MemberNotes,
        _ members: (inout Element, Int, inout Self) throws(JSONError) -> Void
    ) {
        key(name)
        beginArray()
        for index in elements.indices {
            var element = elements[index]
            self.members { (json) throws(JSONError) in try members(&element, index, &json) }
        }
        endArray()
    }
}
