import Supervision

/// What a supervisor is to keep running, and by which rules.
public struct SupervisorPlan: Sendable {
    /// The data directory, which is also where the processes of a shop meet.
    public var data: String
    /// The address to listen at.
    public var host: String
    /// The port to listen at; 0 takes a free one, or the one that the replicas have that are there already.
    public var port: Int
    /// How many replicas there are, at least and at most.
    public var replicas: ClosedRange<Int>
    /// The program of a replica.
    public var program: String
    /// What a replica is told, besides who it is and where its settings are.
    public var arguments: [String]
    /// A file with settings; every release is started with a copy of its own.
    public var settings: String?
    /// The supervisor's own version.
    public var version: String
    /// How long a replica may take to finish what it has; then it is killed.
    public var drainFor: Duration
    /// The memory that a replica may take, in bytes; it is replaced when it has most of that.
    public var memoryBytes: Int64
    /// By what the number of replicas follows their load.
    public var scaling: ScalingPlan
    /// How heartbeats are judged.
    public var judge = FailureJudge.Settings()
    /// How crash loops are found and kept short.
    public var crashLoop = CrashLoop.Settings()

    /// What is repaired without being asked, and how; `tradewind config` lists it.
    ///
    /// Left out are waits for processors or the disk, which healthy peaks have too: the front door sheds by how long answers take.
    public static let policies = RecoveryPolicy.all.filter { policy in
        !["processors-contended", "disk-contended"].contains(policy.name)
    }

    /// How long a replica that hangs has to leave a core before it is killed.
    static let coreFor = Duration.seconds(1)
    /// For how long a replica may be stopped by a signal, so that one which goes on at once is let be.
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

/// Why a supervisor cannot begin.
public enum SupervisorRefusal: Error, Hashable, Sendable, CustomStringConvertible {
    /// Another one runs on the data directory.
    case alreadyRunning(pid: String)
    /// The replicas that are there listen at another port.
    case otherPort(Int)
    /// The system refused something.
    case system(SystemError)
    /// The first replica ended with `EX_CONFIG`: with this data or these settings none can start.
    case hopeless(String)

    /// Why, and what to do about it.
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
