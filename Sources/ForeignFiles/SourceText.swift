// Texts of files from outside, read without losing a significant character.

/// Reads text fields, which are UTF-8 by now.
package enum SourceText {
    /// Text for a name or a reason: control characters become spaces, ends are trimmed.
    package static func decode(_ bytes: ArraySlice<UInt8>) -> String {
        let trimmed = trim(bytes)
        let text = String(decoding: trimmed, as: UTF8.self)
        guard text.unicodeScalars.contains(where: { $0.properties.generalCategory == .control }) else { return text }
        var scalars = String.UnicodeScalarView()
        for scalar in text.unicodeScalars {
            scalars.append(scalar.properties.generalCategory == .control ? " " : scalar)
        }
        return String(scalars)
    }

    /// The bytes without spaces and tabs at either end.
    package static func trim(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        var bytes = bytes
        while let first = bytes.first, isBlank(first) { bytes.removeFirst() }
        while let last = bytes.last, isBlank(last) { bytes.removeLast() }
        return bytes
    }

    /// At most `limit` characters of the text, for fields with a limit in the API.
    package static func clip(_ text: String, to limit: Int) -> String {
        text.count <= limit ? text : String(text.prefix(limit))
    }

    private static func isBlank(_ byte: UInt8) -> Bool {
        byte == 0x20 || byte == 0x09
    }
}
