extension RecordedReport {
    /// The report as plain text.
    public var text: String {
        let head =
            "\(source): \(window.from.briefText) to \(window.to.briefText); [lower, upper] at \(FigureText.percent(confidence)), "
            + "objective \(FigureText.share(budget.objective))\n\n"
        let tables = [availabilityRows, windowRows, figureRows, budgetRows, classRows, componentRows, incidentRows]
        let text = tables.filter { $0.count > 1 }.map { TextTable($0).text }.joined(separator: "\n")
        return head + text + (budget.alerts.isEmpty ? "" : "\n" + budget.alerts.joined(separator: "\n") + "\n")
    }

    /// The three availabilities; the ones by window follow in a table of their own.
    var availabilityRows: [[String]] {
        [
            ["availability", "is", "of"],
            [
                "by request", FigureText.estimate(requests.ratio, FigureText.share),
                "\(requests.good) good, \(requests.bad) bad; \(requests.excluded) do not count",
            ],
            [
                "by time", time.value.map(FigureText.share) ?? "–",
                "\(time.totalSeconds) s, down \(time.downSeconds) s, degraded \(time.degradedSeconds) s, "
                    + "without a record \(time.missingSeconds) s",
            ],
            [
                "by figures", FigureText.estimate(service.figures.availability, FigureText.share),
                "MTBF / (MTBF + MTTR)",
            ],
        ]
    }

    var windowRows: [[String]] {
        [["worst window of", "is", "from"]]
            + windows.map {
                [FigureText.length(Double($0.windowSeconds)), FigureText.share($0.ratio), $0.from.briefText]
            }
    }

    var figureRows: [[String]] {
        let figures = service.figures
        return [
            ["incidents", "MTBF h", "MTTR min", "faults / 1000 h up"],
            [
                "\(figures.incidents)",
                FigureText.estimate(figures.mtbfSeconds, FigureText.hours),
                FigureText.estimate(figures.mttrSeconds, FigureText.minutes),
                FigureText.estimate(figures.faultsPerHour, FigureText.perThousand),
            ],
        ]
    }

    var budgetRows: [[String]] {
        [
            ["error budget", "left by time", "left by request"] + budget.burn.map { "burns over " + Self.length($0) },
            [
                FigureText.length(budget.allowedSeconds), Self.left(budget.remainingByTime),
                Self.left(budget.remainingByRequest),
            ] + budget.burn.map { $0.rate.map(FigureText.factor) ?? "–" },
        ]
    }

    var classRows: [[String]] {
        let probed = ("probers' requests", probeRequests)
        return [["class", "good", "bad", "do not count", "availability"]]
            + (classes.map { ($0.name, $0.tally) } + [probed]).map { name, tally in
                [
                    name, "\(tally.good)", "\(tally.bad)", "\(tally.excluded)",
                    tally.ratio.map(FigureText.share) ?? "–",
                ]
            }
    }

    var componentRows: [[String]] {
        let kinds = components.byKind.sorted { $0.key < $1.key }.map { "\($0.value) \($0.key)" }
        return [
            ["component faults", "kinds", "mean time between, h", "replaced after, s", "masking ratio"],
            [
                "\(components.faults)", kinds.isEmpty ? "–" : kinds.joined(separator: ", "),
                FigureText.estimate(components.betweenSeconds, FigureText.hours),
                FigureText.estimate(components.recoverySeconds, FigureText.seconds),
                FigureText.estimate(components.masking.ratio, FigureText.share),
            ],
        ]
    }

    var incidentRows: [[String]] {
        [["incident from", "to", "s", "detected", "bad requests", "cause"]]
            + service.incidents.suffix(Self.listMax).reversed().map { incident in
                [
                    incident.start.briefText, incident.recovered?.briefText ?? "goes on",
                    FigureText.seconds(Double(incident.milliseconds(within: window)) / 1000),
                    incident.detected?.description ?? "–", incident.badRequests.map { "\($0)" } ?? "–",
                    incident.cause ?? "–",
                ]
            }
    }

    /// The maximum number of incidents in the text; JSON lists all of them.
    static let listMax = 20

    private static func left(_ share: Double?) -> String { share.map(FigureText.percent) ?? "–" }

    private static func length(_ burn: BudgetStanding.Burn) -> String { FigureText.length(Double(burn.windowSeconds)) }
}
