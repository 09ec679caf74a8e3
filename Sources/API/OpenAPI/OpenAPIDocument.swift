// The OpenAPI 3.1 document, made from the list of endpoints and their schemas.

import HTTPTypes
import JSON

/// Makes the document.
public struct OpenAPIDocument: Sendable {
    private let endpoints: [Endpoint]
    private let schemas: [String: String]

    /// - Parameters:
    ///   - endpoints: every route.
    ///   - schemas: JSON Schemas (2020-12), as JSON text, by name.
    public init(_ endpoints: [Endpoint], schemas: [String: String]) {
        self.endpoints = endpoints
        self.schemas = schemas
    }

    /// The document's bytes.
    public func bytes(version: String) -> [UInt8] {
        var json = JSONWriter(capacity: 65_536)
        json.object { json in
            json.member("openapi", "3.1.0")
            json.key("info")
            json.object { json in
                json.member("title", "Tradewind")
                json.member("version", version)
                json.member("summary", "The trading core of an online shop that stays open")
                json.member("description", Self.introduction)
                json.key("license")
                json.object {
                    $0.member("name", "Apache-2.0")
                    $0.member("identifier", "Apache-2.0")
                }
            }
            json.key("servers")
            json.array { json in json.object { $0.member("url", "/") } }
            json.key("paths")
            json.object { json in
                for path in endpoints.map(\.path).uniqued() {
                    json.key(path)
                    json.object { json in
                        for endpoint in endpoints where endpoint.path == path { write(endpoint, to: &json) }
                    }
                }
            }
            json.key("components")
            json.object { json in
                json.key("securitySchemes")
                json.raw(Array(Self.security.utf8))
                json.key("schemas")
                json.object { json in
                    for (name, schema) in schemas.sorted(by: { $0.key < $1.key }) {
                        json.key(name)
                        json.raw(Array(schema.utf8))
                    }
                }
            }
        }
        return json.bytes
    }

    private static let introduction = """
        Money is an integer of minor units with an ISO 4217 code. Times are RFC 3339 in UTC. Lists are paged: `next` of one page \
        is `after` of the following one, a cursor that is URL-safe and stands for nothing else; what comes and goes meanwhile moves \
        no page. In a query `+` stands for itself, but for a blank in `q`, and for either in a text that may hold blanks (`category`, \
        `group`, `location`, `reference`). Whatever is refused is answered with a problem document (RFC 9457) whose `code` is \
        stable. A POST that has an effect takes an `Idempotency-Key`: sent again with the same body it has no second effect and \
        gives the first answer, of a cart the cart as it is now, marked `Idempotent-Replayed: true`; with another body it is refused. A refused request had no \
        effect and is not remembered.
        """

    private static let security = """
        {"apiKey":{"type":"http","scheme":"bearer","description":"An API key, made by `tradewind keys create`."},\
        "orderSecret":{"type":"http","scheme":"bearer","description":"The `secret` that placing the order answered."},\
        "customerToken":{"type":"http","scheme":"bearer","description":"A customer's own proof, made by issueCustomerToken."}}
        """

    private func write(_ endpoint: Endpoint, to json: inout JSONWriter) {
        json.key(endpoint.method.rawValue.lowercased())
        json.object { json in
            json.member("operationId", endpoint.id)
            json.member("summary", endpoint.summary)
            json.key("tags")
            json.array { $0.string(endpoint.tag) }
            writeSecurity(endpoint, to: &json)
            let parameters = endpoint.parameters + Self.impliedParameters(of: endpoint)
            if !parameters.isEmpty {
                json.key("parameters")
                json.array { json in for parameter in parameters { write(parameter, to: &json) } }
            }
            if let body = endpoint.body {
                json.key("requestBody")
                json.object { json in
                    json.member("required", !body.isOptional)
                    writeContent(schema: body.schema, mediaType: body.mediaType, to: &json)
                }
            }
            json.key("responses")
            json.object { json in
                for response in endpoint.responses { write(response, of: endpoint, to: &json) }
                for status in Self.problemStatuses(of: endpoint) { writeProblem(status, of: endpoint, to: &json) }
            }
        }
    }

    private func writeSecurity(_ endpoint: Endpoint, to json: inout JSONWriter) {
        json.key("security")
        json.array { json in
            switch endpoint.access {
            case .anyone:
                json.object { _ in }
            case .anyoneOrKnown:
                json.object { _ in }
                json.member("apiKey", scopes: [])
                json.member("customerToken", scopes: [])
            case .scope(let scope):
                json.member("apiKey", scopes: [scope.rawValue])
            case .scopeOrOrderSecret(let scope):
                json.member("apiKey", scopes: [scope.rawValue])
                json.member("orderSecret", scopes: [])
                json.member("customerToken", scopes: [])
            case .scopeOrCustomer(let scope):
                json.member("apiKey", scopes: [scope.rawValue])
                json.member("customerToken", scopes: [])
            }
        }
    }

    private func write(_ parameter: Parameter, to json: inout JSONWriter) {
        json.object { json in
            json.member("name", parameter.name)
            json.member("in", parameter.place.rawValue)
            json.member("required", parameter.place == .path)
            json.member("description", parameter.description)
            json.key("schema")
            json.raw(Array(parameter.schema.utf8))
        }
    }

