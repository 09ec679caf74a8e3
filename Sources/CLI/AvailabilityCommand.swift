import ArgumentParser
import Availability
import Foundation

/// `tradewind availability`.
struct AvailabilityCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "availability",
        abstract: "Tells MTBF, MTTR, fault rate and availability from a list of outages, each with its interval.",
        discussion: """
            The list is CSV with a header: a column for the service (service, site, monitor …; the file's name without one), one for \
            the start of each outage (down, start, started_at …) and one for its end (up, end, resolved_at …), as RFC 3339 or seconds \
            since 1970. The file may be compressed with gzip or xz. Each service is told over the window from its first outage's \
            start to its last one's end, unless --from and --to say otherwise. Rows that cannot be used are listed with their line.
            """
    )

    @Option(name: .long, help: ArgumentHelp("The list of outages.", valueName: "file"))
    var outages: String

    @Option(name: .long, help: ArgumentHelp("Only this service; may be repeated.", valueName: "name"))
    var service: [String] = []

    @Option(name: .long, help: ArgumentHelp("Not this service; may be repeated.", valueName: "name"))
    var leaveOut: [String] = []

    @Option(name: .long, help: "From when, as in 2026-11-01T00:00:00Z; outages are clipped to it.")
    var from: String?

    @Option(name: .long, help: "Until when.")
    var to: String?

    @Option(name: .long, help: "How sure the intervals are, between 0 and 1.")
    var confidence = 0.9

    @Flag(name: .long, help: "Prints the report as JSON.")
    var json = false

    @Option(name: .long, help: ArgumentHelp("Also writes the report as a page with charts.", valueName: "file"))
    var html: String?

    func validate() throws {
        guard confidence > 0, confidence < 1 else { throw ValidationError("--confidence lies between 0 and 1") }
    }

    func run() throws {
        let options = try options()
        do {
            let report = try AvailabilityReport(
                try list(),
                source: URL(fileURLWithPath: outages).lastPathComponent,
                options: options
            )
            if let html { try Data(report.html.utf8).write(to: URL(fileURLWithPath: html)) }
            print(json ? String(decoding: try report.json(), as: UTF8.self) : report.text, terminator: json ? "\n" : "")
        } catch {
            throw Failure.exit(Failure.words(error))
        }
    }

    /// Where the outages come from; what the ledger has recorded is to be told here too.
    private func list() throws -> OutageList {
        try OutageFile.read(outages)
    }

    private func options() throws -> AvailabilityReportOptions {
        var options = AvailabilityReportOptions()
        options.only = service
        options.leaveOut = leaveOut
        options.from = try moment(from)
        options.to = try moment(to)
        options.confidence = confidence
        return options
    }

    private func moment(_ text: String?) throws -> Moment? {
        guard let text else { return nil }
        guard let moment = Moment(text) else {
            throw ValidationError("\(text) is not a time as in 2026-11-01T00:00:00Z")
        }
        return moment
    }
}
