/// The state of a provider's guard.
public struct ProviderStanding: Hashable, Sendable {
    /// The state of the circuit breaker: `closed`, `open` or `halfOpen`.
    public let breaker: String
    /// Calls in progress.
    public let inFlight: Int
    /// The most concurrent calls.
    public let limit: Int

    /// A state.
    public init(breaker: String, inFlight: Int, limit: Int) {
        self.breaker = breaker
        self.inFlight = inFlight
        self.limit = limit
    }
}
