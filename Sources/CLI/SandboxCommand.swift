import ArgumentParser
import Foundation
import Logging
import NIOCore
import Providers
import Sandbox

/// `tradewind sandbox`.
struct SandboxCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "sandbox",
        abstract: "Runs a payment provider or a carrier to try things with, in a process of its own.",
        discussion: """
            A sandbox keeps its own durable list, which a shop's books can be held against, and fails on demand: with --fault from \
            the start, and while it runs with PUT /faults. Its API is described in docs/sandbox.md.
            """,
        subcommands: [SandboxPaymentsCommand.self, SandboxDeliveriesCommand.self]
    )
}

/// `tradewind sandbox payments`.
struct SandboxPaymentsCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "payments",
        abstract: "Runs the payment sandbox until it is interrupted."
    )

    @OptionGroup var sandbox: SandboxRunOptions

    @Option(
        name: .customLong("fee-basis-points"),
        help: "The share of a charge that is kept, in hundredths of a percent."
    )
    var feeBasisPoints: Int64 = 0

    @Option(name: .customLong("fee-fixed"), help: "What is kept of each charge besides, in minor units.")
    var feeFixed: Int64 = 0

    func validate() throws {
        guard (0...10_000).contains(feeBasisPoints), (0...1_000_000).contains(feeFixed) else {
            throw ValidationError("--fee-basis-points takes 0 to 10000, and --fee-fixed 0 to 1000000")
        }
    }

    func run() async throws {
        var options = try sandbox.options(.payments)
        options.fees = FeeRule(basisPoints: feeBasisPoints, fixed: feeFixed)
        try await sandbox.run(options)
    }
}

/// `tradewind sandbox deliveries`.
struct SandboxDeliveriesCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "deliveries",
        abstract: "Runs the delivery sandbox until it is interrupted."
    )

    @OptionGroup var sandbox: SandboxRunOptions

    @Option(name: .long, help: "Seconds of a parcel's life in one second.")
    var speed = 1.0

    func validate() throws {
        guard (0.001...10_000_000).contains(speed) else {
            throw ValidationError("--speed takes 0.001 to 10000000")
        }
    }

    func run() async throws {
        var options = try sandbox.options(.deliveries)
        options.speed = speed
        try await sandbox.run(options)
    }
}

/// The options of both sandboxes.
struct SandboxRunOptions: ParsableArguments {
    @Option(name: .long, help: ArgumentHelp("The folder of its list; made if it is missing.", valueName: "dir"))
    var data: String

    @Option(name: .long, help: "The address to listen at.")
    var host = "127.0.0.1"

    @Option(name: .long, help: "The port to listen at; 0 takes a free one, which is printed.")
    var port = 0

    @Option(name: .customLong("webhook-url"), help: "Where webhooks go.")
    var webhookURL: String?

    @Option(
        name: .customLong("webhook-secret"),
        help:
            "What webhooks are signed with: whsec_ and base64, or @FILE with it. [env: TRADEWIND_SANDBOX_WEBHOOK_SECRET]"
    )
    var webhookSecret: String?

    @Option(name: .long, help: "Where the random numbers of the faults start.")
    var seed: UInt64 = 1

    @Option(
        name: .customLong("fault"),
        help: ArgumentHelp(
            "A fault: kind=probability[:shape][:milliseconds], as latency=0.2:tail:100; may be repeated.",
            valueName: "rule"
        )
    )
    var faults: [String] = []

    @Option(name: .customLong("log-level"), help: "trace, debug, info, notice, warning, error or critical.")
    var logLevel = "info"

    func validate() throws {
        guard (0...65_535).contains(port) else { throw ValidationError("--port takes 0 to 65535") }
        guard Logger.Level(rawValue: logLevel) != nil else {
            throw ValidationError("--log-level takes \(Logger.Level.allCases.map(\.rawValue).joined(separator: ", "))")
        }
    }

    func options(_ kind: SandboxOptions.Kind) throws -> SandboxOptions {
        var options = SandboxOptions(kind, data: data)
        options.host = host
        options.port = port
        options.seed = seed
        options.webhookURL = webhookURL
        if let text = webhookSecret ?? ProcessInfo.processInfo.environment["TRADEWIND_SANDBOX_WEBHOOK_SECRET"] {
            guard let secret = WebhookSecret(try SecretArgument.read(text, of: "--webhook-secret").reveal()) else {
                throw ValidationError("--webhook-secret takes whsec_ and the base64 of 24 to 64 bytes")
            }
            options.webhookSecret = secret
        }
        guard webhookURL == nil || options.webhookSecret != nil else {
            throw ValidationError("--webhook-url needs --webhook-secret")
        }
        for text in faults {
            guard let (kind, rule) = FaultRule.parse(text), options.knownFaults.contains(kind) else {
                let known = FaultKind.allCases.filter(options.knownFaults.contains).map(\.rawValue)
                throw ValidationError(
                    "--fault \(text): it takes kind=probability; kinds are \(known.joined(separator: ", "))"
                )
            }
            options.faults[kind] = rule
        }
        return options
    }

    func run(_ options: SandboxOptions) async throws {
        FileModes.forOwnerOnly()
        var logger = Logger(label: "sandbox") { LineLogHandler($0, .text) }
        logger.logLevel = Logger.Level(rawValue: logLevel) ?? .info
        let logged = logger
        do {
            try await SandboxServer(options, logger: logger).run { port in
                let url = "http://\(options.host):\(port)"
                Terminal.show("\(url)\n")
                logged.info("serving \(url) (sandbox \(options.kind.rawValue))")
            }
        } catch let error as IOError where error.errnoCode == EADDRINUSE {
            throw Failure.exit("port \(port) is taken: stop what listens there, or choose another with --port")
        } catch {
            throw Failure.exit("\(error)")
        }
    }
}
