import Ledger
import ServiceLifecycle

/// Background work of a component.
///
/// A worker is stateless between runs: whatever must be kept is in the ledger, so that it may end anywhere and be started again,
/// here or in another process.
public protocol Worker: Sendable {
    /// Its name in metrics, logs and `GET /v1/components`.
    var name: String { get }
    /// The kinds of tasks that it does.
    var kinds: [TaskKind] { get }

    /// Works until the service is shut down; whatever it throws ends this run, and the supervisor starts another.
    ///
    /// - Parameter status: told of every round that went well.
    func run(_ status: WorkerStatus) async throws
}

extension Worker {
    /// No tasks.
    public var kinds: [TaskKind] { [] }
}
