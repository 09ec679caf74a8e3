// What is open at the listener, and how it comes to an end. In HTTP/1.1 a server that closes an idle connection cannot know that no
// request is on its way; so a drain first only says `Connection: close` on every answer, which closes a connection that is used with
// nothing lost, and closes what stayed idle a while later. HTTP/2 is told to go away at once.

import NIOCore
import Synchronization

/// The open connections of a listener and the requests under way on them.
public final class OpenConnections: Sendable {
    private struct State {
        var channels: [ObjectIdentifier: any Channel] = [:]
        /// Numbers of connections that were taken, and are not among the channels yet.
        var arriving: Set<Int> = []
        var taken = 0
        var isListening = true
        var stop: @Sendable () -> Void = {}
        var onEnd: @Sendable () -> Void = {}
    }

    private let state = Mutex(State())
    private let draining = Atomic<Bool>(false)
    private let takesNone = Atomic<Bool>(false)
    private let requests = Atomic<Int>(0)

    /// None yet.
    public init() {}

    /// Requests whose answer is not yet written.
    public var inFlight: Int { requests.load(ordering: .relaxed) }

    /// Open connections, and those that are about to be.
    public var count: Int { state.withLock { $0.channels.count + $0.arriving.count } }

    /// Whether new connections are left to others, or to wait, although there is room.
    public func takeNone(_ isOn: Bool) {
        takesNone.store(isOn, ordering: .relaxed)
    }

    /// Whether another connection may be taken, where there may be so many.
    func hasRoom(_ most: Int) -> Bool {
        !takesNone.load(ordering: .relaxed) && count < most
    }

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
    /// - Parameters:
    ///   - stop: closes it.
    ///   - onEnd: called once, when it is closed and so is every connection that it took.
    func opened(stop: @escaping @Sendable () -> Void, onEnd: @escaping @Sendable () -> Void) {
        state.withLock { state in
            state.stop = stop
            state.onEnd = onEnd
        }
    }

    /// The listener is closed.
    func listenerClosed() {
        endIfOver { $0.isListening = false }
    }

    /// A connection was taken; answers its number.
    func arriving() -> Int {
        state.withLock { state in
            state.taken += 1
            state.arriving.insert(state.taken)
            return state.taken
        }
    }

    /// A connection that was taken is set up.
    func add(_ channel: any Channel, _ number: Int) {
        state.withLock { state in
            state.arriving.remove(number)
            state.channels[ObjectIdentifier(channel)] = channel
        }
        channel.closeFuture.whenComplete { _ in
            self.endIfOver { $0.channels[ObjectIdentifier(channel)] = nil }
        }
    }

    /// A connection that was taken cannot be set up, or not wholly.
    func lost(_ number: Int) {
        endIfOver { $0.arriving.remove(number) }
    }

    private func endIfOver(after change: (inout State) -> Void) {
        let onEnd: @Sendable () -> Void = state.withLock { state in
            change(&state)
            guard !state.isListening, state.channels.isEmpty, state.arriving.isEmpty else { return {} }
            let onEnd = state.onEnd
            state.onEnd = {}
            return onEnd
        }
        onEnd()
    }

    /// Takes no more connections, and ends those that are open: after their next answer, or, where none comes, after a pause.
    ///
    /// - Parameter pause: for how long an idle connection may still be used.
    func drain(closingIdleAfter pause: TimeAmount, on loop: any EventLoop) {
        guard !draining.exchange(true, ordering: .relaxed) else { return }
        state.withLock(\.stop)()
        tell(DrainBegan())
        // From now on a connection ends as soon as nothing is under way on it.
        loop.scheduleTask(in: pause) { self.tell(ChannelShouldQuiesceEvent()) }
    }

    private func tell(_ event: any Sendable) {
        for channel in state.withLock({ Array($0.channels.values) }) {
            channel.eventLoop.execute { channel.pipeline.fireUserInboundEventTriggered(event) }
        }
    }

    /// Closes everything at once.
    func closeAll() {
        let (stop, channels) = state.withLock { ($0.stop, Array($0.channels.values)) }
        stop()
        for channel in channels { channel.close(promise: nil) }
    }
}
