import API
import Availability

/// The sources of the availability figures, besides the ledger.
public struct AvailabilityInputs: Sendable {
    /// The outcomes of this process's requests.
    public let outcomes: OutcomeCounters
    /// The availability objective, such as 0.999.
    public let objective: Double
    /// Reads the supervisor's records: faults of replicas, and measures.
    ///
    /// May take as long as the disk; called outside the ledger's threads.
    public let noted: @Sendable () async -> (faults: [ComponentFault], measures: [Measure])

    /// The sources; by default without a supervisor.
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
