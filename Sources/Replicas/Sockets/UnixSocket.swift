import CProcess
import Foundation

/// Unix sockets of the run directory.
enum UnixSocket {
    /// A listening stream socket; an existing socket file of that name is removed first.
    static func listen(_ path: String) throws(SystemError) -> Descriptor {
        unlink(path)
        return Descriptor(try system("bind \(path)") { tradewind_unix_bind(streamType, path) })
    }

    /// A datagram socket that receives messages; an existing socket file of that name is removed first.
    static func receive(_ path: String) throws(SystemError) -> Descriptor {
        unlink(path)
        return Descriptor(try system("bind \(path)") { tradewind_unix_bind(datagramType, path) })
    }

    /// A stream to the process that listens there; no call on it blocks for longer than `timeout`.
    static func connect(_ path: String, timeout: Duration) throws(SystemError) -> Descriptor {
        let stream = Descriptor(try system("connect to \(path)") { tradewind_unix_connect(streamType, path) })
        try stream.setTimeout(timeout)
        return stream
    }

    /// A datagram socket for sending.
    static func sender() throws(SystemError) -> Descriptor {
        Descriptor(try system("socket") { socket(AF_UNIX, datagramType | CInt(SOCK_CLOEXEC.rawValue), 0) })
    }

    /// The next connection; nil where none waits.
    static func accept(_ listener: Descriptor) throws(SystemError) -> Descriptor? {
        do throws(SystemError) {
            return Descriptor(try system("accept") { tradewind_unix_accept(listener.number) })
        } catch {
            guard error.code == EAGAIN || error.code == ECONNABORTED else { throw error }
            return nil
        }
    }

    private static let streamType = CInt(SOCK_STREAM.rawValue)
    private static let datagramType = CInt(SOCK_DGRAM.rawValue)
}
