// Figures of the parts, which are never mixed with those of the service: how often any of them failed, how long until another one stood in
// for it, and how many of these faults became incidents of the service.

/// How often the parts of a service failed, and what came of it.
public struct ComponentFigures: Hashable, Sendable, Encodable {
    /// Faults in the window.
    public let faults: Int
    /// Those of each kind, by its name.
    public let byKind: [String: Int]
    /// Mean time between faults of any part; without a fault only its lower bound is known.
    public let betweenSeconds: Estimate
    /// Mean time until another one stood in, of those of which that is known; its interval takes the times as exponential.
    public let recoverySeconds: Estimate
    /// How many of the faults nobody outside saw.
    public let masking: FaultMasking

    /// The figures of the faults that lie in a window, held against the incidents of the service in it.
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
