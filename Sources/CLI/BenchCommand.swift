import ArgumentParser
import Foundation
import Load

/// `tradewind bench`.
struct BenchCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bench",
        abstract: "Loads a running server and measures rate and latency, without coordinated omission.",
        discussion: """
            Loads: checkout, quote, browse, browse304, livez, mixed; `:hot` after one puts its first line on one SKU, and `:card` \
            pays its orders by card, at the server's own provider. With --rate requests arrive at their own times whatever the server does, and latency counts from the intended time. Without it every \
            connection sends the next request at once: a peak rate, whose latencies are those of a closed loop. With --prepare \
            the SKUs sku-00000 and on are made first, with plenty of stock.
            """
    )

    @Argument(help: "The load.")
    var load = "checkout"

    @OptionGroup var client: ClientOptions

    @Option(name: .long, help: "Requests a second; open arrivals.")
    var rate: Double?

    @Option(name: .long, help: "poisson or constant.")
    var arrivals = "poisson"

    @Option(name: .long, help: "Seconds to measure.")
    var duration = 10.0

    @Option(name: .long, help: "Seconds before measuring.")
    var warmup = 2.0

    @Option(name: .long, help: "Connections.")
    var connections = 64

    @Option(name: .long, help: "Threads of the generator.")
    var threads = 1

    @Option(name: .long, help: "SKUs to draw from.")
    var skus = 4000

    @Option(name: .long, help: "A hot SKU, or the share of requests on one, or both as sku:share.")
    var hot: String?

    @Option(name: .long, help: "How orders are paid: manual or card.")
    var payment: String?

    @Option(name: .long, help: "Loads to compare in rounds in one run, as in quote,checkout; ratios are to the first.")
    var compare: String?

    @Option(name: .long, help: "Rounds of a comparison.")
    var rounds = 5

    @Option(name: .long, help: "Writes a line for each acknowledged order: its key and its id.")
    var journal: String?

    @Option(name: .customLong("fsync-probe"), help: "Also measures the disk of that directory.")
    var fsyncProbe: String?

    @Option(name: .long, help: "Where the random numbers start.")
    var seed: UInt64 = 1

    @Flag(name: .long, help: "Makes the SKUs and their stock first; needs a key.")
    var prepare = false

    @Flag(name: .long, help: "Lists percentiles.")
    var percentiles = false

    @Flag(name: .customLong("allow-remote"), help: "Allows a server that is not on this machine.")
    var allowRemote = false

    @Flag(name: .long, help: "Prints the report as JSON.")
    var json = false

    func validate() throws {
        guard (0.1...86_400).contains(duration), (0...3600).contains(warmup) else {
            throw ValidationError("--duration takes 0.1 to 86400 seconds, and --warmup 0 to 3600")
        }
        guard rate.map({ (0.001...10_000_000).contains($0) }) ?? true else {
            throw ValidationError("--rate takes 0.001 to 10000000")
        }
    }

    func run() async throws {
        do {
            let progress = StageProgress()
            let report = try await Bench.run(try options()) { step in
                progress.tell(step.phase, done: step.answers, total: nil)
            }
            progress.end()
            print(json ? try report.json() : report.text())
            throw report.errors == 0 && report.answers > 0 ? ExitCode.success : ExitCode.failure
        } catch let code as ExitCode {
            throw code
        } catch let error as ValidationError {
            throw error
        } catch {
            throw Failure.exit("\(error)")
        }
    }

    private func options() throws -> BenchOptions {
        var options = BenchOptions(url: client.resolvedURL)
        options.key = try client.resolvedKey()
        options.load = try named(load)
        if let payment { options.load.payment = try paid(by: payment) }
        if let rate {
            guard let arrivals = BenchArrivals(rawValue: arrivals) else {
                throw ValidationError("--arrivals takes poisson or constant")
            }
            options.pace = .open(rate: rate, arrivals: arrivals)
        }
        options.duration = .seconds(duration)
        options.warmup = .seconds(warmup)
        options.connections = connections
        options.threads = threads
        options.skus = skus
        if let hot {
            guard let parsed = BenchHotSKU(hot) else {
                throw ValidationError("--hot takes a SKU, a share, or sku:share")
            }
            options.hot = parsed
        }
        options.compare = try compare.map { try $0.split(separator: ",").map { try named(String($0)) } } ?? []
        options.rounds = rounds
        options.journal = journal
        options.fsyncProbe = fsyncProbe
        options.seed = seed
        options.prepare = prepare
        options.percentiles = percentiles
        options.allowRemote = allowRemote
        return options
    }

    private func paid(by name: String) throws -> BenchLoad.Payment {
        guard let payment = BenchLoad.Payment(rawValue: name) else {
            throw ValidationError("--payment takes manual or card")
        }
        guard compare == nil else { throw ValidationError("a comparison names it with each load, as in checkout:card") }
        return payment
    }

    private func named(_ name: String) throws -> BenchLoad {
        guard let load = BenchLoad(name) else {
            let known = BenchLoad.Kind.allCases.map(\.rawValue).joined(separator: ", ")
            throw ValidationError("there is no load \(name); there are \(known)")
        }
        return load
    }
}
