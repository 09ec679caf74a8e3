// Figures of a service's components, always apart from those of the service itself: how often a component failed, how long it
// took until another one replaced it, and how many of these faults became incidents of the service.

/// How often the components of a service failed, and with what effect.
public struct ComponentFigures: Hashable, Sendable, Encodable {
    /// Faults in the window.
    public let faults: Int
    /// Number of faults by kind.
    public let byKind: [String: Int]
    /// Mean time between faults of any component; without a fault only its lower bound is known.
    public let betweenSeconds: Estimate
    /// Mean time until another component served in place of a failed one, over the faults for which that is known; the interval
    /// assumes exponential times.
    public let recoverySeconds: Estimate
    /// The share of faults that no user noticed.
    public let masking: FaultMasking

    /// The figures of the faults within a window, compared with the incidents of the service in it.
    public init(_ all: [ComponentFault], incidents: [Incident], window: TimeWindow, confidence: Double = 0.9) {
        let faults = all.filter { window.contains($0.at) }
        self.faults = faults.count
        byKind = Dictionary(grouping: faults, by: \.kind.rawValue).mapValues(\.count)
        let seconds = Double(window.milliseconds) / 1000
        betweenSeconds = Estimate(
            faults.isEmpty ? nil : seconds / Double(faults.count),
            seconds > 0 ? ExactIntervals.meanUpTime(seconds, failures: faults.count, confidence: confidence) : nil
        )
        let times = faults.compactMap(\.secondsToRecover)
        let sum = times.reduce(0, +)
        recoverySeconds = Estimate(
            times.isEmpty ? nil : sum / Double(times.count),
            ExactIntervals.meanRepairTime(sum, repairs: times.count, confidence: confidence)
        )
        masking = FaultMasking(
            componentFaults: faults.count,
            serviceIncidents: incidents.count { incident in faults.contains { incident.follows($0) } },
            confidence: confidence
        )
    }
}
