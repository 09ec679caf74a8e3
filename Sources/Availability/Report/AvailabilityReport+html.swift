extension AvailabilityReport {
    /// The report as one page that needs nothing else: no script, no font, no network.
    ///
    /// It follows the reader's light or dark.
    public var html: String {
        HTMLPage.page(
            title: "Availability: \(source)",
            body: """
                <h1>Availability</h1>
                <p>From \(Markup.escape(source)). Brackets are intervals at \(FigureText.percent(confidence)). MTBF is the mean up time between \
                incidents, MTTR the mean time from the first bad moment to recovery; availability is MTBF / (MTBF + MTTR).</p>
                \(figureTable)\(section("Outages over time", TimelineChart(services)?.drawing.svg))\
                \(section("Availability with its interval", AvailabilityChart(services)?.drawing.svg))\
                \(section("Repair times", repairTimes))\(remarkList)
                """
        )
    }

    private var figureTable: String {
        let heads = [
            "Service", "Incidents", "MTBF, h", "MTTR, min", "Faults / 1000 h up", "Availability", "From", "To",
        ]
        let rows = services.map { part in
            let cells = [
                "\(part.figures.incidents)",
                FigureText.estimate(part.figures.mtbfSeconds, FigureText.hours),
                FigureText.estimate(part.figures.mttrSeconds, FigureText.minutes),
                FigureText.estimate(part.figures.faultsPerHour, FigureText.perThousand),
                FigureText.estimate(part.figures.availability, FigureText.share),
                part.window.from.description,
                part.window.to.description,
            ]
            return "<tr><th scope=\"row\">\(Markup.escape(part.service))</th>"
                + cells.map { "<td>\(Markup.escape($0))</td>" }.joined() + "</tr>\n"
        }
        return """
            <div class="wide"><table>
            <thead><tr>\(heads.map { "<th scope=\"col\">\($0)</th>" }.joined())</tr></thead>
            <tbody>
            \(rows.joined())</tbody>
            </table></div>

            """
    }

    private func section(_ title: String, _ content: String?) -> String { HTMLPage.section(title, content) }

    private var repairTimes: String {
        services.enumerated().compactMap { place, part in
            RepairTimeChart(part, id: "repair-\(place)").map {
                "<h3>\(Markup.escape(part.service))</h3>\n\($0.drawing.svg)"
            }
        }.joined()
    }

    private var remarkList: String {
        let items = sentences.map { "<li>\(Markup.escape($0))</li>\n" }.joined()
        return section("How the list was read", items.isEmpty ? "" : "<ul>\n\(items)</ul>\n")
    }
}
