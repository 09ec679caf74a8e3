import API
import Availability

/// What figures of availability are made from, besides the ledger.
public struct AvailabilityInputs: Sendable {
    /// How the requests of this process end.
    public let outcomes: OutcomeCounters
    /// What availability is aimed at, such as 0.999.
    public let objective: Double
    /// The faults of the parts that whoever supervises this process has noted.
    public let faults: @Sendable () async -> [ComponentFault]

    /// What figures are made from; by default nobody supervises this process.
    public init(
        outcomes: OutcomeCounters = OutcomeCounters(),
        objective: Double = 0.999,
        faults: @escaping @Sendable () async -> [ComponentFault] = { [] }
    ) {
        self.outcomes = outcomes
        self.objective = objective
        self.faults = faults
    }
}
