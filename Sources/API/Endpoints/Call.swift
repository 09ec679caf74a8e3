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

/// The query of a request, each name once.
///
/// `+` stands for itself, as in RFC 3986, so that an e-mail address or a time means what was typed. Forms encode a blank as `+`:
/// a text that may contain blanks is therefore tried both ways (``readings(_:maxLength:)``), and a search, where signs have no
/// meaning, takes it for a blank (``words(_:maxLength:)``).
///
/// Each method that reads a value throws 400 with the parameter's name if the value is not accepted.
public struct Query: Sendable {
    /// The route's id.
    let route: String
    /// The path, as sent.
    let path: String
    /// The values, with `+` as `+`.
    var values: [String: String] = [:]
    /// The values that contain `+`, with blanks in its place.
    var spaced: [String: String] = [:]

    init(route: String, path: String) {
        self.route = route
        self.path = path
    }

    /// A single line of at most `maxLength` Unicode scalars; nil where it is missing.
    public func text(_ name: String, maxLength: Int = 200) throws(Problem) -> String? {
        try checked(values[name], name, maxLength)
    }

    /// Whether it is present.
    public func isGiven(_ name: String) -> Bool { values[name] != nil }

    /// A text in which `+` is a blank.
    public func words(_ name: String, maxLength: Int = 200) throws(Problem) -> String? {
        try checked(spaced[name] ?? values[name], name, maxLength)
    }

    /// The possible meanings of a text: itself, and, if it contains `+`, the same with blanks; nil where it is missing.
    public func readings(_ name: String, maxLength: Int = 200) throws(Problem) -> [String]? {
        guard let text = try text(name, maxLength: maxLength) else { return nil }
        return [text] + [spaced[name]].compactMap(\.self)
    }

    private func checked(_ value: String?, _ name: String, _ maxLength: Int) throws(Problem) -> String? {
        guard let value else { return nil }
        guard (1...maxLength).contains(value.unicodeScalars.count) else {
            throw .badParameter("query", name, "1 to \(maxLength) characters")
        }
        if let offender = TextRule.line.offender(in: value) {
            throw .badParameter("query", name, "must not hold the character \(offender.codePoint)")
        }
        return value
    }

    /// An integer in a range, or `missing` where it is missing.
    public func integer(_ name: String, in range: ClosedRange<Int64>, or missing: Int64) throws(Problem) -> Int64 {
        guard let text = values[name] else { return missing }
        guard let value = Int64(text), range.contains(value) else {
            throw .badParameter("query", name, "an integer from \(range.lowerBound) to \(range.upperBound)")
        }
        return value
    }

    /// The page size.
    public func limit() throws(Problem) -> Int {
        Int(try integer("limit", in: 1...200, or: 50))
    }

    /// `true` or `false`; nil where it is missing.
    public func flag(_ name: String) throws(Problem) -> Bool? {
        switch values[name] {
        case nil: return nil
        case "true": return true
        case "false": return false
        default: throw .badParameter("query", name, "true or false")
        }
    }

    /// A time; nil where it is missing.
    public func time(_ name: String) throws(Problem) -> Timestamp? {
        guard let text = values[name] else { return nil }
        guard let time = Timestamp(text) else {
            throw .badParameter("query", name, "a time as in 2026-11-23T05:21:01Z")
        }
        return time
    }

    /// An id; nil where it is missing.
    public func id<Subject>(_ name: String, _ subject: Subject.Type) throws(Problem) -> ID<Subject>? {
        guard let text = values[name] else { return nil }
        guard let id = ID<Subject>(text) else {
            throw .badParameter("query", name, "an id: \(Subject.idPrefix)_ and 32 hex digits")
        }
        return id
    }

    /// One of a closed set of values; nil where it is missing.
    public func choice<Value>(_ name: String, _ choices: [String: Value]) throws(Problem) -> Value? {
        guard let text = values[name] else { return nil }
        guard let value = choices[text] else {
            throw .badParameter("query", name, "one of \(choices.keys.sorted().joined(separator: ", "))")
        }
        return value
    }
}
