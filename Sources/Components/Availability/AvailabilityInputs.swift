import API
import Availability

/// What figures of availability are made from, besides the ledger.
public struct AvailabilityInputs: Sendable {
    /// How the requests of this process end.
    public let outcomes: OutcomeCounters
    /// What availability is aimed at, such as 0.999.
    public let objective: Double
    /// What whoever supervises this process has noted: faults of the parts, and what was done that no part had failed for.
    public let noted: @Sendable () async -> (faults: [ComponentFault], measures: [Measure])

    /// What figures are made from; by default nobody supervises this process.
    public init(
        outcomes: OutcomeCounters = OutcomeCounters(),
        objective: Double = 0.999,
        noted: @escaping @Sendable () async -> (faults: [ComponentFault], measures: [Measure]) = { ([], []) }
    ) {
        self.outcomes = outcomes
        self.objective = objective
        self.noted = noted
    }
}
