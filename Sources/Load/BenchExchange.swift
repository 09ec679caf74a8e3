import Glibc

/// One blocking connection for the few requests besides a load.
package final class BenchExchange {
    /// An answer.
    package struct Answer {
        package var status: Int
        package var etag: [UInt8]
        /// The first 64 kB.
        package var body: [UInt8]
    }

    private let target: BenchTarget
    private let descriptor: Int32
    private var scanner = ResponseScanner()

    /// Connects.
    ///
    /// Throws `unreachable`.
    package init(target: BenchTarget) throws(BenchError) {
        self.target = target
        guard let descriptor = target.connect(blocking: true) else { throw .unreachable(target.authority) }
        self.descriptor = descriptor
        var limit = timeval(tv_sec: 30, tv_usec: 0)
        let size = socklen_t(MemoryLayout<timeval>.size)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, size)
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, size)
    }

    deinit { close(descriptor) }

    /// Sends one request and waits up to 30 s for its answer.
    ///
    /// Throws `preparation` if the connection breaks.
    package func send(
        _ method: String,
        _ path: String,
        headers: String = "",
        body: String = ""
    ) throws(BenchError) -> Answer {
        let head = "\(method) \(path) HTTP/1.1\r\nHost: \(target.authority)\r\n\(headers)"
        let length = body.isEmpty ? "" : "Content-Length: \(body.utf8.count)\r\n"
        return try send(Array((head + length + "\r\n" + body).utf8), "\(method) \(path)")
    }

    /// Sends the bytes of a request, called `name` where it goes wrong, and waits up to 30 s for its answer.
    ///
    /// Throws `preparation` if the connection breaks.
    package func send(_ request: [UInt8], _ name: String) throws(BenchError) -> Answer {
        var sent = 0
        while sent < request.count {
            let count = request.withUnsafeBytes { bytes in
                Glibc.send(descriptor, bytes.baseAddress?.advanced(by: sent), bytes.count - sent, Int32(MSG_NOSIGNAL))
            }
            guard count > 0 else { throw .preparation("\(name): the connection broke") }
            sent += count
        }
        scanner.begin(keepsBody: true, keepsETag: true)
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = recv(descriptor, &buffer, buffer.count, 0)
            guard count > 0 else { throw .preparation("\(name): no answer") }
            do {
                let isComplete = try buffer.withUnsafeBytes { bytes in
                    try scanner.scan(UnsafeRawBufferPointer(rebasing: bytes[..<count]))
                }
                if isComplete { return Answer(status: scanner.status, etag: scanner.etag, body: scanner.body) }
            } catch {
                throw .preparation("\(name): the answer is not HTTP/1.1")
            }
        }
    }
}
