// Buckets tell when a service was down. The times of the fault, of its detection and of its mitigation, and its cause, come from
// other sources: the drill, the failure detector, the person on call. Their notes are matched to incidents by time.

/// A note about an incident, from a drill, a detector or a person.
public struct IncidentNote: Hashable, Sendable, Codable {
    /// What is noted.
    public enum Kind: String, Hashable, Sendable, Codable {
        /// The fault was injected or happened.
        case fault
        /// The incident was detected.
        case detected
        /// The main effect had ended.
        case mitigated
    }

    /// The moment that the note describes.
    public let at: Timestamp
    /// What is noted.
    public let kind: Kind
    /// What caused it, if the note says so.
    public let cause: String?
    /// Who brought the service back, if the note says so.
    public let recovery: Incident.Recovery?

    /// A note.
    public init(at: Timestamp, _ kind: Kind, cause: String? = nil, recovery: Incident.Recovery? = nil) {
        self.at = at
        self.kind = kind
        self.cause = cause
        self.recovery = recovery
    }
}

extension Incident {
    /// How long before the first bad bucket a note may lie: a fault has no effect before the next request.
    public static let noteLeadMilliseconds: Int64 = 60_000

    /// The incident with the contents of the notes that fall into its time; of several notes of one kind the first counts.
    public func noting(_ notes: [IncidentNote]) -> Incident {
        var incident = self
        let earliest = start.adding(milliseconds: -Self.noteLeadMilliseconds)
        for note in notes.sorted(by: { $0.at < $1.at }) {
            guard note.at >= earliest, recovered.map({ note.at <= $0 }) ?? true else { continue }
            switch note.kind {
            case .fault: incident.fault = incident.fault ?? note.at
            case .detected: incident.detected = incident.detected ?? note.at
            case .mitigated: incident.mitigated = incident.mitigated ?? note.at
            }
            incident.cause = incident.cause ?? note.cause
            incident.recovery = incident.recovery ?? note.recovery
        }
        return incident
    }
}

extension Sequence<Incident> {
    /// Mean seconds from the first bad moment to detection (MTTD), over the incidents for which that is known.
    ///
    /// A detection before the first bad bucket counts as 0 seconds.
    public var meanSecondsToDetect: Double? { mean { $0.detected } }

    /// Mean seconds from the first bad moment until the main effect had ended, over the incidents for which that is known.
    public var meanSecondsToMitigate: Double? { mean { $0.mitigated } }

    private func mean(_ moment: (Incident) -> Timestamp?) -> Double? {
        let times = compactMap { incident in moment(incident).map { Swift.max(0, incident.start.milliseconds(to: $0)) }
        }
        return times.isEmpty ? nil : Double(times.reduce(0, +)) / Double(times.count) / 1000
    }
}
