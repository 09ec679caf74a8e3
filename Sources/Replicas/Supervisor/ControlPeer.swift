import Foundation
import JSON

/// Somebody who asks the supervisor: one line in, lines out.
final class ControlPeer {
    let stream: Descriptor
    private var received: [UInt8] = []
    private var waiting: [UInt8] = []
    /// It was asked and answered, and is closed once everything is sent.
    private(set) var isFinished = false
    /// It is gone, or was too much.
    private(set) var isGone = false

    /// The most bytes of a question.
    private static let most = 16_384

    init(_ stream: Descriptor) {
        self.stream = stream
    }

    /// Whether it need not be kept.
    var isOver: Bool { isGone || (isFinished && waiting.isEmpty) }

    /// What to wait for.
    var events: Int16 { Int16(POLLIN) | (waiting.isEmpty ? 0 : Int16(POLLOUT)) }

    /// Reads on, and gives the question once it is whole.
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

    /// Answers a line; the last one ends the conversation.
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
