// One route of the API: its path, access rules, inputs, outputs, and handler. The router and the OpenAPI document are both made
// from the same list, so neither can contain a route that the other lacks.

import HTTPTypes
import Hummingbird

/// Who may call a route.
public enum Access: Sendable {
    /// Anyone.
    case anyone
    /// Anyone; a client with a key or a customer's token may do more, such as name that customer.
    case anyoneOrKnown
    /// Holders of a key with the scope.
    case scope(Scope)
    /// Holders of a key with the scope, of the order's secret, or of its customer's token; the handler checks the latter two
    /// against the order.
    case scopeOrOrderSecret(Scope)
    /// Holders of a key with the scope, or of a customer's token; the handler checks the token against the customer concerned.
    case scopeOrCustomer(Scope)
}

/// A parameter of a route.
public struct Parameter: Sendable {
    /// Where a parameter is.
    public enum Place: String, Sendable {
        /// In the path.
        case path
        /// In the query.
        case query
        /// In a header.
        case header
    }

    /// Its name.
    public let name: String
    /// Where the request carries it: path, query or header.
    public let place: Place
    /// Its JSON Schema.
    public let schema: String
    /// What it means.
    public let description: String

    /// A parameter.
    public init(_ name: String, in place: Place, _ schema: String, _ description: String) {
        self.name = name
        self.place = place
        self.schema = schema
        self.description = description
    }
}

/// A successful answer of a route.
public struct ResponseKind: Sendable {
    /// The HTTP status.
    public let status: Int
    /// The name of a schema; nil for an answer without a body.
    public let schema: String?
    /// What it means.
    public let description: String
    /// The media type of the body.
    public let mediaType: String

    /// An answer.
    public init(
        _ status: Int,
        _ schema: String?,
        _ description: String,
        mediaType: String = "application/json"
    ) {
        self.status = status
        self.schema = schema
        self.description = description
        self.mediaType = mediaType
    }
}

/// The body that a route accepts.
public struct BodyKind: Sendable {
    /// The name of a schema.
    public let schema: String
    /// The media type.
    public let mediaType: String
    /// The most bytes.
    public let maxBytes: Int
    /// Whether it may be missing.
    public let isOptional: Bool

    /// A body.
    public init(
        _ schema: String,
        mediaType: String = "application/json",
        maxBytes: Int = 1 << 20,
        isOptional: Bool = false
    ) {
        self.schema = schema
        self.mediaType = mediaType
        self.maxBytes = maxBytes
        self.isOptional = isOptional
    }
}

/// A kind of problem that a route can answer: its status and its code.
public struct ProblemKind: Hashable, Sendable {
    /// The HTTP status.
    public let status: Int
    /// The code.
    public let code: String
    /// The codes of single mistakes that come with it.
    public let details: [String]

    /// A kind of problem.
    public init(_ status: Int, _ code: String) {
        self.status = status
        self.code = code
        details = []
    }

    /// The kind of a problem.
    public init(_ problem: Problem) {
        status = problem.status.code
        code = problem.code
        details = problem.errors.map(\.code)
    }
}

/// A route.
public struct Endpoint: Sendable {
    /// The handler of a route, which runs in the request's task.
    ///
    /// It returns the answer, or throws the problem.
    public typealias Handler = @Sendable (Call) async throws(Problem) -> Response

    /// The HTTP method.
    public let method: HTTPRequest.Method
    /// The path, with parameters in braces.
    public let path: String
    /// Its name in the OpenAPI document and in metrics.
    public let id: String
    /// The section of the API that it belongs to.
    public let tag: String
    /// What it does, in a line.
    public let summary: String
    /// Who may call it.
    public let access: Access
    /// Its parameters, those of the path included.
    public let parameters: [Parameter]
    /// Its body, if it takes one.
    public let body: BodyKind?
    /// Its successful answers.
    public let responses: [ResponseKind]
    /// Statuses of its own problems, besides those that follow from access and body.
    public let problems: [Int]
    /// The refusals of the rules that it can answer.
    public var refusals: [ProblemKind] = []
    /// Whether an answer may be from the archive of closed orders, which a header then tells.
    public var readsArchive = false
    /// The handler.
    public var handler: Handler

    /// A route.
    public init(
        _ method: HTTPRequest.Method,
        _ path: String,
        id: String,
        tag: String,
        _ summary: String,
        access: Access,
        parameters: [Parameter] = [],
        body: BodyKind? = nil,
        responses: [ResponseKind],
        problems: [Int] = [],
        handler: @escaping Handler
    ) {
        self.method = method
        self.path = path
        self.id = id
        self.tag = tag
        self.summary = summary
        self.access = access
        self.parameters = parameters
        self.body = body
        self.responses = responses
        self.problems = problems
        self.handler = handler
    }

    /// Whether it accepts an idempotency key: every POST with an effect, except providers' webhooks, which have an id of their
    /// own.
    ///
    /// Creating a token has no effect either: tokens are not stored.
    public var takesIdempotencyKey: Bool {
        method == .post && !id.hasPrefix("quote") && !id.hasSuffix("Notice") && !id.hasSuffix("Token")
    }

    /// Whether it answers in pages.
    var takesCursor: Bool { parameters.contains { $0.place == .query && $0.name == "after" } }
}
