import Foundation
import JSON

/// A client of the supervisor's control socket: one line in, lines out.
///
/// Used on the supervisor's thread; no call blocks.
final class ControlPeer {
    let stream: Descriptor
    private var received: [UInt8] = []
    private var waiting: [UInt8] = []
    /// The last answer was given; the connection is closed once everything is sent.
    private(set) var isFinished = false
    /// The client has disconnected, or sent too much.
    private(set) var isGone = false

    /// The maximum length of a question in bytes.
    private static let most = 16_384

    init(_ stream: Descriptor) {
        self.stream = stream
    }

    /// Whether the connection can be dropped.
    var isOver: Bool { isGone || (isFinished && waiting.isEmpty) }

    /// The events to poll for.
    var events: Int16 { Int16(POLLIN) | (waiting.isEmpty ? 0 : Int16(POLLOUT)) }

    /// Reads what is available, and returns the question once it is complete.
    func question() -> [UInt8]? {
        do {
            while let bytes = try stream.read() {
                guard !bytes.isEmpty else {
                    isGone = true
                    return nil
                }
                received += bytes
                if let end = received.firstIndex(of: UInt8(ascii: "\n")) {
                    defer { received.removeSubrange(...end) }
                    return Array(received[..<end])
                }
                guard received.count < Self.most else { break }
            }
            if received.count >= Self.most { isGone = true }
        } catch {
            isGone = true
        }
        return nil
    }

    /// Queues an answer line; the last one ends the conversation.
    func say(_ line: [UInt8], isLast: Bool) {
        waiting += line + [UInt8(ascii: "\n")]
        isFinished = isFinished || isLast
        flush()
    }

    /// Sends what the socket takes.
    func flush() {
        do {
            while !waiting.isEmpty {
                let count = try stream.send(waiting)
                guard count > 0 else { return }
                waiting.removeFirst(count)
            }
        } catch {
            isGone = true
        }
    }
}
