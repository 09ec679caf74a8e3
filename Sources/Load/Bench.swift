import Foundation

/// The load generator.
package enum Bench {
    /// The progress of a run.
    package struct Progress: Sendable {
        /// The current phase, such as `preparing` or `checkout`.
        package var phase: String
        /// Answers of any status so far in this phase.
        package var answers: Int
        /// Requests without an answer so far in this phase.
        package var failures: Int
    }

    /// Runs to the end and reports; cancelling the task stops the run within a fraction of a second, with the measurements so
    /// far.
    ///
    /// - Parameter progress: called about once a second for each thread, from the generator's threads; must not block.
    /// - Throws: `BenchError` if it could not run; wrong answers of the server are in the report.
    package static func run(
        _ options: BenchOptions,
        progress: (@Sendable (Progress) -> Void)? = nil
    ) async throws -> BenchReport {
        try options.validate()
        let control = BenchControl()
        return try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                Thread.detachNewThread {
                    continuation.resume(
                        with: Result {
                            try BenchSession(options, control: control, progress: progress).run()
                        }
                    )
                }
            }
        } onCancel: {
            control.stop()
        }
    }
}
