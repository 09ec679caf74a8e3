// Buckets tell when a service was down. When the fault was made, when something noticed, when the worst was over and what it was are
// told by others: the drill, the detector, the person on call. Their notes are laid over the incidents by time.

/// What somebody noted about an incident.
public struct IncidentNote: Hashable, Sendable, Codable {
    /// What is noted.
    public enum Kind: String, Hashable, Sendable, Codable {
        /// The fault was made or happened.
        case fault
        /// It was noticed.
        case detected
        /// The worst was over.
        case mitigated
    }

    /// The moment that the note is about.
    public let at: Moment
    /// What is noted.
    public let kind: Kind
    /// What caused it, if the note says so.
    public let cause: String?
    /// Who brought the service back, if the note says so.
    public let recovery: Incident.Recovery?

    /// A note.
    public init(at: Moment, _ kind: Kind, cause: String? = nil, recovery: Incident.Recovery? = nil) {
        self.at = at
        self.kind = kind
        self.cause = cause
        self.recovery = recovery
    }
}

extension Incident {
    /// How long before the first bad bucket a note may lie: a fault shows only when the next request meets it.
    public static let noteLeadMilliseconds: Int64 = 60_000

    /// The incident with what the notes of its time say; of several of a kind the first counts.
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
    /// Mean seconds from the first bad moment until an incident was noticed (MTTD), of those of which that is known.
    ///
    /// A detector that was faster than the first bad bucket took no time.
    public var meanSecondsToDetect: Double? { mean { $0.detected } }

    /// Mean seconds from the first bad moment until the worst was over, of those of which that is known.
    public var meanSecondsToMitigate: Double? { mean { $0.mitigated } }

    private func mean(_ moment: (Incident) -> Moment?) -> Double? {
        let times = compactMap { incident in moment(incident).map { Swift.max(0, incident.start.milliseconds(to: $0)) }
        }
        return times.isEmpty ? nil : Double(times.reduce(0, +)) / Double(times.count) / 1000
    }
}
