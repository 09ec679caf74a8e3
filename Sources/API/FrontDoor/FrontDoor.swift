// The processing of every request around its handler: request id, rate limit, authentication, admission, problem documents,
// metrics. Routes come from the list of endpoints alone; all other requests are answered with 404 or 405.

import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import Resilience

/// Mounts endpoints on a router.
public struct FrontDoor: Sendable {
    private let keyring: Keyring
    let metrics: RequestMetrics
    private let outcomes: OutcomeCounters
    private let gate: AdmissionGate
    private let faults: DrilledFaults
    private let writes: WriteSwitch
    private let quarantine: Quarantine?
    private let bodies: BodyBudget
    private let waits: ClientWaits
    private let accessLog: AccessLog?
    private let limits: ClientLimits?
    private let proxies: TrustedProxies
    let origins: CrossOrigin
    private let logger: Logger
    let routes: [Route]
    private let table: RouteTable<Route>

    /// A front door to these endpoints.
    ///
    /// - Parameters:
    ///   - outcomes: counts how requests end, for the figures of availability.
    ///   - gate: admits requests by the tier of their endpoint under overload.
    ///   - faults: faults that a drill injects into requests with a tier.
    ///   - writes: whether requests that write are accepted.
    ///   - accessLog: logs every answer; nil for no log.
    ///   - limits: rate limits of clients; nil for none.
    ///   - proxies: the proxies whose reported client addresses are trusted.
    ///   - origins: sites whose pages may use the API.
    ///   - quarantine: refuses requests that crash processes; nil without a supervisor.
    ///   - bodies: the memory for all bodies.
    ///   - waits: places for waits that clients ask for.
    public init(
        _ endpoints: [Endpoint],
        keyring: Keyring,
        metrics: RequestMetrics,
        outcomes: OutcomeCounters = OutcomeCounters(),
        gate: AdmissionGate = AdmissionGate(limit: .frontDoor(connections: 20_000, objective: .seconds(1))),
        faults: DrilledFaults = DrilledFaults(),
        writes: WriteSwitch = WriteSwitch(),
        limits: ClientLimits? = nil,
        proxies: TrustedProxies = TrustedProxies(),
        quarantine: Quarantine? = nil,
        bodies: BodyBudget = BodyBudget(),
        waits: ClientWaits = ClientWaits(),
        accessLog: AccessLog? = nil,
        origins: CrossOrigin = CrossOrigin(),
        logger: Logger
    ) {
        self.bodies = bodies
        self.waits = waits
        self.origins = origins
        self.faults = faults
        self.accessLog = accessLog?.knowing(endpoints)
        self.keyring = keyring
        self.metrics = metrics
        self.outcomes = outcomes
        self.gate = gate
        self.writes = writes
        self.quarantine = quarantine
        self.limits = limits
        self.proxies = proxies
        self.logger = logger
        var table = RouteTable<Route>()
        routes = endpoints.map { endpoint in
            let route = Route(
                endpoint: endpoint,
                tier: endpoint.tier,
                counted: endpoint.countedClass,
                rate: endpoint.rateTier,
                info: Call.EndpointInfo(id: endpoint.id, body: endpoint.body),
                meter: metrics.meter(for: endpoint.id)
            )
            table.add(route, endpoint.method, path: endpoint.path, tier: route.tier)
            return route
        }
        self.table = table
    }

    /// The address under which a client's connections are counted; nil for a proxy, which stands for many clients.
    func boundedPeer(_ address: ClientAddress) -> PeerAddress? {
        proxies.contains(address) ? nil : PeerAddress(address)
    }

    /// The answer to a request that is refused at its head, before any effort is spent on it; nil where it may proceed.
    ///
    /// Runs on the event loop.
    func turnAway(_ request: HTTPRequest) -> OverloadHandler.Refusal? {
        guard let (tier, route) = table(request), let refusal = gate.turnAway(tier) else { return nil }
        let requestID = RequestID.of(request)
        let problem = Problem.shed(refusal)
        let document = problem.document(requestID: requestID)
        var fields = problem.fields
        fields[.contentLength] = String(document.count)
        fields[.requestID] = requestID
        origins.mark(&fields, for: request.headerFields)
        record(request, route, status: problem.status.code, took: .zero, blame: .load)
        accessLog?.note(request, route.endpoint, status: problem.status.code, took: .zero, requestID: requestID)
        return OverloadHandler.Refusal(head: HTTPResponse(status: problem.status, headerFields: fields), body: document)
    }

