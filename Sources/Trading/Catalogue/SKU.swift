/// A stock keeping unit: the shop's identifier of one sellable variant.
///
/// 1 to 64 printable ASCII characters, neither beginning nor ending with a space, and without `.` or `..` between slashes, which
/// clients remove from a URL (RFC 3986 section 5.2.4). Case-sensitive: `85123A` and `85123a` are two SKUs.
public struct SKU: Hashable, Comparable, Sendable, CustomStringConvertible {
    /// The text as the shop wrote it.
    public let description: String

    /// The longest SKU, in bytes.
    public static let maxBytes = 64

    /// The rule in words, for a client whose text breaks it.
    public static let rule =
        "1 to 64 printable ASCII characters, neither first nor last a space, and no . or .. by itself or between slashes"

    /// A SKU; nil where the text is empty, too long, has characters outside printable ASCII, or cannot be a segment of a path.
    public init?(_ text: String) {
        let bytes = text.utf8
        guard (1...Self.maxBytes).contains(bytes.count), bytes.first != 0x20, bytes.last != 0x20,
            bytes.allSatisfy({ (0x20...0x7E).contains($0) }),
            !bytes.contains(UInt8(ascii: "."))
                || !text.split(separator: "/").contains(where: { $0 == "." || $0 == ".." })
        else { return nil }
        description = text
    }

    /// A SKU from stored text, which was checked when it was stored.
    public init(stored text: String) {
        description = text
    }

    /// Order by bytes, as the engines sort.
    public static func < (lhs: SKU, rhs: SKU) -> Bool {
        lhs.description < rhs.description
    }
}
