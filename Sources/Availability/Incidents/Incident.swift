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
    /// The first bad moment, which is not when it was noticed.
    public let start: Moment
    /// When it was over; nil while it goes on.
    public let recovered: Moment?
    /// How many outages or runs of down buckets it was put together from.
    public let parts: Int
    /// Bad requests in it; nil where nobody counted.
    public let badRequests: Int64?
    /// When the fault happened that caused it, where that is known, as in a drill.
    public var fault: Moment?
    /// When it was noticed.
    public var detected: Moment?
    /// When the worst was over, although not everything was well.
    public var mitigated: Moment?
    /// What caused it, a class rather than a story.
    public var cause: String?
    /// Who brought the service back.
    public var recovery: Recovery?

    /// An incident; one that is over ends after it began.
    public init(service: String, start: Moment, recovered: Moment?, parts: Int = 1, badRequests: Int64? = nil) {
        if let recovered { precondition(recovered > start, "an incident ends after it begins") }
        self.service = service
        self.start = start
        self.recovered = recovered
        self.parts = parts
        self.badRequests = badRequests
    }

    /// How much of a window it takes up; one that goes on takes all that is left.
    public func milliseconds(within window: TimeWindow) -> Int64 {
        max(0, max(start, window.from).milliseconds(to: min(recovered ?? window.to, window.to)))
    }
}

extension ReliabilityFigures {
    /// The figures of a window, from the incidents of one service; those outside the window do not count.
    ///
    /// An incident that reaches over an edge of the window counts as one, with the time that lies within.
    public init(
        window: TimeWindow,
        incidents: [Incident],
        confidence: Double = 0.9,
        bootstrap: Bootstrap = Bootstrap()
    ) {
        let within = incidents.filter { $0.milliseconds(within: window) > 0 }
        self.init(
            windowMilliseconds: window.milliseconds,
            incidentMilliseconds: within.map { $0.milliseconds(within: window) },
            openIncidents: within.count { $0.recovered.map { $0 > window.to } ?? true },
            confidence: confidence,
            bootstrap: bootstrap
        )
    }
}
