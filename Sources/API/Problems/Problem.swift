// The answer to a request that failed: a problem document (RFC 9457) with a stable code. Refusals of the rules, failures of the
// ledger and mistakes in a request all end here; nothing internal is disclosed.

import HTTPTypes
import Hummingbird
import JSON
import Ledger
import Resilience

/// A problem document.
public struct Problem: Error, Sendable {
    /// One mistake in the request's body or parameters.
    public struct Detail: Sendable {
        /// A JSON pointer into the body, or `query:name`, `path:name`, `header:name`.
        public let pointer: String
        /// What is wrong, stable.
        public let code: String
        /// What is wrong, for people.
        public let detail: String

        /// A mistake at a place.
        public init(pointer: String, code: String, detail: String) {
            self.pointer = pointer
            self.code = code
            self.detail = detail
        }
    }

    /// The HTTP status.
    public let status: HTTPResponse.Status
    /// The kind of problem, stable: clients may switch on it.
    public let code: String
    /// What is wrong in this case, for people.
    public var detail: String
    /// Mistakes by place.
    public var errors: [Detail]
    /// Members specific to the code, such as the available quantity.
    public var members: @Sendable (inout JSONWriter) -> Void
    /// Seconds after which a new attempt makes sense; nil where it does not or the time is unknown.
    public var retryAfter: Int?
    /// Additional header fields.
    public var headers: HTTPFields = [:]
    /// Whether it becomes 401 for a sender with neither a key nor a customer's token.
    var needsProof = false
    /// Whether a key, a secret, a token or a code was wrong; such problems are counted for the rate limit of proofs.
    public var isFailedProof = false
    /// Additional text for the log; never sent.
    public var internalDetail: String?

    /// A problem.
    public init(
        _ status: HTTPResponse.Status,
        _ code: String,
        _ detail: String,
        errors: [Detail] = [],
        retryAfter: Int? = nil,
        members: @escaping @Sendable (inout JSONWriter) -> Void = { _ in }
    ) {
        self.status = status
        self.code = code
        self.detail = detail
        self.errors = errors
        self.retryAfter = retryAfter
        self.members = members
    }

    /// The document as an HTTP answer.
    public func response(requestID: String) -> Response {
        Response(
            status: status,
            headers: fields,
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: document(requestID: requestID)))
        )
    }

    /// The headers of the document.
    var fields: HTTPFields {
        var fields = headers
        fields[.contentType] = "application/problem+json"
        fields[.cacheControl] = "no-store"
        fields[.xContentTypeOptions] = "nosniff"
        fields[.contentSecurityPolicy] = HTTPFields.nothingButData
        if let retryAfter { fields[.retryAfter] = String(retryAfter) }
        return fields
    }

    /// The document itself.
    func document(requestID: String) -> [UInt8] {
        var json = JSONWriter()
        json.beginObject()
        json.member("type", "/docs#problem-\(code)")
        json.member("title", title)
        json.member("status", status.code)
        json.member("detail", detail)
        json.member("code", code)
        json.member("requestId", requestID)
        if !errors.isEmpty {
            json.key("errors")
            json.beginArray()
            for error in errors {
                json.beginObject()
                json.member("pointer", error.pointer)
                json.member("code", error.code)
                json.member("detail", error.detail)
                json.endObject()
            }
            json.endArray()
        }
        members(&json)
        json.endObject()
        return json.bytes
    }

    /// The code in words.
    private var title: String {
        let words = code.split(separator: "_").joined(separator: " ")
        return words.prefix(1).uppercased() + words.dropFirst()
    }
}

extension Problem {
    /// A mistake at one place of the request.
    public static func invalid(_ pointer: String, _ code: String, _ detail: String) -> Problem {
        Problem(
            .unprocessableContent,
            "validation_failed",
            "\(pointer.isEmpty ? "the body" : pointer): \(detail)",
            errors: [Detail(pointer: pointer, code: code, detail: detail)]
        )
    }

    /// A mistake in a parameter of the query, the path or a header.
    public static func badParameter(_ place: String, _ name: String, _ detail: String) -> Problem {
        Problem(
            .badRequest,
            "invalid_parameter",
            "\(place) parameter \(name): \(detail)",
            errors: [Detail(pointer: "\(place):\(name)", code: "invalid_parameter", detail: detail)]
        )
    }