    /// An endpoint, with the values that are looked up once.
    struct Route: Sendable {
        let endpoint: Endpoint
        let tier: Tier?
        let counted: CountedClass?
        let rate: RateTier?
        let info: Call.EndpointInfo
        let meter: RouteMeter
    }

    func answer(_ request: Request, _ context: ShopContext, _ route: Route) async -> Response {
        let arrivedAt = ContinuousClock.now
        let requestID = RequestID.of(request)
        let time = OwnTime(at: arrivedAt)
        let client = proxies.client(context.peer, request.headers)
        var pass: ClientLimits.Pass?
        var response: Response
        var blame = Blame.server
        do throws(Problem) {
            let principal = try await keyring.identify(request.headers[.authorization])
            if let limits, let rate = route.rate { pass = try limits.admit(rate, principal, from: client) }
            response = try await handle(
                request,
                context,
                route,
                requestID,
                time,
                arrivedAt: arrivedAt,
                from: (principal, client)
            )
        } catch {
            blame = error.blame
            if error.status.code >= 500, !error.isOverload {
                logger.warning(
                    "\(route.endpoint.id): \(error.code)",
                    metadata: ["requestId": "\(requestID)", "detail": "\(error.internalDetail ?? error.detail)"]
                )
            }
            let limit = error.isFailedProof ? limits?.countFailedProof(from: client) : nil
            response = (limit ?? error).response(requestID: requestID)
            // The client may or may not send the body that was not asked for.
            if request.head.expectsContinue {
                response.headers[.connection] = "close"
            }
        }
        response = await Compression.pack(response, of: route.endpoint, for: request)
        response.headers[.requestID] = requestID
        origins.mark(&response.headers, for: request.headers)
        response.headers.protect(route.endpoint, request)
        pass?.tell(&response.headers)
        record(request.head, route, status: response.status.code, took: time.taken(), blame: blame)
        accessLog?.note(
            request.head,
            route.endpoint,
            status: response.status.code,
            took: arrivedAt.duration(to: .now),
            requestID: requestID,
            sender: sender(of: request.head)
        )
        return response
    }

    /// Everything between a request's head and its answer: authentication, body, admission, handler.
    ///
    /// The request is admitted after its body was received, so a client that sends slowly uses memory but no place.
    private func handle(
        _ request: Request,
        _ context: ShopContext,
        _ route: Route,
        _ requestID: String,
        _ time: OwnTime,
        arrivedAt: ContinuousClock.Instant,
        from sender: (principal: Principal, client: ClientAddress?)
    ) async throws(Problem) -> Response {
        if writes.isReadOnly, route.endpoint.isStoppedByFullDisk { throw .readOnly }
        let deadline = route.tier == nil ? nil : try Deadline.said(by: request, at: arrivedAt)
        let principal = sender.principal
        try admit(principal, to: route.endpoint.access)
        let body = try await received(request, route, context.channel)
        time.begin()
        let stay = route.tier == nil ? nil : quarantine?.enter()
        defer { stay?.leave() }
        if let stay, !stay.admits(print(of: request.head, body, route)) { throw .quarantined }
        return try await admitted(route.tier, deadline) { (pass) throws(Problem) in
            if faults.areOn, route.tier != nil { try await faults.meet(request.head) }
            let call = Call(
                request: request,
                principal: principal,
                requestID: requestID,
                parameters: context.parameters,
                endpoint: route.info,
                body: body,
                course: Call.Course(time: time, pass: pass, waits: waits),
                keyring: keyring,
                client: sender.client,
                limits: limits
            )
            do throws(Problem) {
                return try await route.endpoint.handler(call)
            } catch {
                throw error.told(to: principal)
            }
        }
    }

    private func received(
        _ request: Request,
        _ route: Route,
        _ channel: any Channel
    ) async throws(Problem) -> ReceivedBody {
        guard let kind = route.info.body else { return .none }
        try ReceivedBody.check(request.headers, kind)
        // Up to here, a request is refused before the client has sent its body.
        if request.head.expectsContinue { channel.triggerUserOutboundEvent(ContinueHandler.Wanted(), promise: nil) }
        return try await ReceivedBody(of: request, kind, bodies)
    }

    private func print(of request: HTTPRequest, _ body: ReceivedBody, _ route: Route) -> RequestPrint {
        route.info.body == nil ? RequestPrint(request) : RequestPrint(request, body: body.bytes)
    }

    private func record(_ request: HTTPRequest, _ route: Route, status: Int, took: Duration, blame: Blame) {
        route.meter.record(status: status, seconds: took.seconds, blame: blame)
        guard let counted = route.counted else { return }
        outcomes.record(
            status: status,
            took: took,
            of: isProbe(request) ? .probe : counted,
            isClients: blame == .client
        )
    }

