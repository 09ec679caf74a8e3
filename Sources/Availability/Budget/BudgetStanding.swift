/// How an error budget stands at the end of a window.
public struct BudgetStanding: Hashable, Sendable, Encodable {
    /// How fast the budget burns over the last so many seconds.
    public struct Burn: Hashable, Sendable, Encodable {
        /// How far back the rate is measured, in seconds.
        public let windowSeconds: Int64
        /// The burn rate: 1 spends the whole budget in its period; nil without requests.
        public let rate: Double?
    }

    /// The objective, to twelve places.
    public let objective: Double
    /// Seconds that the service may be down in the window, to the millisecond.
    public let allowedSeconds: Double
    /// The share of the budget that is left by down time; negative once the budget is overdrawn.
    public let remainingByTime: Double?
    /// The share of the budget that is left by bad requests; nil without requests.
    public let remainingByRequest: Double?
    /// The burn rates over the windows of all rules.
    public let burn: [Burn]
    /// The alerts that fire, in words, the most severe first.
    public let alerts: [String]

    /// The budget of an objective over a series, as it stands at its end.
    public init(_ series: OutcomeSeries, objective: Double) {
        let seconds = Double(series.window.milliseconds) / 1000
        let budget = ErrorBudget(objective: objective, windowSeconds: max(seconds, 1))
        // Shows the figures as they were configured, without the rounding noise of binary fractions.
        self.objective = (objective * 1e12).rounded() / 1e12
        allowedSeconds = (budget.share * seconds * 1000).rounded() / 1000
        remainingByTime = seconds > 0 ? budget.remaining(downSeconds: Double(series.time.downSeconds)) : nil
        let all = series.tally(ofLast: series.window.milliseconds / 1000)
        remainingByRequest = budget.remaining(bad: all.bad, of: all.counted)
        let windows = Set(BurnRateRule.standard.flatMap { [$0.longSeconds, $0.shortSeconds] }).sorted()
        burn = windows.map { window in
            let tally = series.tally(ofLast: window)
            return Burn(windowSeconds: window, rate: budget.burnRate(bad: tally.bad, of: tally.counted))
        }
        alerts = BurnRateAlert.firing(series, budget: budget).map(\.words)
    }
}
