/// A failure of one component of the service, whether or not users noticed.
public struct ComponentFault: Hashable, Sendable, Codable {
    /// How it failed.
    public enum Kind: String, Hashable, Sendable, CaseIterable, Codable {
        /// Its process ended without having been told to.
        case crash
        /// Its process was alive and made no progress.
        case hang
        /// It came near to its limit of memory or descriptors and was replaced while it still served.
        case recycle
        /// It was ended from outside.
        case ended
    }

    /// When the fault was detected.
    public let at: Timestamp
    /// What failed, as in `replica-1`.
    public let component: String
    /// How.
    public let kind: Kind
    /// What was observed, in words.
    public let cause: String
    /// The repair, in words.
    public let action: String
    /// When another component served in its place; nil until then.
    public var recovered: Timestamp?

    /// A fault.
    public init(
        at: Timestamp,
        component: String,
        kind: Kind,
        cause: String,
        action: String,
        recovered: Timestamp? = nil
    ) {
        self.at = at
        self.component = component
        self.kind = kind
        self.cause = cause
        self.action = action
        self.recovered = recovered
    }

    /// Seconds until another component served in its place.
    public var secondsToRecover: Double? {
        recovered.map { Double(max(0, at.milliseconds(to: $0))) / 1000 }
    }

    /// What the fault tells about an incident that lies in its time.
    ///
    /// It tells when the incident was detected and its cause; if another component took over, it also tells that recovery was
    /// automatic.
    var notes: [IncidentNote] {
        let recovery: Incident.Recovery? = recovered == nil ? nil : .automatic
        return [
            IncidentNote(at: at, .fault, cause: "\(kind.rawValue): \(cause)"),
            IncidentNote(at: at, .detected, recovery: recovery),
        ]
    }
}

extension Incident {
    /// Whether a fault lies within the incident or shortly before it.
    func follows(_ fault: ComponentFault) -> Bool {
        let earliest = start.adding(milliseconds: -Self.noteLeadMilliseconds)
        return fault.at >= earliest && recovered.map { fault.at < $0 } ?? true
    }
}
