// What a head must say before anything is made of it: for whom the request is, and where it ends. Whatever is unclear there is read in two
// ways by two servers in a row, and that is how requests are smuggled (RFC 9112 sections 3.2, 6.1 and 6.3, and 11.2).

import HTTPTypes
import NIOHTTP1

/// What is wrong with a request's head.
enum HeadFault: Hashable, Sendable {
    /// There is no `Host`, or more than one, or one that names no host.
    case host
    /// `Transfer-Encoding` with HTTP/1.0, or with `chunked` elsewhere than at its end.
    case framing
    /// A transfer coding that is not known here.
    case coding(String)
    /// What is asked for is no path, and no address of HTTP that names a host.
    case target
    /// More bytes or fields than the server reads, as HTTP/2 counts them out.
    case length(Int)

    /// What the client is told.
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

    /// The fault of a head of HTTP/1; nil where there is none.
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

    /// The fault of a request of HTTP/2, whose frames say where it ends (RFC 9113 section 8.3.1); nil where there is none.
    ///
    /// - Parameter headerBytes: the most that a head may have, counted as in HTTP/1.
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

    /// Whether a text is a host with or without a port (RFC 3986 section 3.2.2), and names one.
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

    /// Whether every percent sign begins a byte that is written out.
    private static func isEscaped(_ name: ArraySlice<UInt8>) -> Bool {
        name.indices.allSatisfy { index in
            let digits = name[(index + 1)...].prefix(2)
            return name[index] != UInt8(ascii: "%") || digits.count == 2 && digits.allSatisfy(isHex)
        }
    }

    private static func isDigit(_ byte: UInt8) -> Bool { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains(byte) }

    private static func isHex(_ byte: UInt8) -> Bool {
        isDigit(byte) || (UInt8(ascii: "a")...UInt8(ascii: "f")).contains(byte | 0x20)
    }

    /// Letters, digits and what else a name may hold; a comma, which joins what was said twice, is no part of one.
    private static func isNameByte(_ byte: UInt8) -> Bool {
        isDigit(byte) || (UInt8(ascii: "a")...UInt8(ascii: "z")).contains(byte | 0x20)
            || "-._~%!$&'()*+;=".utf8.contains(byte)
    }
}

/// `Host`, which HTTP/1.1 has made into the authority by then, and HTTP/2 has not.
let hostName: HTTPField.Name = {
    guard let name = HTTPField.Name("Host") else { preconditionFailure("a header's name is a token") }
    return name
}()
