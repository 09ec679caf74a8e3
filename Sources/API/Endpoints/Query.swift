import Foundation
import HTTPTypes
import PlainText
import Trading

/// The query of a request, each name once.
///
/// `+` stands for itself, as in RFC 3986, so that an e-mail address or a time means what was typed. Forms encode a blank as `+`:
/// a text that may contain blanks is therefore tried both ways (``readings(_:maxLength:)``), and a search, where signs have no
/// meaning, takes it for a blank (``words(_:maxLength:)``).
///
/// Each method that reads a value throws 400 with the parameter's name if the value is not accepted.
public struct Query: Sendable {
    /// The route's id.
    let route: String
    /// The path, as sent.
    let path: String
    /// The values, with `+` as `+`.
    var values: [String: String] = [:]
    /// The values that contain `+`, with blanks in its place.
    var spaced: [String: String] = [:]

    init(route: String, path: String) {
        self.route = route
        self.path = path
    }

    /// A single line of at most `maxLength` Unicode scalars; nil where it is missing.
    public func text(_ name: String, maxLength: Int = 200) throws(Problem) -> String? {
        try checked(values[name], name, maxLength)
    }

    /// Whether it is present.
    public func isGiven(_ name: String) -> Bool { values[name] != nil }

    /// A text in which `+` is a blank.
    public func words(_ name: String, maxLength: Int = 200) throws(Problem) -> String? {
        try checked(spaced[name] ?? values[name], name, maxLength)
    }

    /// The possible meanings of a text: itself, and, if it contains `+`, the same with blanks; nil where it is missing.
    public func readings(_ name: String, maxLength: Int = 200) throws(Problem) -> [String]? {
        guard let text = try text(name, maxLength: maxLength) else { return nil }
        return [text] + [spaced[name]].compactMap(\.self)
    }

    private func checked(_ value: String?, _ name: String, _ maxLength: Int) throws(Problem) -> String? {
        guard let value else { return nil }
        guard (1...maxLength).contains(value.unicodeScalars.count) else {
            throw .badParameter("query", name, "1 to \(maxLength) characters")
        }
        if let offender = TextRule.line.offender(in: value) {
            throw .badParameter("query", name, "must not hold the character \(offender.codePoint)")
        }
        return value
    }

    /// An integer in a range, or `missing` where it is missing.
    public func integer(_ name: String, in range: ClosedRange<Int64>, or missing: Int64) throws(Problem) -> Int64 {
        guard let text = values[name] else { return missing }
        guard let value = Int64(text), range.contains(value) else {
            throw .badParameter("query", name, "an integer from \(range.lowerBound) to \(range.upperBound)")
        }
        return value
    }

    /// The page size.
    public func limit() throws(Problem) -> Int {
        Int(try integer("limit", in: 1...200, or: 50))
    }

    /// `true` or `false`; nil where it is missing.
    public func flag(_ name: String) throws(Problem) -> Bool? {
        switch values[name] {
        case nil: return nil
        case "true": return true
        case "false": return false
        default: throw .badParameter("query", name, "true or false")
        }
    }

    /// A time; nil where it is missing.
    public func time(_ name: String) throws(Problem) -> Timestamp? {
        guard let text = values[name] else { return nil }
        guard let time = Timestamp(text) else {
            throw .badParameter("query", name, "a time as in 2026-11-23T05:21:01Z")
        }
        return time
    }

    /// An id; nil where it is missing.
    public func id<Subject>(_ name: String, _ subject: Subject.Type) throws(Problem) -> ID<Subject>? {
        guard let text = values[name] else { return nil }
        guard let id = ID<Subject>(text) else {
            throw .badParameter("query", name, "an id: \(Subject.idPrefix)_ and 32 hex digits")
        }
        return id
    }

    /// One of a closed set of values; nil where it is missing.
    public func choice<Value>(_ name: String, _ choices: [String: Value]) throws(Problem) -> Value? {
        guard let text = values[name] else { return nil }
        guard let value = choices[text] else {
            throw .badParameter("query", name, "one of \(choices.keys.sorted().joined(separator: ", "))")
        }
        return value
    }
}
