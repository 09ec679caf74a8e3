// The likely route of a request, from its head alone and without matching: enough to refuse it under overload. A wrong guess
// never refuses a request that would be admitted.

import HTTPTypes
import Resilience

/// For each shape of a request, the route that is refused last.
struct RouteTable<Route: Sendable>: Sendable {
    /// The compared parts: the method, the first segment after the version, and the number of segments.
    private struct Shape: Hashable {
        let method: HTTPRequest.Method
        let subject: Substring
        let segments: Int

        init?(_ method: HTTPRequest.Method, _ path: Substring) {
            let parts = path.split(separator: "/", maxSplits: 8)
            guard parts.count >= 2 else { return nil }
            self.method = method
            subject = parts[1]
            segments = parts.count
        }
    }

    private var routes: [Shape: (tier: Tier, route: Route)?] = [:]

    /// Adds a route; of several with the same shape, the one that is refused last, or never, stays.
    mutating func add(_ route: Route, _ method: HTTPRequest.Method, path: String, tier: Tier?) {
        guard let shape = Shape(method, path[...]) else { return }
        let candidate = tier.map { ($0, route) }
        guard let known = routes[shape] else {
            routes.updateValue(candidate, forKey: shape)
            return
        }
        guard let known, let tier, known.tier <= tier else {
            routes.updateValue(known == nil ? nil : candidate, forKey: shape)
            return
        }
    }

    /// The likely route of a request; nil where there is none, or one that is never refused.
    func callAsFunction(_ request: HTTPRequest) -> (tier: Tier, route: Route)? {
        guard let path = request.path?.prefix(while: { $0 != "?" }), let shape = Shape(request.method, path) else {
            return nil
        }
        return routes[shape] ?? nil
    }
}
