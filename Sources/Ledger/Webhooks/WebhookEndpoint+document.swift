import JSON
import Trading

extension WebhookEndpoint: Document {
    /// The endpoint as it is stored, secrets included.
    public func write(to json: inout JSONWriter) {
        json.object { json in
            writeMembers(to: &json)
            json.member("secrets", secrets)
            json.member("attempts", attempts)
            json.member("epoch", epoch)
            if let earlier {
                json.key("earlier")
                json.object { json in
                    json.member("events", earlier.filter.patterns)
                    json.member("until", earlier.until)
                }
            }
        }
    }

    /// The endpoint as the API answers it.
    ///
    /// - Parameter secret: a secret that was just made, which is shown this once.
    public func writeShown(_ secret: EndpointSecret? = nil, to json: inout JSONWriter) {
        json.object { json in
            writeMembers(to: &json)
            json.key("secrets")
            json.array { json in
                for secret in secrets {
                    json.object { json in
                        json.member("createdAt", secret.createdAt)
                        json.member("retiresAt", secret.retiresAt)
                    }
                }
            }
            json.member("secret", secret?.text)
        }
    }

    private func writeMembers(to json: inout JSONWriter) {
        json.member("id", id)
        json.member("url", url.description)
        json.member("events", filter.patterns)
        json.member("description", description)
        switch state {
        case .enabled: json.member("state", "enabled")
        case .disabled(let reason, let since):
            json.member("state", "disabled")
            json.member("reason", reason.rawValue)
            json.member("disabledAt", since)
        }
        json.member("cursor", stream.cursor)
        json.member("failingSince", stream.failingSince)
        json.member("tries", stream.tries)
        json.member("nextTryAt", stream.nextTryAt)
        if let replay {
            json.key("replay")
            json.object { json in
                json.member("cursor", replay.stream.cursor)
                json.member("end", replay.end)
                json.member("failingSince", replay.stream.failingSince)
                json.member("tries", replay.stream.tries)
                json.member("nextTryAt", replay.stream.nextTryAt)
            }
        }
        if let missed {
            json.key("missed")
            json.object { json in
                json.member("count", missed.count)
                json.member("first", missed.first)
                json.member("last", missed.last)
                json.member("at", missed.at)
            }
        }
        json.member("acknowledgedAt", acknowledgedAt)
        json.member("createdAt", createdAt)
        json.member("updatedAt", updatedAt)
        json.member("version", version)
    }

    /// Reads a stored endpoint.
    public init(from json: inout JSONReader) throws(JSONError) {
        var parts = Parts()
        try json.object { (json, member) throws(JSONError) in try parts.read(member, from: &json) }
        guard let secret = parts.secrets.first else { throw json.missing("secrets") }
        self.init(
            id: try json.required(parts.id, "id"),
            url: try json.required(parts.url, "url"),
            filter: EventFilter(stored: parts.patterns),
            description: parts.description,
            secret: secret,
            cursor: parts.stream.cursor,
            createdAt: try json.required(parts.createdAt, "createdAt")
        )
        secrets = parts.secrets
        stream = parts.stream
        replay = parts.replay
        restore(parts.earlier, parts.missed)
        if let reason = parts.reason {
            state = .disabled(reason, since: try json.required(parts.disabledAt, "disabledAt"))
        }
        attempts = parts.attempts
        acknowledgedAt = parts.acknowledgedAt
        epoch = parts.epoch
        updatedAt = try json.required(parts.updatedAt, "updatedAt")
        version = try json.required(parts.version, "version")
    }
}

/// The members of a stored endpoint, as they are read.
private struct Parts {
    var id: ID<WebhookEndpoint>?
    var url: WebhookURL?
    var patterns: [String] = []
    var description: String?
    var secrets: [EndpointSecret] = []
    var reason: WebhookEndpoint.DisabledReason?
    var disabledAt: Timestamp?
    var stream = DeliveryStream(cursor: 0)
    var replay: WebhookEndpoint.Replay?
    var earlier: WebhookEndpoint.EarlierFilter?
    var missed: WebhookEndpoint.Missed?
    var attempts: Int64 = 0
    var acknowledgedAt: Timestamp?
    var epoch: Int64 = 0
    var createdAt: Timestamp?
    var updatedAt: Timestamp?
    var version: Int64?

