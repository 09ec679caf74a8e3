// What is open at the listener, and how it comes to an end. In HTTP/1.1 a server that closes an idle connection cannot know that no
// request is on its way; so a drain first only says `Connection: close` on every answer, which closes a connection that is used with
// nothing lost, and closes what stayed idle a while later.

import NIOCore
import Synchronization

/// The open connections of a listener and the requests under way on them.
public final class OpenConnections: Sendable {
    private struct State {
        var channels: [ObjectIdentifier: any Channel] = [:]
        var listener: (any Channel)?
        var isEnded = false
        var onEnd: @Sendable () -> Void = {}
    }

    private let state = Mutex(State())
    private let draining = Atomic<Bool>(false)
    private let requests = Atomic<Int>(0)

    /// None yet.
    public init() {}

    /// Requests whose answer is not yet written.
    public var inFlight: Int { requests.load(ordering: .relaxed) }

    /// Open connections.
    public var count: Int { state.withLock { $0.channels.count } }

    /// Whether every answer is to be the last on its connection.
    var isDraining: Bool { draining.load(ordering: .relaxed) }

    func began() {
        requests.add(1, ordering: .relaxed)
    }

    func ended(_ count: Int = 1) {
        requests.subtract(count, ordering: .relaxed)
    }

    /// The listener is open.
    ///
    /// - Parameter onEnd: called once, when it is closed and so is every connection that it took.
    func opened(_ listener: any Channel, onEnd: @escaping @Sendable () -> Void) {
        state.withLock { state in
            state.listener = listener
            state.onEnd = onEnd
        }
        listener.closeFuture.whenComplete { _ in self.endIfOver(listenerClosed: true) }
    }

    /// A connection was taken.
    func add(_ channel: any Channel) {
        state.withLock { $0.channels[ObjectIdentifier(channel)] = channel }
        channel.closeFuture.whenComplete { _ in
            _ = self.state.withLock { $0.channels.removeValue(forKey: ObjectIdentifier(channel)) }
            self.endIfOver(listenerClosed: false)
        }
    }

    private func endIfOver(listenerClosed: Bool) {
        let onEnd: (@Sendable () -> Void)? = state.withLock { state in
            if listenerClosed { state.listener = nil }
            guard state.listener == nil, state.channels.isEmpty, !state.isEnded else { return nil }
            state.isEnded = true
            return state.onEnd
        }
        onEnd?()
    }

    /// Takes no more connections, and ends those that are open: after their next answer, or, where none comes, after a pause.
    ///
    /// - Parameter pause: for how long an idle connection may still be used.
    func drain(closingIdleAfter pause: TimeAmount) {
        guard !draining.exchange(true, ordering: .relaxed), let listener = state.withLock(\.listener) else { return }
        listener.close(promise: nil)
        listener.eventLoop.scheduleTask(in: pause) { self.quiesce() }
    }

    /// Tells every connection to end as soon as nothing is under way on it.
    private func quiesce() {
        for channel in state.withLock({ Array($0.channels.values) }) {
            channel.eventLoop.execute {
                channel.pipeline.fireUserInboundEventTriggered(ChannelShouldQuiesceEvent())
            }
        }
    }

    /// Closes everything at once.
    func closeAll() {
        let open = state.withLock { Array($0.channels.values) + [$0.listener].compactMap(\.self) }
        for channel in open { channel.close(promise: nil) }
    }
}
