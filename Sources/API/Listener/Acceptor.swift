import Foundation
import NIOCore
import Synchronization

/// Accepts connections from a listening socket that may be shared with other processes, on a thread of its own.
///
/// NIO's own server channel treats it as an error when a connection that it was notified of is gone; with a shared socket that
/// only means that another process was faster. One connection is accepted at a time, so that the other processes get their share.
final class Acceptor: Sendable {
    private let socket: CInt
    private let wakeReader: CInt
    private let wakeWriter: CInt
    private let isStopped = Atomic<Bool>(false)

    /// The pause where there is no room, or no descriptor is left.
    private static let rest = Duration.milliseconds(10)

    /// - Parameter socket: must be non-blocking; closed when `stop` was called.
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

    /// Starts the thread.
    ///
    /// - Parameters:
    ///   - hasRoom: called before each connection; if false, connections wait or are accepted by other processes.
    ///   - makeRoom: called if there is no room, and no other process has accepted the next connection within a moment either.
    ///   - onConnection: receives each connection's descriptor and remote address.
    ///   - onEnd: called once, when the socket is closed.
    ///
    /// All of them are called on this thread.
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
                // The room may have been used up during the wait.
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

    /// Accepts no more connections.
    func stop() {
        guard !isStopped.exchange(true, ordering: .releasing) else { return }
        var byte: UInt8 = 0
        _ = write(wakeWriter, &byte, 1)
    }

    /// Waits for a connection, for a limited time where no socket is given; returns whether one is there.
    @discardableResult
    private func wait(for socket: CInt?) -> Bool {
        var waiting = [pollfd(fd: wakeReader, events: Int16(POLLIN), revents: 0)]
        if let socket { waiting.append(pollfd(fd: socket, events: Int16(POLLIN), revents: 0)) }
        let timeout = socket == nil ? CInt(Self.rest / .milliseconds(1)) : -1
        return poll(&waiting, nfds_t(waiting.count), timeout) > 0 && waiting.count > 1 && waiting[1].revents != 0
    }

    /// Whether a connection waits at this moment.
    private func isReadable(_ socket: CInt) -> Bool {
        var waiting = pollfd(fd: socket, events: Int16(POLLIN), revents: 0)
        return poll(&waiting, 1, 0) > 0
    }

    /// The next connection; nil where another process was faster, the client has gone, or no descriptor is left.
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
