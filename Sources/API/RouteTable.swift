// Which route a request is for, as far as that is seen at its head without matching it: enough to turn it away when there is too
// much to do, and never wrong in the direction that would hurt.

import HTTPTypes
import Resilience

/// For each shape of a request, the route that is refused last.
struct RouteTable<Route: Sendable>: Sendable {
    /// What is looked at: the method, the first segment behind the version, and how many segments there are.
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

    /// Adds a route; where one that is refused later, or never, has the same shape, that one stays.
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

    /// The route that a request may be for; nil where none is known, or one that is never refused.
    func callAsFunction(_ request: HTTPRequest) -> (tier: Tier, route: Route)? {
        guard let path = request.path?.prefix(while: { $0 != "?" }), let shape = Shape(request.method, path) else {
            return nil
        }
        return routes[shape] ?? nil
    }
}
