import Foundation
import NIOCore

/// Resolves host names.
enum HostAddresses {
    /// The addresses of a name, or of a literal address; empty where there are none, or no answer came in time.
    ///
    /// Each name is resolved on a thread of its own, so a name whose servers do not answer delays no other. A thread that was
    /// given up ends when the system's resolver returns.
    static func of(_ host: String, within limit: Duration) async -> [NetworkAddress] {
        let (answers, answer) = AsyncStream.makeStream(of: [NetworkAddress].self)
        let thread = Thread {
            answer.yield(find(host))
            answer.finish()
        }
        thread.start()
        return await withTaskGroup(of: Void.self) { group in
            group.addTask {
                // Cancellation ends the sleep when there is an answer; the sleep throws nothing else.
                try? await Task.sleep(for: limit)
                answer.finish()
            }
            defer { group.cancelAll() }
            for await found in answers { return found }
            return []
        }
    }

    /// The address in a text, without a query; nil for a name.
    static func literal(_ host: String) -> NetworkAddress? {
        find(host, flags: AI_NUMERICHOST).first
    }

    private static func find(_ host: String, flags: Int32 = 0) -> [NetworkAddress] {
        var hints = addrinfo()
        hints.ai_socktype = Int32(SOCK_STREAM.rawValue)
        hints.ai_flags = flags
        var list: UnsafeMutablePointer<addrinfo>?
        guard getaddrinfo(host, nil, &hints, &list) == 0 else { return [] }
        defer { freeaddrinfo(list) }
        var found: [NetworkAddress] = []
        var next = list
        while let entry = next {
            if let address = entry.pointee.ai_addr.flatMap(NetworkAddress.init) { found.append(address) }
            next = entry.pointee.ai_next
        }
        return found
    }
}

extension NetworkAddress {
    /// The remote address of a connection.
    init?(_ address: SocketAddress?) {
        guard let address else { return nil }
        let found = address.withSockAddr { pointer, _ in NetworkAddress(UnsafeMutablePointer(mutating: pointer)) }
        guard let found else { return nil }
        self = found
    }

    fileprivate init?(_ pointer: UnsafeMutablePointer<sockaddr>) {
        let raw = UnsafeRawPointer(pointer)
        switch Int32(pointer.pointee.sa_family) {
        case AF_INET:
            let address = raw.loadUnaligned(as: sockaddr_in.self).sin_addr
            self.init(bytes: withUnsafeBytes(of: address) { Array($0) })
        case AF_INET6:
            let address = raw.loadUnaligned(as: sockaddr_in6.self).sin6_addr
            self.init(bytes: withUnsafeBytes(of: address) { Array($0) })
        default: return nil
        }
    }
}
