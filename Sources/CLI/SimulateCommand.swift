import ArgumentParser
import Foundation
import JSON
import Ledger
import Simulation

/// `tradewind simulate`.
struct SimulateCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "simulate",
        abstract: "Runs shops in virtual time, with everything going wrong, and looks for what must not be.",
        discussion: """
            Each seed is a shop of its own: its orders, providers, carrier, crashes, stalls, lost and repeated messages all follow \
            from it. The first thing that must not be is told with what happened before it; the same seed and the same commit \
            show it again. The exit code is 0 only if every shop was sound. The digest stands for every row that the shops left, in \
            any order of the seeds: a commit that decides and writes the same as another has the same.
            """
    )

    @Option(name: .long, help: "How many seeds.")
    var seeds: UInt64 = 100

    @Option(name: .long, help: "The first seed.")
    var from: UInt64 = 1

    @Option(name: .long, help: "Orders of each shop.")
    var orders = 8

    @Option(name: .long, help: "A bug to plant: droppedIdempotency, secondAttempt or unfencedRecord.")
    var plant: String?

    @Flag(name: .customLong("clock-jumps"), help: "The machine's clock jumps, forward and back.")
    var clockJumps = false

    @Flag(name: .long, help: "Prints the result as JSON.")
    var json = false

    func validate() throws {
        guard (1...100_000_000).contains(seeds), from <= UInt64.max - seeds, (1...100).contains(orders) else {
            throw ValidationError("--seeds takes 1 to 100000000, and --orders 1 to 100")
        }
        guard plant == nil || bug != nil else {
            let known = PlantedBug.allCases.map(\.rawValue).joined(separator: ", ")
            throw ValidationError("--plant takes one of \(known)")
        }
    }

    private var bug: PlantedBug? { plant.flatMap(PlantedBug.init) }

    func run() async throws {
        let (orders, bug, jumps) = (orders, bug, clockJumps)
        let started = ContinuousClock.now
        var result = SimulationResult()
        let options = { @Sendable (seed: UInt64) in
            SimulationOptions(seed: seed, orders: orders, clockJumps: jumps, bug: bug)
        }
        let width = ProcessInfo.processInfo.activeProcessorCount
        await Simulator.run(from..<from + seeds, width: width, options: options) { report in
            result.add(report)
            return report.violation == nil
        }
        result.seconds = (ContinuousClock.now - started).seconds
        print(json ? result.json : result.text)
        // A shop that placed no order was not tested.
        if result.failure != nil || result.runs < Int64(seeds) || result.orders == 0 { throw ExitCode.failure }
    }
}

/// The result of several runs.
private struct SimulationResult {
    var runs: Int64 = 0
    var steps: Int64 = 0
    var commits: Int64 = 0
    var orders: Int64 = 0
    var calls: Int64 = 0
    var crashes: Int64 = 0
    var pauses: Int64 = 0
    /// The sum of the digests, which does not depend on the order in which runs end.
    var digest: UInt64 = 0
    var seconds = 0.0
    var failure: SimulationReport?

    mutating func add(_ report: SimulationReport) {
        runs += 1
        steps += Int64(report.tally.steps)
        commits += Int64(report.tally.commits)
        orders += Int64(report.tally.orders)
        calls += Int64(report.tally.calls)
        crashes += Int64(report.tally.crashes)
        pauses += Int64(report.tally.pauses)
        digest &+= report.digest
        if failure == nil, report.violation != nil { failure = report }
    }

    var text: String {
        let counts = """
            \(runs) shops in \(Int64(seconds.rounded())) s: \(orders) orders, \(commits) transactions, \(calls) calls outside, \
            \(crashes) crashes, \(pauses) stalls; digest \(String(digest, radix: 16))
            """
        return failure.map { "\(counts)\n\($0)" } ?? "\(counts); all sound"
    }

    var json: String {
        var json = JSONWriter()
        json.beginObject()
        json.member("runs", runs)
        json.member("steps", steps)
        json.member("commits", commits)
        json.member("orders", orders)
        json.member("calls", calls)
        json.member("crashes", crashes)
        json.member("pauses", pauses)
        json.member("digest", String(digest, radix: 16))
        json.member("milliseconds", Int64(seconds * 1000))
        json.member("failingSeed", failure?.options.seed.description)
        json.member("rule", failure?.violation?.rule.rawValue)
        json.member("detail", failure?.violation?.detail)
        if let violation = failure?.violation {
            json.key("log")
            json.array { json in for line in violation.log { json.string(line) } }
        }
        json.endObject()
        return String(decoding: json.bytes, as: UTF8.self)
    }
}
