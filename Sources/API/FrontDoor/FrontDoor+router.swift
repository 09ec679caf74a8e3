import HTTPTypes
import Hummingbird

extension FrontDoor {
    /// The router for all requests.
    public func router() -> Router<ShopContext> {
        let router = Router(context: ShopContext.self)
        let unknown = metrics.meter(for: "unknown")
        var methods: [String: Set<HTTPRequest.Method>] = [:]
        for route in routes {
            let endpoint = route.endpoint
            mount(on: router, endpoint.path, endpoint.method, unknown) { request, context in
                await answer(request, context, route)
            }
            if endpoint.method == .get {
                mount(on: router, endpoint.path, .head, unknown) { request, context in
                    await answer(request, context, route).withoutBody()
                }
            }
            methods[endpoint.path, default: []].insert(endpoint.method)
        }
        for (path, allowed) in methods {
            mountRefusals(on: router, path: path, allowed: allowed, unknown)
        }
        for method in Self.knownMethods {
            router.on("**", method: method) { request, context in
                refuse(request, context, .notFound("route"), unknown)
            }
        }
        router.add(middleware: LastResort(door: self, meter: unknown))
        return router
    }

    private static let knownMethods: [HTTPRequest.Method] =
        [.get, .head, .post, .put, .patch, .delete, .options, .trace, .connect]
        + [HTTPRequest.Method("QUERY")].compactMap(\.self)

    /// Mounts a route for exactly this spelling of the path; other spellings that the router would match are answered with 404.
    private func mount(
        on router: Router<ShopContext>,
        _ path: String,
        _ method: HTTPRequest.Method,
        _ unknown: RouteMeter,
        _ answer: @escaping @Sendable (Request, ShopContext) async -> Response
    ) {
        router.on(RouterPath(path), method: method) { request, context in
            guard request.hasCanonicalPath else { return refuse(request, context, .notFound("route"), unknown) }
            return await answer(request, context)
        }
    }

    private func mountRefusals(
        on router: Router<ShopContext>,
        path: String,
        allowed: Set<HTTPRequest.Method>,
        _ unknown: RouteMeter
    ) {
        let names = allowed.union(allowed.contains(.get) ? [.head] : []).map(\.rawValue).sorted()
        let meter = metrics.meter(for: "methodNotAllowed")
        for method in Self.knownMethods where !names.contains(method.rawValue) {
            mount(on: router, path, method, unknown) { request, context in
                if let response = origins.preflight(request.head, methods: names) { return response }
                var problem = Problem(
                    .methodNotAllowed,
                    "method_not_allowed",
                    "\(method.rawValue) is not for this route; it takes \(names.joined(separator: ", "))"
                )
                problem.headers[.allow] = names.joined(separator: ", ")
                return refuse(request, context, problem, meter)
            }
        }
    }
}

/// Answers requests that Hummingbird itself refuses, such as those with an unknown method.
private struct LastResort: RouterMiddleware {
    let door: FrontDoor
    let meter: RouteMeter

    func handle(
        _ request: Request,
        context: ShopContext,
        next: (Request, ShopContext) async throws -> Response
    ) async throws -> Response {
        do {
            return try await next(request, context)
        } catch let error as HTTPError {
            let code = error.status.code == 404 ? "not_found" : "bad_request"
            return door.refuse(request, context, Problem(error.status, code, "there is no such route"), meter)
        }
    }
}

extension Request {
    /// Whether the path is spelt canonically: a router ignores empty segments, while a proxy that blocks a path does not.
    fileprivate var hasCanonicalPath: Bool {
        let path = uri.path.utf8
        let slash = UInt8(ascii: "/")
        return path.count == 1
            || path.last != slash && !zip(path, path.dropFirst()).contains { $0 == slash && $1 == slash }
    }
}

extension Response {
    fileprivate func withoutBody() -> Response {
        var response = self
        let length = body.contentLength
        response.body = ResponseBody()
        if let length { response.headers[.contentLength] = String(length) }
        return response
    }
}
