import Resilience

extension AdmissionGate.Figures {
    /// Writes the limit, and the admitted and refused requests, in Prometheus' text format.
    public func write(to text: inout String) {
        text += "# HELP tradewind_admission_limit The most requests that may be under way.\n"
        text += "# TYPE tradewind_admission_limit gauge\ntradewind_admission_limit \(limit)\n"
        text += "# HELP tradewind_admission_in_flight Requests under way.\n"
        text += "# TYPE tradewind_admission_in_flight gauge\ntradewind_admission_in_flight \(inFlight)\n"
        text += "# HELP tradewind_admission_expired_total Requests refused because their deadline had passed.\n"
        text += "# TYPE tradewind_admission_expired_total counter\ntradewind_admission_expired_total \(expired)\n"
        text +=
            "# HELP tradewind_admission_total Requests let in or refused, by tier; the higher the tier, the sooner refused.\n"
        text += "# TYPE tradewind_admission_total counter\n"
        for tier in Tier.allCases {
            let counters = tiers[tier] ?? LoadShedder.Counters()
            text += "tradewind_admission_total{tier=\"\(tier.rawValue)\",outcome=\"admitted\"} \(counters.admitted)\n"
            text += "tradewind_admission_total{tier=\"\(tier.rawValue)\",outcome=\"refused\"} \(counters.refused)\n"
        }
    }
}
