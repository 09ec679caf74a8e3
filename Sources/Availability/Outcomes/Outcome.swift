// Each request at the front door counts once, by how it ended for its sender. A correct answer that came too late counts as bad:
// a customer who waited ten seconds has left.

/// What a request counts as.
public enum Outcome: String, Hashable, Sendable, CaseIterable, Codable {
    /// Served correctly and in time.
    case good
    /// Not served, served wrongly, or too late.
    case bad
    /// Not caused by the service: it does not count for availability.
    case excluded

    /// Classifies a request of a class by its ending and its latency.
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
    /// With the correct answer, be it success or a proper refusal.
    case answered
    /// With an error of the service.
    case failed
    /// Without an answer: reset, cut off or timed out.
    case unanswered
    /// Refused because of overload, although its sender kept to its limits.
    case shed
    /// With an answer that an audit or a prober found to be wrong.
    case wrong
    /// Accepted, but not finished within the promised time.
    case overdue
    /// The outcome is not known yet; even if its effect turns out to have happened, it was bad for this request.
    case unknown
    /// Refused because of the client: malformed, not allowed, not found.
    case clientFault
    /// Refused because its sender exceeded its limits.
    case overQuota
    /// Part of an attack.
    case attack
    /// Sent by a prober or a drill, which keep counts of their own.
    case synthetic
}

/// Requests with one latency objective.
public struct RequestClass: Hashable, Sendable {
    /// Its name, from a bounded set (used as a metric label).
    public let name: String
    /// A slower answer is too late.
    public let latencyObjective: Duration

    /// A class with its objective.
    public init(_ name: String, latencyObjective: Duration) {
        precondition(latencyObjective > .zero, "an objective is more than no time")
        self.name = name
        self.latencyObjective = latencyObjective
    }

    /// Commitments such as a checkout: two seconds.
    public static let transaction = RequestClass("transaction", latencyObjective: .seconds(2))
    /// Interactive reads such as browsing: half a second.
    public static let interactive = RequestClass("interactive", latencyObjective: .milliseconds(500))
    /// Work without a person waiting at a screen, such as an export or a page of the books: ten seconds.
    public static let background = RequestClass("background", latencyObjective: .seconds(10))
}
