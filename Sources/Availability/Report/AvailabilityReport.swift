// The figures of each service in a list of outages: a value that is then printed as text, JSON or HTML.

/// What a report covers.
public struct AvailabilityReportOptions: Hashable, Sendable {
    /// Only these services; all services where the list is empty.
    public var only: [String] = []
    /// Services to leave out.
    public var leaveOut: [String] = []
    /// The start of the window; by default each service's own first outage.
    public var from: Timestamp?
    /// The end of the window; by default the end of each service's own last outage.
    public var to: Timestamp?
    /// Planned maintenance: time within it does not count as down.
    public var maintenance: OutageList?
    /// Confidence level of the intervals; between 0 and 1, both excluded.
    public var confidence = 0.9
    /// Options for intervals by resampling.
    public var bootstrap = Bootstrap()

    /// All services, each over its own window, at a confidence of 0.9.
    public init() {}
}

/// Why there is no report.
public enum AvailabilityReportRefusal: Error, Hashable, Sendable, CustomStringConvertible {
    /// The window ends before it begins.
    case reversedWindow(from: Timestamp, to: Timestamp)
    /// The list has no such service; `known` are the services that it has.
    case unknownService(String, known: [String])
    /// No outage is usable, or all are left out; with the rows that could not be used.
    case nothingToReport(rejected: [RejectedRow])

    /// One sentence for the person who asked.
    public var description: String {
        switch self {
        case .reversedWindow(let from, let to):
            "the window ends at \(to.briefText), before it begins at \(from.briefText)"
        case .unknownService(let name, let known):
            "the list has no service \(name); it has " + known.prefix(40).joined(separator: ", ")
                + (known.count > 40 ? " and \(known.count - 40) more" : "")
        case .nothingToReport(let rejected):
            "there is no outage to report on"
                + (rejected.first.map { "; \(rejected.count) rows were not used, first line \($0.line): \($0.problem)" }
                    ?? "")
        }
    }
}

/// One service's part of a report.
public struct ServiceAvailability: Hashable, Sendable {
    /// The service.
    public let service: String
    /// The window of its figures.
    public let window: TimeWindow
    /// Its figures.
    public let figures: ReliabilityFigures
    /// Its incidents in that window.
    public let incidents: [Incident]
    /// Every outage listed for it, with its treatment.
    public let outages: [TreatedOutage]
    /// How much of its outages lies within planned maintenance, in seconds.
    public let plannedSeconds: Double

    /// Number of listed outages with a treatment.
    public func count(_ treatment: OutageTreatment) -> Int {
        outages.count { $0.treatment == treatment }
    }

    /// Number of listed outages without an end.
    public var openCount: Int { outages.count(where: \.isOpen) }
}

/// The figures of a list of outages.
public struct AvailabilityReport: Hashable, Sendable {
    /// Where the list comes from.
    public let source: String
    /// Confidence level of the intervals.
    public let confidence: Double
    /// The services, those with the most incidents first.
    public let services: [ServiceAvailability]
    /// Services of the list that were left out as asked, by name.
    public let leftOut: [String]
    /// Rows of the list that could not be used.
    public let rejected: [RejectedRow]
    /// Rows of the list of planned maintenance that could not be used.
    public let rejectedMaintenance: [RejectedRow]
    /// What a reader of the figures should know about how the list was read.
    public let reading: OutageListRemarks

    /// The report of a list.
    ///
    /// Service names may be given with or without the issue number that the list puts before them. Cost: resamples × incidents
    /// for each service.
    public init(
        _ list: OutageList,
        source: String,
        options: AvailabilityReportOptions = AvailabilityReportOptions()
    ) throws(AvailabilityReportRefusal) {
        if let from = options.from, let to = options.to, from > to { throw .reversedWindow(from: from, to: to) }
        let known = list.services
        let only = options.only.map(OutageList.name)
        let leaveOut = Set(options.leaveOut.map(OutageList.name))
        for name in only + leaveOut.sorted() where !known.contains(name) {
            throw .unknownService(name, known: known)
        }
        let wanted = known.filter { (only.isEmpty || only.contains($0)) && !leaveOut.contains($0) }
        let byService = Dictionary(grouping: list.outages, by: \.service)
        services = wanted.compactMap { name in
            guard let window = Self.window(list.window(of: name), options) else { return nil }
            let history = OutageHistory(
                byService[name] ?? [],
                service: name,
                window: window,
                maintenance: Self.planned(for: name, options.maintenance)
            )
            return ServiceAvailability(
                service: name,
                window: window,
                figures: ReliabilityFigures(
                    window: window,
                    incidents: history.incidents,
                    confidence: options.confidence,
                    bootstrap: options.bootstrap
                ),
                incidents: history.incidents,
                outages: history.treated,
                plannedSeconds: Double(history.plannedMilliseconds) / 1000
            )
        }.sorted { ($1.incidents.count, $0.service) < ($0.incidents.count, $1.service) }
        guard !services.isEmpty else { throw .nothingToReport(rejected: list.rejected) }
        self.source = source
        confidence = options.confidence
        leftOut = leaveOut.sorted()
        rejected = list.rejected
        rejectedMaintenance = options.maintenance?.rejected ?? []
        reading = list.remarks
    }

    /// The windows of planned maintenance of a service; a maintenance list without service names applies to all services.
    private static func planned(for service: String, _ list: OutageList?) -> [TimeWindow] {
        guard let list else { return [] }
        return list.outages.filter { !list.namesServices || $0.service == service }.compactMap { planned in
            planned.up.flatMap { TimeWindow(from: planned.down, to: $0) }
        }
    }

    /// The service's own window, with the given edges in place of its own; empty if it would end before it begins.
    private static func window(_ own: TimeWindow?, _ options: AvailabilityReportOptions) -> TimeWindow? {
        guard let from = options.from ?? own?.from, let to = options.to ?? own?.to else { return nil }
        return TimeWindow(from: from, to: to) ?? TimeWindow(from: from, to: from)
    }
}
