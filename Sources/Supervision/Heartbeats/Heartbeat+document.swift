// One heartbeat is one JSON object. Durations are whole milliseconds. A reader skips unknown members: during a rollout the
// replica may be newer or older than its supervisor.

import JSON
import Time

extension Heartbeat {
    /// The maximum length of a heartbeat in bytes.
    public static let maxBytes = 2048

    /// Its JSON bytes, without a line feed.
    public var bytes: [UInt8] {
        var json = JSONWriter(capacity: 384)
        write(to: &json)
        return json.bytes
    }

    /// Reads one heartbeat.
    ///
    /// - Throws: the error in the text; the same bytes fail again.
    public init(bytes: [UInt8]) throws(JSONError) {
        var json = JSONReader(bytes, limits: JSONLimits(maxDepth: 4, maxStringBytes: 256, maxMembers: 64))
        try self.init(from: &json)
        try json.finish()
    }

    /// Writes it as one JSON value.
    public func write(to json: inout JSONWriter) {
        json.object { json in
            json.member("replica", replica.number)
            json.member("pid", Int64(pid))
            json.member("version", version)
            json.member("state", state.rawValue)
            json.member("sequence", sequence)
            json.member("uptimeMs", uptime.wholeMilliseconds)
            json.member("eventLoopLagMs", eventLoopLag.wholeMilliseconds)
            if let canaryAge { json.member("canaryAgeMs", canaryAge.wholeMilliseconds) }
            if !workerFailures.isEmpty {
                json.key("workerFailures")
                json.object { json in
                    for (name, count) in workerFailures.sorted(by: { $0.key < $1.key }) {
                        json.key(name)
                        json.int(count)
                    }
                }
            }
            json.member("inFlight", inFlight)
            json.member("requests", requests.total)
            json.member("errors", requests.errors)
            json.member("shed", requests.shed)
            json.member("ofClients", requests.ofClients)
            json.member("cpuMs", cpuTime.wholeMilliseconds)
            json.member("residentBytes", residentBytes)
            json.member("descriptors", descriptors.used)
            json.member("descriptorLimit", descriptors.limit)
            if let disk {
                json.member("diskFreeBytes", disk.limit - disk.used)
                json.member("diskTotalBytes", disk.limit)
            }
        }
    }

    /// Reads it from JSON; `replica`, `pid`, `version`, `state` and `sequence` are required, the rest is optional.
    public init(from json: inout JSONReader) throws(JSONError) {
        var fields = Fields()
        try json.object { (json, name) throws(JSONError) in try fields.read(name, from: &json) }
        guard let replica = fields.replica else { throw json.missing("replica") }
        guard let pid = fields.pid else { throw json.missing("pid") }
        guard let version = fields.version else { throw json.missing("version") }
        guard let state = fields.state else { throw json.missing("state") }
        guard let sequence = fields.sequence else { throw json.missing("sequence") }
        self.init(replica: replica, pid: pid, version: version, state: state, sequence: sequence)
        uptime = fields.uptime
        eventLoopLag = fields.eventLoopLag
        canaryAge = fields.canaryAge
        workerFailures = fields.workerFailures
        inFlight = fields.inFlight
        requests = fields.requests
        cpuTime = fields.cpuTime
        residentBytes = fields.residentBytes
        descriptors = fields.descriptors
        if let free = fields.diskFree, let total = fields.diskTotal {
            guard free <= total else { throw json.failure(.invalidValue, "more is free than there is") }
            disk = Usage(used: total - free, limit: total)
        }
    }

    /// The members read so far.
    private struct Fields {
        var replica: ReplicaID?
        var pid: Int32?
        var version: String?
        var state: State?
        var sequence: Int64?
        var uptime = Duration.zero
        var eventLoopLag = Duration.zero
        var canaryAge: Duration?
        var workerFailures: [String: Int64] = [:]
        var inFlight = 0
        var requests = Requests()
        var cpuTime = Duration.zero
        var residentBytes: Int64 = 0
        var descriptors = Usage(used: 0, limit: 0)
        var diskFree: Int64?
        var diskTotal: Int64?

        mutating func read(_ name: String, from json: inout JSONReader) throws(JSONError) {
            switch name {
            case "replica": replica = ReplicaID(try json.int(in: 1 ... .max))
            case "pid": pid = Int32(try json.int64(in: 1...Int64(Int32.max)))
            case "version": version = try json.string(maxBytes: 128)
            case "state":
                guard let value = State(rawValue: try json.string()) else {
                    throw json.failure(.invalidValue, "no such state")
                }
                state = value
            case "sequence": sequence = try json.int64(in: 1 ... .max)
            case "uptimeMs": uptime = try Self.duration(from: &json)
            case "eventLoopLagMs": eventLoopLag = try Self.duration(from: &json)
            case "canaryAgeMs": canaryAge = try Self.duration(from: &json)
            case "workerFailures":
                var counts: [String: Int64] = [:]
                try json.object { (json, name) throws(JSONError) in counts[name] = try Self.count(from: &json) }
                workerFailures = counts
            case "inFlight": inFlight = try json.int(in: 0 ... .max)
            case "requests": requests.total = try Self.count(from: &json)
            case "errors": requests.errors = try Self.count(from: &json)
            case "shed": requests.shed = try Self.count(from: &json)
            case "ofClients": requests.ofClients = try Self.count(from: &json)
            case "cpuMs": cpuTime = try Self.duration(from: &json)
            case "residentBytes": residentBytes = try Self.count(from: &json)
            case "descriptors": descriptors.used = try Self.count(from: &json)
            case "descriptorLimit": descriptors.limit = try Self.count(from: &json)
            case "diskFreeBytes": diskFree = try Self.count(from: &json)
            case "diskTotalBytes": diskTotal = try Self.count(from: &json)
            default: try json.skip()
            }
        }

        private static func count(from json: inout JSONReader) throws(JSONError) -> Int64 {
            try json.int64(in: 0 ... .max)
        }

        private static func duration(from json: inout JSONReader) throws(JSONError) -> Duration {
            .milliseconds(try json.int64(in: 0...1_000_000_000_000_000))
        }
    }
}
