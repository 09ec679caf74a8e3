import Foundation
import Glibc

/// A plain TCP connection over which a test can send what no client would.
///
/// Calls block; use it on a thread that may block.
final class Wire {
    private let descriptor: Int32
    private var received: [UInt8] = []

    /// Connects; reads and writes fail after `timeout` seconds without progress.
    ///
    /// - Parameters:
    ///   - source: a loopback address to connect from, so that the server takes it for another client.
    ///   - window: the size of the receive buffer.
    init(_ port: Int, timeout: Int = 10, from source: String = "127.0.0.1", window: Int32? = nil) throws {
        descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = in_port_t(port).bigEndian
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        var limit = timeval(tv_sec: timeout, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        setsockopt(descriptor, SOL_SOCKET, SO_SNDTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        var on: Int32 = 1
        setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &on, socklen_t(MemoryLayout<Int32>.size))
        if var window { setsockopt(descriptor, SOL_SOCKET, SO_RCVBUF, &window, socklen_t(MemoryLayout<Int32>.size)) }
        var own = sockaddr_in()
        own.sin_family = sa_family_t(AF_INET)
        own.sin_addr.s_addr = inet_addr(source)
        let bound = withUnsafePointer(to: &own) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                source == "127.0.0.1" ? 0 : bind(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        let result =
            bound != 0
            ? bound
            : withUnsafePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                    connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
                }
            }
        guard result == 0 else {
            close(descriptor)
            throw ProcessFailure("cannot connect to port \(port): \(String(cString: strerror(errno)))")
        }
    }

    deinit {
        close(descriptor)
    }

    /// Sends bytes; false once the peer accepts no more.
    @discardableResult
    func send(_ bytes: [UInt8]) -> Bool {
        var sent = 0
        while sent < bytes.count {
            let count = bytes.withUnsafeBytes { bytes in
                Glibc.send(
                    descriptor,
                    bytes.baseAddress?.advanced(by: sent),
                    bytes.count - sent,
                    Int32(MSG_NOSIGNAL)
                )
            }
            if count < 0, errno == EINTR { continue }
            guard count > 0 else { return false }
            sent += count
        }
        return true
    }

    /// Sends text.
    @discardableResult
    func send(_ text: String) -> Bool {
        send(Array(text.utf8))
    }

    /// Closes the sending side.
    func halfClose() {
        shutdown(descriptor, Int32(SHUT_WR))
    }

    /// The next response; nil if the connection ends or falls silent before one is complete.
    func receive() -> WireAnswer? {
        while true {
            if let (answer, length) = WireAnswer.first(in: received) {
                received.removeFirst(length)
                return answer
            }
            guard case .some(.some(let bytes)) = read() else { return nil }
            received += bytes
        }
    }

    /// The status of the next response head; nil if none arrives.
    func receiveHead() -> Int? {
        while true {
            if let end = received.firstRange(of: Array("\r\n\r\n".utf8)) {
                let head = String(decoding: received[..<end.lowerBound], as: UTF8.self)
                received.removeFirst(end.upperBound)
                return head.split(separator: " ").dropFirst().first.flatMap { Int($0) }
            }
            guard case .some(.some(let bytes)) = read() else { return nil }
            received += bytes
        }
    }

    /// Reads one byte; false if the peer has closed, though buffered bytes may remain.
    func readByte() -> Bool {
        var state = pollfd(fd: descriptor, events: 0, revents: 0)
        if poll(&state, 1, 0) > 0, state.revents & Int16(POLLERR | POLLHUP) != 0 { return false }
        var byte: UInt8 = 0
        let count = recv(descriptor, &byte, 1, 0)
        return count > 0 || count < 0 && errno == EAGAIN
    }

    /// Whether the peer has closed; waits for that and discards what still arrives.
    func isClosed() -> Bool {
        while true {
            switch read() {
            case .none: return false
            case .some(.none): return true
            case .some(.some): continue
            }
        }
    }

    /// Whether the peer closes within this many seconds of silence.
    func waitForClose(_ seconds: Int) -> Bool {
        var limit = timeval(tv_sec: seconds, tv_usec: 0)
        setsockopt(descriptor, SOL_SOCKET, SO_RCVTIMEO, &limit, socklen_t(MemoryLayout<timeval>.size))
        return isClosed()
    }

    /// Bytes; an inner nil at the end, an outer nil on a timeout.
    private func read() -> [UInt8]?? {
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            let count = recv(descriptor, &buffer, buffer.count, 0)
            if count > 0 { return .some(.some(Array(buffer[..<count]))) }
            if count == 0 { return .some(.none) }
            if errno == EINTR { continue }
            return errno == EAGAIN ? .none : .some(.none)
        }
    }

    /// Sends one well-formed request on a new connection and returns its response.
    static func ask(
        _ port: Int,
        _ method: String,
        _ path: String,
        headers: String = "",
        body: String = "",
        timeout: Int = 10
    ) throws -> WireAnswer {
        let wire = try Wire(port, timeout: timeout)
        wire.send(request(method, path, headers: headers, body: body))
        guard let answer = wire.receive() else { throw ProcessFailure("\(method) \(path): no answer") }
        return answer
    }

    /// The head of a request whose body has `length` bytes; each header ends with CR LF.
    static func head(_ method: String, _ path: String, _ headers: String = "", length: Int) -> String {
        "\(method) \(path) HTTP/1.1\r\nHost: shop\r\n\(headers)Content-Length: \(length)\r\n\r\n"
    }

    /// One well-formed request; each header ends with CR LF.
    static func request(_ method: String, _ path: String, headers: String = "", body: String = "") -> String {
        let length = body.isEmpty && method == "GET" ? "" : "Content-Length: \(body.utf8.count)\r\n"
        return "\(method) \(path) HTTP/1.1\r\nHost: shop\r\n\(headers)\(length)\r\n\(body)"
    }
}

/// A response as it was received.
struct WireAnswer: Sendable {
    let status: Int
    /// By lower-case name.
    let headers: [String: String]
    let body: [UInt8]

    /// The problem document in it.
    var problem: ProblemDocument? {
        guard headers["content-type"] == "application/problem+json" else { return nil }
        return try? JSONDecoder().decode(ProblemDocument.self, from: Data(body))
    }

    /// The body as a value.
    func decode<Value: Decodable>(_ type: Value.Type) throws -> Value {
        try JSONDecoder().decode(type, from: Data(body))
    }

    /// The first complete response in `bytes`, and its length.
    static func first(in bytes: [UInt8]) -> (WireAnswer, Int)? {
        guard let end = blankLine(in: bytes) else { return nil }
        let lines = String(decoding: bytes[..<end], as: UTF8.self).components(separatedBy: "\r\n")
        var headers: [String: String] = [:]
        for line in lines.dropFirst() {
            guard let colon = line.firstIndex(of: ":") else { continue }
            headers[line[..<colon].lowercased()] = line[line.index(after: colon)...].trimmingCharacters(
                in: .whitespaces
            )
        }
        let length = Int(headers["content-length"] ?? "0") ?? 0
        guard bytes.count >= end + 4 + length else { return nil }
        let status = lines[0].split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
        let body = Array(bytes[(end + 4)..<(end + 4 + length)])
        return (WireAnswer(status: status, headers: headers, body: body), end + 4 + length)
    }

    /// The offset of the first blank line.
    private static func blankLine(in bytes: [UInt8]) -> Int? {
        var index = 3
        while index < bytes.count {
            if bytes[index] == 10, bytes[index - 1] == 13, bytes[index - 2] == 10, bytes[index - 3] == 13 {
                return index - 3
            }
            index += 1
        }
        return nil
    }
}
