// The report of a service's own records: three availabilities side by side, its incidents and figures, its error budget, and the
// figures of its components. A value that is then printed as text, JSON or HTML.

/// What a report of records covers.
public struct RecordedReportOptions: Hashable, Sendable {
    /// The availability objective, such as 0.999; between 0 and 1, both excluded.
    public var objective = 0.999
    /// Confidence level of the intervals; between 0 and 1, both excluded.
    public var confidence = 0.9
    /// Options for intervals by resampling.
    public var bootstrap = Bootstrap()
    /// The name of the service.
    public var service = "shop"

    /// Objective 0.999, confidence 0.9.
    public init() {}
}

/// The outcomes of one class of requests.
public struct ClassOutcomes: Hashable, Sendable {
    /// Its name.
    public let name: String
    /// Its counts.
    public let tally: OutcomeTally
}

/// The figures of a service's records over a window.
public struct RecordedReport: Hashable, Sendable {
    /// Where the records come from.
    public let source: String
    /// Confidence level of the intervals.
    public let confidence: Double
    /// Availability by request.
    public let requests: RequestAvailability
    /// Availability by time.
    public let time: TimeAvailability
    /// Availability by window: the worst of each length.
    public let windows: [WorstWindow]
    /// Figures and incidents of the service.
    public let service: ServiceAvailability
    /// Its requests by class.
    public let classes: [ClassOutcomes]
    /// Requests of probers, which count nowhere else.
    public let probeRequests: OutcomeTally
    /// Results of probes.
    public let probes: ProbeTally
    /// The error budget at the end of the window.
    public let budget: BudgetStanding
    /// The figures of the components.
    public let components: ComponentFigures
    /// The faults of components in the window.
    public let faults: [ComponentFault]
    /// The measures in the window, which no component's failure asked for.
    public let measures: [Measure]

    /// The report of a window, which is widened to whole buckets.
    ///
    /// Cost: resamples × minutes where any request was bad.
    public init(
        _ outcomes: RecordedOutcomes,
        faults: [ComponentFault],
        measures: [Measure] = [],
        window wanted: TimeWindow,
        source: String,
        options: RecordedReportOptions = RecordedReportOptions()
    ) {
        let series = outcomes.service(named: options.service, over: wanted)
        let window = series.window
        let within = faults.filter { window.contains($0.at) }.sorted { $0.at < $1.at }
        let notes = faults.flatMap(\.notes)
        let incidents = series.incidents.map { $0.noting(notes) }
        self.source = source
        confidence = options.confidence
        requests = RequestAvailability(series, confidence: options.confidence, bootstrap: options.bootstrap)
        time = series.time
        windows = series.worstWindows
        service = ServiceAvailability(
            service: options.service,
            window: window,
            figures: ReliabilityFigures(
                window: window,
                incidents: incidents,
                confidence: options.confidence,
                bootstrap: options.bootstrap
            ),
            incidents: incidents,
            outages: [],
            plannedSeconds: 0
        )
        classes = outcomes.classes.map { ClassOutcomes(name: $0, tally: outcomes.tally(of: $0, in: window)) }
        probeRequests = outcomes.tally(of: RecordedOutcomes.probeClass, in: window)
        probes = outcomes.probes(in: window)
        budget = BudgetStanding(series, objective: options.objective)
        components = ComponentFigures(within, incidents: incidents, window: window, confidence: options.confidence)
        self.faults = within
        self.measures = measures.filter { window.contains($0.at) }.sorted { $0.at < $1.at }
    }

    /// The window of the figures.
    public var window: TimeWindow { service.window }
}
