extension ReliabilityFigures {
    /// The figures of a window, from the incidents of one service; incidents outside the window do not count.
    ///
    /// An incident that crosses an edge of the window counts as one, with the time that lies within.
    public init(
        window: TimeWindow,
        incidents: [Incident],
        confidence: Double = 0.9,
        bootstrap: Bootstrap = Bootstrap()
    ) {
        let within = incidents.filter { $0.milliseconds(within: window) > 0 }
        self.init(
            windowMilliseconds: window.milliseconds,
            incidentMilliseconds: within.map { $0.milliseconds(within: window) },
            openIncidents: within.count { $0.recovered.map { $0 > window.to } ?? true },
            confidence: confidence,
            bootstrap: bootstrap
        )
    }
}
