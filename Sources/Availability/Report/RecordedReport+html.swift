extension RecordedReport {
    /// The report as one self-contained page: no script, no font, no network.
    public var html: String {
        let alerts = budget.alerts.map { "<li>\(Markup.escape($0))</li>\n" }.joined()
        let repairs = HTMLPage.chart(RepairTimeChart(service, id: "repair")?.drawing)
        return HTMLPage.page(
            title: "Availability: \(source)",
            body: """
                <h1>Availability</h1>
                <p>From \(Markup.escape(source)), \(window.from.briefText) to \(window.to.briefText), held against an objective of \
                \(FigureText.share(budget.objective)). Brackets are intervals at \(FigureText.percent(confidence)).</p>
                \(HTMLPage.section("Firing", alerts.isEmpty ? nil : "<ul>\n\(alerts)</ul>\n"))\
                \(HTMLPage.table(availabilityRows))\
                \(HTMLPage.section("Worst windows", HTMLPage.table(windowRows)))\
                \(HTMLPage.section("Outages over time", HTMLPage.chart(TimelineChart([service])?.drawing)))\
                \(HTMLPage.section("Figures of the service", HTMLPage.table(figureRows)))\
                \(HTMLPage.section("Availability with its interval", HTMLPage.chart(AvailabilityChart([service])?.drawing)))\
                \(HTMLPage.section("Error budget", HTMLPage.table(budgetRows)))\
                \(HTMLPage.section("Requests by class", HTMLPage.table(classRows)))\
                \(HTMLPage.section("Component faults", HTMLPage.table(componentRows)))\
                \(HTMLPage.section("Incidents", incidentRows.count > 1 ? HTMLPage.table(incidentRows) : nil))\
                \(HTMLPage.section("Repair times", repairs))
                """
        )
    }
}
