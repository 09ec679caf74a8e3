// A request while its handler runs, with functions to read its parts. Invalid input ends in a problem that names its place.

import Foundation
import HTTPTypes
import Hummingbird
import JSON
import Ledger
import NIOCore
import PlainText
import Trading

/// The context that Hummingbird creates for each request.
public struct ShopContext: RequestContext {
    /// Hummingbird's own part.
    public var coreContext: CoreRequestContextStorage
    /// The channel of the request.
    let channel: any Channel
    /// The remote address of the connection.
    let peer: ClientAddress?

    /// A context for a request.
    public init(source: ApplicationRequestContextSource) {
        coreContext = .init(source: source)
        channel = source.channel
        peer = ClientAddress(source.channel.remoteAddress)
    }
}

/// One request to one route.
///
/// A class, so that passing it on copies one reference instead of all its parts.
public final class Call: Sendable {
    /// The request.
    public let request: Request
    /// The sender.
    public let principal: Principal
    /// The id in the answer and the log.
    public let requestID: String
    private let parameters: Parameters
    /// The received body.
    private let body: ReceivedBody
    private let keyring: Keyring?
    let course: Course
    let endpoint: EndpointInfo
    /// The client's address; nil where it is unknown.
    public let client: ClientAddress?
    private let limits: ClientLimits?

    /// The parts of a route that a call needs.
    struct EndpointInfo: Sendable {
        let id: String
        let body: BodyKind?
    }

    init(
        request: Request,
        principal: Principal,
        requestID: String,
        parameters: Parameters,
        endpoint: EndpointInfo,
        body: ReceivedBody,
        course: Course,
        keyring: Keyring? = nil,
        client: ClientAddress? = nil,
        limits: ClientLimits? = nil
    ) {
        self.keyring = keyring
        self.client = client
        self.limits = limits
        self.body = body
        self.course = course
        self.request = request
        self.principal = principal
        self.requestID = requestID
        self.parameters = parameters
        self.endpoint = endpoint
    }

    /// Refuses to check a secret or a code from an address that sent too many wrong ones; to be called before the check.
    ///
    /// - Throws: 429.
    public func checkProof() throws(Problem) {
        try limits?.checkProof(from: client)
    }

    // MARK: The sender

    /// Whether the sender's key has a scope now: a key that was revoked during the request has none.
    public func stillMay(_ scope: Scope) -> Bool {
        guard let keyring else { return principal.may(scope) }
        do throws(Problem) {
            return try keyring.principal(request.headers[.authorization]).may(scope)
        } catch {
            return false
        }
    }

    // MARK: The path

    /// A parameter of the path, percent-decoded and in Unicode's normal form.
    ///
    /// - Throws: 400 where it is not percent-encoded UTF-8.
    public func path(_ name: String) throws(Problem) -> String {
        guard let raw = parameters.get(name) else { throw .notFound("resource") }
        guard raw.utf8.contains(UInt8(ascii: "%")) else { return raw.normalForm }
        guard let text = raw.removingPercentEncoding else {
            throw .badParameter("path", name, "not percent-encoded UTF-8")
        }
        return text.normalForm
    }

    /// An id in the path.
    ///
    /// - Throws: 404 for a text that cannot be an id.
    public func id<Subject>(_ subject: Subject.Type, _ what: String) throws(Problem) -> ID<Subject> {
        guard let id = ID<Subject>(try path("id")) else { throw .notFound(what) }
        return id
    }

    /// A SKU in the path.
    ///
    /// - Throws: for a text that cannot be a SKU, 404, or 400 where `toPut` is true.
    public func sku(toPut: Bool = false) throws(Problem) -> SKU {
        let text = try path("sku")
        if let sku = SKU(text) { return sku }
        guard toPut else { throw .notFound("product") }
        throw .badParameter("path", "sku", SKU.rule)
    }

    // MARK: The query

