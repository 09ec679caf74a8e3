// When to alert a person. A rule fires where the budget burns too fast in both its windows: the long window shows that the loss
// matters, the short one that it still goes on. At four nines a full outage has spent the budget before an hour's window reacts,
// so an outage has a rule of its own that fires at once. With few requests one unlucky client looks like an outage, so a rule
// needs a minimum of bad requests.
//
// Source: *The Site Reliability Workbook*, ch. 5, "Multiwindow, multi-burn-rate alerts", table 5-8; windows of three days in the
// steps of Sloth (1 d / 2 h and 3 d / 6 h).

/// A pair of windows with the burn rate that neither may reach.
public struct BurnRateRule: Hashable, Sendable, Codable {
    /// How urgently a person has to act.
    public enum Severity: String, Hashable, Sendable, Codable {
        /// Call the person on duty now.
        case page
        /// Look at it on the next working day.
        case ticket
    }

    /// The burn rate at which the rule fires.
    public let factor: Double
    /// The long window, in seconds.
    public let longSeconds: Int64
    /// The short window, in seconds.
    public let shortSeconds: Int64
    /// How urgently a person has to act.
    public let severity: Severity

    /// A rule.
    public init(factor: Double, longSeconds: Int64, shortSeconds: Int64, severity: Severity) {
        self.factor = factor
        self.longSeconds = longSeconds
        self.shortSeconds = shortSeconds
        self.severity = severity
    }

    /// The rules of the workbook and of Sloth.
    ///
    /// 14.4 × over 1 h and 5 min, 6 × over 6 h and 30 min: page. 3 × over 1 d and 2 h, 1 × over 3 d and 6 h: ticket.
    public static let standard = [
        BurnRateRule(factor: 14.4, longSeconds: 3_600, shortSeconds: 300, severity: .page),
        BurnRateRule(factor: 6, longSeconds: 21_600, shortSeconds: 1_800, severity: .page),
        BurnRateRule(factor: 3, longSeconds: 86_400, shortSeconds: 7_200, severity: .ticket),
        BurnRateRule(factor: 1, longSeconds: 259_200, shortSeconds: 21_600, severity: .ticket),
    ]
}

/// Why a person is alerted.
public enum BurnRateAlert: Hashable, Sendable {
    /// A rule fired, with the burn rates of its two windows.
    case burning(BurnRateRule, long: Double, short: Double)
    /// Half of the requests of the last ten seconds were bad, of at least twenty that count.
    case outage
    /// A prober failed three times running.
    case unreachable

    /// A rule does not fire with fewer bad requests than this in its long window.
    public static let badRequestsMin: Int64 = 10
    /// How many probes have to fail in a row.
    public static let probesMin = 3

    /// The alerts that fire at the end of a series, for an objective over 30 days; the most severe first.
    ///
    /// A window that reaches back beyond the series is judged by the part that the series covers. The last bucket should be
    /// complete.
    public static func firing(
        _ series: OutcomeSeries,
        budget: ErrorBudget,
        rules: [BurnRateRule] = BurnRateRule.standard
    ) -> [BurnRateAlert] {
        var alerts: [BurnRateAlert] = []
        if let last = series.buckets.last, let last {
            if last.counted >= OutcomeBucket.requestsToJudge, last.bad * 2 >= last.counted { alerts.append(.outage) }
            if last.probes.longestFailure >= probesMin { alerts.append(.unreachable) }
        }
        for rule in rules {
            let long = series.tally(ofLast: rule.longSeconds)
            let short = series.tally(ofLast: rule.shortSeconds)
            guard long.bad >= badRequestsMin,
                let longRate = budget.burnRate(bad: long.bad, of: long.counted), longRate >= rule.factor,
                let shortRate = budget.burnRate(bad: short.bad, of: short.counted), shortRate >= rule.factor
            else { continue }
            alerts.append(.burning(rule, long: longRate, short: shortRate))
        }
        return alerts
    }
}

extension OutcomeSeries {
    /// Bad and counted requests of the last `seconds` seconds.
    func tally(ofLast seconds: Int64) -> (bad: Int64, counted: Int64) {
        buckets.suffix(Int(seconds * 1000 / OutcomeBucket.milliseconds)).reduce((0, 0)) { sum, bucket in
            (sum.bad + (bucket?.bad ?? 0), sum.counted + (bucket?.counted ?? 0))
        }
    }
}
