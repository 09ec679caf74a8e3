extension BurnRateAlert {
    /// The alerts in words, for the person who is called.
    public var words: String {
        switch self {
        case .outage: "page: half of the requests of the last ten seconds were bad"
        case .unreachable: "page: a prober failed three times running"
        case .burning(let rule, let long, _):
            "\(rule.severity.rawValue): the budget burns \(FigureText.factor(long)) times too fast over "
                + FigureText.length(Double(rule.longSeconds))
        }
    }
}
