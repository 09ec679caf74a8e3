import Logging

/// A component that runs in this process.
struct RunningComponent: Sendable {
    let component: Component
    let supervisors: [WorkerSupervisor]
    private let resting: RestingComponents

    init(_ component: Component, logger: Logger, resting: RestingComponents) {
        self.component = component
        self.resting = resting
        let name = component.name.rawValue
        supervisors = component.workers.map { WorkerSupervisor($0, logger: logger) { resting.contains(name) } }
    }

    /// Whether its workers are not restarted after a failure.
    var isResting: Bool { resting.contains(component.name.rawValue) }
}
