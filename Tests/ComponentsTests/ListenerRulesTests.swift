import HTTPTypes
import NIOCore
import NIOHTTP1
import Testing

@testable import API

@Suite("What a connection may say")
struct ListenerRulesTests {
    private static func fault(_ headers: [(String, String)], version: HTTPVersion = .http1_1) -> HeadFault? {
        HeadFault(HTTPRequestHead(version: version, method: .POST, uri: "/", headers: HTTPHeaders(headers)))
    }

    @Test(
        "a host is named once, and is one",
        arguments: [
            ("shop", true), ("shop.example:8080", true), ("127.0.0.1:1", true), ("[::1]:8080", true), ("[::1]", true),
            ("SHOP_1.example", true), ("shop:", true), ("", false), (" shop", false), ("a b", false), ("a,b", false),
            ("a/b", false), ("u@shop", false), ("shop:80a", false), ("shop:1:2", false), ("[::1", false), ("[]", false),
            ("[::1]x", false), (":80", false), ("http://shop", false), ("shop:1234567", false), ("a\u{7F}", false),
            ("zoë", false), ("a?b", false), ("a:65535", true), ("a:65536", false), ("a:99999", false), ("a%zz", false),
            ("a%4", false), ("a%", false), ("a%C3%AB", true), ("a#b", false), ("a\\b", false),
        ]
    )
    func hosts(_ host: String, _ isGood: Bool) {
        #expect(Self.fault([("Host", host)]) == (isGood ? nil : .host))
    }

    @Test("no host, or two, is a fault; HTTP/1.0 may have none")
    func hostCounts() {
        #expect(Self.fault([]) == .host)
        #expect(Self.fault([("Host", "shop"), ("host", "shop")]) == .host)
        #expect(Self.fault([], version: .http1_0) == nil)
        #expect(Self.fault([("Host", "a"), ("Host", "b")], version: .http1_0) == .host)
    }

    @Test(
        "a body ends with chunked alone, or as its length says",
        arguments: [
            (["chunked"], nil), (["Chunked"], nil), (["gzip"], .coding("gzip")), (["gzip, chunked"], .coding("gzip")),
            (["gzip", "chunked"], .coding("gzip")), (["chunked, gzip"], .framing), (["chunked, chunked"], .framing),
            (["identity"], .coding("identity")), (["xchunked"], .coding("xchunked")),
        ] as [([String], HeadFault?)]
    )
    func codings(_ values: [String], _ expected: HeadFault?) {
        let headers = [("Host", "shop")] + values.map { ("Transfer-Encoding", $0) }
        #expect(Self.fault(headers) == expected)
        #expect(Self.fault(headers + [("Content-Length", "5")]) == .framing)
        #expect(Self.fault(headers, version: .http1_0) == .framing)
    }

    @Test(
        "what is asked for is a path, or an address of HTTP with a host and no user, whose host counts",
        arguments: [
            ("/v1/products?a=b", HTTPMethod.GET, "shop", "/v1/products?a=b"), ("*", .OPTIONS, "shop", "*"),
            ("http://x/v1/products", .GET, "x", "/v1/products"), ("HTTPS://x:1/a?b", .GET, "x:1", "/a?b"),
            ("http://x", .GET, "x", "/"), ("http://x?a", .GET, "x", "/?a"), ("//metrics", .GET, "shop", "//metrics"),
            ("*", .GET, nil, nil), ("http:///v1/products", .GET, nil, nil), ("ftp://x/v1/products", .GET, nil, nil),
            ("http://u:p@x/v1", .GET, nil, nil), ("http://u@x", .GET, nil, nil), ("v1/products", .GET, nil, nil),
            ("http://a%zz/", .GET, nil, nil), ("http://a:99999/", .GET, nil, nil), ("http:/v1", .GET, nil, nil),
        ] as [(String, HTTPMethod, String?, String?)]
    )
    func targets(_ target: String, _ method: HTTPMethod, _ host: String?, _ path: String?) {
        var head = HTTPRequestHead(version: .http1_1, method: method, uri: target, headers: ["Host": "shop"])
        #expect(HeadFault(head) == (path == nil ? .target : nil))
        guard path != nil else { return }
        let isLast = head.normalise()
        #expect(!isLast)
        #expect(head.uri == path)
        #expect(head.headers["host"] == [host ?? ""])
    }

    @Test(
        "a connection ends where close is among its options, and with HTTP/1.0 where keep-alive is not",
        arguments: [
            ([], "close", nil), (["close"], "close", "close"), (["Close"], "close", "close"),
            (["CLOSE"], "close", "close"), (["close, TE"], "close", "close"), (["TE,close"], "close", "close"),
            (["keep-alive, close"], "close", "close"), (["keep-alive", "close"], "close", "close"),
            (["close", "keep-alive"], "close", "close"), (["Keep-Alive"], "keep-alive", nil),
            (["TE , keep-alive"], "keep-alive", nil), (["TE"], "close", nil), (["closed"], "close", nil),
        ] as [([String], String, String?)]
    )
    func persistence(_ values: [String], _ old: String, _ new: String?) {
        for (version, expected) in [(HTTPVersion.http1_0, old), (.http1_1, new)] {
            let fields = [("Host", "shop")] + values.map { ("Connection", $0) }
            var head = HTTPRequestHead(version: version, method: .GET, uri: "/", headers: HTTPHeaders(fields))
            let isLast = head.normalise()
            #expect(isLast == (expected == "close"))
            #expect(head.headers["connection"] == [expected].compactMap(\.self))
        }
    }

