import Ledger
import ServiceLifecycle

/// Background work of a component.
///
/// A worker is stateless between runs: all state that must be kept is in the ledger, so a run may end anywhere and another one
/// may start here or in another process.
public protocol Worker: Sendable {
    /// Its name in metrics, logs and `GET /v1/components`.
    var name: String { get }
    /// The kinds of tasks that it performs.
    var kinds: [TaskKind] { get }

    /// Works until the service is shut down; an error ends this run, and the supervisor starts another.
    ///
    /// - Parameter status: must be notified of every successful round.
    func run(_ status: WorkerStatus) async throws
}

extension Worker {
    /// No tasks.
    public var kinds: [TaskKind] { [] }
}
