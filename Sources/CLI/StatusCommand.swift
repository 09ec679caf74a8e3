import ArgumentParser
import Availability
import Foundation
import JSON
import Ledger
import LedgerEngines
import PlainText
import Replicas

/// `tradewind status`.
struct StatusCommand: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "status",
        abstract: "Tells how the replicas of a data directory stand, and what their supervisor did.",
        discussion: """
            Everything comes from the processes themselves, and works while the API does not. Without a supervisor the replicas are \
            listed that still run.

            Exit codes: 0 a supervisor lives, a replica serves, and the ledger is not damaged as far as is known; 1 otherwise.
            """
    )

    @Option(name: .long, help: ArgumentHelp("The data directory.", valueName: "dir"))
    var data: String

    @Flag(name: .long, help: "Prints one JSON object.")
    var json = false

    @Flag(name: .long, help: "Goes on telling, every second.")
    var watch = false

    func run() async throws {
        let client = SupervisorClient(data: data)
        try ShopDirectory.require(in: data)
        while true {
            let bytes = client.status()
            let status = try SupervisorStatus(bytes)
            let location = LedgerLocation(path: data + "/tradewind.db")
            let (damage, checks) = (location.damage.read(), location.checks.read())
            let heading = Self.words(damage, checked: checks)
            let document = Self.document(bytes, LedgerCondition(damage, checks))
            let text = json ? String(decoding: document, as: UTF8.self) : status.table + "\n\n" + heading
            let shown = text.linesForTerminal
            // Moves the cursor to the top left corner and clears the screen below.
            let isShown = Terminal.show(watch && !json ? "\u{1B}[H\u{1B}[2J\(shown)\n" : "\(shown)\n")
            guard isShown else { return }
            guard watch else {
                guard status.isGood, damage == nil else { throw ExitCode.failure }
                return
            }
            try await Task.sleep(for: .seconds(1))
        }
    }
}

extension StatusCommand {
    /// The condition of the ledger, for people.
    fileprivate static func words(_ damage: DamageFinding?, checked: CheckTimes) -> String {
        if let damage { return "THE LEDGER IS DAMAGED, and only read until `tradewind restore`: \(damage)" }
        return checked.quick.map { "The ledger was found sound at \($0)." } ?? "The ledger was not checked yet."
    }

    /// The supervisor's document, which is an object with members, and the condition of the ledger as one more member.
    fileprivate static func document(_ bytes: [UInt8], _ condition: LedgerCondition) -> [UInt8] {
        var json = JSONWriter()
        json.object { json in
            json.key("ledger")
            condition.write(to: &json)
        }
        let end = bytes.lastIndex(of: UInt8(ascii: "}")) ?? bytes.endIndex
        return bytes[..<end] + [UInt8(ascii: ",")] + json.bytes.dropFirst()
    }
}

extension SupervisorStatus {
    /// Whether the shop is open and looked after.
    var isGood: Bool { supervisor.isAlive && !serving.isEmpty }

    /// The status for people.
    var table: String {
        var parts = [heading, replicaTable]
        if !crashLoops.isEmpty { parts.append("Crash in a loop: " + crashLoops.joined(separator: ", ")) }
        if !recoveries.isEmpty { parts.append("Last recoveries\n" + recoveryTable) }
        return parts.joined(separator: "\n\n")
    }

    private var heading: String {
        guard supervisor.isAlive else { return "No supervisor runs on this data directory." }
        let up = Self.time(supervisor.uptimeMs)
        // A supervisor of an earlier version does not say.
        let quarantine =
            supervisor.quarantines == false
            ? ";\nrequests that end replicas cannot be told apart, and none is refused" : ""
        return """
            Supervisor \(supervisor.pid ?? 0), version \(supervisor.version ?? ""), \(supervisor.state ?? "") for \(up), \
            port \(supervisor.port ?? 0), release \(supervisor.release ?? "");
            \(supervisor.wanted ?? 0) replicas wanted, \(supervisor.restarts ?? 0) crashed or hung\(quarantine)
            """
    }

    private var replicaTable: String {
        guard !replicas.isEmpty else { return "No replica runs." }
        let names = [
            "REPLICA", "PID", "STATE", "AGE", "HEARD", "CPU", "MEMORY", "REQUESTS", "ERRORS", "RELEASE", "VERSION",
            "LAG",
            "CANARY", "IN FLIGHT", "DESCRIPTORS",
        ]
        let rows = replicas.map { replica in
            [
                replica.id, "\(replica.pid)", replica.state, Self.time(replica.uptimeMs),
                Self.time(replica.heartbeatAgeMs), replica.cpuPercent.map { "\($0) %" } ?? "-",
                replica.residentBytes.map { "\($0 >> 20) MiB" } ?? "-", Self.number(replica.requests),
                Self.number(replica.errors), replica.release, replica.version ?? "-", Self.time(replica.eventLoopLagMs),
                Self.time(replica.canaryAgeMs), Self.number(replica.inFlight), Self.number(replica.descriptors),
            ]
        }
        return Self.columns([names] + rows)
    }

    private var recoveryTable: String {
        recoveries.suffix(10).map { recovery in
            TextList.entry(
                "\(recovery.at)  \(recovery.replica)",
                "\(recovery.cause): \(recovery.action); \(recovery.result ?? "not over yet")"
            )
        }.joined(separator: "\n")
    }

    private static func number(_ number: Int?) -> String { number.map { "\($0)" } ?? "-" }

    private static func time(_ milliseconds: Int?) -> String {
        guard let milliseconds else { return "-" }
        let seconds = milliseconds / 1000
        switch seconds {
        case ..<10: return "\(milliseconds) ms"
        case ..<120: return "\(seconds) s"
        case ..<7200: return "\(seconds / 60) min"
        default: return "\(seconds / 3600) h"
        }
    }

    private static func columns(_ rows: [[String]]) -> String {
        String(TextTable(rows, .left, width: Terminal.width).text.dropLast())
    }
}
