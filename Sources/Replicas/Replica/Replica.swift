// The replica's side of supervision: it sends a heartbeat twice a second, and answers questions of a supervisor. It does not
// depend on a supervisor: without one, heartbeats are lost and the replica continues to serve.

import CProcess
import Foundation
import Logging
import NIOPosix
import ServiceLifecycle
import Supervision
import Synchronization

/// The state that only the program knows, for a heartbeat.
public struct Vitals: Sendable {
    /// How it treats requests.
    public var state: Heartbeat.State
    /// The time since its last successful write; nil before the first.
    public var canaryAge: Duration?
    /// Requests in progress.
    public var inFlight: Int
    /// Requests since the start.
    public var requests: Heartbeat.Requests
    /// Failures of workers since the start, by the component's name.
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

/// The number and release of this process among a supervisor's replicas.
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
/// Must be the first service of its group, so that it ends last: heartbeats must continue during a drain.
public struct Replica: Service {
    /// The interval between heartbeats.
    public static let interval = Duration.milliseconds(500)

    /// The interval while the process starts, so that the supervisor learns at once when it serves; too short to be remembered as
    /// its rhythm.
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
    ///   - socket: the listening socket, which is sent to a supervisor that asks for it.
    ///   - onRestraint: called with each new restraint, one after another; must not block.
    ///   - vitals: called for every heartbeat, in the service's task; must not block.
    /// - Throws: ``SystemError`` where the run directory or a socket cannot be opened.
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
        // The process was started by a descriptor of the program; without this its name would be the descriptor's number.
        tradewind_process_name("tradewind")
    }

    /// Sends heartbeats until the service is shut down.
    ///
    /// - Throws: ``SystemError`` if its sockets cannot be created. A heartbeat that cannot be sent is lost without an error.
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
                // Without a supervisor, or with one that is too slow, this heartbeat is lost.
                _ = tradewind_unix_send(sender.number, run.heartbeats, bytes, bytes.count)
                // Cancellation ends the sleep at shutdown; the sleep throws nothing else.
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