    /// An object that does not exist.
    public static func notFound(_ what: String) -> Problem {
        Problem(.notFound, "not_found", "there is no such \(what)")
    }

    /// The body is not JSON, or does not match the schema.
    public init(_ error: JSONError) {
        self.init([error])
    }

    /// The body does not match the schema, at one or several places.
    init(_ errors: [JSONError]) {
        precondition(!errors.isEmpty, "a problem has a mistake")
        let isMalformed = errors.contains(where: \.isMalformed)
        let place = errors[0].pointer.isEmpty ? "the body" : errors[0].pointer
        let more = errors.count > 1 ? "; and \(errors.count - 1) more" : ""
        self.init(
            isMalformed ? .badRequest : .unprocessableContent,
            isMalformed ? "malformed_json" : "validation_failed",
            "\(place): \(errors[0].detail)\(more)",
            errors: errors.map { error in
                Detail(pointer: error.pointer, code: Self.codes[error.code] ?? "invalid_value", detail: error.detail)
            }
        )
    }

    private static let codes: [JSONError.Code: String] = [
        .syntax: "syntax", .truncated: "truncated", .trailingData: "trailing_data", .invalidUTF8: "invalid_utf8",
        .duplicateMember: "duplicate_member", .tooDeep: "too_deep", .tooLong: "too_long", .tooMany: "too_many",
        .wrongType: "wrong_type", .outOfRange: "out_of_range", .unknownMember: "unknown_field",
        .missingMember: "required", .invalidValue: "invalid_value",
    ]

    /// A failure of the ledger; status and `Retry-After` say what the client may do about it.
    public init(_ failure: LedgerFailure) {
        switch failure.code {
        case .overloaded, .busy, .deadlineExceeded, .closed:
            self.init(.serviceUnavailable, "overloaded", "\(failure); nothing was changed", retryAfter: 1)
        case .diskFull:
            self.init(.insufficientStorage, "storage_full", "\(failure); nothing was changed", retryAfter: 5)
        case .fenced:
            self.init(.conflict, "fenced", "\(failure); nothing was changed")
        case .damaged:
            self.init(
                .serviceUnavailable,
                "ledger_damaged",
                "\(failure); nothing was changed: browsing goes on, and the shop's operator restores it with `tradewind restore`",
                retryAfter: 60
            )
        case .moved:
            self.init(
                .serviceUnavailable,
                "ledger_moved",
                "\(failure): it was moved to another one, where changes are accepted; nothing was changed",
                retryAfter: 5
            )
        case .away, .io, .corrupt, .contradicted, .unsuitable:
            let isUnknown = failure.retry == .unknownOutcome
            self.init(
                .serviceUnavailable,
                isUnknown ? "outcome_unknown" : "ledger_unavailable",
                isUnknown ? "\(failure); send it again with the same Idempotency-Key" : "\(failure)",
                retryAfter: 5
            )
        }
        internalDetail = failure.debugDescription
    }

    /// The body is compressed or encoded; the server decodes none.
    static let unsupportedContentEncoding: Problem = {
        var problem = Problem(
            .unsupportedMediaType,
            "unsupported_content_encoding",
            "send the body as it is, without Content-Encoding",
            errors: [
                Detail(
                    pointer: "header:Content-Encoding",
                    code: "invalid_parameter",
                    detail: "only identity is taken"
                )
            ]
        )
        problem.headers[.acceptEncoding] = "identity"
        return problem
    }()

    /// A failure that a drill injects.
    static let drilled = Problem(.internalServerError, "internal", "a drill makes this request fail")

    /// Processes crashed while they handled this very request.
    ///
    /// The log names only its route: its path and query may hold a secret.
    static let quarantined = Problem(
        .serviceUnavailable,
        "quarantined",
        "several processes ended while they handled this request, so it is not handled for now",
        retryAfter: Int(SuspectList.term)
    )

    /// A key was used before with another body.
    public static let keyReused = Problem(
        .unprocessableContent,
        "idempotency_key_reused",
        "this Idempotency-Key was used before with another body; use a fresh key for another request"
    )
}

extension HTTPResponse.Status {
    /// 507: the disk is full (RFC 4918 section 11.5).
    static let insufficientStorage = HTTPResponse.Status(code: 507, reasonPhrase: "Insufficient Storage")
}
