// A component is a part of the shop that can be run, stopped and scaled separately: its routes, and its background work.
// Components do not call one another; they share the ledger. So a component that is down delays only its own work. Each process
// chooses at its start which components it runs.

import API
import Ledger
import Providers

/// The name of a component in `--components` and `GET /v1/components`.
public enum ComponentName: String, Hashable, Sendable, CaseIterable {
    /// Browsing: products, stock, carts.
    case storefront
    /// Orders, returns and credits, and the end of reservations.
    case orders
    /// The payment desk.
    case payments
    /// The delivery desk.
    case logistics
    /// Webhooks.
    case webhooks
    /// Customers, the event feed, availability figures, and pruning of the ledger.
    case `operator`
}

/// One component of a shop.
public struct Component: Sendable {
    /// Its name.
    public let name: ComponentName
    /// Its routes.
    public let endpoints: [Endpoint]
    /// Its background workers; each has a supervisor of its own.
    public let workers: [any Worker]
    /// The current state of its external dependencies, for `GET /v1/components` and `/metrics`; must not block.
    public let dependencies: @Sendable () -> [DependencyStatus]
    /// Releases its resources, after its workers have ended.
    public let close: @Sendable () async -> Void

    /// A component.
    public init(
        _ name: ComponentName,
        endpoints: [Endpoint] = [],
        workers: [any Worker] = [],
        dependencies: @escaping @Sendable () -> [DependencyStatus] = { [] },
        close: @escaping @Sendable () async -> Void = {}
    ) {
        self.name = name
        self.endpoints = endpoints
        self.workers = workers
        self.dependencies = dependencies
        self.close = close
    }
}

/// The state of an external dependency, as this process sees it.
public struct DependencyStatus: Hashable, Sendable {
    /// Its name, from a bounded set, since it is a metric label.
    public let name: String
    /// The state of its circuit breaker, such as `closed`; nil where there is none.
    public let breaker: String?
    /// Calls in progress.
    public let inFlight: Int
    /// The most concurrent calls; nil where there is no limit.
    public let limit: Int?

    /// The state of a dependency.
    public init(_ name: String, breaker: String? = nil, inFlight: Int = 0, limit: Int? = nil) {
        self.name = name
        self.breaker = breaker
        self.inFlight = inFlight
        self.limit = limit
    }

    /// The state of a provider, from its guard.
    init(_ name: String, _ standing: ProviderStanding?) {
        self.init(name, breaker: standing?.breaker, inFlight: standing?.inFlight ?? 0, limit: standing?.limit)
    }
}

extension Endpoint {
    /// The route in a process that does not run its component: every request gets a problem that says so.
    ///
    /// 404 and not 503, since waiting does not help. The code distinguishes it from an object that does not exist.
    func elsewhere(_ component: ComponentName) -> Endpoint {
        Endpoint(
            method,
            path,
            id: id,
            tag: tag,
            summary,
            access: .anyone,
            parameters: parameters,
            body: body,
            responses: responses,
            problems: problems
        ) { (_) throws(Problem) in
            throw Problem(
                .notFound,
                "not_served_here",
                "this process does not run the component \(component.rawValue); another one of the shop does"
            )
        }
    }
}
