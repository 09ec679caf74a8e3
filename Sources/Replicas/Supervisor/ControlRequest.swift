import JSON

/// What a supervisor may be asked.
enum ControlRequest: Sendable {
    /// How does everything stand?
    case status
    /// Roll all replicas.
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
                json.member("watchMs", Int64(request.watchFor / .milliseconds(1)))
            }
        }
        return json.bytes
    }

    /// Reads one.
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

/// How replicas are to be rolled.
public struct RestartRequest: Hashable, Sendable {
    /// The new program; nil for whatever stands at the old one's path by now.
    public var program: String?
    /// The new file with settings; nil for the old one's path.
    public var settings: String?
    /// For how long the first new replica is watched before an old one goes.
    public var watchFor = Duration.seconds(20)

    /// The same program and settings, read anew.
    public init() {}
}

/// What a supervisor says while it rolls replicas.
enum RestartReport: Sendable {
    /// What happens.
    case progress(String)
    /// How it ended.
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
