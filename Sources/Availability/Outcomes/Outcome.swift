// Each request at the front door counts once, by how it ended for whoever sent it. What ended well but too late ended badly: a
// customer who waited ten seconds has left.

/// What a request counts as.
public enum Outcome: String, Hashable, Sendable, CaseIterable, Codable {
    /// Served well and in time.
    case good
    /// Not served, or wrongly, or too late.
    case bad
    /// Not the service's doing: it says nothing about availability.
    case excluded

    /// What a request of a class counts as that ended so and took so long.
    ///
    /// A request that the front door tried twice counts once, by its final ending.
    public init(_ ending: RequestEnding, took latency: Duration, in requestClass: RequestClass) {
        switch ending {
        case .answered: self = latency > requestClass.latencyObjective ? .bad : .good
        case .failed, .unanswered, .shed, .wrong, .overdue, .unknown: self = .bad
        case .clientFault, .overQuota, .attack, .synthetic: self = .excluded
        }
    }
}

/// How a request ended.
public enum RequestEnding: String, Hashable, Sendable, CaseIterable, Codable {
    /// With the answer that it should have, whether that is yes or a proper no.
    case answered
    /// With a fault of the service.
    case failed
    /// With nothing: reset, cut off or timed out.
    case unanswered
    /// Refused because there was too much to do, although its sender kept to what was agreed.
    case shed
    /// With an answer that an audit or a prober found to be wrong.
    case wrong
    /// Taken on, and then not finished within the promised time.
    case overdue
    /// Nobody knows yet; if its effect turns out to be there, it was still bad for this request.
    case unknown
    /// Refused for what the client did: malformed, not allowed, not found.
    case clientFault
    /// Refused because its sender exceeded what was agreed.
    case overQuota
    /// Part of an attack.
    case attack
    /// Sent by a prober or a drill, which keep counts of their own.
    case synthetic
}

/// Requests that people wait for with the same patience.
public struct RequestClass: Hashable, Sendable {
    /// Its name, from a bounded set.
    public let name: String
    /// Longer than this is too late.
    public let latencyObjective: Duration

    /// A class with its objective.
    public init(_ name: String, latencyObjective: Duration) {
        precondition(latencyObjective > .zero, "an objective is more than no time")
        self.name = name
        self.latencyObjective = latencyObjective
    }

    /// What somebody commits to, such as a checkout: two seconds.
    public static let transaction = RequestClass("transaction", latencyObjective: .seconds(2))
    /// What somebody looks at while moving on: half a second.
    public static let interactive = RequestClass("interactive", latencyObjective: .milliseconds(500))
    /// What nobody waits for at a screen, such as an export or a page of the books: ten seconds.
    public static let background = RequestClass("background", latencyObjective: .seconds(10))
}