    @Test("what is no body is counted from the turn of one request to that of the next, and bounded")
    func framing() {
        let count = FramingCount(headerBytes: 1000)
        func read(_ bytes: Int, ends: Bool = false, begins: Bool = false, body: Int = 0) -> HTTPParserError? {
            count.read(bytes) {
                if ends { count.ended() }
                if begins { count.began() }
                if body > 0 { count.carried(body) }
            }
        }
        // A request head that arrives in pieces, and one followed by endless blanks.
        #expect(read(5000) == nil)
        #expect(read(200) == .headerOverflow)
        // A body in the smallest possible chunks.
        #expect(read(100, begins: true) == nil)
        for _ in 0..<10_000 { #expect(read(6, body: 1) == nil) }
        #expect(read(60, ends: true) == nil)
        // A chunk extension that never ends, after a kilobyte of body.
        #expect(read(2000, begins: true, body: 1000) == nil)
        for _ in 0..<16 { #expect(read(1000) == nil) }
        #expect(read(1000) == .invalidChunkSize)
        // Each request on a connection is counted from zero.
        for _ in 0..<1000 { #expect(read(900, ends: true, begins: true) == nil) }
    }

    @Test("a stream's head has a bound of its own, and HTTP's scheme")
    func streams() {
        func fault(_ fields: Int, of length: Int, scheme: String? = "https") -> HeadFault? {
            var request = HTTPRequest(method: .get, scheme: scheme, authority: "shop", path: "/")
            for _ in 0..<fields {
                request.headerFields.append(HTTPField(name: .accept, value: String(repeating: "a", count: length)))
            }
            return HeadFault(stream: request, headerBytes: 16_384)
        }
        #expect(fault(16, of: 1000) == nil)
        #expect(fault(17, of: 1000) == .length(16_384))
        #expect(fault(100, of: 0) == nil)
        #expect(fault(101, of: 0) == .length(16_384))
        #expect(fault(0, of: 0, scheme: "http") == nil)
        #expect(fault(0, of: 0, scheme: "ftp") == .target)
        #expect(fault(0, of: 0, scheme: nil) == .target)
    }

    @Test("a stream's host is its authority")
    func authorities() {
        func fault(_ authority: String?, _ hosts: [String]) -> HeadFault? {
            var request = HTTPRequest(method: .get, scheme: "https", authority: authority, path: "/")
            for host in hosts { request.headerFields.append(HTTPField(name: hostName, value: host)) }
            return HeadFault(stream: request)
        }
        #expect(fault("shop", []) == nil)
        #expect(fault("shop", ["shop"]) == nil)
        #expect(fault(nil, ["shop"]) == nil)
        #expect(fault("shop", ["other"]) == .host)
        #expect(fault("shop", ["shop", "other"]) == .host)
        #expect(fault(nil, []) == .host)
        #expect(fault("u@shop", []) == .host)
    }

    @Test(
        "frames are found in pieces of any length, and only those that carry nothing count",
        arguments: [1, 3, 9, 1000]
    )
    func frames(_ piece: Int) {
        func frame(_ type: UInt8, _ length: Int) -> [UInt8] {
            [0, UInt8(length >> 8), UInt8(length & 0xFF), type, 0, 0, 0, 0, 1] + [UInt8](repeating: 8, count: length)
        }
        let bytes =
            [UInt8](repeating: 0x50, count: 24) + frame(4, 0) + frame(1, 30) + frame(0, 700) + frame(8, 4) + frame(8, 4)
            + frame(6, 8) + frame(0, 0)
        var counter = FrameCounter()
        var count = 0
        for start in stride(from: 0, to: bytes.count, by: piece) {
            count += counter.read(ByteBuffer(bytes: bytes[start..<min(bytes.count, start + piece)]).readableBytesView)
        }
        #expect(count == 4)
    }

    @Test("a flood is more than time and answers have earned")
    func allowance() {
        let start = NIODeadline.uptimeNanoseconds(1_000_000_000)
        var allowance = FrameAllowance(at: start)
        func takes(_ count: Int, after seconds: Int64 = 0) -> Bool {
            allowance.take(count, at: start + .seconds(seconds))
        }
        #expect(takes(2000))
        #expect(!takes(1))
        allowance = FrameAllowance(at: start)
        for second in 1...100 { #expect(takes(200, after: Int64(second))) }
        allowance = FrameAllowance(at: start)
        for _ in 0..<100 {
            allowance.earn(bytes: 1 << 20)
            #expect(takes(1000))
        }
    }
}
