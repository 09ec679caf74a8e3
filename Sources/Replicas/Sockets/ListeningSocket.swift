// The listening socket of a shop. It is bound once, and shared by the processes that inherit it or receive it: as long as one
// process has it open, connections queue in the kernel and none is refused.

import CProcess
import Foundation

/// A stream socket that is bound and listens.
///
/// It stays open until the process ends, or until the server that serves it closes it.
public struct ListeningSocket: Sendable {
    /// Its descriptor.
    public let descriptor: CInt
    /// The port; 0 where the socket has none.
    public let port: Int

    /// How many connections may wait until a replica accepts them.
    public static let backlog: CInt = 4096

    init(descriptor: CInt) {
        self.descriptor = descriptor
        port = Self.port(of: descriptor)
    }

    /// Binds an address and listens there.
    ///
    /// Blocks its thread while a name is resolved.
    ///
    /// - Parameters:
    ///   - host: a name or an address; the first of its addresses that can be bound is taken.
    ///   - port: 0 takes a free one.
    /// - Throws: ``SystemError`` with `EADDRINUSE` where the port is taken (it may be tried again later).
    public static func bind(host: String, port: Int) throws(SystemError) -> ListeningSocket {
        var hints = addrinfo()
        hints.ai_flags = AI_PASSIVE | AI_NUMERICSERV
        hints.ai_socktype = CInt(SOCK_STREAM.rawValue)
        var found: UnsafeMutablePointer<addrinfo>?
        let code = getaddrinfo(host, String(port), &hints, &found)
        guard code == 0 else {
            throw SystemError("look up \(host)", code: code == EAI_SYSTEM ? errno : EADDRNOTAVAIL)
        }
        defer { freeaddrinfo(found) }
        var failure = SystemError("bind \(host)", code: EADDRNOTAVAIL)
        var next = found
        while let address = next?.pointee {
            do {
                return ListeningSocket(descriptor: try bind(address))
            } catch {
                failure = error
            }
            next = address.ai_next
        }
        throw failure
    }

    /// Binds the first port of a list that is free.
    ///
    /// - Throws: ``SystemError`` with `EADDRINUSE` where all of them are taken.
    public static func bind(host: String, firstFreeOf ports: [Int]) throws(SystemError) -> ListeningSocket {
        for port in ports {
            do {
                return try bind(host: host, port: port)
            } catch  where error.code == EADDRINUSE {
                continue
            }
        }
        throw SystemError("bind \(host)", code: EADDRINUSE)
    }

    private static func bind(_ address: addrinfo) throws(SystemError) -> CInt {
        let descriptor = try system("socket") {
            socket(address.ai_family, CInt(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue), 0)
        }
        do throws(SystemError) {
            var yes: CInt = 1
            try system("setsockopt") {
                setsockopt(descriptor, SOL_SOCKET, SO_REUSEADDR, &yes, socklen_t(MemoryLayout<CInt>.size))
            }
            try system("bind") { Foundation.bind(descriptor, address.ai_addr, address.ai_addrlen) }
            try system("listen") { listen(descriptor, backlog) }
        } catch {
            close(descriptor)
            throw error
        }
        return descriptor
    }

    /// The socket that this process inherited: descriptor 3, by systemd's protocol (sd_listen_fds(3)).
    ///
    /// `LISTEN_PID` may be missing: a parent does not know the id of a child before it is spawned.
    ///
    /// - Returns: nil where no socket was passed, or it was passed to another process.
    /// - Throws: ``SystemError`` where the descriptor is not a listening socket, or several were passed.
    public static func inherited(
        _ environment: [String: String] = ProcessInfo.processInfo.environment
    ) throws(SystemError) -> ListeningSocket? {
        guard let count = environment["LISTEN_FDS"].flatMap({ Int($0) }), count > 0 else { return nil }
        if let pid = environment["LISTEN_PID"], pid != String(getpid()) { return nil }
        let what = "LISTEN_FDS=\(count)"
        guard count == 1 else { throw SystemError(what, code: E2BIG) }
        return try checked(first, what)
    }

    /// A socket that was received from another process.
    ///
    /// - Throws: ``SystemError`` where it is not a listening socket.
    static func checked(_ descriptor: CInt, _ what: String) throws(SystemError) -> ListeningSocket {
        var (listens, size): (CInt, socklen_t) = (0, socklen_t(MemoryLayout<CInt>.size))
        try system(what) { getsockopt(descriptor, SOL_SOCKET, SO_ACCEPTCONN, &listens, &size) }
        guard listens == 1 else { throw SystemError(what, code: EINVAL) }
        try system(what) { fcntl(descriptor, F_SETFD, FD_CLOEXEC) }
        // Non-blocking, since another process may accept the connection that this one was notified of.
        try system(what) { fcntl(descriptor, F_SETFL, O_NONBLOCK) }
        return ListeningSocket(descriptor: descriptor)
    }

    /// The first descriptor that systemd passes on.
    private static let first: CInt = 3

    /// The same socket under another descriptor, which the caller closes.
    ///
    /// - Throws: an error such as `EMFILE`; it may be tried again once descriptors are free.
    public func duplicate() throws(SystemError) -> CInt {
        try system("duplicate the listening socket") { fcntl(descriptor, F_DUPFD_CLOEXEC, 4) }
    }

    private static func port(of descriptor: CInt) -> Int {
        var address = sockaddr_storage()
        var size = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let isNamed = withUnsafeMutablePointer(to: &address) { storage in
            storage.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(descriptor, $0, &size) == 0 }
        }
        guard isNamed else { return 0 }
        return withUnsafePointer(to: &address) { storage in
            switch CInt(storage.pointee.ss_family) {
            case AF_INET:
                storage.withMemoryRebound(to: sockaddr_in.self, capacity: 1) { Int($0.pointee.sin_port.bigEndian) }
            case AF_INET6:
                storage.withMemoryRebound(to: sockaddr_in6.self, capacity: 1) { Int($0.pointee.sin6_port.bigEndian) }
            default: 0
            }
        }
    }
}
