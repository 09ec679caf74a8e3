// Figures of requests, by route and status. Labels come from the list of endpoints and the list of statuses, never from what a
// client sends, so their number is bounded.

import Synchronization

/// Whose doing it is that a request was answered as it was, where it was not answered well.
public enum Blame: Hashable, Sendable {
    /// The server's: something is wrong with it.
    case server
    /// That of all clients together: there was too much to do.
    case load
    /// Its own client's, whatever the status says, such as a deadline of its own.
    case client
}

/// The figures of one route.
public final class RouteMeter: Sendable {
    static let statuses = [
        200, 201, 202, 204, 304, 400, 401, 403, 404, 405, 409, 412, 413, 415, 422, 429, 431, 500, 501, 503, 507,
    ]
    let route: String
    let time = Histogram(bounds: Histogram.timeBounds)
    let counts: [Counter]
    /// Those among the answers with a 5xx status that are their clients' doing, and those that are the load's.
    fileprivate let (ofClients, ofLoad) = (Counter(), Counter())

    init(_ route: String) {
        self.route = route
        counts = (0...Self.statuses.count).map { _ in Counter() }
    }

    /// Counts a request.
    public func record(status: Int, seconds: Double, blame: Blame = .server) {
        if status >= 500 {
            switch blame {
            case .server: break
            case .load: ofLoad.add()
            case .client: ofClients.add()
            }
        }
        counts[Self.statuses.firstIndex(of: status) ?? Self.statuses.count].add()
        time.record(seconds)
    }
}

/// The figures of all routes.
public final class RequestMetrics: Sendable {
    private let meters = Mutex<[String: RouteMeter]>([:])

    /// No routes yet.
    public init() {}

    /// The meter of a route.
    public func meter(for route: String) -> RouteMeter {
        meters.withLock { meters in
            if let meter = meters[route] { return meter }
            let meter = RouteMeter(route)
            meters[route] = meter
            return meter
        }
    }

    /// Questions of a balancer: a 503 to one of them is its answer, and no fault.
    private static let probes: Set<String> = ["livez", "readyz", "startupz"]

    /// Totals of requests but for probes.
    public struct Totals: Sendable {
        /// Those that were answered.
        public fileprivate(set) var answered = 0
        /// Those answered with a 5xx status, and not for their client's own doing.
        public fileprivate(set) var failed = 0
        /// Of these those that were refused for the load alone.
        public fileprivate(set) var shed = 0
        /// Those that were answered so for their client's own doing: with a 5xx status, or because it asks too often.
        public fileprivate(set) var ofClients = 0
    }

    /// What was answered so far.
    public var totals: Totals {
        meters.withLock { meters in
            meters.values.reduce(into: Totals()) { totals, meter in
                if Self.probes.contains(meter.route) { return }
                totals.failed -= meter.ofClients.total
                totals.ofClients += meter.ofClients.total
                totals.shed += meter.ofLoad.total
                for (index, counter) in meter.counts.enumerated() {
                    totals.answered += counter.total
                    guard index < RouteMeter.statuses.count else { continue }
                    if RouteMeter.statuses[index] >= 500 { totals.failed += counter.total }
                    if RouteMeter.statuses[index] == 429 { totals.ofClients += counter.total }
                }
            }
        }
    }

    /// Writes all figures in Prometheus' text format.
    public func write(to text: inout String) {
        let all = meters.withLock { $0.values.sorted { $0.route < $1.route } }
        text += "# HELP tradewind_requests_total Requests answered, by route and status.\n"
        text += "# TYPE tradewind_requests_total counter\n"
        for meter in all {
            for (index, counter) in meter.counts.enumerated() where counter.total > 0 {
                let status = index < RouteMeter.statuses.count ? "\(RouteMeter.statuses[index])" : "other"
                text += "tradewind_requests_total{route=\"\(meter.route)\",status=\"\(status)\"} \(counter.total)\n"
            }
        }
        text +=
            "# HELP tradewind_request_seconds The server's own time for a request, by route: from its last byte to its answer, without waits that clients asked for.\n"
        text += "# TYPE tradewind_request_seconds histogram\n"
        for meter in all where meter.counts.contains(where: { $0.total > 0 }) {
            meter.time.write("tradewind_request_seconds", labels: "route=\"\(meter.route)\"", to: &text)
        }
    }
}
