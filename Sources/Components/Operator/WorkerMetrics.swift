import Ledger
import Trading

extension RunningComponent {
    /// Writes the metrics of all workers and their dependencies, in Prometheus' text format.
    ///
    /// - Parameter oldest: the due time of the longest waiting task of each kind; nil where the ledger does not answer.
    static func write(
        _ running: [RunningComponent],
        oldest: [TaskKind: Timestamp]?,
        now: Timestamp,
        to text: inout String
    ) {
        text += "# HELP tradewind_component Whether this process runs the component.\n"
        text += "# TYPE tradewind_component gauge\n"
        let names = Set(running.map(\.component.name))
        for name in ComponentName.allCases {
            text += "tradewind_component{component=\"\(name.rawValue)\"} \(names.contains(name) ? 1 : 0)\n"
        }
        for figure in WorkerFigure.all {
            text += "# HELP \(figure.name) \(figure.help)\n# TYPE \(figure.name) \(figure.type)\n"
            for component in running {
                for supervisor in component.supervisors {
                    guard let value = figure.value(supervisor.status.state, now) else { continue }
                    let labels =
                        "component=\"\(component.component.name.rawValue)\",worker=\"\(supervisor.worker.name)\""
                    text += "\(figure.name){\(labels)} \(value)\n"
                }
            }
        }
        if let oldest {
            text += "# HELP tradewind_task_oldest_due_seconds For how long the longest due task of a kind has waited.\n"
            text += "# TYPE tradewind_task_oldest_due_seconds gauge\n"
            for kind in running.flatMap({ $0.component.workers.flatMap(\.kinds) }) {
                let age = oldest[kind].map { Double(max(0, now.milliseconds - $0.milliseconds)) / 1000 } ?? 0
                text += "tradewind_task_oldest_due_seconds{kind=\"\(kind.name)\"} \(age)\n"
            }
        }
        writeDependencies(running, to: &text)
    }

    private static func writeDependencies(_ running: [RunningComponent], to text: inout String) {
        let all = running.flatMap { component in
            component.component.dependencies().map { (component.component.name, $0) }
        }
        guard !all.isEmpty else { return }
        text += "# HELP tradewind_dependency_in_flight Calls under way to something outside the shop.\n"
        text += "# TYPE tradewind_dependency_in_flight gauge\n"
        for (component, dependency) in all {
            let labels = "component=\"\(component.rawValue)\",dependency=\"\(dependency.name)\""
            text += "tradewind_dependency_in_flight{\(labels)} \(dependency.inFlight)\n"
        }
        text += "# HELP tradewind_dependency_breaker Where the circuit breaker stands; 1 for the state that holds.\n"
        text += "# TYPE tradewind_dependency_breaker gauge\n"
        for (component, dependency) in all {
            guard let breaker = dependency.breaker else { continue }
            let labels = "component=\"\(component.rawValue)\",dependency=\"\(dependency.name)\",state=\"\(breaker)\""
            text += "tradewind_dependency_breaker{\(labels)} 1\n"
        }
    }
}

/// One metric of every worker.
private struct WorkerFigure: Sendable {
    let name: String
    let type: String
    let help: String
    let value: @Sendable (WorkerStatus.State, Timestamp) -> String?

    static let all: [WorkerFigure] = [
        WorkerFigure(
            name: "tradewind_worker_rounds_total",
            type: "counter",
            help: "Rounds of a worker that went well."
        ) { state, _ in "\(state.rounds)" },
        WorkerFigure(
            name: "tradewind_worker_restarts_total",
            type: "counter",
            help: "How often a worker failed and was started again."
        ) { state, _ in "\(state.restarts)" },
        WorkerFigure(
            name: "tradewind_worker_failed_tasks_total",
            type: "counter",
            help: "Tasks that failed and stayed due."
        ) { state, _ in "\(state.failedTasks)" },
        WorkerFigure(
            name: "tradewind_worker_in_flight",
            type: "gauge",
            help: "Tasks under way."
        ) { state, _ in "\(state.inFlight)" },
        WorkerFigure(
            name: "tradewind_worker_last_success_age_seconds",
            type: "gauge",
            help: "Since a round last went well."
        ) { state, now in
            state.lastSuccess.map { "\(Double(now.milliseconds - $0.milliseconds) / 1000)" }
        },
    ]
}
