// A drill breaks something on purpose in a shop of its own, made of real processes, while customers go on buying, and says what they
// saw of it. Nothing in a report is asserted: every figure is counted or timed.

/// A fault that is rehearsed.
public protocol Drill: Sendable {
    /// Its name on the command line.
    var name: String { get }
    /// What is done, in a line.
    var summary: String { get }
    /// Whether it belongs to the short set, which is run with the tests.
    var isDependable: Bool { get }
    /// Why it cannot be run here; nil where it can.
    func obstacle(_ options: DrillOptions) -> String?
    /// Runs to the end.
    ///
    /// - Throws: ``DrillError`` where it could not be run; a shop that does badly does not throw but is in the report.
    func run(_ options: DrillOptions) async throws -> DrillReport
}

extension Drill {
    /// True, unless a drill says otherwise.
    public var isDependable: Bool { true }

    /// None, unless a drill names one.
    public func obstacle(_ options: DrillOptions) -> String? { nil }
}

/// All drills.
public enum Drills {
    /// Those of real processes, in the order in which `drill all` runs them.
    public static let all: [any Drill] = [
        KillReplicaDrill(), PauseReplicaDrill(), KillSupervisorDrill(), RollingRestartDrill(),
        BadReleaseDrill(), FailingReleaseDrill(), OverloadDrill(), FlashSaleDrill(), FullDiskDrill(), SlowDiskDrill(),
        PaymentOutageDrill(), CarrierOutageDrill(), MemoryLeakDrill(), AutoscaleDrill(), PoisonRequestDrill(),
        LeasePauseDrill(),
    ]

    /// Runs a drill, or says why it cannot be run here.
    ///
    /// - Throws: ``DrillError`` and the errors of the load and the audit, where it could not be run to its end.
    public static func run(_ drill: any Drill, _ options: DrillOptions) async throws -> DrillReport {
        if let reason = drill.obstacle(options) { return .skipped(drill, options, because: reason) }
        return try await drill.run(options)
    }

    /// Ends every process that a drill of this process started, for a drill that is interrupted.
    public static func sweep() { DrillShop.sweepAll() }
}

/// Why a drill could not be run.
public struct DrillError: Error, Hashable, Sendable, CustomStringConvertible {
    /// What went wrong.
    public let description: String

    init(_ description: String) {
        self.description = description
    }
}
