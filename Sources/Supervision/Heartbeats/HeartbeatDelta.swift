import Time

/// What a replica did between two of its heartbeats.
public struct HeartbeatDelta: Hashable, Sendable {
    /// The time between them, by the replica's own clock.
    public let time: Duration
    /// Requests answered in between.
    public let requests: Heartbeat.Requests
    /// Processor time in between.
    public let cpuTime: Duration

    /// The difference; nil where the two are not of one process in this order, or a counter ran backwards.
    public init?(from earlier: Heartbeat, to later: Heartbeat) {
        guard earlier.replica == later.replica, earlier.pid == later.pid, earlier.sequence < later.sequence,
            earlier.uptime < later.uptime, earlier.cpuTime <= later.cpuTime,
            earlier.requests.total <= later.requests.total, earlier.requests.errors <= later.requests.errors,
            earlier.requests.shed <= later.requests.shed, earlier.requests.ofClients <= later.requests.ofClients
        else { return nil }
        time = later.uptime - earlier.uptime
        requests = later.requests - earlier.requests
        cpuTime = later.cpuTime - earlier.cpuTime
    }

    /// Requests per second.
    public var requestRate: Double { Double(requests.total) / time.seconds }
    /// The share of requests that failed; nil where there were none.
    public var errorRatio: Double? { requests.total > 0 ? Double(requests.errors) / Double(requests.total) : nil }
    /// The average number of processors in use.
    public var busyProcessors: Double { cpuTime / time }
}
