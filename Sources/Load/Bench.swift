import Foundation

/// The load generator.
package enum Bench {
    /// What a run tells while it goes on.
    package struct Progress: Sendable {
        /// What is being done, as in `preparing` or `checkout`.
        package var phase: String
        /// Answers of any status so far in this phase.
        package var answers: Int
        /// Requests without an answer so far in this phase.
        package var failures: Int
    }

    /// Runs to the end and reports; cancelling the task stops the run within a fraction of a second, with what was measured.
    ///
    /// `progress` is called about once a second for each thread, from the generator's threads, and must not block.
    /// Throws `BenchError` if it could not run; wrong answers of the server do not throw but are in the report.
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
