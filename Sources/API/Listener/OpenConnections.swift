// What is open at the listener, and how it comes to an end. In HTTP/1.1 a server that closes an idle connection cannot know that no
// request is on its way; so a drain first only says `Connection: close` on every answer, which closes a connection that is used with
// nothing lost, and closes what stayed idle a while later. HTTP/2 is told to go away at once.
//
// There is room for so many connections and no more. When it is used up, whoever has been waited for longest makes room, first at the
// address that has most: so idle connections, however many, keep no buyer out.

import NIOCore
import Synchronization

/// The open connections of a listener and the requests under way on them.
public final class OpenConnections: Sendable {
    private struct Open {
        let channel: any Channel
        let activity: ConnectionActivity
        let address: PeerAddress?
    }

    private struct State {
        var channels: [ObjectIdentifier: Open] = [:]
        /// Of channels that are being set up, too.
        var activities: [ObjectIdentifier: ConnectionActivity] = [:]
        /// Connections that were taken, and are not among the channels yet, by their numbers.
        var arriving: [Int: PeerAddress?] = [:]
        /// How many each address has.
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

    /// A connection was taken; answers its number, or nil where its address has as many as one may have.
    ///
    /// - Parameters:
    ///   - address: where it comes from; nil where that is not known, or where many clients come from.
    ///   - most: how many an address may have; this machine's own may have any number.
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

    /// A connection that was taken is set up.
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

    /// A connection that was taken cannot be set up, or not wholly.
    func lost(_ number: Int) {
        endIfOver { state in
            if let address = state.arriving.removeValue(forKey: number) { state.left(address) }
        }
    }

    /// Whose turn it is on a connection, which may be about to be set up.
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

    /// Closes some of the connections on which it is the client's turn, and has been for longest; none where the server works on all.
    ///
    /// - Parameter most: how many there may be; a small part of them goes at once.
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

    /// Writes what is open, and what was refused or closed for want of room, in Prometheus' text format.
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
        for channel in state.withLock({ $0.channels.values.map(\.channel) }) {
            channel.eventLoop.execute { channel.pipeline.fireUserInboundEventTriggered(event) }
        }
    }

    /// Closes everything at once.
    func closeAll() {
        let (stop, channels) = state.withLock { ($0.stop, $0.channels.values.map(\.channel)) }
        stop()
        for channel in channels { channel.close(promise: nil) }
    }
}