    mutating func read(_ member: String, from json: inout JSONReader) throws(JSONError) {
        switch member {
        case "id": id = try json.id(WebhookEndpoint.self)
        case "url": url = try json.webhookURL()
        case "events":
            patterns = try json.strings(maxCount: EventFilter.count.upperBound, maxBytes: 200)
        case "description": description = try json.string()
        case "secrets": secrets = try json.documents()
        case "reason": reason = try json.name(of: WebhookEndpoint.DisabledReason.self)
        case "disabledAt": disabledAt = try json.timestamp()
        case "replay": replay = try json.replay()
        case "earlier": earlier = try json.earlierFilter()
        case "missed": missed = try json.missed()
        case "attempts": attempts = try json.int64()
        case "acknowledgedAt": acknowledgedAt = try json.timestamp()
        case "epoch": epoch = try json.int64()
        case "createdAt": createdAt = try json.timestamp()
        case "updatedAt": updatedAt = try json.timestamp()
        case "version": version = try json.int64()
        default: try stream.read(member, from: &json)
        }
    }
}

extension DeliveryStream {
    fileprivate mutating func read(_ member: String, from json: inout JSONReader) throws(JSONError) {
        switch member {
        case "cursor": cursor = try json.int64()
        case "failingSince": failingSince = try json.timestamp()
        case "tries": tries = try json.int64()
        case "nextTryAt": nextTryAt = try json.timestamp()
        default: try json.skip()
        }
    }
}

extension JSONReader {
    /// Reads the URL of a receiver.
    public mutating func webhookURL() throws(JSONError) -> WebhookURL {
        let text = try string(maxBytes: 4 * WebhookURL.maxLength)
        do throws(WebhookURL.Refusal) {
            return try WebhookURL(text)
        } catch {
            throw failure(error == .tooLong ? .tooLong : .invalidValue, error.description)
        }
    }

    fileprivate mutating func earlierFilter() throws(JSONError) -> WebhookEndpoint.EarlierFilter {
        var patterns: [String] = []
        var until: Int64?
        try object { (json, member) throws(JSONError) in
            switch member {
            case "events": patterns = try json.strings(maxCount: EventFilter.count.upperBound, maxBytes: 200)
            case "until": until = try json.int64()
            default: try json.skip()
            }
        }
        return WebhookEndpoint.EarlierFilter(
            filter: EventFilter(stored: patterns),
            until: try required(until, "until")
        )
    }

    fileprivate mutating func missed() throws(JSONError) -> WebhookEndpoint.Missed {
        var (count, first, last): (Int64?, Int64?, Int64?)
        var at: Timestamp?
        try object { (json, member) throws(JSONError) in
            switch member {
            case "count": count = try json.int64()
            case "first": first = try json.int64()
            case "last": last = try json.int64()
            case "at": at = try json.timestamp()
            default: try json.skip()
            }
        }
        return WebhookEndpoint.Missed(
            count: try required(count, "count"),
            first: try required(first, "first"),
            last: try required(last, "last"),
            at: try required(at, "at")
        )
    }

    fileprivate mutating func replay() throws(JSONError) -> WebhookEndpoint.Replay {
        var stream = DeliveryStream(cursor: 0)
        var end: Int64 = 0
        try object { (json, member) throws(JSONError) in
            if member == "end" {
                end = try json.int64()
            } else {
                try stream.read(member, from: &json)
            }
        }
        return WebhookEndpoint.Replay(stream: stream, end: end)
    }
}

extension WebhookURL.Refusal: CustomStringConvertible {
    /// What is wrong, for people.
    public var description: String {
        switch self {
        case .tooLong: "at most \(WebhookURL.maxLength) characters"
        case .characters: "a URL is written in printable ASCII"
        case .scheme: "a URL here begins with https:// or http://"
        case .userInformation: "a URL here names no user; deliveries are signed instead"
        case .fragment: "a URL here has no fragment"
        case .host: "the host is neither a name nor an address"
        case .port: "a port is 1 to 65535"
        }
    }
}
