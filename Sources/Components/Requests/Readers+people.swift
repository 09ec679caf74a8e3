import JSON
import PlainText
import Trading

extension JSONReader {
    mutating func email() throws(JSONError) -> String {
        let text = try key(Bounds.email)
        guard Self.isEmail(text) else { throw failure(.invalidValue, "not an e-mail address as in ann@example.com") }
        return text
    }

    /// Whether a text is one bare address (RFC 5321 section 4.1.2, RFC 6531 section 3.3): no display name, no list, no quoting,
    /// and a domain of labels that does not end with a dot.
    private static func isEmail(_ text: String) -> Bool {
        // By bytes, so that a combining mark after the @ does not hide it.
        let parts = text.utf8.split(separator: UInt8(ascii: "@"), omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].isEmpty, !text.utf8.contains(where: isForeign) else { return false }
        return parts[1].split(separator: UInt8(ascii: "."), omittingEmptySubsequences: false).allSatisfy { !$0.isEmpty }
    }

    /// Whether a byte is a separator, a bracket, or only allowed in quoted addresses.
    private static func isForeign(_ byte: UInt8) -> Bool {
        byte <= 0x20 || byte == 0x7F || #"<>(),;:"[]\"#.utf8.contains(byte)
    }

    /// An address: members as the client names them; `country` must be a valid country code.
    mutating func address() throws(JSONError) -> [String: String] {
        var map: [String: String] = [:]
        try object { (json, name) throws(JSONError) in
            try json.checkMember(name)
            map[name] = name == "country" ? try json.country() : try json.string(maxLength: Bounds.memberText)
            guard map.count <= Bounds.members else { throw json.failure(.tooMany, "at most \(Bounds.members) members") }
        }
        return map
    }

    /// The two-letter code of a country, in capitals.
    mutating func country() throws(JSONError) -> String {
        let text = try string(maxBytes: 1000)
        guard let code = Country.code(text) else {
            throw failure(.invalidValue, "the two letters of a country by ISO 3166-1, as in GB")
        }
        return code
    }
}
