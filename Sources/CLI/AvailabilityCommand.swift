import ArgumentParser
import Availability
import Components
import Foundation
import Ledger
import LedgerEngines
import Replicas
import Server
import Trading

/// `tradewind availability`.
struct AvailabilityCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "availability",
        abstract:
            "Tells MTBF, MTTR, fault rate and availability of a shop, or from a list of outages, each with its interval.",
        discussion: """
            With --data it reports on what the shop recorded of itself; also beside a running server. The window goes from 30 days \
            ago, or the first record, until the last ten seconds that are complete, unless --from and --to say otherwise.

            With --outages it reads a list: CSV with a header, a column for the service (service, site, monitor …; the file's name \
            without one), one for the start of each outage (down, start, started_at …) and one for its end (up, end, resolved_at …), \
            as RFC 3339 or seconds since 1970; instead of the end, a duration that names its unit (duration_minutes). Exports of \
            UptimeRobot, Pingdom, Statuspage and the like are understood. Times without an offset are taken as UTC, or as local times \
            of --time-zone. The file may be compressed with gzip or xz. Each service is told over the window from \
            its first outage's start to its last one's end, unless --from and --to say otherwise. Rows that cannot be used are listed \
            with their line, and the exit code is then 1.

            Planned maintenance is not counted as down: with --maintenance what lies within the times of a list like that of outages \
            (of all services where it has no column for them), and rows whose column planned or maintenance says yes.
            """
    )

    @Option(name: .long, help: ArgumentHelp("The data directory of the shop.", valueName: "dir"))
    var data: String?

    @Option(name: .long, help: ArgumentHelp("A JSON file with settings. [env: TRADEWIND_CONFIG]", valueName: "file"))
    var config: String?

    @Option(name: .long, help: "What is aimed at, in per cent. (default: availability.objective)")
    var objective: Double?

    @Option(name: .long, help: ArgumentHelp("A list of outages, instead.", valueName: "file"))
    var outages: String?

    @Option(name: .long, help: ArgumentHelp("A list of planned maintenance, with start and end.", valueName: "file"))
    var maintenance: String?

    @Option(
        name: .long,
        help: ArgumentHelp("The zone of times without an offset, as in Europe/Berlin.", valueName: "zone")
    )
    var timeZone: String?

    @OptionGroup var file: SourceOptions

    @Option(name: .long, help: ArgumentHelp("Of the list, only this service; may be repeated.", valueName: "name"))
    var service: [String] = []

    @Option(name: .long, help: ArgumentHelp("Of the list, not this service; may be repeated.", valueName: "name"))
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
        guard (data == nil) != (outages == nil) else { throw ValidationError("either --data or --outages is needed") }
        guard data == nil || service.isEmpty && leaveOut.isEmpty else {
            throw ValidationError("--service and --leave-out go with --outages")
        }
        guard outages != nil || maintenance == nil else { throw ValidationError("--maintenance goes with --outages") }
        guard timeZone == nil || zone != nil else {
            throw ValidationError(
                "--time-zone \(timeZone ?? "") is unknown; Europe/Berlin and America/New_York are known"
            )
        }
        guard outages == nil || objective == nil && config == nil else {
            throw ValidationError("--objective and --config go with --data")
        }
        guard objective.map({ $0 > 0 && $0 < 100 }) ?? true else {
            throw ValidationError("--objective lies between 0 and 100")
        }
    }

    private var zone: TimeZone? { timeZone.flatMap(TimeZone.init(identifier:)) }

    func run() async throws {
        let (from, to) = (try time(from), try time(to))
        do {
            if let outages {
                try tell(try report(onList: outages, from: from, to: to))
            } else if let data {
                try tell(try await report(onRecords: data, from: from, to: to))
            }
        } catch let code as ExitCode {
            throw code
        } catch {
            throw Failure.exit(Failure.words(error))
        }
    }

    /// A report in its three formats.
    private struct Forms {
        let text: String
        let json: Data
        let html: String
        /// Whether the whole list was readable.
        var isWhole = true
    }

    private func report(onList path: String, from: Timestamp?, to: Timestamp?) throws -> Forms {
        var options = AvailabilityReportOptions()
        options.only = service
        options.leaveOut = leaveOut
        options.from = from
        options.to = to
        options.confidence = confidence
        let source = URL(fileURLWithPath: path).lastPathComponent
        var reading = OutageReading(zone: zone, now: .now)
        func list(_ path: String) throws -> OutageList {
            try OutageFile.read(path, encoding: file.encoding, separator: file.separatorByte, reading: reading)
        }
        let outages = try list(path)
        reading.isMaintenance = true
        options.maintenance = try maintenance.map(list)
        let report = try AvailabilityReport(outages, source: source, options: options)
        let isWhole = report.rejected.isEmpty && report.rejectedMaintenance.isEmpty
        return Forms(text: report.text, json: try report.json(), html: report.html, isWhole: isWhole)
    }

    private func report(onRecords data: String, from: Timestamp?, to: Timestamp?) async throws -> Forms {
        if let from, let to, from > to { throw AvailabilityReportRefusal.reversedWindow(from: from, to: to) }
        let settingsFile = config ?? ProcessInfo.processInfo.environment["TRADEWIND_CONFIG"]
        let settings = try await ServerSettings(data: data, host: "127.0.0.1", port: 0, file: settingsFile)
        try ShopDirectory.require(settings)
        var options = RecordedReportOptions()
        options.confidence = confidence
        options.objective = objective.map { $0 / 100 } ?? settings.objective
        let records = try await Self.records(settings, from: from, to: to)
        let report = records.report(source: data, options: options)
        return Forms(text: report.text, json: try report.json(), html: report.html)
    }

    private static func records(
        _ settings: ServerSettings,
        from: Timestamp?,
        to: Timestamp?
    ) async throws(LedgerFailure) -> RecordedAvailability.Records {
        let ledger = try settings.ledger.inspect()
        do throws(LedgerFailure) {
            let records = try await RecordedAvailability.records(
                of: ledger,
                noted: FaultJournal(data: settings.data).noted(),
                from: from,
                to: to
            )
            await ledger.close()
            return records
        } catch {
            await ledger.close()
            throw error
        }
    }

    private func tell(_ report: Forms) throws {
        if let html { try Data(report.html.utf8).write(to: URL(fileURLWithPath: html)) }
        print(json ? String(decoding: report.json, as: UTF8.self) : report.text, terminator: json ? "\n" : "")
        // A figure from a part of a list must not look like one from the whole list.
        if !report.isWhole { throw ExitCode.failure }
    }

    private func time(_ text: String?) throws -> Timestamp? {
        guard let text else { return nil }
        do throws(TimestampProblem) {
            return try TimestampReader(zone: zone).read(text).time
        } catch {
            throw ValidationError("\(text) is not a time as in 2026-11-01T00:00:00Z: \(error.description)")
        }
    }
}
