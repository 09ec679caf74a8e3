// Text and numbers as other people's files hold them, read without losing a digit or a row.

/// Reading of text fields whose encoding nobody promised.
public enum SourceText {
    /// Decodes UTF-8, or Latin-1 where the bytes are not UTF-8; control characters become spaces, ends are trimmed.
    public static func decode(_ bytes: UnsafeBufferPointer<UInt8>) -> String {
        let trimmed = trim(bytes)
        let isPlain = trimmed.allSatisfy { $0 >= 0x20 && $0 < 0x7F }
        if isPlain { return String(decoding: trimmed, as: UTF8.self) }
        let text =
            String(validating: trimmed, as: UTF8.self)
            ?? String(String.UnicodeScalarView(trimmed.map { Unicode.Scalar($0) }))
        var scalars = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            scalars.append(scalar.properties.generalCategory == .control ? " " : scalar)
        }
        return String(scalars)
    }

    /// The bytes without spaces and tabs at either end.
    public static func trim(_ bytes: UnsafeBufferPointer<UInt8>) -> UnsafeBufferPointer<UInt8> {
        var start = 0
        var end = bytes.count
        while start < end, isBlank(bytes[start]) { start += 1 }
        while end > start, isBlank(bytes[end - 1]) { end -= 1 }
        return UnsafeBufferPointer(rebasing: bytes[start..<end])
    }

    /// At most `limit` characters of the text, for fields that the API bounds.
    public static func clip(_ text: String, to limit: Int) -> String {
        text.count <= limit ? text : String(text.prefix(limit))
    }

    private static func isBlank(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x09 || byte == 0x0D
    }
}

/// A decimal number held exactly, in millionths.
public enum ExactDecimal {
    /// Millionths in one.
    public static let scale: Int64 = 1_000_000

    /// Reads `-12.3400` and the like as millionths.
    ///
    /// Shape: an optional sign, digits, optionally a point and digits. Nil for anything else: exponents, separators of
    /// thousands, more than six decimals that are not zero, or a number beyond Int64.
    public static func parse(_ bytes: UnsafeBufferPointer<UInt8>) -> Int64? {
        let text = SourceText.trim(bytes)
        var index = 0
        var isNegative = false
        if let first = text.first, first == UInt8(ascii: "-") || first == UInt8(ascii: "+") {
            isNegative = first == UInt8(ascii: "-")
            index = 1
        }
        var value: Int64 = 0
        var decimals = -1
        var digits = 0
        while index < text.count {
            let byte = text[index]
            index += 1
            if byte == UInt8(ascii: "."), decimals < 0 {
                decimals = 0
                continue
            }
            guard byte >= 0x30, byte <= 0x39 else { return nil }
            digits += 1
            if decimals == 6 {
                guard byte == 0x30 else { return nil }
                continue
            }
            guard let next = append(byte, to: value) else { return nil }
            value = next
            if decimals >= 0 { decimals += 1 }
        }
        guard digits > 0 else { return nil }
        for _ in max(0, decimals)..<6 {
            guard let next = append(0x30, to: value) else { return nil }
            value = next
        }
        return isNegative ? -value : value
    }

    /// Reads text as ``parse(_:)-(UnsafeBufferPointer<UInt8>)`` does.
    public static func parse(_ text: String) -> Int64? {
        Array(text.utf8).withUnsafeBufferPointer { parse($0) }
    }

    /// Reads a whole number; `6.0` is six, `6.5` is refused.
    public static func parseWhole(_ bytes: UnsafeBufferPointer<UInt8>) -> Int64? {
        guard let value = parse(bytes), value % scale == 0 else { return nil }
        return value / scale
    }

    /// Writes millionths with two to six decimals, exactly: `9747747.934`, or with `grouped` `9,747,747.934`.
    public static func format(_ millionths: Int128, grouped: Bool = false) -> String {
        let magnitude = millionths.magnitude
        var fraction = String(magnitude % UInt128(scale))
        fraction = String(repeating: "0", count: 6 - fraction.count) + fraction
        while fraction.count > 2, fraction.hasSuffix("0") { fraction.removeLast() }
        let whole = String(magnitude / UInt128(scale))
        return (millionths < 0 ? "-" : "") + (grouped ? group(whole) : whole) + "." + fraction
    }

    /// Puts a comma between thousands.
    public static func group(_ digits: String) -> String {
        var result = ""
        for (index, digit) in digits.enumerated() {
            if index > 0, (digits.count - index) % 3 == 0, result.last != "-" { result.append(",") }
            result.append(digit)
        }
        return result
    }

    private static func append(_ digit: UInt8, to value: Int64) -> Int64? {
        let (product, overflow) = value.multipliedReportingOverflow(by: 10)
        let (sum, carry) = product.addingReportingOverflow(Int64(digit - 0x30))
        return overflow || carry ? nil : sum
    }
}
