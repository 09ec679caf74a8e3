import NIOCore
import Synchronization

/// Whose turn it is on a connection: the client's, or the server's.
///
/// It is the client's while nothing is asked, or what is asked is still being sent.
final class ConnectionActivity: Sendable {
    private let working = Atomic<Int>(0)
    private let waitingSince: Atomic<UInt64>
    private let isLeaving = Atomic<Bool>(false)

    init() {
        waitingSince = Atomic(Self.now)
    }

    private static var now: UInt64 { NIODeadline.now().uptimeNanoseconds }

    /// A request begins to come.
    func began() {
        waitingSince.store(Self.now, ordering: .relaxed)
    }

    /// All of it is there.
    func received() {
        working.add(1, ordering: .relaxed)
    }

    /// So many requests are answered, or never will be.
    func ended(_ count: Int = 1) {
        working.subtract(count, ordering: .relaxed)
        waitingSince.store(Self.now, ordering: .relaxed)
    }

    /// Since when the client is waited for, in nanoseconds of the machine's time; nil while it is not, or has been told to go.
    var waitsSince: UInt64? {
        guard working.load(ordering: .relaxed) <= 0, !isLeaving.load(ordering: .relaxed) else { return nil }
        return waitingSince.load(ordering: .relaxed)
    }

    /// The connection is about to be closed.
    func leave() {
        isLeaving.store(true, ordering: .relaxed)
    }
}