    /// Whether the request is a prober's: it says so, and its key has the scope `operator:write`.
    ///
    /// Without that scope, a client could hide its requests from the figures.
    private func isProbe(_ request: HTTPRequest) -> Bool {
        guard request.headerFields[.probe] != nil else { return false }
        do throws(Problem) {
            return try keyring.principal(request.headerFields[.authorization]).may(.operatorWrite)
        } catch {
            return false
        }
    }

    /// The id of a request's key, for the access log; nil without a valid key.
    private func sender(of request: HTTPRequest) -> String? {
        do throws(Problem) {
            return try keyring.principal(request.headerFields[.authorization]).keyID
        } catch {
            return nil
        }
    }

    /// Runs the handler of an admitted request, within the client's deadline.
    private nonisolated(nonsending) func admitted(
        _ tier: Tier?,
        _ deadline: Deadline?,
        _ body: nonisolated(nonsending) (AdmissionGate.Pass?) async throws(Problem) -> Response
    ) async throws(Problem) -> Response {
        guard let tier else { return try await body(nil) }
        do {
            return try await gate.run(tier, deadline: deadline, judging: Self.judge) { (pass) throws(Problem) in
                guard let deadline else { return try await body(pass) }
                // `withValue` does not keep the type of the error.
                let result: Result<Response, Problem> = await Deadline.$ofRequest.withValue(deadline) {
                    do throws(Problem) {
                        return .success(try await body(pass))
                    } catch {
                        return .failure(error)
                    }
                }
                return try result.get()
            }
        } catch {
            switch error {
            // The committer drops a command whose deadline has passed, and reports only that it was not done.
            case .failed(let problem) where problem.code == "overloaded" && deadline?.hasPassed(at: .now) == true:
                throw .deadlinePassed
            case .failed(let problem): throw problem
            case .refused(.expired): throw .deadlinePassed
            case .refused(.shed(let refusal)): throw .shed(refusal)
            }
        }
    }

    /// The effect of an answer on the adaptive limit: a timeout counts as a drop, except after the client's own deadline, which
    /// the gate recognises.
    private static func judge(_ result: Result<Response, Problem>) -> AdaptiveLimit.Outcome {
        switch result {
        case .success: .success
        case .failure(let problem) where problem.status.code < 500: .success
        case .failure(let problem): problem.isOverload ? .dropped : .ignored
        }
    }

    /// Answers a request without a route; a client with too many of them gets 429.
    func refuse(
        _ request: Request,
        _ context: ShopContext,
        _ problem: Problem,
        _ meter: RouteMeter
    ) -> Response {
        let requestID = RequestID.of(request)
        var problem = problem
        do throws(Problem) {
            let client = proxies.client(context.peer, request.headers)
            _ = try limits?.admit(.other, .anonymous, from: client)
        } catch {
            problem = error
        }
        var response = problem.response(requestID: requestID)
        response.headers[.requestID] = requestID
        origins.mark(&response.headers, for: request.headers)
        meter.record(status: response.status.code, seconds: 0)
        accessLog?.note(request.head, nil, status: response.status.code, took: .zero, requestID: requestID)
        return response
    }

    private func admit(_ principal: Principal, to access: Access) throws(Problem) {
        switch access {
        case .anyone, .anyoneOrKnown:
            return
        case .scope(let scope):
            guard !principal.may(scope) else { return }
            switch principal {
            case .key, .customer: throw .lacksScope(scope)
            case .anonymous, .orderSecret: throw Keyring.unauthorized
            }
        case .scopeOrOrderSecret(let scope):
            if case .key = principal, !principal.may(scope) { throw .lacksScope(scope) }
        case .scopeOrCustomer(let scope):
            switch principal {
            case .customer: return
            case .key: if !principal.may(scope) { throw .lacksScope(scope) }
            case .anonymous, .orderSecret: throw Keyring.unauthorized
            }
        }
    }
}

extension AdaptiveLimit.Settings {
    /// The settings for a front door with this many connections, each of which has at most one request in flight.
    ///
    /// - Parameter objective: the latency at which requests begin to be refused. Commits are made in groups, so answers under
    ///   load are slower by design; below the objective that is fine.
    public static func frontDoor(connections: Int, objective: Duration) -> AdaptiveLimit.Settings {
        AdaptiveLimit.Settings(least: 16, initial: connections, most: connections, queue: 64, objective: objective)
    }
}
