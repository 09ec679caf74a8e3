import ArgumentParser
import Drills
import Foundation

/// `tradewind drill`.
struct DrillCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "drill",
        abstract: "Breaks a shop of its own on purpose, while customers go on buying, and tells what they saw of it.",
        discussion: """
            Each drill starts a shop of real processes in a scratch directory, stocks it, measures its peak, lets customers come at \
            half of it with arrivals that do not wait for answers, breaks something, and afterwards holds every answer that customers \
            got against the ledger, and audits that. Nothing is left running.

            Drills: \(DrillList.everyone.map { "\($0.name) (\($0.summary))" }.joined(separator: "; ")).

            Exit codes: 0 every bound was kept; 1 one was broken, a drill failed, or none of those named can be run here.
            """
    )

    @Argument(help: "A drill, or all.")
    var name: String

    @Flag(
        name: .customLong("counts-only"),
        help: "A broken bound on a time or a rate is told, but does not fail the command: for a busy machine."
    )
    var countsOnly = false

    @Flag(name: .long, help: "The short forms; with all, only those that a busy machine does not upset.")
    var short = false

    @Option(name: .customLong("front-door"), help: "socket or haproxy.")
    var frontDoor = DrillOptions.FrontDoor.socket

    @Option(
        name: .long,
        help: ArgumentHelp("A file that each report is appended to, as a line of JSON.", valueName: "file")
    )
    var json: String?

    @Option(name: .long, help: "Replicas of a shop.")
    var replicas = 2

    @Option(name: .long, help: "Operations a second; half of the measured peak where it is not given.")
    var rate: Double?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "How long backup-place has its place away; 8 in the short form and 360 otherwise.",
            valueName: "seconds"
        )
    )
    var away: Int?

    @Option(name: .long, help: "Where the random numbers start.")
    var seed: UInt64 = 1

    @Option(name: .long, help: ArgumentHelp("Where the shops are made.", valueName: "dir"))
    var scratch: String?

    @Option(name: .long, help: ArgumentHelp("The program that is drilled. (default: this one)", valueName: "path"))
    var program: String?

    func validate() throws {
        guard name == "all" || DrillList.everyone.contains(where: { $0.name == name }) else {
            throw ValidationError(
                "there is no drill \(name); there are all, \(DrillList.everyone.map(\.name).joined(separator: ", "))"
            )
        }
        guard (1...16).contains(replicas) else { throw ValidationError("--replicas takes 1 to 16") }
        guard away.map({ (1...86_400).contains($0) }) ?? true else {
            throw ValidationError("--away takes 1 to 86400 seconds")
        }
        guard rate.map({ (1...1_000_000).contains($0) }) ?? true else {
            throw ValidationError("--rate takes 1 to 1000000")
        }
    }

    func run() async throws {
        var options = DrillOptions(
            program: try program ?? FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe")
        )
        options.frontDoor = frontDoor
        options.isShort = short
        options.replicas = replicas
        options.rate = rate
        options.awayFor = away.map { .seconds($0) }
        options.seed = seed
        if let scratch { options.scratch = scratch }
        let interrupts = DrillInterrupts()
        defer { interrupts.end() }
        var reports: [DrillReport] = []
        var hasFailed = false
        for drill in chosen {
            do {
                let report = try await drill.attempt(options)
                reports.append(report)
                print(report.text)
                if let json { try Self.append(try report.line(), to: json) }
            } catch {
                hasFailed = true
                _ = Failure.exit("drill \(drill.name): \(error)")
            }
        }
        if reports.count > 1 { print(DrillReport.table(reports)) }
        // Skipped drills are reported; if no drill ran at all, the command fails.
        guard !hasFailed, reports.contains(where: { $0.skipped == nil }),
            reports.allSatisfy({ countsOnly ? $0.areCountsKept : $0.isKept })
        else {
            throw ExitCode.failure
        }
    }

    private var chosen: [any Drill] {
        guard name == "all" else { return DrillList.everyone.filter { $0.name == name } }
        return DrillList.everyone.filter { !short || $0.isDependable }
    }

    private static func append(_ line: String, to path: String) throws {
        if !FileManager.default.fileExists(atPath: path) {
            guard FileManager.default.createFile(atPath: path, contents: nil) else {
                throw Failure.exit("cannot write \(path)")
            }
        }
        let file = try FileHandle(forWritingTo: URL(fileURLWithPath: path))
        defer { try? file.close() }
        try file.seekToEnd()
        try file.write(contentsOf: Data("\(line)\n".utf8))
    }
}

extension DrillOptions.FrontDoor: ExpressibleByArgument {}

/// Ends the processes of a drill that is interrupted.
private struct DrillInterrupts {
    private let sources: [any DispatchSourceSignal]

    init() {
        sources = [SIGINT, SIGTERM].map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler {
                DrillProcess.sweepAll()
                exit(128 + number)
            }
            source.resume()
            return source
        }
    }

    func end() {
        for source in sources { source.cancel() }
    }
}
