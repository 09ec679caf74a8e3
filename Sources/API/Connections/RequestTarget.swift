// The target of an HTTP/1 request (RFC 9112 section 3.2): a path, a URL, whose host then takes the place of `Host`, or `*`.

import NIOHTTP1

/// The parsed target of a request.
struct RequestTarget: Hashable, Sendable {
    /// The host of a URL, with an optional port; nil where the target is a path.
    let host: String?
    /// The path and query.
    let path: String

    /// Parses a target; nil if it is neither a path nor an HTTP URL without a user.
    init?(_ text: String, _ method: HTTPMethod) {
        if text.utf8.first == UInt8(ascii: "/") || text == "*" && method == .OPTIONS {
            (host, path) = (nil, text)
            return
        }
        // The target is a host and a port, and no route accepts the method.
        if method == .CONNECT {
            (host, path) = (text, "/")
            return
        }
        guard let scheme = ["http://", "https://"].first(where: { text.prefix($0.count).lowercased() == $0 }) else {
            return nil
        }
        let rest = text.dropFirst(scheme.count)
        let host = rest.prefix { $0 != "/" && $0 != "?" }
        guard !host.contains("@") else { return nil }
        let path = rest[host.endIndex...]
        self.host = String(host)
        self.path = path.hasPrefix("/") ? String(path) : "/" + path
    }
}
