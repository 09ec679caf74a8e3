import Supervision

/// What a supervisor keeps running, and by which rules.
public struct SupervisorPlan: Sendable {
    /// The data directory, which also holds the run directory.
    public var data: String
    /// The address to listen on.
    public var host: String
    /// The port to listen on; 0 takes the port of the running replicas, or a free one.
    public var port: Int
    /// The minimum and maximum number of replicas.
    public var replicas: ClosedRange<Int>
    /// The program of a replica.
    public var program: String
    /// A replica's arguments, besides its number and the path of its settings.
    public var arguments: [String]
    /// A settings file; every release gets a copy of its own.
    public var settings: String?
    /// The supervisor's own version.
    public var version: String
    /// How long a replica may take to finish its requests; then it is killed.
    public var drainFor: Duration
    /// A replica's memory limit in bytes; a replica that has used most of it is replaced.
    public var memoryBytes: Int64
    /// How the number of replicas follows the load.
    public var scaling: ScalingPlan
    /// How the shop's archive stands; nil for a shop without backups.
    public var archive: (@Sendable () -> ArchiveStanding)?
    /// How heartbeats are judged.
    public var judge = FailureJudge.Settings()
    /// How crash loops are detected, and the pauses between restarts.
    public var crashLoop = CrashLoop.Settings()

    /// The automatic repairs; `tradewind config` lists them.
    ///
    /// Policies about waits for processors or the disk are left out, since healthy peaks have these too: the front door sheds
    /// load by its latency.
    public static let policies = RecoveryPolicy.all.filter { policy in
        !["processors-contended", "disk-contended"].contains(policy.name)
    }

    /// How long a hanging replica has to write a core before it is killed.
    static let coreFor = Duration.seconds(1)
    /// How long a replica may be stopped by a signal before it is killed; a shorter stop is tolerated.
    static let stoppedFor = Duration.milliseconds(300)

    /// A plan.
    public init(
        data: String,
        host: String,
        port: Int,
        replicas: ClosedRange<Int>,
        program: String,
        arguments: [String],
        settings: String?,
        version: String,
        drainFor: Duration,
        memoryBytes: Int64,
        scaling: ScalingPlan = ScalingPlan()
    ) {
        self.data = data
        self.host = host
        self.port = port
        self.replicas = replicas
        self.program = program
        self.arguments = arguments
        self.settings = settings
        self.version = version
        self.drainFor = drainFor
        self.memoryBytes = memoryBytes
        self.scaling = scaling
    }
}

/// Why a supervisor cannot start.
public enum SupervisorRefusal: Error, Hashable, Sendable, CustomStringConvertible {
    /// Another supervisor runs on the data directory.
    case alreadyRunning(pid: String)
    /// The running replicas listen on another port.
    case otherPort(Int)
    /// A system call failed.
    case system(SystemError)
    /// The first replica exited with `EX_CONFIG`: with this data or these settings no replica can start.
    case hopeless(String)

    /// The reason, and what the operator can do.
    public var description: String {
        switch self {
        case .alreadyRunning(let pid):
            "a supervisor runs on this data directory already (process \(pid)); `tradewind status` tells of it"
        case .otherPort(let port):
            "replicas of this data directory still serve port \(port): start with --port \(port) to adopt them, or stop them"
        case .system(let error): "\(error)"
        case .hopeless(let cause): "the shop cannot be opened (\(cause)); the line above says why"
        }
    }
}
