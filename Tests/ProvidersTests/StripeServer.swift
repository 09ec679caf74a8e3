import Foundation
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import Synchronization

/// A server that speaks as much of Stripe's API as a payment needs, and checks every request against Stripe's own document.
final class StripeServer: Sendable {
    struct Intent {
        let id: String
        let amount: Int64
        let currency: String
        let created: Int64
        let metadata: [String: String]
        var status: String
        var received: Int64 = 0
        var refunded: Int64 = 0
        var error: String?
    }

    struct State {
        var intents: [Intent] = []
        var refunds = 0
        var answers: [String: (body: String, status: Int, json: String)] = [:]
        /// What was wrong with requests.
        var problems: [String] = []
        /// How many of the next answers are lost after their effect.
        var lostReplies = 0
        /// Answers instead of what was asked.
        var canned: [(status: Int, json: String)] = []
        /// Whether a search finds nothing, because it is behind.
        var isSearchBehind = false
    }

    let state = Mutex(State())
    private let contract: StripeContract

    init() throws {
        contract = try StripeContract.load()
    }

    /// Runs while `body` does.
    func run<Value: Sendable>(_ body: @escaping @Sendable (_ url: String) async throws -> Value) async throws -> Value {
        let router = Router(context: CuttableContext.self)
        for method in [HTTPRequest.Method.get, .post] {
            router.on("**", method: method) { [self] request, context in try await answer(request, context) }
        }
        return try await withServer(router, body)
    }

    private func answer(_ request: Request, _ context: CuttableContext) async throws -> Response {
        let form = String(buffer: try await request.body.collect(upTo: 1 << 20))
        let outcome = state.withLock { state in
            check(request, form, &state)
            let key = request.headers[.idempotency]
            if let key, let earlier = state.answers[key] {
                return earlier.body == form ? (earlier.status, earlier.json) : Self.keyReused
            }
            if !state.canned.isEmpty { return state.canned.removeFirst() }
            let made = serve(request, FormValue(form), &state)
            if let key { state.answers[key] = (form, made.0, made.1) }
            return made
        }
        let isLost = state.withLock { state in
            guard state.lostReplies > 0 else { return false }
            state.lostReplies -= 1
            return true
        }
        if isLost { try await context.channel.close() }
        return Response(
            status: .init(code: outcome.0),
            headers: [.contentType: "application/json", .retryAfter: "2"],
            body: ResponseBody(byteBuffer: ByteBuffer(string: outcome.1))
        )
    }

    private func check(_ request: Request, _ form: String, _ state: inout State) {
        let path = request.uri.path
        state.problems += contract.problems(
            request.method.rawValue,
            path,
            query: request.uri.query ?? "",
            form: form
        ).map { "\(request.method) \(path): \($0)" }
        func expect(_ isTrue: Bool, _ what: String) {
            if !isTrue { state.problems.append("\(request.method) \(path): \(what)") }
        }
        expect(request.headers[.authorization] == "Bearer sk_test_1", "no key")
        expect(request.headers[.stripeVersion] == contract.version, "not the version of the contract")
        guard request.method == .post else { return }
        expect(request.headers[.contentType] == "application/x-www-form-urlencoded", "not a form")
        expect((1...255).contains(request.headers[.idempotency]?.count ?? 0), "no idempotency key")
    }

