extension AvailabilityReport {
    /// The report as one page that needs nothing else: no script, no font, no network.
    ///
    /// It follows the reader's light or dark.
    public var html: String {
        """
        <!doctype html>
        <html lang="en">
        <head>
        <meta charset="utf-8">
        <meta name="viewport" content="width=device-width, initial-scale=1">
        <meta name="color-scheme" content="light dark">
        <title>Availability: \(Markup.escape(source))</title>
        <style>\(Self.style)</style>
        </head>
        <body>
        <main>
        <h1>Availability</h1>
        <p>From \(Markup.escape(source)). Brackets are intervals at \(FigureText.percent(confidence)). MTBF is the mean up time between \
        incidents, MTTR the mean time from the first bad moment to recovery; availability is MTBF / (MTBF + MTTR).</p>
        \(figureTable)\(section("Outages over time", TimelineChart(services)?.drawing.svg))\
        \(section("Availability with its interval", AvailabilityChart(services)?.drawing.svg))\
        \(section("Repair times", repairTimes))\(remarkList)</main>
        </body>
        </html>

        """
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

    private func section(_ title: String, _ content: String?) -> String {
        content.map { $0.isEmpty ? "" : "<section>\n<h2>\(title)</h2>\n\($0)</section>\n" } ?? ""
    }

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

    private static let style = """

        :root { --ink: #1b1f24; --soft: #57606a; --page: #ffffff; --line: #d0d7de; --window: #e8eef5; --down: #b42318; --bar: #1f5fa8 }
        @media (prefers-color-scheme: dark) {
        :root { --ink: #e6edf3; --soft: #9aa5b1; --page: #0f141a; --line: #343d47; --window: #1e2833; --down: #ff8577; --bar: #79b8ff }
        }
        body { margin: 0; background: var(--page); color: var(--ink); font: 15px/1.5 system-ui, sans-serif }
        main { max-width: 1000px; margin: 0 auto; padding: 24px }
        h1 { font-size: 24px } h2 { font-size: 18px; margin-top: 32px } h3 { font-size: 15px; margin: 20px 0 0 }
        p, li { color: var(--soft) }
        .wide { overflow-x: auto }
        table { border-collapse: collapse; font-size: 13px; font-variant-numeric: tabular-nums }
        th, td { padding: 6px 10px; border-bottom: 1px solid var(--line); text-align: right; white-space: nowrap }
        th:first-child { text-align: left }
        svg { display: block; width: 100%; height: auto; font-size: 12px }
        text { fill: var(--ink) } .first { text-anchor: start } .middle { text-anchor: middle } .last { text-anchor: end }
        .grid { stroke: var(--line) } .window { fill: var(--window) } .down { fill: var(--down) } .bar, .value { fill: var(--bar) }
        .interval { stroke: var(--bar); stroke-width: 2 }

        """
}
