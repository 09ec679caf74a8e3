// All components of a shop, in the order in which the documentation lists their routes. A new component needs one line here, one
// name, and a file that defines it.

import API
import Ledger
import Logging
import Providers
import Resilience
import ServiceLifecycle

extension Component {
    /// Every component.
    static func all(_ inputs: ComponentInputs) -> [Component] {
        [
            .storefront(inputs),
            .orders(inputs),
            .payments(inputs),
            .logistics(inputs),
            .webhooks(inputs),
            .operator(inputs),
        ]
    }
}

/// The components of a shop, and those that this process runs.
public struct ComponentSet: Sendable {
    private let inputs: ComponentInputs
    private let all: [Component]
    private let running: [RunningComponent]
    private let health: Health
    private let gate: AdmissionGate
    private let connections: OpenConnections
    private let requests: RequestMetrics
    private let ledger: LedgerMetrics
    private let recorder: OutcomeRecorder
    private let resting = RestingComponents()

    /// The components of a shop, of which those in `names` run here.
    public init(
        _ inputs: ComponentInputs,
        running names: Set<ComponentName>,
        health: Health,
        gate: AdmissionGate,
        connections: OpenConnections = OpenConnections(),
        requests: RequestMetrics,
        ledger: LedgerMetrics
    ) {
        self.connections = connections
        self.inputs = inputs
        self.health = health
        self.gate = gate
        self.requests = requests
        self.ledger = ledger
        recorder = OutcomeRecorder(
            ledger: inputs.shop.ledger,
            committer: inputs.shop.committer,
            inputs: inputs.availability,
            logger: inputs.logger
        )
        all = Component.all(inputs)
        running = all.filter { names.contains($0.name) }.map { [resting] in
            RunningComponent($0, logger: inputs.logger, resting: resting)
        }
    }

    /// Every route of the shop, the API's description included; routes of components that do not run here answer with a problem
    /// that says so.
    ///
    /// Health probes, metrics, the description and the list of components are always available.
    public func endpoints(version: String) -> [Endpoint] {
        let names = Set(running.map(\.component.name))
        let routes = all.flatMap { component in
            names.contains(component.name)
                ? component.endpoints : component.endpoints.map { $0.elsewhere(component.name) }
        }
        let own =
            ComponentRoutes(shop: inputs.shop, running: running, ledger: ledger).endpoints
            + ReplicaRoutes(replicas: inputs.replicas).endpoints
            + HealthRoutes(
                health: health,
                shop: inputs.shop,
                gate: gate,
                connections: connections,
                requests: requests,
                ledger: ledger,
                outcomes: recorder,
                archive: inputs.archive,
                running: running
            ).endpoints
        let described = (routes + own).map { route in
            var route = route
            route.refusals = RouteRefusals.kinds(route.id)
            if route.isAboutOneOrder, route.method != .get { route.refusals.append(Endpoint.orderArchived) }
            return route
        }
        return described
            + DescriptionRoutes.endpoints(describing: described, schemas: Schemas.all, version: version)
    }

    /// All background services of this process.
    public func services() -> [any Service] {
        // Starts first and ends last: requests are counted until the last one is answered.
        [WorkerSupervisor(recorder, logger: inputs.logger)]
            + [CanaryWorker(committer: inputs.shop.committer, health: health)] + running.flatMap(\.supervisors)
    }

    /// From now on workers of these components are not restarted after a failure; those of all others are.
    ///
    /// - Parameter names: names of components; unknown names are ignored.
    public func rest(_ names: [String]) {
        resting.set(names)
    }

    /// Failures of workers since the start, by component; components without failures are left out.
    public var workerFailures: [String: Int64] {
        running.reduce(into: [:]) { failures, component in
            let count = component.supervisors.reduce(0) { $0 + $1.status.state.restarts }
            if count > 0 { failures[component.component.name.rawValue] = Int64(count) }
        }
    }

    /// Releases the components' resources, after the services have ended.
    public func close() async {
        for component in running { await component.component.close() }
    }
}
