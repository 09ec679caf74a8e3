/// How a provider looks from before its guard.
public struct ProviderStanding: Hashable, Sendable {
    /// Where the circuit breaker stands: `closed`, `open` or `halfOpen`.
    public let breaker: String
    /// Calls under way.
    public let inFlight: Int
    /// The most calls at once.
    public let limit: Int

    /// A standing.
    public init(breaker: String, inFlight: Int, limit: Int) {
        self.breaker = breaker
        self.inFlight = inFlight
        self.limit = limit
    }
}
