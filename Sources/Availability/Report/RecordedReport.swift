// What a service's own records say: three availabilities side by side, its incidents and figures, its budget, and beside them the figures of
// its parts. A value, which is then printed as text, JSON or a page.

/// What a report of records is asked to say.
public struct RecordedReportOptions: Hashable, Sendable {
    /// What availability is aimed at, such as 0.999; between 0 and 1, both excluded.
    public var objective = 0.999
    /// How sure the intervals are; between 0 and 1, both excluded.
    public var confidence = 0.9
    /// How intervals by resampling are made.
    public var bootstrap = Bootstrap()
    /// What the service is called.
    public var service = "shop"

    /// Three nines, at 0.9.
    public init() {}
}

/// What one class of requests came to.
public struct ClassOutcomes: Hashable, Sendable {
    /// Its name.
    public let name: String
    /// Its requests.
    public let tally: OutcomeTally
}

/// What a service's records say of a window.
public struct RecordedReport: Hashable, Sendable {
    /// Where the records come from.
    public let source: String
    /// How sure the intervals are.
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
    /// What probers saw.
    public let probes: ProbeTally
    /// How the error budget stands.
    public let budget: BudgetStanding
    /// The figures of the parts.
    public let components: ComponentFigures
    /// The faults of the parts in the window.
    public let faults: [ComponentFault]
    /// What was done in the window that no part had failed for.
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

    /// The window that the figures are of.
    public var window: TimeWindow { service.window }
}
