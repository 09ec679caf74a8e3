extension AvailabilityReport {
    /// The report as one self-contained page: no script, no font, no network.
    ///
    /// It follows the reader's light or dark colour scheme.
    public var html: String {
        HTMLPage.page(
            title: "Availability: \(source)",
            body: """
                <h1>Availability</h1>
                <p>From \(Markup.escape(source)). Brackets are intervals at \(FigureText.percent(confidence)). MTBF is the mean up time between \
                incidents, MTTR the mean time from the first bad moment to recovery; availability is MTBF / (MTBF + MTTR).</p>
                \(figureTable)\(section("Outages over time", HTMLPage.chart(TimelineChart(services)?.drawing)))\
                \(section("Availability with its interval", HTMLPage.chart(AvailabilityChart(services)?.drawing)))\
                \(section("Repair times", repairTimes))\(remarkList)
                """
        )
    }

    private var figureTable: String {
        HTMLPage.table(
            [["Service", "Incidents", "MTBF, h", "MTTR, min", "Faults / 1000 h up", "Availability", "From", "To"]]
                + services.map { part in
                    [
                        part.service, "\(part.figures.incidents)",
                        FigureText.estimate(part.figures.mtbfSeconds, FigureText.hours),
                        FigureText.estimate(part.figures.mttrSeconds, FigureText.minutes),
                        FigureText.estimate(part.figures.faultsPerHour, FigureText.perThousand),
                        FigureText.estimate(part.figures.availability, FigureText.share),
                        part.window.from.briefText, part.window.to.briefText,
                    ]
                }
        )
    }

    private func section(_ title: String, _ content: String?) -> String { HTMLPage.section(title, content) }

    private var repairTimes: String {
        services.enumerated().compactMap { place, part in
            HTMLPage.chart(RepairTimeChart(part, id: "repair-\(place)")?.drawing).map {
                "<h3>\(Markup.escape(part.service))</h3>\n\($0)"
            }
        }.joined()
    }

    private var remarkList: String {
        let items = sentences.map { "<li>\(Markup.escape($0))</li>\n" }.joined()
        return section("How the list was read", items.isEmpty ? "" : "<ul>\n\(items)</ul>\n")
    }
}
