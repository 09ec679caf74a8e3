import JSON
import Supervision

/// The answer of a replica to ``ReplicaQuestion/introduce``.
struct Introduction: Sendable {
    /// The release that it was started with.
    var release: Int
    /// When its process started, in the machine's clock ticks.
    var startTime: Int64
    /// Its last heartbeat.
    var heartbeat: Heartbeat

    /// Its JSON bytes, without a line feed.
    var bytes: [UInt8] {
        var json = JSONWriter(capacity: 512)
        json.object { json in
            json.member("release", release)
            json.member("startTime", startTime)
            json.key("heartbeat")
            heartbeat.write(to: &json)
        }
        return json.bytes
    }
}

extension Introduction {
    /// Reads one.
    ///
    /// - Throws: the error in the text; the same bytes fail again.
    init(bytes: [UInt8]) throws(JSONError) {
        var json = JSONReader(bytes, limits: JSONLimits(maxDepth: 5, maxStringBytes: 256, maxMembers: 64))
        var release = 0
        var startTime: Int64 = 0
        var heartbeat: Heartbeat?
        try json.object { (json, name) throws(JSONError) in
            switch name {
            case "release": release = try json.int(in: 0 ... .max)
            case "startTime": startTime = try json.int64(in: 0 ... .max)
            case "heartbeat": heartbeat = try Heartbeat(from: &json)
            default: try json.skip()
            }
        }
        guard let heartbeat else { throw json.missing("heartbeat") }
        try json.finish()
        self.init(release: release, startTime: startTime, heartbeat: heartbeat)
    }
}
