// The replica's side of the supervision: it says twice a second how it gets on, and answers who asks. It needs nobody: without a
// supervisor heartbeats go nowhere, and the replica serves on.

import CProcess
import Foundation
import Logging
import NIOPosix
import ServiceLifecycle
import Supervision
import Synchronization

/// What only the program knows of how it gets on.
public struct Vitals: Sendable {
    /// What it does with requests.
    public var state: Heartbeat.State
    /// How long ago its last write went well; nil before the first.
    public var canaryAge: Duration?
    /// Requests under way.
    public var inFlight: Int
    /// Requests since the start.
    public var requests: Heartbeat.Requests
    /// How often workers of a component failed since the start, by the component's name.
    public var workerFailures: [String: Int64]

    /// What the program knows.
    public init(
        state: Heartbeat.State,
        canaryAge: Duration?,
        inFlight: Int,
        requests: Heartbeat.Requests,
        workerFailures: [String: Int64] = [:]
    ) {
        self.state = state
        self.canaryAge = canaryAge
        self.inFlight = inFlight
        self.requests = requests
        self.workerFailures = workerFailures
    }
}

/// Which of a supervisor's replicas this process is.
public struct ReplicaPlace: Hashable, Sendable {
    /// Its number.
    public let id: ReplicaID
    /// The release that it belongs to.
    public let release: Int

    /// A place.
    public init(id: ReplicaID, release: Int) {
        self.id = id
        self.release = release
    }
}

/// Sends heartbeats and answers the supervisor, until the service is shut down.
///
/// First in its service group, so that it ends last: a drain is to be heard of, too.
public struct Replica: Service {
    /// How often it sends one.
    public static let interval = Duration.milliseconds(500)

    /// How often while it starts, so that it is known at once when it serves; too short to be taken for its rhythm.
    private static let startingInterval = Duration.milliseconds(20)

    private let place: ReplicaPlace
    private let version: String
    private let data: String
    private let run: RunDirectory
    private let socket: CInt
    private let vitals: @Sendable () -> Vitals
    private let restraints: RestraintHolder
    private let logger: Logger

    /// - Parameters:
    ///   - version: the program's version.
    ///   - data: the data directory.
    ///   - socket: the listening socket, which is given to a supervisor that asks for it.
    ///   - onRestraint: told what to leave undone from now on; must not block.
    ///   - vitals: asked for every heartbeat; must not block.
    public init(
        _ place: ReplicaPlace,
        version: String,
        data: String,
        socket: ListeningSocket,
        logger: Logger,
        onRestraint: @escaping @Sendable (Restraint) -> Void = { _ in },
        vitals: @escaping @Sendable () -> Vitals
    ) throws(SystemError) {
        self.place = place
        self.version = version
        self.data = data
        self.socket = try socket.duplicate()
        self.vitals = vitals
        self.logger = logger
        restraints = RestraintHolder(onChange: onRestraint)
        run = try RunDirectory(data: data)
        // It was started by a descriptor of the program, whose number would be its name otherwise.
        tradewind_process_name("tradewind")
    }

    /// Sends heartbeats until the service is shut down.
    public func run() async throws {
        let sender = try UnixSocket.sender()
        let probe = EventLoopProbe(MultiThreadedEventLoopGroup.singleton)
        let started = ContinuousClock.now
        let last = Mutex<Heartbeat?>(nil)
        let startTime = ProcessFile.startTime(getpid()) ?? 0
        let release = place.release
        let door = try ReplicaDoor(run: run, socket: socket, restraints: restraints) {
            last.withLock(\.self).map { Introduction(release: release, startTime: startTime, heartbeat: $0) }
        }
        door.open()
        defer { door.close() }
        await cancelWhenGracefulShutdown {
            var heartbeat = Heartbeat(replica: place.id, pid: getpid(), version: version, sequence: 0)
            while !Task.isCancelled {
                restraints.look(at: .now)
                heartbeat.sequence += 1
                heartbeat.uptime = started.duration(to: .now)
                heartbeat.eventLoopLag = probe.measure()
                fill(&heartbeat)
                last.withLock { [heartbeat] in $0 = heartbeat }
                let bytes = heartbeat.bytes
                // Nobody may be there to hear it, or be too slow: then this one is lost.
                _ = tradewind_unix_send(sender.number, run.heartbeats, bytes, bytes.count)
                // Cancellation is how the sleep ends at shutdown; there is nothing else that it can throw.
                try? await Task.sleep(for: heartbeat.state == .starting ? Self.startingInterval : Self.interval)
            }
        }
    }

    private func fill(_ heartbeat: inout Heartbeat) {
        let vitals = vitals()
        heartbeat.state = vitals.state
        heartbeat.canaryAge = vitals.canaryAge
        heartbeat.inFlight = vitals.inFlight
        heartbeat.requests = vitals.requests
        heartbeat.workerFailures = vitals.workerFailures
        heartbeat.cpuTime = OwnFigures.cpuTime
        heartbeat.residentBytes = OwnFigures.residentBytes
        heartbeat.descriptors = OwnFigures.descriptors
        heartbeat.disk = OwnFigures.disk(of: data)
    }
}
