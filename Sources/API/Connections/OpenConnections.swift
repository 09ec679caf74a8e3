// The open connections of a listener, and how they end. An HTTP/1.1 server that closes an idle connection cannot know whether a
// request is on its way; so a drain first only adds `Connection: close` to every answer, which ends a busy connection without
// loss, and closes idle ones a while later. HTTP/2 clients get a GOAWAY at once.
//
// The number of connections is limited. At the limit, the connections that have waited longest for their client are closed, first
// those of the address with the most connections: so idle connections, however many, do not lock customers out.

import NIOCore
import Synchronization

/// The open connections of a listener and the requests in flight on them.
///
/// Thread-safe.
public final class OpenConnections: Sendable {
    private struct Open {
        let channel: any Channel
        let activity: ConnectionActivity
        let address: PeerAddress?
    }

    private struct State {
        var channels: [ObjectIdentifier: Open] = [:]
        /// Includes channels that are being configured.
        var activities: [ObjectIdentifier: ConnectionActivity] = [:]
        /// Accepted connections that have no channel yet, by number.
        var arriving: [Int: PeerAddress?] = [:]
        /// Number of connections by address.
        var ofAddress: [PeerAddress: Int] = [:]
        var refused = 0
        var madeRoom = 0
        var taken = 0
        var isListening = true
        var stop: @Sendable () -> Void = {}
        var onEnd: @Sendable () -> Void = {}

        /// An address has one connection less.
        mutating func left(_ address: PeerAddress?) {
            guard let address, let count = ofAddress[address] else { return }
            ofAddress[address] = count > 1 ? count - 1 : nil
        }
    }

    private let state = Mutex(State())
    private let draining = Atomic<Bool>(false)
    private let takesNone = Atomic<Bool>(false)
    private let requests = Atomic<Int>(0)

    /// No connections.
    public init() {}

    /// Requests whose answer is not completely written.
    public var inFlight: Int { requests.load(ordering: .relaxed) }

    /// Open connections, including those that are being configured.
    public var count: Int { state.withLock { $0.channels.count + $0.arriving.count } }

    /// If true, new connections are left to other processes, or wait, even if there is room.
    public func takeNone(_ isOn: Bool) {
        takesNone.store(isOn, ordering: .relaxed)
    }

    /// Whether another connection may be accepted under a limit.
    func hasRoom(_ most: Int) -> Bool {
        !takesNone.load(ordering: .relaxed) && count < most
    }

    /// Whether every answer must be the last on its connection.
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
    ///   - onEnd: called once, when it and every connection that it accepted are closed.
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

    /// Registers an accepted connection; returns its number, or nil where its address has too many.
    ///
    /// - Parameters:
    ///   - address: its remote address; nil where that is unknown or is a proxy's.
    ///   - most: the limit of an address; this machine's own address is not limited.
    func arriving(from address: PeerAddress? = nil, mostOfAddress most: Int = .max) -> Int? {
        state.withLock { state in
            if let address {
                let count = state.ofAddress[address, default: 0]
                guard address.isLoopback || count < most else {
                    state.refused += 1
                    return nil
                }
                state.ofAddress[address] = count + 1
            }
            state.taken += 1
            state.arriving[state.taken] = .some(address)
            return state.taken
        }
    }

    /// An accepted connection has its channel.
    func add(_ channel: any Channel, _ number: Int) {
        let activity = activity(of: channel)
        state.withLock { state in
            let address = state.arriving.removeValue(forKey: number) ?? nil
            state.channels[ObjectIdentifier(channel)] = Open(channel: channel, activity: activity, address: address)
        }
        channel.closeFuture.whenComplete { _ in
            self.endIfOver { state in
                if let open = state.channels.removeValue(forKey: ObjectIdentifier(channel)) {
                    state.left(open.address)
                }
            }
        }
    }

    /// An accepted connection could not be configured completely.
    func lost(_ number: Int) {
        endIfOver { state in
            if let address = state.arriving.removeValue(forKey: number) { state.left(address) }
        }
    }

    /// The activity of a connection, which may be about to be configured.
    func activity(of channel: any Channel) -> ConnectionActivity {
        let (activity, isNew) = state.withLock { state in
            let known = state.activities[ObjectIdentifier(channel)]
            let activity = known ?? ConnectionActivity()
            state.activities[ObjectIdentifier(channel)] = activity
            return (activity, known == nil)
        }
        if isNew {
            channel.closeFuture.whenComplete { _ in
                self.state.withLock { $0.activities[ObjectIdentifier(channel)] = nil }
            }
        }
        return activity
    }

    /// Closes some of the connections that have waited longest for their client; none where the server works on all of them.
    ///
    /// - Parameter most: the limit; a small part of it is closed at once.
    func makeRoom(_ most: Int) {
        guard !takesNone.load(ordering: .relaxed) else { return }
        let waiting = state.withLock { state in
            state.channels.values.compactMap { open in
                open.activity.waitsSince.map { since in
                    (open: open, since: since, neighbours: open.address.flatMap { state.ofAddress[$0] } ?? 1)
                }
            }
        }
        let order = waiting.sorted { ($1.neighbours, $0.since) < ($0.neighbours, $1.since) }
        let leaving = order.prefix(max(1, most / 64))
        for (open, _, _) in leaving {
            open.activity.leave()
            open.channel.close(promise: nil)
        }
        state.withLock { $0.madeRoom += leaving.count }
    }

    /// Writes the open connections, and those refused or closed for lack of room, in Prometheus' text format.
    public func write(to text: inout String) {
        let (open, refused, madeRoom) = state.withLock {
            ($0.channels.count + $0.arriving.count, $0.refused, $0.madeRoom)
        }
        text += "# HELP tradewind_connections Open connections.\n"
        text += "# TYPE tradewind_connections gauge\ntradewind_connections \(open)\n"
        text += "# HELP tradewind_connections_refused_total Connections beyond what one address may have.\n"
        text += "# TYPE tradewind_connections_refused_total counter\ntradewind_connections_refused_total \(refused)\n"
        text += "# HELP tradewind_connections_evicted_total Connections closed while idle, to make room for others.\n"
        text += "# TYPE tradewind_connections_evicted_total counter\ntradewind_connections_evicted_total \(madeRoom)\n"
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

    /// Accepts no more connections, and ends the open ones: after their next answer, or after a pause without one.
    ///
    /// - Parameter pause: how long an idle connection may still be used.
    func drain(closingIdleAfter pause: TimeAmount, on loop: any EventLoop) {
        guard !draining.exchange(true, ordering: .relaxed) else { return }
        state.withLock(\.stop)()
        tell(DrainBegan())
        // From now on a connection is closed as soon as no request is in flight on it.
        loop.scheduleTask(in: pause) { self.tell(ChannelShouldQuiesceEvent()) }
    }

    private func tell(_ event: any Sendable) {
        for channel in state.withLock({ $0.channels.values.map(\.channel) }) {
            channel.eventLoop.execute { channel.pipeline.fireUserInboundEventTriggered(event) }
        }
    }

    /// Closes all connections at once.
    func closeAll() {
        let (stop, channels) = state.withLock { ($0.stop, $0.channels.values.map(\.channel)) }
        stop()
        for channel in channels { channel.close(promise: nil) }
    }
}
