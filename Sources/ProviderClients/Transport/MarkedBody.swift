import NIOCore
import Synchronization

/// Whether any of a request may have reached the other side.
final class SentMark: Sendable {
    private let flag = Atomic<Bool>(false)

    /// Whether it may have.
    var isSet: Bool { flag.load(ordering: .acquiring) }

    /// From now on it may have.
    func set() {
        flag.store(true, ordering: .releasing)
    }
}

/// A request's body that tells when it is first asked for.
///
/// The connection asks for it after it has sent the request's head. Until then the other side has at most a head whose body is
/// missing, which nobody can act on: whatever fails before has certainly not been done.
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
