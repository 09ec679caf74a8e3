import Foundation
import Glibc
import Synchronization

/// A webhook receiver on a free loopback port with its own threads; answers 204 to everything.
final class WebhookReceiver: Sendable {
    /// One message.
    struct Message: Sendable {
        let id: String
        /// The sequence number of its event.
        let seq: Int
    }

    private let listener: Int32
    private let port: Int
    private let list = Mutex<[Message]>([])

    /// The URL of the receiver.
    var url: String { "http://127.0.0.1:\(port)/hooks" }
    /// The received messages, in order.
    var messages: [Message] { list.withLock { $0 } }

    init() throws {
        let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = inet_addr("127.0.0.1")
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let result = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                bind(listener, $0, length) == 0 && listen(listener, 64) == 0 && getsockname(listener, $0, &length) == 0
            }
        }
        guard result else { throw ProcessFailure("cannot listen: \(String(cString: strerror(errno)))") }
        self.listener = listener
        port = Int(in_port_t(bigEndian: address.sin_port))
        let thread = Thread { [self] in accept() }
        thread.start()
    }

    /// Stops accepting connections.
    func close() {
        shutdown(listener, Int32(SHUT_RDWR))
        Glibc.close(listener)
    }

    private func accept() {
        while true {
            let connection = Glibc.accept(listener, nil, nil)
            guard connection >= 0 else { return }
            let thread = Thread { [self] in serve(connection) }
            thread.start()
        }
    }

    private func serve(_ connection: Int32) {
        defer { Glibc.close(connection) }
        var received: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while true {
            while let (message, length) = Self.first(in: received) {
                received.removeFirst(length)
                list.withLock { $0.append(message) }
                let answer = Array("HTTP/1.1 204 No Content\r\n\r\n".utf8)
                guard send(connection, answer, answer.count, Int32(MSG_NOSIGNAL)) == answer.count else { return }
            }
            let count = recv(connection, &buffer, buffer.count, 0)
            guard count > 0 else { return }
            received += buffer[..<count]
        }
    }

    /// The first complete message in `bytes`, and its length.
    private static func first(in bytes: [UInt8]) -> (Message, Int)? {
        let text = String(decoding: bytes, as: UTF8.self)
        guard let end = text.range(of: "\r\n\r\n") else { return nil }
        var headers: [String: String] = [:]
        for line in text[..<end.lowerBound].components(separatedBy: "\r\n") {
            guard let colon = line.firstIndex(of: ":") else { continue }
            headers[line[..<colon].lowercased()] = line[line.index(after: colon)...].trimmingCharacters(
                in: .whitespaces
            )
        }
        let head = text[..<end.upperBound].utf8.count
        let length = Int(headers["content-length"] ?? "") ?? 0
        guard bytes.count >= head + length else { return nil }
        let body = try? JSONDecoder().decode(Body.self, from: Data(bytes[head..<(head + length)]))
        return (Message(id: headers["webhook-id"] ?? "", seq: body?.data.seq ?? 0), head + length)
    }

    private struct Body: Decodable {
        struct Event: Decodable {
            let seq: Int
        }

        let data: Event
    }
}
