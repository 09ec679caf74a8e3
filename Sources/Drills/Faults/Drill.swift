// A drill injects a fault into a shop of its own, made of real processes, while customers are buying, and reports the effects.
// Every figure in a report is counted or measured.

/// A fault that is rehearsed.
package protocol Drill: Sendable {
    /// Its name on the command line.
    var name: String { get }
    /// The fault, in a line.
    var summary: String { get }
    /// Whether it belongs to the short set, which runs with the tests.
    var isDependable: Bool { get }
    /// Why it cannot run on this machine; nil where it can.
    func obstacle(_ options: DrillOptions) -> String?
    /// Runs to the end.
    ///
    /// Takes minutes.
    ///
    /// - Throws: ``DrillError`` where it could not run; a bad result is in the report.
    func run(_ options: DrillOptions) async throws -> DrillReport
}

extension Drill {
    /// True by default.
    package var isDependable: Bool { true }

    /// None by default.
    package func obstacle(_ options: DrillOptions) -> String? { nil }

    /// Runs the drill, or reports why it cannot run on this machine.
    ///
    /// - Throws: ``DrillError`` and the errors of the load and the audit, where it could not be completed.
    package func attempt(_ options: DrillOptions) async throws -> DrillReport {
        if let reason = obstacle(options) { return .skipped(name, options, because: reason) }
        return try await run(options)
    }
}
