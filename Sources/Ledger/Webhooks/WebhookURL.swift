// The URL of a webhook. The text is parsed here and nowhere else, so that the checked URL is the called one: no user information,
// no fragment, no backslash, nothing that two parsers could read differently. Whether the host's addresses may be called is
// checked at each connection, because a name's addresses change.

/// An absolute `https` or `http` URL of a receiver.
public struct WebhookURL: Hashable, Sendable, CustomStringConvertible {
    /// The most bytes.
    public static let maxLength = 2000

    /// Why a text is refused, in order of precedence.
    ///
    /// The same text is refused again.
    public enum Refusal: Error, Hashable, Sendable, CaseIterable {
        /// It is longer than ``WebhookURL/maxLength``.
        case tooLong
        /// It contains other characters than printable ASCII, or one that a URL must not contain.
        case characters
        /// It does not begin with `https://` or `http://`.
        case scheme
        /// It contains a user or a password.
        case userInformation
        /// It has a fragment, which is never sent.
        case fragment
        /// It has no host, or one that is not a name or an address.
        case host
        /// Its port is not 1 to 65535, without zeros before it.
        case port
    }

    /// The text as given.
    public let description: String
    /// The host in lower case, an IPv6 address without its brackets.
    public let host: String
    /// Whether the connection is encrypted.
    public let isEncrypted: Bool

    /// Reads a URL.
    public init(_ text: String) throws(Refusal) {
        guard text.utf8.count <= Self.maxLength else { throw .tooLong }
        guard text.utf8.allSatisfy(Self.isPlain) else { throw .characters }
        let lower = text.lowercased()
        let rest: Substring
        if lower.hasPrefix("https://") {
            rest = text.dropFirst(8)
        } else if lower.hasPrefix("http://") {
            rest = text.dropFirst(7)
        } else {
            throw .scheme
        }
        let authority = rest.prefix { $0 != "/" && $0 != "?" && $0 != "#" }
        guard !authority.contains("@") else { throw .userInformation }
        guard !rest.contains("#") else { throw .fragment }
        let (host, port) = try Self.split(authority)
        if let port {
            guard port.count <= 5, port.first != "0", port.utf8.allSatisfy({ (0x30...0x39).contains($0) }),
                let number = Int(port),
                (1...65_535).contains(number)
            else { throw .port }
        }
        description = text
        self.host = host.lowercased()
        isEncrypted = lower.hasPrefix("https")
    }

    /// The host, and the text after a colon.
    private static func split(_ authority: Substring) throws(Refusal) -> (host: Substring, port: Substring?) {
        if authority.first == "[" {
            guard let end = authority.firstIndex(of: "]") else { throw .host }
            let host = authority[authority.index(after: authority.startIndex)..<end]
            let rest = authority[authority.index(after: end)...]
            guard host.contains(":"), host.utf8.allSatisfy(isAddress), rest.isEmpty || rest.first == ":" else {
                throw .host
            }
            return (host, rest.isEmpty ? nil : rest.dropFirst())
        }
        let parts = authority.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard let host = parts.first, (1...253).contains(host.utf8.count), host.utf8.allSatisfy(isName) else {
            throw .host
        }
        return (host, parts.count > 1 ? parts[1] : nil)
    }

    private static func isPlain(_ byte: UInt8) -> Bool {
        (0x21...0x7E).contains(byte) && !#""<>\^`{|}"#.utf8.contains(byte)
    }

    private static func isName(_ byte: UInt8) -> Bool {
        isAlphanumeric(byte) || byte == UInt8(ascii: "-") || byte == UInt8(ascii: ".") || byte == UInt8(ascii: "_")
    }

    private static func isAddress(_ byte: UInt8) -> Bool {
        isAlphanumeric(byte) || byte == UInt8(ascii: ":") || byte == UInt8(ascii: ".")
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte)
            || (UInt8(ascii: "A")...UInt8(ascii: "Z")).contains(byte)
    }
}
