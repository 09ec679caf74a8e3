// A replica that is killed without a single bad request is a failure of a component and not of the service. The two are counted
// apart; the share of component faults that never became an incident of the service measures what redundancy achieves.

/// How many component faults the users never saw.
public struct FaultMasking: Hashable, Sendable, Codable {
    /// Faults of components, natural or made.
    public let componentFaults: Int
    /// Incidents of the service that followed from them.
    public let serviceIncidents: Int
    /// 1 − incidents / faults, with the interval of Clopper and Pearson; no figure without faults.
    ///
    /// Negative where there were more incidents than faults: then the service fails without a component failing, and there is no
    /// interval.
    public let ratio: Estimate

    /// The masking ratio of some counts.
    public init(componentFaults: Int, serviceIncidents: Int, confidence: Double = 0.9) {
        precondition(componentFaults >= 0 && serviceIncidents >= 0, "counts are not negative")
        self.componentFaults = componentFaults
        self.serviceIncidents = serviceIncidents
        guard componentFaults > 0 else {
            ratio = Estimate(nil)
            return
        }
        let shown = ExactIntervals.share(Int64(serviceIncidents), of: Int64(componentFaults), confidence: confidence)
        ratio = Estimate(
            1 - Double(serviceIncidents) / Double(componentFaults),
            shown.map { Interval(lower: $0.upper.map { 1 - $0 }, upper: $0.lower.map { 1 - $0 }) }
        )
    }
}
