// A string is scanned once, which checks it and finds its length; only a string with escapes needs a second pass to resolve them,
// and only one with characters beyond ASCII another one for the normal form.

import Bytes
import PlainText

extension JSONReader {
    /// Reads a string of at most `maxBytes` bytes of UTF-8, or of the limits' `maxStringBytes` if that is less.
    ///
    /// All escapes are resolved. A surrogate without its partner and bytes that are not UTF-8 (RFC 3629) are refused as
    /// `invalidUTF8`, control characters as `syntax`. With `Form.normal` the result is in the normal form, and a character that
    /// the rule refuses is an `invalidValue`.
    ///
    /// - Parameter rule: the allowed characters; applies to `Form.normal` only.
    public mutating func string(maxBytes: Int? = nil, rule: TextRule = .line) throws(JSONError) -> String {
        try expect(.string)
        let most = min(maxBytes ?? limits.maxStringBytes, limits.maxStringBytes)
        guard limits.form == .normal else { return decoded(try scanString(maxBytes: most)) }
        let opening = position
        // The normal form may be shorter than the text.
        let name = try scanString(maxBytes: limits.maxStringBytes)
        let text = decoded(name)
        guard text.utf8.count <= most else { throw error(.tooLong, "longer than \(most) bytes", at: opening) }
        if !name.isPlain, let offender = rule.offender(in: text) {
            throw failure(.invalidValue, Self.refusal(of: offender))
        }
        return text
    }

    /// Refuses a member name with characters that a key must not contain.
    mutating func checkCharacters(of name: Name) throws(JSONError) {
        guard limits.form == .normal, !name.isPlain, let offender = TextRule.key.offender(in: decoded(name)) else {
            return
        }
        throw error(.invalidValue, "the name \(Self.refusal(of: offender))", at: max(0, name.start - 1))
    }

    private static func refusal(of offender: Unicode.Scalar) -> String {
        "must not hold the character \(offender.codePoint)"
    }

    /// Skips a string whose quote is at `position`, and returns the range of its characters.
    mutating func scanString(maxBytes: Int) throws(JSONError) -> Name {
        let opening = position
        let start = position + 1
        position = start
        // How much longer the text is than the string that it encodes.
        var surplus = 0
        var isPlain = true
        while true {
            skipPlain()
            guard position < bytes.count else { throw truncated() }
            switch bytes[position] {
            case UInt8(ascii: "\""):
                let length = position - start - surplus
                guard length <= maxBytes else {
                    throw error(.tooLong, "longer than \(maxBytes) bytes", at: opening)
                }
                let name = Name(start: start, end: position, isEscaped: surplus > 0, isPlain: isPlain)
                position += 1
                return name
            case UInt8(ascii: "\\"):
                isPlain = false
                let before = position
                let scalar = try scanEscape()
                surplus += position - before - UTF8.width(scalar)
            case 0..<0x20:
                throw syntax("a control character in a string must be escaped")
            case 0x7F:
                isPlain = false
                position += 1
            default:
                isPlain = false
                try scanMultibyte()
            }
        }
    }

    /// The characters of a scanned string, in the form of the limits.
    func decoded(_ name: Name) -> String {
        if name.isPlain { return String(decoding: bytes[name.start..<name.end], as: UTF8.self) }
        let text = String(decoding: resolved(name), as: UTF8.self)
        return limits.form == .normal ? text.normalForm : text
    }

    /// A scanned string, as UTF-8 without escapes, in the form of the limits.
    func content(_ name: Name) -> [UInt8] {
        if name.isPlain || limits.form == .asWritten { return resolved(name) }
        return Array(decoded(name).utf8)
    }

    private func resolved(_ name: Name) -> [UInt8] {
        let text = bytes[name.start..<name.end]
        return name.isEscaped ? JSONEscape.resolved(text) : Array(text)
    }

    /// Skips printable ASCII up to a quote, a backslash or any other byte.
    private mutating func skipPlain() {
        var index = position
        while index < bytes.count {
            let byte = bytes[index]
            if byte < 0x20 || byte >= 0x7F || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") { break }
            index += 1
        }
        position = index
    }

    /// Skips one escape, or the two of a surrogate pair, and returns its character.
    private mutating func scanEscape() throws(JSONError) -> Unicode.Scalar {
        let start = position
        position += 1
        guard position < bytes.count else { throw truncated() }
        if bytes[position] != UInt8(ascii: "u") {
            guard let scalar = JSONEscape.short(bytes[position]) else { throw syntax("no such escape") }
            position += 1
            return scalar
        }
        let unit = try scanUnit()
        if let scalar = Unicode.Scalar(unit) { return scalar }
        if UTF16.isLeadSurrogate(unit), position + 1 < bytes.count, bytes[position] == UInt8(ascii: "\\"),
            bytes[position + 1] == UInt8(ascii: "u")
        {
            position += 1
            let trail = try scanUnit()
            if UTF16.isTrailSurrogate(trail) { return JSONEscape.pair(unit, trail) }
        }
        guard position < bytes.count else { throw truncated() }
        throw error(.invalidUTF8, "a surrogate without its partner", at: start)
    }

    /// Reads `u` and four hex digits.
    private mutating func scanUnit() throws(JSONError) -> UInt16 {
        position += 1
        var unit: UInt16 = 0
        for _ in 0..<4 {
            guard position < bytes.count else { throw truncated() }
            guard let digit = Hex.value(ofAnyCase: bytes[position]) else {
                throw syntax("a hex digit is expected here")
            }
            unit = unit << 4 | UInt16(digit)
            position += 1
        }
        return unit
    }

    /// Skips one character of two to four bytes (The Unicode Standard, table 3-7).
    private mutating func scanMultibyte() throws(JSONError) {
        let lead = bytes[position]
        let second: ClosedRange<UInt8>
        let length: Int
        switch lead {
        case 0xC2...0xDF: (second, length) = (0x80...0xBF, 2)
        case 0xE0: (second, length) = (0xA0...0xBF, 3)
        case 0xED: (second, length) = (0x80...0x9F, 3)
        case 0xE1...0xEF: (second, length) = (0x80...0xBF, 3)
        case 0xF0: (second, length) = (0x90...0xBF, 4)
        case 0xF1...0xF3: (second, length) = (0x80...0xBF, 4)
        case 0xF4: (second, length) = (0x80...0x8F, 4)
        default: throw error(.invalidUTF8, "not UTF-8", at: position)
        }
        for step in 1..<length {
            guard position + step < bytes.count else { throw truncated() }
            guard (step == 1 ? second : 0x80...0xBF).contains(bytes[position + step]) else {
                throw error(.invalidUTF8, "not UTF-8", at: position + step)
            }
        }
        position += length
    }
}