    private func serve(_ request: Request, _ form: FormValue, _ state: inout State) -> (Int, String) {
        let path = request.uri.path.split(separator: "/").dropFirst().map(String.init)
        let query = FormValue(request.uri.query ?? "")
        switch (request.method, path.first, path.dropFirst().first, path.dropFirst(2).first) {
        case (.post, "payment_intents", nil, nil): return create(form, &state)
        case (.get, "payment_intents", nil, nil): return list(query, state)
        case (.get, "payment_intents", "search", nil):
            let found =
                state.isSearchBehind
                ? []
                : state.intents.filter { intent in
                    query["query"] == "metadata['payment']:'\(intent.metadata["payment"] ?? "")'"
                }
            return (200, #"{"object":"search_result","has_more":false,"data":[\#(Self.joined(found))]}"#)
        case (.post, "refunds", nil, nil): return refund(form, &state)
        case (let method, "payment_intents", let id?, let step):
            guard let place = state.intents.firstIndex(where: { $0.id == id }) else { return Self.missing }
            if method == .get { return (200, Self.json(state.intents[place])) }
            return change(&state.intents[place], step ?? "", form)
        default: return Self.missing
        }
    }

    private func create(_ form: FormValue, _ state: inout State) -> (Int, String) {
        var intent = Intent(
            id: "pi_\(state.intents.count + 1)",
            amount: Int64(form["amount"] ?? "") ?? 0,
            currency: form["currency"] ?? "",
            created: Int64(Date().timeIntervalSince1970),
            metadata: form.texts("metadata"),
            status: form["capture_method"] == "manual" ? "requires_capture" : "succeeded"
        )
        defer { state.intents.append(intent) }
        switch form["payment_method"] {
        case "pm_card_chargeDeclined":
            intent.status = "requires_payment_method"
            intent.error = #"{"type":"card_error","code":"card_declined","decline_code":"insufficient_funds"}"#
            let error =
                #""type":"card_error","code":"card_declined","decline_code":"insufficient_funds","message":"No.""#
            return (402, #"{"error":{\#(error),"payment_intent":\#(Self.json(intent))}}"#)
        case "pm_processing": intent.status = "processing"
        default: break
        }
        if intent.status == "succeeded" { intent.received = intent.amount }
        return (200, Self.json(intent))
    }

    private func change(_ intent: inout Intent, _ step: String, _ form: FormValue) -> (Int, String) {
        guard intent.status == "requires_capture" else {
            return (400, #"{"error":{"type":"invalid_request_error","code":"payment_intent_unexpected_state"}}"#)
        }
        if step == "capture" {
            intent.received = form["amount_to_capture"].flatMap { Int64($0) } ?? intent.amount
            intent.status = "succeeded"
        } else {
            intent.status = "canceled"
        }
        return (200, Self.json(intent))
    }

    private func refund(_ form: FormValue, _ state: inout State) -> (Int, String) {
        guard let place = state.intents.firstIndex(where: { $0.id == form["payment_intent"] }) else {
            return Self.missing
        }
        let amount = form["amount"].flatMap { Int64($0) } ?? 0
        guard state.intents[place].refunded + amount <= state.intents[place].received else {
            return (
                400,
                #"{"error":{"type":"invalid_request_error","code":"charge_already_refunded","message":"Too much."}}"#
            )
        }
        state.intents[place].refunded += amount
        state.refunds += 1
        let intent = state.intents[place]
        return (
            200,
            #"{"id":"re_\#(state.refunds)","object":"refund","amount":\#(amount),"currency":"\#(intent.currency)","#
                + #""payment_intent":"\#(intent.id)","status":"succeeded","metadata":{}}"#
        )
    }

    private func list(_ query: FormValue, _ state: State) -> (Int, String) {
        let span = query.texts("created")
        var found = state.intents.reversed().filter { intent in
            intent.created >= (span["gte"].flatMap { Int64($0) } ?? 0)
                && intent.created < (span["lt"].flatMap { Int64($0) } ?? .max)
        }
        if let after = query["starting_after"], let place = found.firstIndex(where: { $0.id == after }) {
            found = Array(found[(place + 1)...])
        }
        let limit = query["limit"].flatMap { Int($0) } ?? 10
        let page = Array(found.prefix(limit))
        return (200, #"{"object":"list","has_more":\#(found.count > limit),"data":[\#(Self.joined(page))]}"#)
    }

    private static func joined(_ intents: [Intent]) -> String { intents.map(json).joined(separator: ",") }

    private static func json(_ intent: Intent) -> String {
        let metadata = intent.metadata.sorted { $0.key < $1.key }.map { "\"\($0.key)\":\"\($0.value)\"" }
        return """
            {"id":"\(intent.id)","object":"payment_intent","amount":\(intent.amount),"amount_received":\(intent.received),\
            "currency":"\(intent.currency)","created":\(intent.created),"status":"\(intent.status)",\
            "metadata":{\(metadata.joined(separator: ","))},"last_payment_error":\(intent.error ?? "null"),\
            "latest_charge":{"id":"ch_1","object":"charge","amount_refunded":\(intent.refunded),\
            "balance_transaction":{"id":"txn_1","fee":\(intent.received > 0 ? 34 : 0),"currency":"\(intent.currency)"}}}
            """
    }

    private static let missing = (404, #"{"error":{"type":"invalid_request_error","code":"resource_missing"}}"#)
    private static let keyReused = (400, #"{"error":{"type":"idempotency_error","message":"Other parameters."}}"#)
}

/// A context that keeps the connection, so that it can be cut.
struct CuttableContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    let channel: any Channel

    init(source: ApplicationRequestContextSource) {
        coreContext = .init(source: source)
        channel = source.channel
    }
}

/// Serves on a free port of the loopback interface while `body` runs.
func withServer<Value: Sendable>(
    _ router: Router<CuttableContext>,
    _ body: @escaping @Sendable (_ url: String) async throws -> Value
) async throws -> Value {
    let (ports, found) = AsyncStream.makeStream(of: Int.self)
    let application = Application(
        router: router,
        configuration: .init(address: .hostname("127.0.0.1", port: 0)),
        onServerRunning: { found.yield($0.localAddress?.port ?? 0) },
        logger: Logger(label: "test", factory: { _ in SwiftLogNoOpLogHandler() })
    )
    return try await withThrowingTaskGroup(of: Void.self) { group in
        group.addTask { try await application.run() }
        var iterator = ports.makeAsyncIterator()
        let port = await iterator.next() ?? 0
        let value = try await body("http://127.0.0.1:\(port)")
        group.cancelAll()
        return value
    }
}

extension HTTPField.Name {
    static var idempotency: HTTPField.Name { named("Idempotency-Key") }
    static var stripeVersion: HTTPField.Name { named("Stripe-Version") }

    private static func named(_ name: String) -> HTTPField.Name {
        guard let name = HTTPField.Name(name) else { preconditionFailure("a header's name is a token") }
        return name
    }
}
