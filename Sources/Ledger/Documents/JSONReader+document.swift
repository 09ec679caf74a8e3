import JSON

extension JSONReader: MemberVisitor {
    package var withholdsPersonal: Bool { false }

    package mutating func visit<Value: JSONValue>(
        _ name: StaticString,
        _ value: Value?,
        isRequired: Bool,
        _ notes: @autoclosure () -> MemberNotes,
        set: (Value) -> Void
    ) throws(JSONError) {
        guard try take(name, isRequired: isRequired && !Value.mayBeMissing) else { return }
        set(try Value(from: &self))
        try pass()
    }

    package mutating func show<Value: JSONValue>(
        _ name: StaticString,
        _ value: @autoclosure () -> Value?,
        isRequired: Bool,
        _ notes: @autoclosure () -> MemberNotes
    ) throws(JSONError) {
        guard try take(name, isRequired: false) else { return }
        try skip()
        try pass()
    }

    package mutating func object(
        _ name: StaticString,
        _ notes: @autoclosure () -> MemberNotes,
        _ members: (inout Self) throws(JSONError) -> Void
    ) throws(JSONError) {
        guard try take(name, isRequired: true) else { return }
        try self.members(members)
        try pass()
    }

    package mutating func list<Element>(
        _ name: StaticString,
        _ elements: inout [Element],
        of blank: @autoclosure () -> Element,
        _ notes: @autoclosure () -> MemberNotes,
        _ members: (inout Element, Int, inout Self) throws(JSONError) -> Void
    ) throws(JSONError) {
        guard try take(name, isRequired: false) else { return }
        elements = []
        try array { (json, index) throws(JSONError) in
            var element = blank()
            try json.members { (json) throws(JSONError) in try members(&element, index, &json) }
            elements.append(element)
        }
        try pass()
    }
}
