import Foundation

/// The options of drills.
package struct DrillOptions: Sendable {
    /// What customers connect to.
    package enum FrontDoor: String, CaseIterable, Sendable, Codable {
        /// The replicas' shared socket; a customer tries once more, with the same key and on another connection.
        case socket
        /// HAProxy, which tries once more at another replica; a customer does not.
        case haproxy
    }

    /// The program to drill.
    package var program: String
    /// What customers connect to.
    package var frontDoor = FrontDoor.socket
    /// Whether to run the short forms.
    package var isShort = false
    /// Where the data directories are made.
    package var scratch = FileManager.default.temporaryDirectory.path
    /// Replicas of a shop.
    package var replicas = 2
    /// Seeds the load and the choice of victims.
    package var seed: UInt64 = 1
    /// The most requests a second before the fault; nil for half of the measured peak.
    package var rate: Double?

    /// How long the place of the backups is away; nil for eight seconds in short, and six minutes in full.
    package var awayFor: Duration?

    /// Drills of a program.
    package init(program: String) {
        self.program = program
    }

    /// An unused directory for one shop; not created yet.
    func freshDirectory() -> String { scratch + "/tradewind-drill-\(getpid())-\(UInt32.random(in: 0...UInt32.max))" }

    /// Seconds before the first fault, in which the calm figures are taken.
    var calmSeconds: Double { isShort ? 5 : 15 }

    /// How long the place of the backups is away.
    var away: Duration { awayFor ?? .seconds(isShort ? 8 : 360) }

    /// How often a customer tries again.
    var clientRetries: Int { frontDoor == .socket ? 1 : 0 }
}
