// A component is a part of the shop that is run, stopped and scaled alone: its routes, and the work that it does in the
// background. Components do not call one another, they meet in the ledger; so one that is away delays its own work and nothing
// else. Which of them a process runs is chosen when it starts.

import API
import Ledger
import Providers

/// The name of a component, as `--components` and `GET /v1/components` say it.
public enum ComponentName: String, Hashable, Sendable, CaseIterable {
    /// Browsing: products, stock, carts.
    case storefront
    /// Orders, returns and credits, and the end of reservations.
    case orders
    /// The payment desk.
    case payments
    /// The delivery desk.
    case logistics
    /// Telling others what happened.
    case webhooks
    /// Customers, the event feed, figures of availability, and keeping the ledger's growth bounded.
    case `operator`
}

/// One component of a shop.
public struct Component: Sendable {
    /// Its name.
    public let name: ComponentName
    /// Its routes.
    public let endpoints: [Endpoint]
    /// What it does in the background; each is supervised on its own.
    public let workers: [any Worker]
    /// What it depends on outside the shop, as it stands now; asked for by `GET /v1/components` and `/metrics`.
    public let dependencies: @Sendable () -> [DependencyStatus]
    /// Lets go of what it holds, once its workers have ended.
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

/// How something that a component depends on looks from here.
public struct DependencyStatus: Hashable, Sendable {
    /// Its name, from a bounded set: it is a label of metrics.
    public let name: String
    /// Where its circuit breaker stands, as in `closed`; nil where there is none.
    public let breaker: String?
    /// Calls under way.
    public let inFlight: Int
    /// The most calls at once; nil where they are not bounded here.
    public let limit: Int?

    /// The state of a dependency.
    public init(_ name: String, breaker: String? = nil, inFlight: Int = 0, limit: Int? = nil) {
        self.name = name
        self.breaker = breaker
        self.inFlight = inFlight
        self.limit = limit
    }

    /// The state of a provider, as its guard has it.
    init(_ name: String, _ standing: ProviderStanding?) {
        self.init(name, breaker: standing?.breaker, inFlight: standing?.inFlight ?? 0, limit: standing?.limit)
    }
}

extension Endpoint {
    /// The route in a process that does not run its component: anyone is told so.
    ///
    /// 404 and not 503: no waiting will make this process serve it. The code tells it from a thing that does not exist.
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
            outcomes: outcomes,
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
