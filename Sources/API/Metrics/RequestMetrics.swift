// Metrics of requests, by route and status. Labels come from the list of endpoints and the list of statuses, never from a client,
// so their number is bounded.

import Synchronization

/// Who is responsible for a bad answer.
public enum Blame: Hashable, Sendable {
    /// The server.
    case server
    /// All clients together: overload.
    case load
    /// The client itself, whatever the status says, for example by its own deadline.
    case client
}

/// The metrics of one route.
///
/// Thread-safe, without locks.
public final class RouteMeter: Sendable {
    static let statuses = [
        200, 201, 202, 204, 304, 400, 401, 403, 404, 405, 409, 412, 413, 415, 422, 429, 431, 500, 501, 503, 507,
    ]
    let route: String
    let time = Histogram(bounds: Histogram.timeBounds)
    let counts: [Counter]
    /// Of the answers with a 5xx status, those caused by their clients, and those caused by load.
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

/// The metrics of all routes.
public final class RequestMetrics: Sendable {
    private let meters = Mutex<[String: RouteMeter]>([:])

    /// Metrics without routes.
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

    /// Probes of a balancer: a 503 to one of them is an answer, not an error.
    private static let probes: Set<String> = ["livez", "readyz", "startupz"]

    /// Totals of requests, without probes.
    public struct Totals: Sendable {
        /// Answered requests.
        public fileprivate(set) var answered = 0
        /// Answers with a 5xx status that were not caused by their client.
        public fileprivate(set) var failed = 0
        /// Of these, the requests refused because of load.
        public fileprivate(set) var shed = 0
        /// Answers caused by their client: a 5xx status after its own deadline, or a rate limit.
        public fileprivate(set) var ofClients = 0
    }

    /// The totals now.
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

    /// Writes all metrics in Prometheus' text format.
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
