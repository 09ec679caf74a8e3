// What a request of HTTP/1 asks for (RFC 9112 section 3.2): a path, or a whole address, whose host then stands in place of `Host`, or `*`.

import NIOHTTP1

/// The target of a request, taken apart.
struct RequestTarget: Hashable, Sendable {
    /// The host that an address names, with or without a port; nil where the target is a path alone.
    let host: String?
    /// The path and query.
    let path: String

    /// The parts of a target; nil for one that is neither a path nor an address of HTTP without a user.
    init?(_ text: String, _ method: HTTPMethod) {
        if text.utf8.first == UInt8(ascii: "/") || text == "*" && method == .OPTIONS {
            (host, path) = (nil, text)
            return
        }
        // Its target is a host and a port, and no route takes it.
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
