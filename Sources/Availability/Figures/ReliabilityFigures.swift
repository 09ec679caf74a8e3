// The figures of one service over one window. All follow from three whole numbers (the length of the window, the down time in it,
// the number of failures), so they agree with one another: availability is MTBF / (MTBF + MTTR) and also up time / window.
//
// MTBF is here the mean *up* time between failures, (T − Σ down) / n, which IEC 60050-192 calls mean up time; its own mean time
// between failures, T / n, is longer by one MTTR.

/// How often a service failed and how long it took to come back.
public struct ReliabilityFigures: Hashable, Sendable, Codable {
    /// The confidence level of the intervals, such as 0.9.
    public let confidence: Double
    /// Length of the observed window in seconds.
    public let windowSeconds: Double
    /// How many incidents there were.
    public let incidents: Int
    /// How many of the incidents had not ended at the end of the window.
    public let openIncidents: Int
    /// Seconds that the service was up.
    public let uptimeSeconds: Double
    /// Seconds that it was down.
    public let downtimeSeconds: Double
    /// Mean up time between incidents.
    ///
    /// Without an incident only its lower bound is known, one-sided; without up time nothing.
    public let mtbfSeconds: Estimate
    /// Mean time from the first bad moment to recovery; its interval assumes exponential repair times.
    ///
    /// An incident that has not ended counts with its time so far, as an unfinished repair: while no repair is finished there is
    /// only a lower bound, one-sided.
    public let mttrSeconds: Estimate
    /// The same mean with an interval by resampling the incidents, which assumes no distribution; none below two incidents.
    public let mttrResampledSeconds: Estimate
    /// Incidents for each hour of up time.
    public let faultsPerHour: Estimate
    /// The share of the window in which the service was up, with Keesee's interval.
    public let availability: Estimate

    /// The figures of a window, from the duration of each incident in milliseconds and the number of incidents that have not
    /// ended.
    ///
    /// The order of the incidents does not matter. Their sum must fit into the window.
    public init(
        windowMilliseconds: Int64,
        incidentMilliseconds: [Int64],
        openIncidents: Int = 0,
        confidence: Double = 0.9,
        bootstrap: Bootstrap = Bootstrap()
    ) {
        let down = incidentMilliseconds.reduce(0, +)
        precondition(confidence > 0 && confidence < 1, "a confidence lies between 0 and 1")
        precondition(incidentMilliseconds.allSatisfy { $0 >= 0 }, "no incident takes less than no time")
        precondition(windowMilliseconds >= down, "incidents fit into their window")
        precondition(
            (0...incidentMilliseconds.count).contains(openIncidents),
            "no more incidents are open than there are"
        )
        self.confidence = confidence
        self.openIncidents = openIncidents
        incidents = incidentMilliseconds.count
        windowSeconds = Double(windowMilliseconds) / 1000
        downtimeSeconds = Double(down) / 1000
        uptimeSeconds = Double(windowMilliseconds - down) / 1000

        let n = Double(incidents)
        let meanUp =
            uptimeSeconds > 0
            ? ExactIntervals.meanUpTime(uptimeSeconds, failures: incidents, confidence: confidence) : nil
        mtbfSeconds = Estimate(incidents > 0 && uptimeSeconds > 0 ? uptimeSeconds / n : nil, meanUp)
        let mttr = incidents > 0 ? downtimeSeconds / n : nil
        mttrSeconds = Estimate(
            mttr,
            ExactIntervals.meanRepairTime(
                downtimeSeconds,
                repairs: incidents - openIncidents,
                unfinished: openIncidents,
                confidence: confidence
            )
        )
        let resampled = bootstrap.mean(of: incidentMilliseconds, confidence: confidence)
        mttrResampledSeconds = Estimate(
            mttr,
            resampled.map { Interval(lower: $0.lower.map { $0 / 1000 }, upper: $0.upper.map { $0 / 1000 }) }
        )
        faultsPerHour = Estimate(
            uptimeSeconds > 0 ? n * 3600 / uptimeSeconds : nil,
            meanUp.map { Interval(lower: $0.upper.map { 3600 / $0 } ?? 0, upper: $0.lower.map { 3600 / $0 }) }
        )
        availability = Estimate(
            windowMilliseconds > 0 ? uptimeSeconds / windowSeconds : nil,
            ExactIntervals.availability(
                meanUpTime: uptimeSeconds / max(n, 1),
                meanRepairTime: mttr ?? 0,
                failures: incidents,
                confidence: confidence
            )
        )
    }
}
