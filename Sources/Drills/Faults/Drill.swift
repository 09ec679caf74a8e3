// A drill breaks something on purpose in a shop of its own, made of real processes, while customers go on buying, and says what they
// saw of it. Nothing in a report is asserted: every figure is counted or timed.

/// A fault that is rehearsed.
package protocol Drill: Sendable {
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
    package var isDependable: Bool { true }

    /// None, unless a drill names one.
    package func obstacle(_ options: DrillOptions) -> String? { nil }

    /// Runs it, or says why it cannot be run here.
    ///
    /// - Throws: ``DrillError`` and the errors of the load and the audit, where it could not be run to its end.
    package func attempt(_ options: DrillOptions) async throws -> DrillReport {
        if let reason = obstacle(options) { return .skipped(name, options, because: reason) }
        return try await run(options)
    }
}
