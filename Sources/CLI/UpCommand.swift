import ArgumentParser
import Foundation
import Logging
import Replicas
import Server
import Supervision

/// `tradewind up`.
struct UpCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "up",
        abstract: "Keeps a shop open on this machine: several servers on one port, and somebody who looks after them.",
        discussion: """
            The port is held by the supervisor and shared by its replicas, each a `tradewind serve`. One that crashes is replaced at \
            once, one that hangs is aborted and replaced, one that grows beyond its ceiling is replaced before it drains; a release \
            that crashes in a loop is started ever more seldom, and said to. Replicas outlive a killed supervisor and serve on; \
            the next `up` on the same data directory adopts them.

            With --front-door haproxy customers connect to HAProxy, which is started and looked after too, by a configuration in \
            DATA/run. It asks every replica whether it is ready, and sends a request that has no answer to another replica: a GET, or \
            one with an Idempotency-Key.

            With the setting backup.place the shop is archived there, by a process that is looked after, too; see `tradewind backup --help`.

            With --probe a prober shops through the front door once a second, is looked after like the replicas, and so makes outages \
            known that no replica could record. Its key is made on the first start and kept in DATA/run/probe.key.

            SIGTERM, or Ctrl-C, lets every replica finish what is under way; a second one kills them. `tradewind status` tells how \
            everything stands, `tradewind restart` rolls the replicas without a request lost.
            """
    )

    @OptionGroup var options: ServeOptions

    @Option(name: .long, help: "How many replicas there are.")
    var replicas: Int?

    @Option(name: .customLong("min"), help: "How many replicas there are at least.")
    var least: Int?

    @Option(name: .customLong("max"), help: "How many replicas there are at most.")
    var most: Int?

    @Option(
        name: .long,
        help: ArgumentHelp(
            "Memory that a replica may take, in MiB; at 85 % of it the replica is replaced. (default: its share of the machine's)",
            valueName: "mib"
        )
    )
    var memory: Int?

    @Option(
        name: .customLong("front-door"),
        help:
            "What customers connect to: socket, which the replicas share, or haproxy, which tries again at another replica."
    )
    var frontDoor = FrontDoorKind.socket

    @Flag(name: .long, help: "Keeps a prober shopping through the front door; see `tradewind probe --help`.")
    var probe = false

    @Option(
        name: .customLong("probe-url"),
        help: "Where it shops. (default: the front door; with a certificate an address is needed that it is for)"
    )
    var probeURL: String?

    /// What customers connect to.
    enum FrontDoorKind: String, CaseIterable, ExpressibleByArgument {
        case socket
        case haproxy
    }

    /// The default number of replicas: with two, one serves while the other starts.
    private static let usual = 2

    private var range: ClosedRange<Int> {
        get throws {
            if let replicas {
                guard least == nil, most == nil else {
                    throw ValidationError("--replicas stands alone, or --min and --max")
                }
                guard (1...64).contains(replicas) else { throw ValidationError("--replicas takes 1 to 64") }
                return replicas...replicas
            }
            let least = least ?? min(Self.usual, most ?? Self.usual)
            let most = most ?? max(Self.usual, least)
            guard 1 <= least, least <= most, most <= 64 else {
                throw ValidationError("--min and --max take 1 to 64, and --min is not above --max")
            }
            return least...most
        }
    }

    func validate() throws {
        _ = try range
        guard memory.map({ $0 >= 16 }) ?? true else { throw ValidationError("--memory takes 16 MiB or more") }
    }

    func run() async throws {
        FileModes.forOwnerOnly()
        let host = options.host
        do {
            let settings = try await options.settings()
            let logger = options.logger(settings)
            for warning in settings.warnings { logger.warning("\(warning)") }
            // A mistake with which no replica could start is reported once, here.
            try await ShopServer.check(settings, logger: logger)
            try ShopServer.makeDirectory(settings.data)
            let door = try haproxy(settings, logger)
            door?.open()
            defer { door?.close() }
            let plan = try plan(settings, behind: door)
            let prober = try prober(settings, plan, logger)
            defer { prober?.close() }
            let archiver = archiver(settings, plan, logger)
            defer { archiver?.close() }
            let (data, probeURL) = (settings.data, probeURL)
            try await SupervisorThread.run(plan, logger: logger) { port in
                let served = door?.port ?? port
                logger.info("serving \(settings.scheme)://\(host):\(served) (documentation at /docs)")
                prober?.open(["probe", "--data", data, "--url", probeURL ?? "http://\(Self.reachable(host)):\(served)"])
            }
        } catch SupervisorRefusal.system(let error) where error.code == EADDRINUSE {
            throw Failure.portTaken(options.port)
        } catch {
            throw Failure.exit(Failure.words(error))
        }
    }

    private func prober(
        _ settings: ServerSettings,
        _ plan: SupervisorPlan,
        _ logger: Logger
    ) throws -> Companion? {
        guard probe else { return nil }
        guard probeURL != nil || settings.scheme == "http" else {
            throw Failure.exit("with a certificate --probe takes --probe-url, an address that the certificate is for")
        }
        return Companion("prober", data: settings.data, program: plan.program, logger: logger)
    }

    /// The archiver of a shop that has a place for backups, which begins at once: it waits for the ledger by itself.
    private func archiver(_ settings: ServerSettings, _ plan: SupervisorPlan, _ logger: Logger) -> Companion? {
        guard settings.hasBackups else { return nil }
        let archiver = Companion("archiver", data: settings.data, program: plan.program, logger: logger)
        archiver.open(
            ["backup", "run"] + options.data.arguments + ["--log-level", options.logLevel],
            // What is committed meanwhile is lost with the disk.
            pauses: CrashLoop.Settings(base: .milliseconds(100), cap: .seconds(5))
        )
        return archiver
    }

    /// The address at which this machine reaches a server that listens on `host`.
    private static func reachable(_ host: String) -> String {
        switch host {
        case "0.0.0.0": "127.0.0.1"
        case "::": "[::1]"
        default: host.contains(":") ? "[\(host)]" : host
        }
    }

    private func haproxy(_ settings: ServerSettings, _ logger: Logger) throws -> HAProxyDoor? {
        guard frontDoor == .haproxy else { return nil }
        return try HAProxyDoor(
            data: settings.data,
            host: settings.host,
            port: settings.port,
            replicas: try range.upperBound,
            logger: logger
        )
    }

    private func plan(_ settings: ServerSettings, behind door: HAProxyDoor?) throws -> SupervisorPlan {
        let range = try range
        let share = MachineMemory.bytes / Int64(range.upperBound)
        var plan = SupervisorPlan(
            data: settings.data,
            host: settings.host,
            // Behind HAProxy the shared socket only identifies the supervisor; each replica has a port of its own.
            port: door == nil ? settings.port : 0,
            replicas: range,
            program: try FileManager.default.destinationOfSymbolicLink(atPath: "/proc/self/exe"),
            arguments: options.replicaArguments
                + (door.map { ["--own-ports", $0.replicaPorts.map(String.init).joined(separator: ",")] } ?? []),
            settings: options.data.file,
            version: ShopServer.version,
            drainFor: settings.drainTime + .seconds(5),
            memoryBytes: memory.map { Int64($0) << 20 } ?? share,
            scaling: settings.scaling
        )
        plan.archive = settings.hasBackups ? settings.archiveStanding() : nil
        return plan
    }
}
