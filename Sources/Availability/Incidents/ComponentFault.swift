/// A part of the service that failed by itself, whether or not anybody outside noticed.
public struct ComponentFault: Hashable, Sendable, Codable {
    /// How it failed.
    public enum Kind: String, Hashable, Sendable, CaseIterable, Codable {
        /// It ended without being asked to.
        case crash
        /// It lived, and did nothing any more.
        case hang
        /// It came near to a ceiling of memory or descriptors and was replaced while it still served.
        case recycle
        /// Somebody else ended it.
        case ended
    }

    /// When it was noticed.
    public let at: Moment
    /// What failed, as in `replica-1`.
    public let component: String
    /// How.
    public let kind: Kind
    /// What was seen, in words.
    public let cause: String
    /// What was done about it, in words.
    public let action: String
    /// When another one served in its place; nil while that is open.
    public var recovered: Moment?

    /// A fault.
    public init(
        at: Moment,
        component: String,
        kind: Kind,
        cause: String,
        action: String,
        recovered: Moment? = nil
    ) {
        self.at = at
        self.component = component
        self.kind = kind
        self.cause = cause
        self.action = action
        self.recovered = recovered
    }

    /// Seconds until another one served in its place.
    public var secondsToRecover: Double? {
        recovered.map { Double(max(0, at.milliseconds(to: $0))) / 1000 }
    }

    /// What it says about an incident in whose time it lies.
    ///
    /// It says who noticed, and what broke; that another one served in its place says that nobody had to be called.
    var notes: [IncidentNote] {
        let recovery: Incident.Recovery? = recovered == nil ? nil : .automatic
        return [
            IncidentNote(at: at, .fault, cause: "\(kind.rawValue): \(cause)"),
            IncidentNote(at: at, .detected, recovery: recovery),
        ]
    }
}

extension Incident {
    /// Whether a fault lies in its time, or shortly before it.
    func follows(_ fault: ComponentFault) -> Bool {
        let earliest = start.adding(milliseconds: -Self.noteLeadMilliseconds)
        return fault.at >= earliest && recovered.map { fault.at < $0 } ?? true
    }
}
