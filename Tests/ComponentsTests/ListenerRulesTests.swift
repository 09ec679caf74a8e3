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
            ("zoë", false), ("a?b", false), ("a#b", false), ("a\\b", false),
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