    private func writeContent(schema: String, mediaType: String, to json: inout JSONWriter) {
        json.key("content")
        json.object { json in
            json.key(mediaType)
            json.object { json in
                json.key("schema")
                json.object { $0.member("$ref", "#/components/schemas/\(schema)") }
            }
        }
    }

    private func write(_ response: ResponseKind, of endpoint: Endpoint, to json: inout JSONWriter) {
        json.key(String(response.status))
        json.object { json in
            json.member("description", response.description)
            json.key("headers")
            json.object { json in
                json.header("X-Request-Id", "The id of the request, for the log.")
                if endpoint.readsArchive {
                    json.header(
                        "Order-Archived",
                        "`true` where the order is archived: it can be read, and not changed."
                    )
                }
                if endpoint.takesIdempotencyKey {
                    json.header("Idempotent-Replayed", "`true` where an earlier request with the same key had done it.")
                }
            }
            if let schema = response.schema {
                writeContent(schema: schema, mediaType: response.mediaType, to: &json)
            }
        }
    }

    private func writeProblem(_ status: Int, of endpoint: Endpoint, to json: inout JSONWriter) {
        let codes = Self.problemCodes(status, of: endpoint)
        json.key(String(status))
        json.object { json in
            let names = codes.map { "`\($0)`" }.joined(separator: ", ")
            let description = Self.problemDescriptions[status] ?? "Problem"
            json.member("description", codes.isEmpty ? description : "\(description) Codes: \(names).")
            json.key("x-problem-codes")
            json.array { json in for code in codes { json.string(code) } }
            writeContent(schema: "Problem", mediaType: "application/problem+json", to: &json)
        }
    }

    /// Parameters that follow from the kind of route.
    static func impliedParameters(of endpoint: Endpoint) -> [Parameter] {
        guard endpoint.takesIdempotencyKey else { return [] }
        return [
            Parameter(
                "Idempotency-Key",
                in: .header,
                #"{"type":"string","minLength":1,"maxLength":255,"pattern":"^[!-~]*[!#-~][!-~]*$"}"#,
                "Names the request, so that sending it again has no second effect. Kept at least 7 days."
            )
        ]
    }

    /// The problem statuses of a route: its own, and those that follow from access, parameters and body.
    static func problemStatuses(of endpoint: Endpoint) -> [Int] {
        var statuses = Set(endpoint.problems).union(endpoint.refusals.map(\.status))
        statuses.insert(401)
        switch endpoint.access {
        case .anyone, .anyoneOrKnown: break
        case .scope, .scopeOrOrderSecret, .scopeOrCustomer: statuses.formUnion([401, 403])
        }
        if !endpoint.parameters.isEmpty || endpoint.takesIdempotencyKey { statuses.insert(400) }
        if endpoint.parameters.contains(where: { $0.place == .path }) { statuses.insert(404) }
        if endpoint.body != nil { statuses.formUnion([400, 413, 415, 422]) }
        if endpoint.takesIdempotencyKey || endpoint.takesCursor { statuses.insert(422) }
        if endpoint.method != .get { statuses.insert(507) }
        if endpoint.path.hasPrefix("/v1") { statuses.insert(503) }
        if endpoint.rateTier != nil { statuses.insert(429) }
        return statuses.subtracting(endpoint.responses.map(\.status)).sorted()
    }

    /// Codes with a status that every route may answer, but which only some routes answer.
    private static let saidByRoutes: Set<String> = ["too_many_streams", "unpaid_limit"]

    /// The codes that a route answers with a status: its own, and those that follow from its inputs.
    static func problemCodes(_ status: Int, of endpoint: Endpoint) -> [String] {
        let own = endpoint.refusals.filter { $0.status == status }.map(\.code)
        let implied: [String]
        switch status {
        case 409, 410, 412: implied = []
        case 422:
            implied =
                (endpoint.body == nil ? [] : ["validation_failed"])
                + (endpoint.takesIdempotencyKey ? ["idempotency_key_reused"] : [])
                + (endpoint.takesCursor && endpoint.id != "listEvents" ? ["invalid_cursor"] : [])
        default:
            implied = ProblemCode.all.filter { $0.statuses.contains(status) }.map(\.name)
                .filter { !saidByRoutes.contains($0) }
        }
        return (own + implied).uniqued().sorted()
    }

    static let problemDescriptions: [Int: String] = [
        400: "The request is malformed.", 401: "A valid key is needed.", 403: "The key lacks the scope.",
        404: "There is no such thing.", 409: "The state of things does not allow it; nothing changed.",
        410: "It is no longer kept.", 412: "It was changed meanwhile.", 413: "The body is too large.",
        415: "The body has another media type, or a coding.",
        422: "The body does not fit.", 429: "Too often, or too much; `Retry-After` says when.",
        503: "Not now; `Retry-After` says when.",
        507: "The disk is full; nothing changed.",
    ]
}

extension JSONWriter {
    fileprivate mutating func member(_ scheme: StaticString, scopes: [String]) {
        object { json in
            json.key(scheme)
            json.array { json in for scope in scopes { json.string(scope) } }
        }
    }

    fileprivate mutating func header(_ name: String, _ description: String) {
        key(name)
        object { json in
            json.member("description", description)
            json.key("schema")
            json.object { $0.member("type", "string") }
        }
    }
}

extension Sequence where Element: Hashable {
    fileprivate func uniqued() -> [Element] {
        var seen: Set<Element> = []
        return filter { seen.insert($0).inserted }
    }
}
