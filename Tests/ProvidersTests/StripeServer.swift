import Foundation
import HTTPTypes
import Hummingbird
import Logging
import NIOCore
import Secrets
import Synchronization
import Testing

@testable import ProviderClients
@testable import Providers

/// A server that speaks the part of Stripe's API that a payment needs and validates every request against Stripe's own document.
///
/// Its handling of money follows the contract's text (`StripeBooks`); its answers are the contract's examples with their members
/// filled in.
final class StripeServer: Sendable {
    struct State {
        var books = StripeBooks()
        var answers: [String: (body: String, status: Int, json: String)] = [:]
        /// The violations found in requests.
        var problems: [String] = []
        /// How many of the next answers are lost after their effect.
        var lostReplies = 0
        /// Fixed answers, used instead of the real ones.
        var canned: [(status: Int, json: String)] = []
        /// Whether a search finds nothing, because its index lags.
        var isSearchBehind = false
        /// Whether idempotency keys are forgotten, as they are after a day.
        var forgetsKeys = false
        /// How many lists of refunds and of disputes were read.
        var listsRead = 0

        var intents: [StripeBooks.Intent] { books.intents }
    }

    let state = Mutex(State())
    private let contract: StripeContract

    init() throws {
        contract = try StripeContract.load()
        try state.withLock { $0.books.examples = try StripeExamples() }
    }

    /// Serves while `body` runs.
    func run<Value: Sendable>(_ body: @escaping @Sendable (_ url: String) async throws -> Value) async throws -> Value {
        let router = Router(context: CuttableContext.self)
        for method in [HTTPRequest.Method.get, .post] {
            router.on("**", method: method) { [self] request, context in try await answer(request, context) }
        }
        return try await withServer(router, body)
    }

    /// Runs `body` with an adapter that calls the server, and expects that every request conformed to the contract.
    static func with(_ body: @escaping @Sendable (StripePayments, StripeServer) async throws -> Void) async throws {
        let server = try StripeServer()
        try await server.run { url in
            try await withTransport { transport in
                let client = try #require(ProviderClient("stripe", url: url, transport: transport))
                try await body(StripePayments(client: client, key: Secret("sk_test_1"), signature: nil), server)
            }
        }
        #expect(server.state.withLock { $0.problems } == [])
    }

    private func answer(_ request: Request, _ context: CuttableContext) async throws -> Response {
        let form = String(buffer: try await request.body.collect(upTo: 1 << 20))
        let outcome = state.withLock { state in
            check(request, form, &state)
            let key = state.forgetsKeys ? nil : request.headers[.idempotency]
            if let key, let earlier = state.answers[key] {
                return earlier.body == form ? (earlier.status, earlier.json) : Self.keyReused
            }
            if !state.canned.isEmpty { return state.canned.removeFirst() }
            let made = serve(request, FormValue(form), &state)
            if let key = request.headers[.idempotency] { state.answers[key] = (form, made.0, made.1) }
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
        let isPost = request.method == .post
        let expanded = (isPost ? form : query).list("expand")
        switch (request.method, path.first, path.dropFirst().first, path.dropFirst(2).first) {
        case (.post, "payment_intents", nil, nil): return state.books.create(form, expanded)
        case (.get, "payment_intents", nil, nil): return list(query, state, expanded)
        case (.get, "payment_intents", "search", nil):
            let found =
                state.isSearchBehind
                ? []
                : state.intents.filter { intent in
                    query["query"] == "metadata['payment']:'\(intent.metadata["payment"] ?? "")'"
                }
            return state.books.page(found, hasMore: false, object: "search_result", expanded)
        case (.post, "refunds", nil, nil): return state.books.refund(form)
        case (.get, "refunds", nil, nil):
            state.listsRead += 1
            return state.books.refunds(query)
        case (.get, "disputes", nil, nil):
            state.listsRead += 1
            return state.books.disputes(query)
        case (let method, "payment_intents", let id?, let step):
            guard let place = state.intents.firstIndex(where: { $0.id == id }) else { return StripeBooks.missing }
            if method == .get { return (200, state.books.json(state.intents[place], expanded)) }
            return state.books.change(place, step ?? "", form, expanded)
        default: return StripeBooks.missing
        }
    }

    private func list(_ query: FormValue, _ state: State, _ expanded: [String]) -> (Int, String) {
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
        return state.books.page(page, hasMore: found.count > limit, object: "list", expanded)
    }

    private static let keyReused = (400, #"{"error":{"type":"idempotency_error","message":"Other parameters."}}"#)
}

/// A context that keeps the connection, so that a test can cut it.
struct CuttableContext: RequestContext {
    var coreContext: CoreRequestContextStorage
    let channel: any Channel

    init(source: ApplicationRequestContextSource) {
        coreContext = .init(source: source)
        channel = source.channel
    }
}

/// Serves on a free loopback port while `body` runs.
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
