import JSON
import Time

/// The requests to a supervisor.
enum ControlRequest: Sendable {
    /// Return the status.
    case status
    /// Restart all replicas one by one.
    case restart(RestartRequest)

    /// Its JSON bytes, without a line feed.
    var bytes: [UInt8] {
        var json = JSONWriter()
        json.object { json in
            switch self {
            case .status: json.member("do", "status")
            case .restart(let request):
                json.member("do", "restart")
                json.member("program", request.program)
                json.member("settings", request.settings)
                json.member("watchMs", request.watchFor.wholeMilliseconds)
            }
        }
        return json.bytes
    }

    /// Reads one.
    ///
    /// - Throws: the error in the text; the same bytes fail again.
    init(bytes: [UInt8]) throws(JSONError) {
        var json = JSONReader(bytes)
        var name: String?
        var request = RestartRequest()
        try json.object { (json, member) throws(JSONError) in
            switch member {
            case "do": name = try json.string()
            case "program": request.program = try json.string(maxBytes: 4096)
            case "settings": request.settings = try json.string(maxBytes: 4096)
            case "watchMs": request.watchFor = .milliseconds(try json.int64(in: 10...3_600_000))
            default: throw json.unknown(member)
            }
        }
        switch name {
        case "status": self = .status
        case "restart": self = .restart(request)
        default: throw json.failure(.invalidValue, "there is nothing of this name to do")
        }
        try json.finish()
    }
}

/// How to restart the replicas.
public struct RestartRequest: Hashable, Sendable {
    /// The new program; nil for the file that is now at the old one's path.
    public var program: String?
    /// The new settings file; nil for the file at the old one's path.
    public var settings: String?
    /// How long the first new replica is observed before an old one is drained.
    public var watchFor = Duration.seconds(20)

    /// The same program and settings, read anew.
    public init() {}
}

/// The messages of a supervisor during a restart of the replicas.
enum RestartReport: Sendable {
    /// A step.
    case progress(String)
    /// The result.
    case outcome(isDone: Bool, String)

    /// Its JSON bytes, without a line feed.
    var bytes: [UInt8] {
        var json = JSONWriter()
        json.object { json in
            switch self {
            case .progress(let words): json.member("progress", words)
            case .outcome(let isDone, let words):
                json.member("isDone", isDone)
                json.member("outcome", words)
            }
        }
        return json.bytes
    }

    /// Reads one.
    ///
    /// - Throws: the error in the text; the same bytes fail again.
    init(bytes: [UInt8]) throws(JSONError) {
        var json = JSONReader(bytes)
        var (progress, outcome, isDone): (String?, String?, Bool) = (nil, nil, false)
        try json.object { (json, member) throws(JSONError) in
            switch member {
            case "progress": progress = try json.string()
            case "outcome": outcome = try json.string()
            case "isDone": isDone = try json.bool()
            default: try json.skip()
            }
        }
        if let outcome {
            self = .outcome(isDone: isDone, outcome)
        } else {
            self = .progress(progress ?? "")
        }
    }
}
