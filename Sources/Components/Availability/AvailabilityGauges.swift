import Availability
import Ledger

/// Availability over the last hour, for dashboards; longer windows are available at `GET /v1/availability`.
struct AvailabilityGauges: Sendable {
    private var byRequest: Double?
    private var byTime: Double?
    private var burnRate: Double?
    private var isOpen: Bool?

    /// No gauges.
    init() {}

    init(_ rows: [OutcomeBucketRow], window: TimeWindow, objective: Double) {
        let series = RecordedOutcomes(rows.map(\.bucket)).service(named: "shop", over: window)
        let (good, bad) = series.buckets.reduce((Int64(0), Int64(0))) { sum, bucket in
            (sum.0 + (bucket?.good ?? 0), sum.1 + (bucket?.bad ?? 0))
        }
        byRequest = good + bad > 0 ? Double(good) / Double(good + bad) : nil
        byTime = series.time.value
        burnRate = ErrorBudget(objective: objective).burnRate(bad: bad, of: good + bad)
        isOpen = series.incidents.last.map { $0.recovered == nil } ?? false
    }

    /// Writes the known gauges in Prometheus' text format.
    func write(to text: inout String) {
        text += "# HELP tradewind_availability_ratio Availability of all replicas over the last hour.\n"
        text += "# TYPE tradewind_availability_ratio gauge\n"
        if let byRequest { text += "tradewind_availability_ratio{by=\"request\",window=\"1h\"} \(byRequest)\n" }
        if let byTime { text += "tradewind_availability_ratio{by=\"time\",window=\"1h\"} \(byTime)\n" }
        text += "# HELP tradewind_error_budget_burn_rate How many times too fast the error budget is spent.\n"
        text += "# TYPE tradewind_error_budget_burn_rate gauge\n"
        if let burnRate { text += "tradewind_error_budget_burn_rate{window=\"1h\"} \(burnRate)\n" }
        text += "# HELP tradewind_incident_open Whether the shop is down.\n"
        text += "# TYPE tradewind_incident_open gauge\n"
        if let isOpen { text += "tradewind_incident_open \(isOpen ? 1 : 0)\n" }
    }
}
