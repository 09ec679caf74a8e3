import ArgumentParser
import Foundation
import Probe

/// `tradewind probe`.
struct ProbeCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "probe",
        abstract: "Shops at a running server once a second, like a buyer, and tells it how that went.",
        discussion: """
            A round browses, fills a cart, places an order and cancels it. The product is the prober's own (its SKU begins with \
            probe-); it is put and stocked at the start. Where the payment sandbox is the only provider the order is paid by card, \
            otherwise not at all. What is seen is told at POST /v1/availability/probes; while no server answers it is kept, for a day, \
            and told when the door opens again. So `tradewind availability` knows of outages that no server could record.

            With --data the key is that of the shop's own prober, kept in DATA/run/probe.key, and made where there is none: so \
            `tradewind up --probe` starts it.

            Its key needs operator:write, catalogue:write, stock:write and orders:write, or admin. Only with such a key are its \
            requests counted apart from those of buyers. It runs until it is interrupted.
            """
    )

    @OptionGroup var client: ClientOptions

    @Option(name: .long, help: ArgumentHelp("The shop's data directory, instead of a key.", valueName: "dir"))
    var data: String?

    @Option(name: .long, help: "Seconds from one round to the next.")
    var interval = 1.0

    @Option(name: .long, help: "Seconds that an answer is waited for.")
    var timeout = 2.0

    @Option(name: .long, help: "How many rounds; for ever otherwise.")
    var rounds: Int?

    @Option(name: .long, help: "The product's SKU; two probers of one shop take two.")
    var sku = "probe-1"

    @Option(name: .long, help: "The currency of its price.")
    var currency = "GBP"

    func validate() throws {
        guard (0.1...3600).contains(interval), (0.1...60).contains(timeout) else {
            throw ValidationError("--interval takes 0.1 to 3600, and --timeout 0.1 to 60")
        }
        guard rounds ?? 1 > 0 else { throw ValidationError("--rounds counts from 1") }
        let name = sku.dropFirst("probe-".count)
        let isPlain = name.utf8.allSatisfy { (0x30...0x39).contains($0) || (0x61...0x7A).contains($0) || $0 == 0x2D }
        guard sku.hasPrefix("probe-"), (1...32).contains(name.count), isPlain else {
            throw ValidationError("--sku takes probe- and up to 32 small letters, digits and dashes")
        }
    }

    func run() async throws {
        let key = if let data { try await ProbeKey.find(data) } else { try client.requiredKey() }
        var options = ProbeOptions(url: client.resolvedURL, key: key)
        options.interval = .seconds(interval)
        options.timeout = .seconds(timeout)
        options.rounds = rounds
        options.sku = sku
        options.currency = currency
        do {
            try await Prober.run(options) { round in
                guard let failure = round.failure else { return }
                Terminal.tell("\(round.at) failed, \(round.failures) running: \(failure)\n")
            }
        } catch {
            throw Failure.exit("\(error)")
        }
    }
}
