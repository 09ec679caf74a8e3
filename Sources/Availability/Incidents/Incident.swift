/// A stretch of time in which a service was down.
public struct Incident: Hashable, Sendable, Codable {
    /// Who brought the service back.
    public enum Recovery: String, Hashable, Sendable, Codable {
        /// The system itself.
        case automatic
        /// A person.
        case byHand
    }

    /// What was down.
    public let service: String
    /// The first bad moment, not the moment of detection.
    public let start: Timestamp
    /// When it ended; nil while it goes on.
    public let recovered: Timestamp?
    /// Number of outages or runs of down buckets that were merged into it.
    public let parts: Int
    /// Bad requests in it; nil where requests were not counted.
    public let badRequests: Int64?
    /// When the fault that caused it happened, where that is known, as in a drill.
    public var fault: Timestamp?
    /// When it was detected.
    public var detected: Timestamp?
    /// When the main effect had ended, although not all requests were served well yet.
    public var mitigated: Timestamp?
    /// The class of its cause, such as `crash`.
    public var cause: String?
    /// Who brought the service back.
    public var recovery: Recovery?

    /// An incident; `recovered` is not before `start`.
    public init(service: String, start: Timestamp, recovered: Timestamp?, parts: Int = 1, badRequests: Int64? = nil) {
        if let recovered { precondition(recovered > start, "an incident ends after it begins") }
        self.service = service
        self.start = start
        self.recovered = recovered
        self.parts = parts
        self.badRequests = badRequests
    }

    /// How much of a window it covers; an incident that goes on covers the window to its end.
    public func milliseconds(within window: TimeWindow) -> Int64 {
        max(0, max(start, window.from).milliseconds(to: min(recovered ?? window.to, window.to)))
    }
}
