import HTTPTypes
import Hummingbird
import JSON

/// Why a sandbox does not do what it was asked.
enum SandboxRefusal: Error, Hashable, Sendable {
    /// The body is not JSON, or does not fit.
    case malformed(String)
    /// A parameter of the path or the query makes no sense.
    case badParameter(String)
    /// A request with an effect carries no usable `Idempotency-Key`.
    case keyMissing
    /// The key was used before with another body.
    case keyReused
    /// The body is longer than is read.
    case bodyTooLarge
    /// There is no such charge or parcel, or no such route.
    case notFound(String)
    /// The charge was refused.
    case declined(code: String, charge: String)
    /// It does not go on from where the thing stands.
    case wrongState(String)
    /// More than is left to take or to give back.
    case amountTooLarge(left: Int64)
    /// The amount is in another currency than the charge.
    case wrongCurrency
    /// The book cannot be kept any more.
    case broken(String)

    /// The status.
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

    /// What is wrong, stable.
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

    /// What is wrong, for people.
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
    /// JSON as a sandbox answers it.
    static func sandbox(_ bytes: [UInt8], status: HTTPResponse.Status = .ok) -> Response {
        bytesOf("application/json", bytes, status: status)
    }

    /// Bytes of some type.
    static func bytesOf(_ mediaType: String, _ bytes: [UInt8], status: HTTPResponse.Status = .ok) -> Response {
        Response(
            status: status,
            headers: [.contentType: mediaType, .cacheControl: "no-store"],
            body: ResponseBody(byteBuffer: ByteBuffer(bytes: bytes))
        )
    }
}
