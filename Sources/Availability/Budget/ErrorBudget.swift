// What an objective allows: 99.99 % over 30 days are 259.2 seconds, or one bad request in ten thousand.

/// What may fail in a period before the objective is missed.
public struct ErrorBudget: Hashable, Sendable, Codable {
    /// The objective, such as 0.9999; between 0 and 1, both excluded.
    public let objective: Double
    /// The period in seconds.
    public let windowSeconds: Double

    /// Thirty days, in seconds.
    public static let thirtyDays: Double = 30 * 86_400
    /// A year of 365.25 days, in seconds.
    public static let year: Double = 365.25 * 86_400

    /// The budget of an objective over a period.
    public init(objective: Double, windowSeconds: Double = ErrorBudget.thirtyDays) {
        precondition(objective > 0 && objective < 1, "an objective lies between 0 and 1")
        precondition(windowSeconds > 0, "a period takes time")
        self.objective = objective
        self.windowSeconds = windowSeconds
    }

    /// The share of requests or of time that may be bad.
    public var share: Double { 1 - objective }

    /// Seconds that the service may be down.
    public var seconds: Double { share * windowSeconds }

    /// How many outages of this many seconds fit into the budget.
    public func outages(ofSeconds recovery: Double) -> Double {
        precondition(recovery > 0, "an outage takes time")
        return seconds / recovery
    }

    /// The share of the budget that is left after `bad` bad requests; negative once it is overdrawn, nil without requests.
    public func remaining(bad: Int64, of counted: Int64) -> Double? {
        counted > 0 ? 1 - Double(bad) / (share * Double(counted)) : nil
    }

    /// The share of the budget that is left after `downSeconds` of down time; negative once it is overdrawn.
    public func remaining(downSeconds: Double) -> Double {
        1 - downSeconds / seconds
    }

    /// The burn rate: 1 spends the budget in exactly its period; nil without requests.
    public func burnRate(bad: Int64, of counted: Int64) -> Double? {
        counted > 0 ? Double(bad) / Double(counted) / share : nil
    }

    /// For how many seconds the whole service has to be down until a rule's long window burns at its factor.
    public func secondsOfOutage(until rule: BurnRateRule) -> Double {
        rule.factor * share * Double(rule.longSeconds)
    }
}
