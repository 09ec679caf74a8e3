/// An element of a small XML document: elements, attributes (which are skipped), text, and the five named and the numeric entities.
///
/// What stores answer has no more, and what has more is refused: no document type, so no entity of its own; no comments, no CDATA, no
/// processing instructions but the declaration.
struct PlainXML {
    /// The most elements within each other.
    static let depthMax = 16

    /// Its name, without a prefix.
    let name: String
    /// The text directly in it.
    private(set) var text = ""
    /// The elements in it.
    private(set) var elements: [PlainXML] = []

    /// Reads a whole document; nil where it is none of these.
    init?(document bytes: [UInt8]) {
        var reader = Reader(bytes)
        guard let root = reader.document() else { return nil }
        self = root
    }

    private init(name: String) {
        self.name = name
    }

    /// The text of the first element of a name in it.
    func text(of name: String) -> String? { elements.first { $0.name == name }?.text }

    private struct Reader {
        private let bytes: [UInt8]
        private var index = 0

        init(_ bytes: [UInt8]) {
            self.bytes = bytes
        }

        mutating func document() -> PlainXML? {
            _ = skip("\u{FEFF}")
            skipSpace()
            if skip("<?xml") {
                guard until("?>") != nil else { return nil }
                skipSpace()
            }
            guard skip("<"), let root = element(depth: 1) else { return nil }
            skipSpace()
            return index == bytes.count ? root : nil
        }

        /// An element whose `<` has been read.
        private mutating func element(depth: Int) -> PlainXML? {
            guard depth <= PlainXML.depthMax, let name = name(), let isEmpty = restOfTag() else { return nil }
            var element = PlainXML(name: name.local)
            if isEmpty { return element }
            while let text = until("<") {
                guard let plain = Self.unescaped(text) else { return nil }
                element.text += plain
                if skip("/") {
                    guard let end = self.name(), end == name else { return nil }
                    skipSpace()
                    return skip(">") ? element : nil
                }
                guard let inner = self.element(depth: depth + 1) else { return nil }
                element.elements.append(inner)
            }
            return nil
        }

        /// Skips attributes and the end of a tag: true where the element ends with it.
        private mutating func restOfTag() -> Bool? {
            while true {
                skipSpace()
                if skip("/>") { return true }
                if skip(">") { return false }
                guard name() != nil, skip("="), let quote = ["\"", "'"].first(where: { skip($0) }), until(quote) != nil
                else {
                    return nil
                }
            }
        }

        private struct Name: Equatable {
            let prefix: String
            let local: String
        }

        private mutating func name() -> Name? {
            let start = index
            while index < bytes.count, !" \t\r\n/>=<\"'&?!".utf8.contains(bytes[index]) { index += 1 }
            guard index > start, let text = String(validating: bytes[start..<index], as: UTF8.self) else { return nil }
            let parts = text.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
            return parts.count == 2 ? Name(prefix: parts[0], local: parts[1]) : Name(prefix: "", local: text)
        }

        private mutating func skipSpace() {
            while index < bytes.count, " \t\r\n".utf8.contains(bytes[index]) { index += 1 }
        }

        private mutating func skip(_ text: String) -> Bool {
            guard bytes[index...].starts(with: text.utf8) else { return false }
            index += text.utf8.count
            return true
        }

        /// The text before a delimiter, which is skipped too; nil where there is none.
        private mutating func until(_ delimiter: String) -> String? {
            let start = index
            while index < bytes.count {
                if skip(delimiter) {
                    return String(validating: bytes[start..<(index - delimiter.utf8.count)], as: UTF8.self)
                }
                index += 1
            }
            return nil
        }

        private static let named: [Substring: String] = ["amp": "&", "lt": "<", "gt": ">", "quot": "\"", "apos": "'"]

        private static func unescaped(_ text: String) -> String? {
            var parts = text.split(separator: "&", omittingEmptySubsequences: false)
            var plain = String(parts.removeFirst())
            for part in parts {
                guard let end = part.firstIndex(of: ";") else { return nil }
                let entity = part[..<end]
                if let character = named[entity] {
                    plain += character
                } else {
                    let isHex = entity.hasPrefix("#x")
                    guard entity.hasPrefix("#"),
                        let code = UInt32(entity.dropFirst(isHex ? 2 : 1), radix: isHex ? 16 : 10),
                        let scalar = Unicode.Scalar(code)
                    else { return nil }
                    plain.unicodeScalars.append(scalar)
                }
                plain += part[part.index(after: end)...]
            }
            return plain
        }
    }
}
