// Rules for the head of a request, checked before it is interpreted: its host, and where the request ends. Two servers in a row
// may interpret an ambiguous head differently, which allows request smuggling (RFC 9112 sections 3.2, 6.1 and 6.3, and 11.2).

import Bytes
import HTTPTypes
import NIOHTTP1

/// A violation in a request's head.
enum HeadFault: Hashable, Sendable {
    /// `Host` is missing, repeated, or not a host.
    case host
    /// `Transfer-Encoding` with HTTP/1.0, or `chunked` not at its end.
    case framing
    /// An unknown transfer coding.
    case coding(String)
    /// The target is neither a path nor an HTTP URL with a host.
    case target
    /// More bytes or fields than the server accepts; counted here for HTTP/2.
    case length(Int)

    /// The answer to the client.
    var problem: Problem {
        switch self {
        case .host:
            Problem(.badRequest, "bad_request", "a request names its host once, as in Host: shop.example")
        case .framing:
            Problem(.badRequest, "bad_request", "Transfer-Encoding is chunked, once, and of HTTP/1.1")
        case .coding(let name):
            Problem(.notImplemented, "not_implemented", "the transfer coding \(name.prefix(40)) is not known here")
        case .target:
            Problem(
                .badRequest,
                "bad_request",
                "a request asks for a path, as in /v1/products, or for an address of http or https with a host and no user"
            )
        case .length(let bytes): .headersTooLarge(bytes)
        }
    }

    /// The violation in a head of HTTP/1; nil where there is none.
    init?(_ head: HTTPRequestHead) {
        if let fault = Self.framing(head) {
            self = fault
            return
        }
        guard let target = RequestTarget(head.uri, head.method) else {
            self = .target
            return
        }
        if let named = target.host, !Self.isHost(named) {
            self = .target
            return
        }
        let hosts = head.headers["host"]
        let isOld = head.version.major == 1 && head.version.minor == 0
        guard !(isOld && hosts.isEmpty) else { return nil }
        guard hosts.count == 1, Self.isHost(hosts[0]) else {
            self = .host
            return
        }
        return nil
    }

    /// The violation in a request of HTTP/2, whose frames mark its end (RFC 9113 section 8.3.1); nil where there is none.
    ///
    /// - Parameter headerBytes: the limit of a head, counted as in HTTP/1.
    init?(stream request: HTTPRequest, headerBytes: Int = .max) {
        let length = request.headerFields.reduce((request.path ?? "").utf8.count) { sum, field in
            sum + field.name.rawName.utf8.count + field.value.utf8.count
        }
        guard length <= headerBytes, request.headerFields.count <= Self.mostFields else {
            self = .length(headerBytes)
            return
        }
        let isPath = request.path?.hasPrefix("/") == true || request.path == "*" && request.method == .options
        guard isPath, ["http", "https"].contains(request.scheme?.lowercased()) else {
            self = .target
            return
        }
        let host = request.headerFields[values: hostName]
        let authority = request.authority
        guard let named = authority ?? host.first, Self.isHost(named), host.allSatisfy({ $0 == named }) else {
            self = .host
            return
        }
        return nil
    }

    /// The most fields of a head.
    static let mostFields = 100

    private static func framing(_ head: HTTPRequestHead) -> HeadFault? {
        let codings = head.headers[canonicalForm: "transfer-encoding"].map { $0.lowercased() }
        guard !codings.isEmpty else { return nil }
        if head.headers.contains(name: "content-length") || head.version == .http1_0 { return .framing }
        if let place = codings.firstIndex(of: "chunked"), place < codings.count - 1 { return .framing }
        return codings.first { $0 != "chunked" }.map { .coding(String($0)) }
    }

    /// Whether a text is a host with an optional port (RFC 3986 section 3.2.2).
    static func isHost(_ text: some StringProtocol) -> Bool {
        let bytes = Array(text.utf8)
        var rest = bytes[...]
        if bytes.first == UInt8(ascii: "[") {
            guard let end = bytes.firstIndex(of: UInt8(ascii: "]")), end > 1 else { return false }
            guard bytes[1..<end].allSatisfy({ isHex($0) || $0 == UInt8(ascii: ":") || $0 == UInt8(ascii: ".") }) else {
                return false
            }
            rest = bytes[(end + 1)...]
        } else {
            let name = bytes.prefix { $0 != UInt8(ascii: ":") }
            guard !name.isEmpty, name.count <= 255, name.allSatisfy(isNameByte), isEscaped(name) else { return false }
            rest = bytes[name.endIndex...]
        }
        guard let colon = rest.first else { return true }
        guard colon == UInt8(ascii: ":"), rest.count <= 6, rest.dropFirst().allSatisfy(isDigit) else { return false }
        return rest.dropFirst().reduce(0) { $0 * 10 + Int($1 - UInt8(ascii: "0")) } <= 65_535
    }

    /// Whether every percent sign begins an escaped byte.
    private static func isEscaped(_ name: ArraySlice<UInt8>) -> Bool {
        name.indices.allSatisfy { index in
            let digits = name[(index + 1)...].prefix(2)
            return name[index] != UInt8(ascii: "%") || digits.count == 2 && digits.allSatisfy(isHex)
        }
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

    private static func isHex(_ byte: UInt8) -> Bool { Hex.value(ofAnyCase: byte) != nil }

    /// Whether a byte may be part of a host name: letters, digits and some signs; not the comma, which joins repeated fields.
    private static func isNameByte(_ byte: UInt8) -> Bool {
        isDigit(byte) || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
            || "-._~%!$&'()*+;=".utf8.contains(byte)
    }
}

/// `Host`; HTTP/1.1 requests have it as their authority by then, HTTP/2 requests may still have the field.
let hostName: HTTPField.Name = {
    guard let name = HTTPField.Name("Host") else { preconditionFailure("a header's name is a token") }
    return name
}()
