import NIOCore
import Synchronization

/// Whether a part of a request may have reached the other side.
final class SentMark: Sendable {
    private let flag = Atomic<Bool>(false)

    /// Whether it may have.
    var isSet: Bool { flag.load(ordering: .acquiring) }

    /// From now on it may have.
    func set() {
        flag.store(true, ordering: .releasing)
    }
}

/// A request's body that records when it is first read.
///
/// The connection reads it after it has sent the request's head. Until then the other side has at most a head without its body,
/// on which no server can act: after an earlier failure the request was certainly not carried out.
struct MarkedBody: AsyncSequence, Sendable {
    typealias Element = ByteBuffer

    let bytes: ByteBuffer
    let mark: SentMark

    struct AsyncIterator: AsyncIteratorProtocol {
        var rest: ByteBuffer?
        let mark: SentMark

        mutating func next() async -> ByteBuffer? {
            mark.set()
            defer { rest = nil }
            return rest
        }
    }

    func makeAsyncIterator() -> AsyncIterator {
        AsyncIterator(rest: bytes, mark: mark)
    }
}
