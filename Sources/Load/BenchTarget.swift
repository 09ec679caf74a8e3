import Foundation
import Glibc

/// The address of a server, resolved once.
package struct BenchTarget: Sendable {
    /// As in the `Host` header.
    package let authority: String
    /// The bytes of its `sockaddr`.
    private let address: [UInt8]
    private let family: Int32

    /// Reads `http://host:port`.
    ///
    /// Throws `invalidURL`, `unknownHost`, or `notLoopback` if the host is not this machine and `allowRemote` is false.
    package init(url: String, allowRemote: Bool) throws(BenchError) {
        guard let parts = URLComponents(string: url), parts.scheme == "http", let name = parts.host, !name.isEmpty,
            parts.path.isEmpty || parts.path == "/", parts.query == nil, parts.user == nil
        else { throw .invalidURL(url) }
        let host = name.trimmingCharacters(in: CharacterSet(charactersIn: "[]"))
        let port = parts.port ?? 80
        guard (1...65_535).contains(port) else { throw .invalidURL(url) }
        authority = host.contains(":") ? "[\(host)]:\(port)" : "\(host):\(port)"

        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        var list: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(host, String(port), &hints, &list) == 0, let first = list else { throw .unknownHost(host) }
        defer { freeaddrinfo(list) }
        var found: [(family: Int32, bytes: [UInt8])] = []
        for entry in sequence(first: first, next: { $0.pointee.ai_next }) {
            guard let address = entry.pointee.ai_addr else { continue }
            let bytes = UnsafeRawBufferPointer(start: address, count: Int(entry.pointee.ai_addrlen))
            found.append((entry.pointee.ai_family, Array(bytes)))
        }
        // The server listens on 127.0.0.1 by default, so IPv4 is preferred for names with both.
        guard let chosen = found.first(where: { $0.family == AF_INET }) ?? found.first else { throw .unknownHost(host) }
        if !allowRemote, !Self.isLoopback(family: chosen.family, chosen.bytes) { throw .notLoopback(host) }
        family = chosen.family
        address = chosen.bytes
    }

    private static func isLoopback(family: Int32, _ bytes: [UInt8]) -> Bool {
        switch family {
        case AF_INET: bytes.count >= 8 && bytes[4] == 127
        case AF_INET6: bytes.count >= 24 && bytes[8..<23].allSatisfy { $0 == 0 } && bytes[23] == 1
        default: false
        }
    }

    /// Opens a socket and begins to connect it; nil if that fails at once.
    ///
    /// A non-blocking socket is connected when it becomes writable and `SO_ERROR` is zero.
    package func connect(blocking: Bool) -> Int32? {
        let mode = Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue)
        let descriptor = socket(family, blocking ? mode : mode | Int32(SOCK_NONBLOCK.rawValue), 0)
        guard descriptor >= 0 else { return nil }
        var on: Int32 = 1
        setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout<Int32>.size))
        let result = address.withUnsafeBytes { bytes in
            bytes.baseAddress.map { start in
                Glibc.connect(descriptor, start.assumingMemoryBound(to: sockaddr.self), socklen_t(bytes.count))
            }
        }
        if result != 0, blocking || errno != EINPROGRESS {
            close(descriptor)
            return nil
        }
        return descriptor
    }
}
