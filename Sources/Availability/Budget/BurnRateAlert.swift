// When to call somebody. A rule fires where both its windows burn too fast: the long one so that it matters, the short one so that it
// still goes on. At four nines a full outage has spent the budget before an hour's window notices, so there is one rule without
// patience; and with few requests one unlucky client looks like an outage, so a rule needs a number of bad ones.
//
// Source: *The Site Reliability Workbook*, ch. 5, "Multiwindow, multi-burn-rate alerts", table 5-8; windows of three days in the steps
// of Sloth (1 d / 2 h and 3 d / 6 h).

/// A pair of windows in which a budget may not be spent so fast.
public struct BurnRateRule: Hashable, Sendable, Codable {
    /// What is to be done when it fires.
    public enum Severity: String, Hashable, Sendable, Codable {
        /// Wake somebody.
        case page
        /// Look at it on the next working day.
        case ticket
    }

    /// How many times too fast.
    public let factor: Double
    /// The long window, in seconds.
    public let longSeconds: Int64
    /// The short window, in seconds.
    public let shortSeconds: Int64
    /// What is to be done.
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

/// Why somebody is called.
public enum BurnRateAlert: Hashable, Sendable {
    /// A rule fired, with what its windows burn at.
    case burning(BurnRateRule, long: Double, short: Double)
    /// Half of the requests of the last ten seconds were bad, of at least twenty.
    case outage
    /// A prober failed three times running.
    case unreachable

    /// Fewer bad requests than this in a rule's long window fire nothing.
    public static let badRequestsMin: Int64 = 10
    /// So many probes have to fail in a row.
    public static let probesMin = 3

    /// What fires at the end of a series, for an objective over 30 days; the gravest first.
    ///
    /// A window that reaches back beyond the series is judged by what there is. The last bucket should be complete.
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
    /// Bad requests and requests that count, of the last so many seconds.
    func tally(ofLast seconds: Int64) -> (bad: Int64, counted: Int64) {
        buckets.suffix(Int(seconds * 1000 / OutcomeBucket.milliseconds)).reduce((0, 0)) { sum, bucket in
            (sum.bad + (bucket?.bad ?? 0), sum.counted + (bucket?.counted ?? 0))
        }
    }
}
