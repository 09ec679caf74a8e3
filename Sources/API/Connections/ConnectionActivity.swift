import NIOCore
import Synchronization

/// Which side of a connection has to act next: the client or the server.
///
/// It is the client while there is no request, or a request is still being sent.
final class ConnectionActivity: Sendable {
    private let working = Atomic<Int>(0)
    private let waitingSince: Atomic<UInt64>
    private let isLeaving = Atomic<Bool>(false)

    init() {
        waitingSince = Atomic(Self.now)
    }

    private static var now: UInt64 { NIODeadline.now().uptimeNanoseconds }

    /// A request's head has arrived.
    func began() {
        waitingSince.store(Self.now, ordering: .relaxed)
    }

    /// The whole request has arrived.
    func received() {
        working.add(1, ordering: .relaxed)
    }

    /// This many requests were answered, or never will be.
    func ended(_ count: Int = 1) {
        working.subtract(count, ordering: .relaxed)
        waitingSince.store(Self.now, ordering: .relaxed)
    }

    /// Since when the server has waited for the client, in nanoseconds of the machine's uptime; nil while it does not, or the
    /// connection is being closed.
    var waitsSince: UInt64? {
        guard working.load(ordering: .relaxed) <= 0, !isLeaving.load(ordering: .relaxed) else { return nil }
        return waitingSince.load(ordering: .relaxed)
    }

    /// The connection is about to be closed.
    func leave() {
        isLeaving.store(true, ordering: .relaxed)
    }
}
