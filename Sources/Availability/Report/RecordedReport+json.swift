import Foundation

extension RecordedReport: Encodable {
    private enum Key: String, CodingKey {
        case source, confidence, window, requests, time, windows, figures, incidents, classes, probes, budget,
            components
        case faults
    }

    private enum TimeKey: String, CodingKey {
        case ratio, totalSeconds, downSeconds, degradedSeconds, missingSeconds
    }

    private enum ProbeKey: String, CodingKey {
        case passed, failed, longestFailure, requests
    }

    private enum ClassKey: String, CodingKey {
        case name, good, bad, excluded, ratio
    }

    /// Encodes the report as `docs/availability.md` describes it; unknown values are left out.
    public func encode(to encoder: any Encoder) throws {
        var report = encoder.container(keyedBy: Key.self)
        try report.encode(source, forKey: .source)
        try report.encode(confidence, forKey: .confidence)
        try report.encode(window, forKey: .window)
        try report.encode(requests, forKey: .requests)
        var times = report.nestedContainer(keyedBy: TimeKey.self, forKey: .time)
        try times.encodeIfPresent(time.value, forKey: .ratio)
        try times.encode(time.totalSeconds, forKey: .totalSeconds)
        try times.encode(time.downSeconds, forKey: .downSeconds)
        try times.encode(time.degradedSeconds, forKey: .degradedSeconds)
        try times.encode(time.missingSeconds, forKey: .missingSeconds)
        try report.encode(windows, forKey: .windows)
        try report.encode(service.figures, forKey: .figures)
        try report.encode(incidents, forKey: .incidents)
        var list = report.nestedUnkeyedContainer(forKey: .classes)
        for part in classes {
            var member = list.nestedContainer(keyedBy: ClassKey.self)
            try member.encode(part.name, forKey: .name)
            try member.encode(part.tally.good, forKey: .good)
            try member.encode(part.tally.bad, forKey: .bad)
            try member.encode(part.tally.excluded, forKey: .excluded)
            try member.encodeIfPresent(part.tally.ratio, forKey: .ratio)
        }
        var seen = report.nestedContainer(keyedBy: ProbeKey.self, forKey: .probes)
        try seen.encode(probes.passed, forKey: .passed)
        try seen.encode(probes.failed, forKey: .failed)
        try seen.encode(probes.longestFailure, forKey: .longestFailure)
        try seen.encode(probeRequests, forKey: .requests)
        try report.encode(budget, forKey: .budget)
        try report.encode(components, forKey: .components)
        try report.encode(faults, forKey: .faults)
    }

    private var incidents: [TimedIncident] { service.incidents.map { TimedIncident($0, within: window) } }

    /// The report as one JSON object, its members sorted by name.
    ///
    /// Throws only on a fault of ours: all its numbers are finite. A caller need not try again.
    public func json() throws -> Data {
        try Self.encoder.encode(self)
    }

    /// The incidents with their window, and the measures taken in it; the newest first.
    public func incidentJSON() throws -> Data {
        try Self.encoder.encode(
            IncidentList(window: window, items: incidents.reversed(), measures: measures.reversed())
        )
    }

    private static var encoder: JSONEncoder {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return encoder
    }
}

private struct IncidentList: Encodable {
    let window: TimeWindow
    let items: [TimedIncident]
    let measures: [Measure]
}

/// An incident with its duration.
private struct TimedIncident: Encodable {
    private enum Key: String, CodingKey {
        case seconds
    }

    let incident: Incident
    let window: TimeWindow

    init(_ incident: Incident, within window: TimeWindow) {
        self.incident = incident
        self.window = window
    }

    func encode(to encoder: any Encoder) throws {
        try incident.encode(to: encoder)
        var members = encoder.container(keyedBy: Key.self)
        try members.encode(Double(incident.milliseconds(within: window)) / 1000, forKey: .seconds)
    }
}
