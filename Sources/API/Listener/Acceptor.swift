import Foundation
import NIOCore
import Synchronization

/// Takes connections from a listening socket that may be shared with other processes, on a thread of its own.
///
/// NIO's own server channel holds it for a fault when a connection that it was told of is not there; with a shared socket that only
/// means that another process was faster. One connection is taken at a time, so that the others get their share.
final class Acceptor: Sendable {
    private let socket: CInt
    private let wakeReader: CInt
    private let wakeWriter: CInt
    private let isStopped = Atomic<Bool>(false)

    /// How long it rests where there is no room, or no descriptor is left.
    private static let rest = Duration.milliseconds(10)

    /// - Parameter socket: does not block; closed once no more connections are taken.
    init(socket: CInt) throws(IOError) {
        self.socket = socket
        var ends: (CInt, CInt) = (-1, -1)
        let code = withUnsafeMutablePointer(to: &ends) { pointer in
            pointer.withMemoryRebound(to: CInt.self, capacity: 2) { pipe($0) }
        }
        guard code == 0 else { throw IOError(errnoCode: errno, reason: "pipe") }
        (wakeReader, wakeWriter) = ends
        for end in [wakeReader, wakeWriter] { _ = fcntl(end, F_SETFD, FD_CLOEXEC) }
    }

    deinit {
        close(wakeReader)
        close(wakeWriter)
    }

    /// Begins to take connections.
    ///
    /// - Parameters:
    ///   - hasRoom: asked before each; where there is none, they wait, or others take them.
    ///   - makeRoom: called where there is none, and nobody else has taken the next one in a moment either.
    ///   - onConnection: given each connection's descriptor, and where it comes from.
    ///   - onEnd: called once, when the socket is closed.
    func start(
        hasRoom: @escaping @Sendable () -> Bool,
        makeRoom: @escaping @Sendable () -> Void,
        onConnection: @escaping @Sendable (CInt, ClientAddress?) -> Void,
        onEnd: @escaping @Sendable () -> Void
    ) {
        let thread = Thread { [self] in
            while !isStopped.load(ordering: .acquiring) {
                guard hasRoom() else {
                    wait(for: nil)
                    if !hasRoom(), isReadable(socket) { makeRoom() }
                    continue
                }
                // While it waited the room may have gone.
                guard wait(for: socket), hasRoom(), let (connection, address) = accept(orElse: makeRoom) else {
                    continue
                }
                onConnection(connection, address)
            }
            close(socket)
            onEnd()
        }
        thread.name = "acceptor"
        thread.start()
    }

    /// Takes no more connections.
    func stop() {
        guard !isStopped.exchange(true, ordering: .releasing) else { return }
        var byte: UInt8 = 0
        _ = write(wakeWriter, &byte, 1)
    }

    /// Waits until a connection is there, or only for a moment; answers whether one is.
    @discardableResult
    private func wait(for socket: CInt?) -> Bool {
        var waiting = [pollfd(fd: wakeReader, events: Int16(POLLIN), revents: 0)]
        if let socket { waiting.append(pollfd(fd: socket, events: Int16(POLLIN), revents: 0)) }
        let timeout = socket == nil ? CInt(Self.rest / .milliseconds(1)) : -1
        return poll(&waiting, nfds_t(waiting.count), timeout) > 0 && waiting.count > 1 && waiting[1].revents != 0
    }

    /// Whether a connection is there at this moment.
    private func isReadable(_ socket: CInt) -> Bool {
        var waiting = pollfd(fd: socket, events: Int16(POLLIN), revents: 0)
        return poll(&waiting, 1, 0) > 0
    }

    /// The next connection; nil where another process was faster, its client has gone, or no descriptor is left.
    private func accept(orElse makeRoom: () -> Void) -> (CInt, ClientAddress?)? {
        var address = sockaddr_storage()
        var length = socklen_t(MemoryLayout<sockaddr_storage>.size)
        let connection = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { Foundation.accept(socket, $0, &length) }
        }
        guard connection < 0 else {
            _ = fcntl(connection, F_SETFD, FD_CLOEXEC)
            return (connection, ClientAddress(address))
        }
        if [EMFILE, ENFILE, ENOBUFS, ENOMEM].contains(errno) {
            makeRoom()
            wait(for: nil)
        }
        return nil
    }
}
