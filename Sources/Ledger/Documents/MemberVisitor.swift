import JSON
import Trading

/// What goes through the members of a document, which are listed once: a writer, a reader, or what makes the schema.
///
/// The list says for each member its name, where it is kept, and what the schema says of it; it is a generic function, which the
/// compiler makes into a writer and a reader of each document.
package protocol MemberVisitor {
    /// Whether members that are personal data are left out: so a document is written once the person is erased.
    var withholdsPersonal: Bool { get }

    /// A member with this value, or without one where it is left out; `set` keeps what was read.
    mutating func visit<Value: JSONValue>(
        _ name: StaticString,
        _ value: Value?,
        isRequired: Bool,
        _ notes: @autoclosure () -> MemberNotes,
        set: (Value) -> Void
    ) throws(JSONError)

    /// A member that follows from others, and is passed where it is read.
    mutating func show<Value: JSONValue>(
        _ name: StaticString,
        _ value: @autoclosure () -> Value?,
        isRequired: Bool,
        _ notes: @autoclosure () -> MemberNotes
    ) throws(JSONError)

    /// A member that is an object, whose members are listed by `members`.
    mutating func object(
        _ name: StaticString,
        _ notes: @autoclosure () -> MemberNotes,
        _ members: (inout Self) throws(JSONError) -> Void
    ) throws(JSONError)

    /// A member that is a list of objects, whose members are listed by `members`, which gets its index as well.
    mutating func list<Element>(
        _ name: StaticString,
        _ elements: inout [Element],
        of blank: @autoclosure () -> Element,
        _ notes: @autoclosure () -> MemberNotes,
        _ members: (inout Element, Int, inout Self) throws(JSONError) -> Void
    ) throws(JSONError)
}

extension MemberVisitor {
    /// A member that is always there.
    mutating func member<Value: JSONValue>(
        _ name: StaticString,
        _ value: inout Value,
        _ notes: @autoclosure () -> MemberNotes = ""
    ) throws(JSONError) {
        try visit(name, value, isRequired: true, notes()) { value = $0 }
    }

    /// A member that is left out where it is nil.
    mutating func member<Value: JSONValue>(
        _ name: StaticString,
        _ value: inout Value?,
        _ notes: @autoclosure () -> MemberNotes = ""
    ) throws(JSONError) {
        try visit(name, value, isRequired: false, notes()) { value = $0 }
    }

    /// A member that is left out where there is nothing to say.
    mutating func unlessBlank<Value: JSONValue>(
        _ name: StaticString,
        _ value: inout Value,
        _ notes: @autoclosure () -> MemberNotes = ""
    ) throws(JSONError) {
        try visit(name, value.isBlankValue ? nil : value, isRequired: false, notes()) { value = $0 }
    }

    /// A member that is always there and kept in another form, which `set` makes.
    mutating func member<Value: JSONValue>(
        _ name: StaticString,
        _ value: Value,
        _ notes: @autoclosure () -> MemberNotes = "",
        set: (Value) -> Void
    ) throws(JSONError) {
        try visit(name, value, isRequired: true, notes(), set: set)
    }

    /// A member that is left out where it is nil, and kept in another form, which `set` makes.
    mutating func member<Value: JSONValue>(
        _ name: StaticString,
        _ value: Value?,
        _ notes: @autoclosure () -> MemberNotes = "",
        set: (Value) -> Void
    ) throws(JSONError) {
        try visit(name, value, isRequired: false, notes(), set: set)
    }

    /// An amount that is kept in minor units of a currency.
    mutating func member(
        _ name: StaticString,
        _ amount: inout Int64,
        in currency: Currency,
        _ notes: @autoclosure () -> MemberNotes = ""
    ) throws(JSONError) {
        try visit(name, Money(amount, currency), isRequired: true, notes()) { amount = $0.amount }
    }

    /// An amount that is kept in minor units of a currency, and left out where it is 0.
    mutating func unlessBlank(
        _ name: StaticString,
        _ amount: inout Int64,
        in currency: Currency,
        _ notes: @autoclosure () -> MemberNotes = ""
    ) throws(JSONError) {
        try visit(name, amount == 0 ? nil : Money(amount, currency), isRequired: false, notes()) { amount = $0.amount }
    }

    /// A member that follows from others.
    package mutating func shown<Value: JSONValue>(
        _ name: StaticString,
        _ value: @autoclosure () -> Value,
        _ notes: @autoclosure () -> MemberNotes = ""
    ) throws(JSONError) {
        try show(name, value(), isRequired: true, notes())
    }

    /// A member that follows from others, and is left out where it is nil.
    package mutating func shown<Value: JSONValue>(
        _ name: StaticString,
        _ value: @autoclosure () -> Value?,
        _ notes: @autoclosure () -> MemberNotes = ""
    ) throws(JSONError) {
        try show(name, value(), isRequired: false, notes())
    }
}

// Personal data: erasure follows from these marks.
extension MemberVisitor {
    /// Personal data that is left out where there is none, and once the person is erased.
    mutating func personal<Value: JSONValue>(
        _ name: StaticString,
        _ value: inout Value?,
        _ notes: @autoclosure () -> MemberNotes = ""
    ) throws(JSONError) {
        try visit(name, withholdsPersonal ? nil : value, isRequired: false, notes()) { value = $0 }
    }

    /// Personal data that is always there, blank once the person is erased.
    mutating func personal<Value: JSONValue>(
        _ name: StaticString,
        _ value: inout Value,
        _ notes: @autoclosure () -> MemberNotes = ""
    ) throws(JSONError) {
        try visit(name, withholdsPersonal ? .blank : value, isRequired: true, notes()) { value = $0 }
    }

    /// Personal data of which something stays once the person is erased; left out where it is nil.
    mutating func personal<Value: JSONValue>(
        _ name: StaticString,
        _ value: Value?,
        erased: @autoclosure () -> Value?,
        _ notes: @autoclosure () -> MemberNotes = "",
        set: (Value) -> Void
    ) throws(JSONError) {
        try visit(name, withholdsPersonal ? erased() : value, isRequired: false, notes(), set: set)
    }
}
