extension AvailabilityReport {
    /// The report as plain text: the figures, how they were counted, and what was left out of them.
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
                    part.window.from.description,
                    part.window.to.description,
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
        if !leftOut.isEmpty { lines.append("left out as asked: " + leftOut.joined(separator: ", ")) }
        for row in rejected.prefix(Self.listMax) { lines.append("line \(row.line) was not used: \(row.problem)") }
        if rejected.count > Self.listMax { lines.append("\(rejected.count - Self.listMax) more lines were not used") }
        return lines
    }

    /// The most rejected rows that are listed as text; JSON has them all.
    static let listMax = 20

    private static func outages(_ listed: [TreatedOutage]) -> String {
        let lines = listed.compactMap(\.outage.line)
        let count = listed.count == 1 ? "1 outage" : "\(listed.count) outages"
        guard !lines.isEmpty else { return count }
        let shown = lines.prefix(5).map(String.init).joined(separator: ", ") + (lines.count > 5 ? ", …" : "")
        return "\(count) (\(lines.count == 1 ? "line" : "lines") \(shown))"
    }
}