    /// The names and values of the query, each name once, in Unicode's normal form.
    ///
    /// - Parameter known: the names that the route accepts.
    /// - Throws: 400 for an unknown or repeated name, or a value that is not percent-encoded UTF-8.
    public func query(_ known: Set<String>) throws(Problem) -> Query {
        var query = Query(route: endpoint.id, path: request.uri.path)
        guard let text = request.uri.query, !text.isEmpty else { return query }
        for pair in text.split(separator: "&") {
            let parts = pair.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let given = parts.count > 1 ? parts[1] : ""
            guard let name = parts[0].removingPercentEncoding, let value = given.removingPercentEncoding?.normalForm
            else {
                throw .badParameter("query", String(parts[0].prefix(100)), "not percent-encoded UTF-8")
            }
            guard known.contains(name) else {
                let names = known.sorted().joined(separator: ", ")
                throw .badParameter("query", String(name.prefix(100)), "unknown; known are \(names)")
            }
            guard query.values.updateValue(value, forKey: name) == nil else {
                throw .badParameter("query", name, "given twice")
            }
            if given.utf8.contains(UInt8(ascii: "+")) {
                query.spaced[name] = given.replacing("+", with: " ").removingPercentEncoding?.normalForm
            }
        }
        return query
    }

    // MARK: Headers

    /// The version in `If-Match`; nil where the header is missing or is `*`, 0 for `If-None-Match: *`.
    ///
    /// - Throws: 400 for a header that is no ETag of the API.
    public func expectedVersion() throws(Problem) -> Int64? {
        if request.headers[.ifNoneMatch] == "*" { return 0 }
        guard let header = request.headers[.ifMatch], header != "*" else { return nil }
        guard let version = ETag.version(in: header) else {
            throw .badParameter("header", "If-Match", "the ETag of an earlier answer, as in \"3\"")
        }
        return version
    }

    /// The idempotency key of this request with this body, if it has one.
    ///
    /// - Throws: 400 for a malformed key.
    public func idempotencyKey(_ body: [UInt8]) throws(Problem) -> IdempotencyKey? {
        try IdempotencyKey(
            header: request.headers[.idempotencyKey],
            principal: principal,
            route: "\(endpoint.id) \(request.uri.path)",
            body: body
        )
    }

    // MARK: The body

    /// The bytes of the body, within the limit of the route.
    public func bytes() async throws(Problem) -> [UInt8] { body.bytes }

    /// Reads the body as one JSON value; nil for an empty body where the route makes it optional.
    ///
    /// - Throws: 400 for malformed JSON, 422 with all errors found for a body that violates the schema.
    public func json<Value>(
        _ read: (inout JSONReader) throws(JSONError) -> Value
    ) async throws(Problem) -> (value: Value?, bytes: [UInt8]) {
        let bytes = body.bytes
        if bytes.isEmpty, endpoint.body?.isOptional == true { return (nil, bytes) }
        return (try Self.parse(bytes, read), bytes)
    }

    /// The length of the body in bytes.
    public var bodyBytes: Int { body.bytes.count }

    /// Reads a required body as one JSON value.
    ///
    /// - Throws: as `json(_:)`.
    public func requiredJSON<Value>(
        _ read: (inout JSONReader) throws(JSONError) -> Value
    ) async throws(Problem) -> (value: Value, bytes: [UInt8]) {
        (try Self.parse(body.bytes, read), body.bytes)
    }

    /// Reads bytes as one JSON value.
    ///
    /// - Throws: 400 for malformed JSON, 422 with all errors found for a value that violates the schema.
    public static func parse<Value>(
        _ bytes: [UInt8],
        _ read: (inout JSONReader) throws(JSONError) -> Value
    ) throws(Problem) -> Value {
        var reader = JSONReader(bytes, limits: .request)
        reader.collectsFaults = true
        let value: Value
        do throws(JSONError) {
            value = try read(&reader)
            try reader.finish()
        } catch {
            throw Problem(error.isMalformed && error.code != .tooLong ? [error] : reader.faults.adding(error))
        }
        guard reader.faults.isEmpty else { throw Problem(reader.faults) }
        return value
    }
}
