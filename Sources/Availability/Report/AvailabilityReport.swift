// What a list of outages says about each of its services: a value, which is then printed as text, JSON or a page.

/// What a report is asked to say.
public struct AvailabilityReportOptions: Hashable, Sendable {
    /// Only these services; all where there are none.
    public var only: [String] = []
    /// Not these services.
    public var leaveOut: [String] = []
    /// From when; from each service's own first outage on where there is none.
    public var from: Moment?
    /// Until when; to the end of each service's own last outage where there is none.
    public var to: Moment?
    /// Planned maintenance: what lies within is not counted as down.
    public var maintenance: OutageList?
    /// How sure the intervals are; between 0 and 1, both excluded.
    public var confidence = 0.9
    /// How intervals by resampling are made.
    public var bootstrap = Bootstrap()

    /// All services, each over its own window, at 0.9.
    public init() {}
}

/// Why there is no report.
public enum AvailabilityReportRefusal: Error, Hashable, Sendable, CustomStringConvertible {
    /// The window ends before it begins.
    case reversedWindow(from: Moment, to: Moment)
    /// The list has no such service; these it has.
    case unknownService(String, known: [String])
    /// No outage can be used, or all are left out; with the rows that could not be used.
    case nothingToReport(rejected: [RejectedRow])

    /// One sentence for the person who asked.
    public var description: String {
        switch self {
        case .reversedWindow(let from, let to): "the window ends at \(to), before it begins at \(from)"
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
    /// The window that its figures are of.
    public let window: TimeWindow
    /// Its figures.
    public let figures: ReliabilityFigures
    /// Its incidents in that window.
    public let incidents: [Incident]
    /// Every outage that was listed of it, with what became of it.
    public let outages: [TreatedOutage]
    /// How long its outages lie within planned maintenance, in seconds.
    public let plannedSeconds: Double

    /// How many listed outages met with a treatment.
    public func count(_ treatment: OutageTreatment) -> Int {
        outages.count { $0.treatment == treatment }
    }

    /// How many listed outages have no end.
    public var openCount: Int { outages.count(where: \.isOpen) }
}

/// What a list of outages says.
public struct AvailabilityReport: Hashable, Sendable {
    /// Where the list comes from.
    public let source: String
    /// How sure the intervals are.
    public let confidence: Double
    /// The services, those with the most incidents first.
    public let services: [ServiceAvailability]
    /// Services of the list that were left out as asked, by name.
    public let leftOut: [String]
    /// Rows of the list that could not be used.
    public let rejected: [RejectedRow]
    /// Rows of the list of planned maintenance that could not be used.
    public let rejectedMaintenance: [RejectedRow]
    /// What has to be known of how the list was read.
    public let reading: OutageListRemarks

    /// The report of a list.
    ///
    /// Names may be given with or without the number that the list puts before them.
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

    /// When a service was maintained as planned: by a list without services, all of them are.
    private static func planned(for service: String, _ list: OutageList?) -> [TimeWindow] {
        guard let list else { return [] }
        return list.outages.filter { !list.namesServices || $0.service == service }.compactMap { planned in
            planned.up.flatMap { TimeWindow(from: planned.down, to: $0) }
        }
    }

    /// The service's own window with the edges that were given; one that would end before it begins has no length.
    private static func window(_ own: TimeWindow?, _ options: AvailabilityReportOptions) -> TimeWindow? {
        guard let from = options.from ?? own?.from, let to = options.to ?? own?.to else { return nil }
        return TimeWindow(from: from, to: to) ?? TimeWindow(from: from, to: from)
    }
}
