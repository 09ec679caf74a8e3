import HTTPTypes
import Hummingbird
import JSON

/// Why a sandbox refuses a request.
enum SandboxRefusal: Error, Hashable, Sendable {
    /// The body is not JSON, or does not match.
    case malformed(String)
    /// A parameter of the path or the query is invalid.
    case badParameter(String)
    /// A request with an effect has no valid `Idempotency-Key`.
    case keyMissing
    /// The key was used before with another body.
    case keyReused
    /// The body is too long.
    case bodyTooLarge
    /// There is no such charge or parcel, or no such route.
    case notFound(String)
    /// The charge was refused.
    case declined(code: String, charge: String)
    /// The state of the charge or parcel does not allow the change.
    case wrongState(String)
    /// The amount is more than can still be captured or refunded.
    case amountTooLarge(left: Int64)
    /// The amount is in another currency than the charge.
    case wrongCurrency
    /// The journal cannot be written any more.
    case broken(String)

    /// The HTTP status.
    var status: HTTPResponse.Status {
        switch self {
        case .malformed, .badParameter, .keyMissing: .badRequest
        case .keyReused: .unprocessableContent
        case .bodyTooLarge: .contentTooLarge
        case .notFound: .notFound
        case .declined: .init(code: 402, reasonPhrase: "Payment Required")
        case .wrongState, .amountTooLarge, .wrongCurrency: .conflict
        case .broken: .internalServerError
        }
    }

    /// The kind of error, stable.
    var code: String {
        switch self {
        case .malformed: "malformed"
        case .badParameter: "bad_parameter"
        case .keyMissing: "key_missing"
        case .keyReused: "key_reused"
        case .bodyTooLarge: "body_too_large"
        case .notFound: "not_found"
        case .declined(let code, _): code
        case .wrongState: "wrong_state"
        case .amountTooLarge: "amount_too_large"
        case .wrongCurrency: "wrong_currency"
        case .broken: "broken"
        }
    }

    /// The error, for people.
    var message: String {
        switch self {
        case .malformed(let detail), .badParameter(let detail), .wrongState(let detail), .broken(let detail): detail
        case .keyMissing: "send an Idempotency-Key of 1 to 255 visible characters"
        case .keyReused: "this Idempotency-Key was used before with another body"
        case .bodyTooLarge: "a body here has at most \(SandboxCall.bodyBytesMax) bytes"
        case .notFound(let what): "there is no such \(what)"
        case .declined: "the charge was declined"
        case .amountTooLarge(let left): "at most \(left) is left"
        case .wrongCurrency: "the charge is in another currency"
        }
    }

    /// The refusal as an answer.
    var response: Response {
        var json = JSONWriter()
        json.object { json in
            json.key("error")
            json.object { json in
                json.member("code", code)
                json.member("message", message)
                if case .declined(_, let charge) = self { json.member("charge", charge) }
            }
        }
        return .sandbox(json.bytes, status: status)
    }
}

extension Response {
    /// A JSON answer of a sandbox.
    static func sandbox(_ bytes: [UInt8], status: HTTPResponse.Status = .ok) -> Response {
        bytesOf("application/json", bytes, status: status)
    }

    /// Bytes of a media type.
    static func bytesOf(_ mediaType: String, _ bytes: [UInt8], status: HTTPResponse.Status = .ok) -> Response {
        Response(
            status: status,
            headers: [.contentType: mediaType, .cacheControl: "no-store"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes))
        )
    }
}
