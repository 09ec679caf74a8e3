import Foundation

/// An open descriptor, closed with the last reference to it.
final class Descriptor: Sendable {
    let number: CInt

    init(_ number: CInt) {
        self.number = number
    }

    deinit {
        close(number)
    }

    /// Reads what is available, at most `most` bytes; empty at the end, nil where nothing is available yet.
    func read(most: Int = 4096) throws(SystemError) -> [UInt8]? {
        var bytes = [UInt8](repeating: 0, count: most)
        do throws(SystemError) {
            let count = try system("read") { Foundation.read(number, &bytes, most) }
            return Array(bytes[..<count])
        } catch {
            guard error.code == EAGAIN else { throw error }
            return nil
        }
    }

    /// Sends bytes to a socket without blocking; returns how many the socket took.
    func send(_ bytes: [UInt8]) throws(SystemError) -> Int {
        do throws(SystemError) {
            return try system("send") { Foundation.send(number, bytes, bytes.count, CInt(MSG_NOSIGNAL)) }
        } catch {
            guard error.code == EAGAIN else { throw error }
            return 0
        }
    }

    /// Limits how long one call may block.
    func setTimeout(_ timeout: Duration) throws(SystemError) {
        let (seconds, attoseconds) = timeout.components
        var value = timeval(tv_sec: Int(seconds), tv_usec: Int(attoseconds / 1_000_000_000_000))
        for option in [SO_RCVTIMEO, SO_SNDTIMEO] {
            try system("setsockopt") {
                setsockopt(number, SOL_SOCKET, option, &value, socklen_t(MemoryLayout<timeval>.size))
            }
        }
    }
}
