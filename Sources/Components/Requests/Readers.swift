// Readers of requests' bodies. The bounds here are those of the OpenAPI schemas; contract tests compare the two.

import API
import JSON
import Ledger
import PlainText
import Trading

extension JSONReader {
    /// A string of at most `maxLength` Unicode scalars, each of up to four bytes.
    ///
    /// - Parameter rule: the allowed characters.
    mutating func string(maxLength: Int, rule: TextRule = .line) throws(JSONError) -> String {
        let text = try string(maxBytes: 4 * maxLength, rule: rule)
        guard text.utf8.count <= maxLength || text.unicodeScalars.count <= maxLength else {
            throw failure(.tooLong, "at most \(maxLength) characters")
        }
        return text
    }

    /// A text of one line with a visible character.
    mutating func text(_ maxLength: Int) throws(JSONError) -> String {
        let text = try string(maxLength: maxLength)
        guard !text.isEmpty else { throw failure(.invalidValue, "must not be empty") }
        guard !text.isBlank else { throw failure(.invalidValue, "must hold something that can be seen") }
        return text
    }

    /// A text that identifies something, such as a reference.
    mutating func key(_ maxLength: Int) throws(JSONError) -> String {
        let text = try string(maxLength: maxLength, rule: .key)
        guard !text.isEmpty else { throw failure(.invalidValue, "must not be empty") }
        try checkEnds(of: text)
        return text
    }

    mutating func optionalKey(_ maxLength: Int) throws(JSONError) -> String? {
        try isNull() ? nil : try key(maxLength)
    }

    func checkEnds(of key: String) throws(JSONError) {
        guard key.utf8.first != 0x20, key.utf8.last != 0x20 else {
            throw failure(.invalidValue, "must neither begin nor end with a space")
        }
    }

    /// Checks the name of a member that the client chooses.
    func checkMember(_ name: String) throws(JSONError) {
        guard !name.isEmpty, name.unicodeScalars.count <= Bounds.memberName else {
            throw failure(.invalidValue, "a name has 1 to \(Bounds.memberName) characters")
        }
        try checkEnds(of: name)
    }

    mutating func optionalText(_ maxLength: Int) throws(JSONError) -> String? {
        try isNull() ? nil : try text(maxLength)
    }

    mutating func sku() throws(JSONError) -> SKU {
        let text = try string(maxBytes: 1000)
        guard let sku = SKU(text) else {
            throw failure(.invalidValue, SKU.rule)
        }
        return sku
    }

    mutating func code() throws(JSONError) -> String {
        let text = try string(maxBytes: 1000)
        guard SKU(text) != nil else {
            throw failure(.invalidValue, SKU.rule)
        }
        return text
    }

    mutating func quantity() throws(JSONError) -> Int64 {
        try int64(in: OrderLimits.quantity)
    }

    mutating func members() throws(JSONError) -> [String: String] {
        try members(maxCount: Bounds.members, maxLength: Bounds.memberText)
    }

    mutating func members(maxCount: Int, maxLength: Int) throws(JSONError) -> [String: String] {
        var map: [String: String] = [:]
        try object { (json, name) throws(JSONError) in
            try json.checkMember(name)
            map[name] = try json.string(maxLength: maxLength)
            guard map.count <= maxCount else { throw json.failure(.tooMany, "at most \(maxCount) members") }
        }
        return map
    }

    mutating func list<Element>(
        _ limit: Int,
        _ element: (inout JSONReader) throws(JSONError) -> Element
    ) throws(JSONError) -> [Element] {
        var elements: [Element] = []
        try array { (json, _) throws(JSONError) in
            guard elements.count < limit else { throw json.failure(.outOfRange, "at most \(limit) elements") }
            elements.append(try element(&json))
        }
        return elements
    }
}

extension Call {
    /// The bytes of a body without content: none, or an empty object.
    func nothing() async throws(Problem) -> [UInt8] {
        try await json { (json) throws(JSONError) in
            try json.object { (json, member) throws(JSONError) in throw json.unknown(member) }
        }.bytes
    }
}
