import PlainText

/// The names that pieces may have.
///
/// Parts with `/` between them, each of letters, digits, `.`, `_` and `-` of ASCII, and none begins with a dot: so no name leads out of a
/// store, and a store's own files cannot be taken for pieces.
enum PieceName {
    /// The most bytes of a part, and of a name: what file systems and buckets take.
    static let partBytesMax = 200
    static let bytesMax = 800

    /// Whether a text can be a part of a name.
    static func isPart(_ text: some StringProtocol) -> Bool {
        (1...partBytesMax).contains(text.utf8.count) && text.utf8.first != UInt8(ascii: ".")
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "."), UInt8(ascii: "_"), UInt8(ascii: "-"):
                    true
                default: false
                }
            }
    }

    /// Whether a text can be a name.
    static func isName(_ text: String) -> Bool {
        text.utf8.count <= bytesMax
            && text.split(separator: "/", omittingEmptySubsequences: false).allSatisfy { isPart($0) }
    }

    /// The parts of a name.
    ///
    /// - Throws: `denied` where it is none, or the marker's.
    static func parts(_ name: String) throws(StorageFailure) -> [String] {
        try check(name)
        return name.split(separator: "/").map(String.init)
    }

    /// Checks that a text is a name.
    ///
    /// - Throws: `denied` where it is none, or the marker's.
    static func check(_ name: String) throws(StorageFailure) {
        guard isName(name), name != StoreMarker.name else {
            throw .denied("\(String(name.prefix(100)).forTerminal) cannot be the name of a piece")
        }
    }
}
