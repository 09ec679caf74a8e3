import Bytes

/// The escapes of a string (RFC 8259 section 7).
enum JSONEscape {
    /// The character of a two-character escape.
    static func short(_ byte: UInt8) -> Unicode.Scalar? {
        switch byte {
        case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): Unicode.Scalar(byte)
        case UInt8(ascii: "b"): "\u{08}"
        case UInt8(ascii: "f"): "\u{0C}"
        case UInt8(ascii: "n"): "\n"
        case UInt8(ascii: "r"): "\r"
        case UInt8(ascii: "t"): "\t"
        default: nil
        }
    }

    /// The character of a lead and a trail surrogate.
    static func pair(_ lead: UInt16, _ trail: UInt16) -> Unicode.Scalar {
        UTF16.decode(UTF16.EncodedScalar([lead, trail]))
    }

    /// A scanned string with its escapes resolved, as UTF-8.
    static func resolved(_ text: ArraySlice<UInt8>) -> [UInt8] {
        var result: [UInt8] = []
        result.reserveCapacity(text.count)
        var index = text.startIndex
        while index < text.endIndex {
            guard text[index] == UInt8(ascii: "\\") else {
                result.append(text[index])
                index += 1
                continue
            }
            if let scalar = short(text[index + 1]) {
                result.append(UInt8(truncatingIfNeeded: scalar.value))
                index += 2
                continue
            }
            let lead = unit(text, index + 2)
            var scalar = Unicode.Scalar(lead)
            index += 6
            if scalar == nil {
                scalar = pair(lead, unit(text, index + 2))
                index += 6
            }
            result.append(contentsOf: UTF8.encode(scalar ?? "\u{FFFD}") ?? .init())
        }
        return result
    }

    /// The value of the four hex digits at `start`, which were already checked.
    private static func unit(_ text: ArraySlice<UInt8>, _ start: Int) -> UInt16 {
        text[start..<start + 4].reduce(0) { $0 << 4 | UInt16(Hex.value(ofAnyCase: $1) ?? 0) }
    }
}
