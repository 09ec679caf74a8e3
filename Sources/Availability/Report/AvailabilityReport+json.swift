import Foundation

extension AvailabilityReport: Encodable {
    private enum Key: String, CodingKey {
        case source, confidence, services, leftOut, rejected, rejectedMaintenance, reading
    }

    private enum ReadingKey: String, CodingKey {
        case assumedUTC, twice, notDown
    }

    private enum RowKey: String, CodingKey {
        case line, reason
    }

    /// Encodes the report as `docs/availability.md` describes it; unknown values are left out.
    public func encode(to encoder: any Encoder) throws {
        var report = encoder.container(keyedBy: Key.self)
        try report.encode(source, forKey: .source)
        try report.encode(confidence, forKey: .confidence)
        try report.encode(services, forKey: .services)
        try report.encode(leftOut, forKey: .leftOut)
        var how = report.nestedContainer(keyedBy: ReadingKey.self, forKey: .reading)
        try how.encode(reading.assumedUTC, forKey: .assumedUTC)
        try how.encode(reading.twice, forKey: .twice)
        try how.encode(reading.notDown, forKey: .notDown)
        try Self.encode(rejected, into: report.nestedUnkeyedContainer(forKey: .rejected))
        try Self.encode(rejectedMaintenance, into: report.nestedUnkeyedContainer(forKey: .rejectedMaintenance))
    }

    private static func encode(_ rows: [RejectedRow], into container: any UnkeyedEncodingContainer) throws {
        var container = container
        for row in rows {
            var member = container.nestedContainer(keyedBy: RowKey.self)
            try member.encode(row.line, forKey: .line)
            try member.encode(row.problem.description, forKey: .reason)
        }
    }

    /// The report as one JSON object, its members sorted by name.
    ///
    /// Throws only on a fault of ours: all its numbers are finite. A caller need not try again.
    public func json() throws -> Data {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return try encoder.encode(self)
    }
}

extension ServiceAvailability: Encodable {
    private enum Key: String, CodingKey {
        case service, window, figures, incidents, outages, plannedSeconds
    }

    private enum OutageKey: String, CodingKey {
        case listed, open, treated, remarks
    }

    private enum RemarkKey: String, CodingKey {
        case line, down, up, treatment
    }

    /// Encodes the service; of its outages the counts, and each outage that is not simply one incident.
    public func encode(to encoder: any Encoder) throws {
        var part = encoder.container(keyedBy: Key.self)
        try part.encode(service, forKey: .service)
        try part.encode(window, forKey: .window)
        try part.encode(figures, forKey: .figures)
        try part.encode(incidents, forKey: .incidents)
        try part.encode(plannedSeconds, forKey: .plannedSeconds)
        var listed = part.nestedContainer(keyedBy: OutageKey.self, forKey: .outages)
        try listed.encode(outages.count, forKey: .listed)
        try listed.encode(openCount, forKey: .open)
        let counts = OutageTreatment.allCases.map { ($0.rawValue, count($0)) }
        try listed.encode(Dictionary(uniqueKeysWithValues: counts), forKey: .treated)
        var remarks = listed.nestedUnkeyedContainer(forKey: .remarks)
        for treated in outages where treated.treatment != .counted || treated.isOpen {
            var remark = remarks.nestedContainer(keyedBy: RemarkKey.self)
            try remark.encodeIfPresent(treated.outage.line, forKey: .line)
            try remark.encode(treated.outage.down, forKey: .down)
            try remark.encodeIfPresent(treated.outage.up, forKey: .up)
            try remark.encode(treated.treatment, forKey: .treatment)
        }
    }
}
