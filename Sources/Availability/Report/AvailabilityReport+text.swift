extension AvailabilityReport {
    /// The report as plain text: the figures, how they were counted, and which rows were left out.
    public var text: String {
        let count = services.count == 1 ? "1 service" : "\(services.count) services"
        let head = "\(source): \(count); [lower, upper] at \(FigureText.percent(confidence))\n\n"
        return head + TextTable(figureRows).text + "\n" + TextTable(timeRows).text + remarks
    }

    private var figureRows: [[String]] {
        [["service", "incidents", "MTBF h", "MTTR min", "availability"]]
            + services.map { part in
                [
                    part.service,
                    "\(part.figures.incidents)",
                    FigureText.estimate(part.figures.mtbfSeconds, FigureText.hours),
                    FigureText.estimate(part.figures.mttrSeconds, FigureText.minutes),
                    FigureText.estimate(part.figures.availability, FigureText.share),
                ]
            }
    }

    private var timeRows: [[String]] {
        [["service", "up h", "down h", "faults / 1000 h up", "MTTR min, resampled", "from", "to"]]
            + services.map { part in
                [
                    part.service,
                    FigureText.hours(part.figures.uptimeSeconds),
                    FigureText.hours(part.figures.downtimeSeconds),
                    FigureText.estimate(part.figures.faultsPerHour, FigureText.perThousand),
                    FigureText.estimate(part.figures.mttrResampledSeconds, FigureText.minutes),
                    part.window.from.briefText,
                    part.window.to.briefText,
                ]
            }
    }

    private var remarks: String {
        let lines = sentences
        return lines.isEmpty ? "" : "\n" + lines.joined(separator: "\n") + "\n"
    }

    /// What a reader of the figures has to know about the list, one sentence a line.
    var sentences: [String] {
        var lines: [String] = []
        for part in services {
            for treatment in OutageTreatment.allCases where treatment != .counted && part.count(treatment) > 0 {
                let listed = part.outages.filter { $0.treatment == treatment }
                lines.append("\(part.service): \(Self.outages(listed)): \(treatment.summary)")
            }
            let open = part.outages.filter { $0.isOpen && [.counted, .merged].contains($0.treatment) }
            if !open.isEmpty {
                lines.append(
                    "\(part.service): \(Self.outages(open)): no end is noted; taken to last until the next outage or the window's end"
                )
            }
        }
        lines += readingSentences
        if !leftOut.isEmpty { lines.append("left out as asked: " + leftOut.joined(separator: ", ")) }
        for row in rejected.prefix(Self.listMax) { lines.append("line \(row.line) was not used: \(row.problem)") }
        if rejected.count > Self.listMax { lines.append("\(rejected.count - Self.listMax) more lines were not used") }
        return lines
    }

    /// Sentences about the reading of times and about maintenance.
    private var readingSentences: [String] {
        var lines = services.filter { $0.plannedSeconds > 0 }.map { part in
            "\(part.service): \(FigureText.hours(part.plannedSeconds)) h of its outages lie within planned maintenance, and are not "
                + "counted as down"
        }
        if reading.assumedUTC > 0 {
            let times = reading.assumedUTC == 1 ? "1 time names" : "\(reading.assumedUTC) times name"
            lines.append("\(times) no offset and were taken as UTC (--time-zone)")
        }
        if !reading.twice.isEmpty {
            let shown = reading.twice.prefix(5).map(String.init).joined(separator: ", ")
            lines.append(
                "lines \(shown)\(reading.twice.count > 5 ? ", …" : ""): the clocks of the zone show a time twice; the first was taken, "
                    + "or the second where an outage would end before it begins"
            )
        }
        if reading.notDown > 0 {
            lines.append("\(reading.notDown) rows say that something was up or not looked at, left out")
        }
        for row in rejectedMaintenance.prefix(Self.listMax) {
            lines.append("line \(row.line) of the maintenance list was not used: \(row.problem)")
        }
        return lines
    }

    /// The maximum number of rejected rows in the text; JSON lists all of them.
    static let listMax = 20

    private static func outages(_ listed: [TreatedOutage]) -> String {
        let lines = listed.compactMap(\.outage.line)
        let count = listed.count == 1 ? "1 outage" : "\(listed.count) outages"
        guard !lines.isEmpty else { return count }
        let shown = lines.prefix(5).map(String.init).joined(separator: ", ") + (lines.count > 5 ? ", …" : "")
        return "\(count) (\(lines.count == 1 ? "line" : "lines") \(shown))"
    }
}
