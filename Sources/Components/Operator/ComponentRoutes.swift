import API
import Hummingbird
import JSON
import Ledger
import Trading

/// The components of this process, and their state.
struct ComponentRoutes {
    let shop: Shop
    let running: [RunningComponent]
    let ledger: LedgerMetrics

    var endpoints: [Endpoint] {
        [
            Endpoint(
                .get,
                "/v1/components",
                id: "listComponents",
                tag: "Health",
                "The components that this process runs, their workers, what they depend on, and the ledger's condition",
                access: .scope(.operatorRead),
                responses: [ResponseKind(200, "ComponentList", "The components of the process that answers.")],
                handler: list
            )
        ]
    }

    private func list(_ call: Call) async throws(Problem) -> Response {
        _ = try call.query([])
        let kinds = running.flatMap { $0.component.workers.flatMap(\.kinds) }
        let now = Timestamp.now
        let condition = ledger.condition()
        let oldest = try await shop.read { (view) throws(LedgerFailure) in try view.oldestDue(kinds, at: now) }
        return .json { json in
            json.object { json in
                json.key("components")
                json.array { json in for component in running { component.write(oldest, now, to: &json) } }
                if let condition {
                    json.key("ledger")
                    condition.write(to: &json)
                }
            }
        }
    }
}

extension LedgerView {
    /// The due time of the longest waiting task of each kind; kinds without a due task are left out.
    func oldestDue(_ kinds: [TaskKind], at now: Timestamp) throws(LedgerFailure) -> [TaskKind: Timestamp] {
        var found: [TaskKind: Timestamp] = [:]
        for kind in kinds { found[kind] = try dueTasks(kind, at: now, limit: 1).first?.due }
        return found
    }
}

extension RunningComponent {
    fileprivate func write(_ oldest: [TaskKind: Timestamp], _ now: Timestamp, to json: inout JSONWriter) {
        json.object { json in
            json.member("name", component.name.rawValue)
            json.member("isResting", isResting)
            json.key("workers")
            json.array { json in for supervisor in supervisors { supervisor.write(oldest, now, to: &json) } }
            json.key("dependencies")
            json.array { json in
                for dependency in component.dependencies() {
                    json.object { json in
                        json.member("name", dependency.name)
                        json.member("breaker", dependency.breaker)
                        json.member("inFlight", dependency.inFlight)
                        if let limit = dependency.limit { json.member("limit", limit) }
                    }
                }
            }
        }
    }
}

extension WorkerSupervisor {
    fileprivate func write(_ oldest: [TaskKind: Timestamp], _ now: Timestamp, to json: inout JSONWriter) {
        let state = status.state
        json.object { json in
            json.member("name", worker.name)
            json.member("lastSuccess", state.lastSuccess)
            json.member("rounds", state.rounds)
            json.member("restarts", state.restarts)
            json.member("failedTasks", state.failedTasks)
            json.member("inFlight", state.inFlight)
            json.key("tasks")
            json.array { json in
                for kind in worker.kinds {
                    json.object { json in
                        json.member("kind", kind.name)
                        let age = oldest[kind].map { max(0, now.milliseconds - $0.milliseconds) } ?? 0
                        json.member("oldestDueMs", age)
                    }
                }
            }
        }
    }
}
