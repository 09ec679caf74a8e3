// The values of which documents are made, each with its one form in JSON and what the schema says of it.

import JSON
import Trading

/// A value with one JSON form, which a member of a document may have.
package protocol JSONValue {
    /// What stands in its place until it is read.
    static var blank: Self { get }
    /// Whether a document that lacks it is read with the blank: texts, lists and flags, but nothing that counts or names.
    static var mayBeMissing: Bool { get }
    /// Whether it says no more than the blank, so that it may be left out.
    var isBlankValue: Bool { get }
    /// The JSON Schema of a member that has such a value.
    static func jsonSchema(_ notes: MemberNotes) -> String
    /// Writes it as one JSON value.
    func write(to json: inout JSONWriter)
    /// Reads it back, from what was stored.
    init(from json: inout JSONReader) throws(JSONError)
}

extension JSONValue {
    package static var mayBeMissing: Bool { false }
    package var isBlankValue: Bool { false }
}

extension String: JSONValue {
    package static var blank: String { "" }
    package static var mayBeMissing: Bool { true }
    package var isBlankValue: Bool { isEmpty }
    package static func jsonSchema(_ notes: MemberNotes) -> String { notes.schema(type: "string") }
    package func write(to json: inout JSONWriter) { json.string(self) }
    package init(from json: inout JSONReader) throws(JSONError) { self = try json.string() }
}

extension Int64: JSONValue {
    package static var blank: Int64 { 0 }
    package var isBlankValue: Bool { self == 0 }
    package static func jsonSchema(_ notes: MemberNotes) -> String { notes.schema(type: "integer") }
    package func write(to json: inout JSONWriter) { json.int(self) }
    package init(from json: inout JSONReader) throws(JSONError) { self = try json.int64() }
}

extension Int: JSONValue {
    package static var blank: Int { 0 }
    package var isBlankValue: Bool { self == 0 }
    package static func jsonSchema(_ notes: MemberNotes) -> String { notes.schema(type: "integer") }
    package func write(to json: inout JSONWriter) { json.int(self) }
    package init(from json: inout JSONReader) throws(JSONError) { self = try json.int() }
}

extension Bool: JSONValue {
    package static var blank: Bool { false }
    package static var mayBeMissing: Bool { true }
    package var isBlankValue: Bool { !self }
    package static func jsonSchema(_ notes: MemberNotes) -> String { notes.schema(type: "boolean") }
    package func write(to json: inout JSONWriter) { json.bool(self) }
    package init(from json: inout JSONReader) throws(JSONError) { self = try json.bool() }
}

extension Timestamp: JSONValue {
    package static var blank: Timestamp { .earliest }
    package static func jsonSchema(_ notes: MemberNotes) -> String { notes.reference("Time") }
    package func write(to json: inout JSONWriter) { json.value(self) }
    package init(from json: inout JSONReader) throws(JSONError) { self = try json.timestamp() }
}

extension Money: JSONValue {
    package static var blank: Money { Money(0, .blank) }
    package var isBlankValue: Bool { isZero }
    /// An amount that is not negative, unless the notes name another schema.
    package static func jsonSchema(_ notes: MemberNotes) -> String { notes.reference("Price") }
    package func write(to json: inout JSONWriter) { json.value(self) }
    package init(from json: inout JSONReader) throws(JSONError) { self = try json.money() }
}

extension Currency: JSONValue {
    package static var blank: Currency { .gbp }
    package static func jsonSchema(_ notes: MemberNotes) -> String { notes.reference("Currency") }
    package func write(to json: inout JSONWriter) { json.string(code) }
    package init(from json: inout JSONReader) throws(JSONError) { self = try json.currency() }
}

extension SKU: JSONValue {
    package static var blank: SKU { SKU(stored: "") }
    package static func jsonSchema(_ notes: MemberNotes) -> String { notes.reference("SKU") }
    package func write(to json: inout JSONWriter) { json.string(description) }
    package init(from json: inout JSONReader) throws(JSONError) { self.init(stored: try json.string()) }
}

extension ID: JSONValue {
    package static var blank: ID { ID(high: 0, low: 0) }
    package static func jsonSchema(_ notes: MemberNotes) -> String {
        notes.like("\(Subject.idPrefix)_0199c2f0a3b47c6e8d2f5a1b3c4d5e6f")
            .schema(type: "string", ("pattern", #""^\#(Subject.idPrefix)_[0-9a-f]{32}$""#))
    }
    package func write(to json: inout JSONWriter) { json.ascii(Self.textLength) { write(to: $0) } }
    package init(from json: inout JSONReader) throws(JSONError) { self = try json.id(Subject.self) }
}

extension [String: String]: JSONValue {
    package static var blank: [String: String] { [:] }
    package static var mayBeMissing: Bool { true }
    package var isBlankValue: Bool { isEmpty }
    package static func jsonSchema(_ notes: MemberNotes) -> String { notes.reference("Members") }
    package func write(to json: inout JSONWriter) { json.value(self) }
    package init(from json: inout JSONReader) throws(JSONError) { self = try json.texts() }
}

extension Array: JSONValue where Element: JSONValue {
    package static var blank: [Element] { [] }
    package static var mayBeMissing: Bool { true }
    package var isBlankValue: Bool { isEmpty }
    package static func jsonSchema(_ notes: MemberNotes) -> String {
        notes.schema(type: "array", ("items", Element.jsonSchema(notes.elements)))
    }
    package func write(to json: inout JSONWriter) {
        json.array { json in for element in self { element.write(to: &json) } }
    }
    package init(from json: inout JSONReader) throws(JSONError) {
        self = []
        try json.array { (json, _) throws(JSONError) in append(try Element(from: &json)) }
    }
}

/// A closed set of values, each of which has a name in the API.
package protocol NamedValue: JSONValue, CaseIterable {
    /// The name in the API.
    var name: String { get }
}

extension NamedValue {
    package static var blank: Self { allCases[allCases.startIndex] }
    package static func jsonSchema(_ notes: MemberNotes) -> String {
        notes.schema(type: "string", ("enum", MemberNotes.list(allCases.map(\.name))))
    }
    package func write(to json: inout JSONWriter) { json.string(name) }
    package init(from json: inout JSONReader) throws(JSONError) {
        let text = try json.string(maxBytes: 64)
        guard let value = Self.allCases.first(where: { $0.name == text }) else {
            throw json.failure(.invalidValue, "one of \(Self.allCases.map(\.name).joined(separator: ", "))")
        }
        self = value
    }
}

extension NamedValue where Self: RawRepresentable<String> {
    package var name: String { rawValue }
}
