import CZlib
import Foundation
import HTTPTypes
import Hummingbird
import HummingbirdTesting
import Ledger
import Logging
import NIOCore
import Resilience
import Testing

@testable import API
@testable import Components

@Suite("The form of answers")
struct AnswerFormTests {
    @Test(
        "gzip is taken where it is named, or anything is, with a weight above nothing",
        arguments: [
            ("gzip", true), ("GZIP", true), ("x-gzip", true), ("br, gzip;q=0.5", true), ("*", true), ("*;q=0.1", true),
            ("identity", false), ("", false), ("gzip;q=0", false), ("gzip; q=0.0, *", false), ("*;q=0", false),
            ("deflate, br", false), ("gzipped", false),
        ]
    )
    func gzipTaken(field: String, isTaken: Bool) {
        #expect(Compression.takesGzip(field) == isTaken)
        #expect(!Compression.takesGzip(nil))
    }

    @Test("a long list is packed for whoever takes gzip, and says that it depends on that; a short one is not")
    func packed() async throws {
        let shop = try await ListShop()
        try await shop.run { client in
            for number in 0..<20 { try await client.putProduct("P\(100 + number)", "A product with a long name") }
            func ask(_ path: String, _ coding: String?) async throws -> TestResponse {
                var fields: HTTPFields = [ListShop.authorization.0: ListShop.authorization.1]
                if let coding { fields[.acceptEncoding] = coding }
                return try await client.execute(uri: path, method: .get, headers: fields)
            }
            let plain = try await ask("/v1/products", nil)
            #expect(plain.headers[.contentEncoding] == nil && plain.headers[.vary] == "Accept-Encoding")
            let packed = try await ask("/v1/products", "gzip, br")
            #expect(packed.headers[.contentEncoding] == "gzip" && packed.headers[.vary] == "Accept-Encoding")
            #expect(packed.body.readableBytes < plain.body.readableBytes / 3)
            let unpacked = try Self.unpack(Array(packed.body.readableBytesView))
            #expect(unpacked == Array(plain.body.readableBytesView))
            for path in ["/v1/products?limit=1", "/v1/products/P100", "/livez"] {
                let short = try await ask(path, "gzip")
                #expect(short.headers[.contentEncoding] == nil, "\(path)")
            }
            let long = String(repeating: "words ", count: 500)
            let group = #"{"name":"G","description":"\#(long)"}"#
            try await client.done(.put, "/v1/groups/LONG", group)
            let tagged = try await ask("/v1/groups/LONG", "gzip")
            #expect(tagged.headers[.contentEncoding] == "gzip" && tagged.headers[.eTag] == "W/\"1\"")
            // The weak ETag of the compressed answer names the same version.
            let headers = [ListShop.authorization, (HTTPField.Name.ifMatch, "W/\"1\"")]
            #expect(try await client.send(.put, "/v1/groups/LONG", #"{"name":"H"}"#, headers).status == 200)
        }
    }

    /// Unpacks with zlib itself.
    private static func unpack(_ bytes: [UInt8]) throws -> [UInt8] {
        var stream = z_stream()
        try #require(inflateInit2_(&stream, 15 + 16, ZLIB_VERSION, Int32(MemoryLayout<z_stream>.size)) == Z_OK)
        defer { inflateEnd(&stream) }
        var input = bytes
        var output = [UInt8](repeating: 0, count: 1 << 20)
        let room = output.count
        let code = input.withUnsafeMutableBufferPointer { input in
            output.withUnsafeMutableBufferPointer { output in
                stream.next_in = input.baseAddress
                stream.avail_in = UInt32(input.count)
                stream.next_out = output.baseAddress
                stream.avail_out = UInt32(room)
                return inflate(&stream, Z_FINISH)
            }
        }
        try #require(code == Z_STREAM_END)
        return Array(output.prefix(room - Int(stream.avail_out)))
    }

    @Test("pages of other sites are told that they may read only where the shop names them")
    func crossOrigin() async throws {
        let site = "https://shop.example"
        for (setting, origin, allowed) in [
            ([], site, nil), ([site], site, site), ([site], "https://other.example", nil),
            (["*"], "https://any.example", "*"),
        ] as [([String], String, String?)] {
            try await Self.door(CrossOrigin(setting)) { client in
                let got = try await client.execute(uri: "/v1/thing", method: .get, headers: [.origin: origin])
                #expect(got.headers[.accessControlAllowOrigin] == allowed)
                for name in ["etag", "ratelimit", "ratelimit-policy"] {
                    let exposed = got.headers[.accessControlExposeHeaders]?.split(separator: ", ").map {
                        $0.lowercased()
                    }
                    #expect((exposed?.contains(name) ?? false) == (allowed != nil), "\(name)")
                }
                #expect((got.headers[.vary]?.contains("Origin") ?? false) == (setting == [site]))
                let missing = try await client.execute(uri: "/v1/none", method: .get, headers: [.origin: origin])
                #expect(missing.status == .notFound && missing.headers[.accessControlAllowOrigin] == allowed)
                let asked = try await client.execute(
                    uri: "/v1/thing",
                    method: .options,
                    headers: [.origin: origin, .accessControlRequestMethod: "POST"]
                )
                #expect(asked.status == (allowed == nil ? .methodNotAllowed : .noContent))
                #expect(asked.headers[.accessControlAllowOrigin] == allowed)
                guard allowed != nil else { return }
                #expect(asked.headers[.accessControlAllowMethods] == "GET, HEAD, POST")
                #expect(asked.headers[.accessControlAllowHeaders]?.contains("authorization") == true)
                #expect(asked.headers[.accessControlAllowHeaders]?.contains("idempotency-key") == true)
                // An OPTIONS request that is no CORS preflight is handled as before.
                let plain = try await client.execute(uri: "/v1/thing", method: .options, headers: [.origin: origin])
                #expect(plain.status == .methodNotAllowed)
            }
        }
    }

    @Test(
        "an origin is a scheme and a host, and no path",
        arguments: [
            ("*", true), ("https://shop.example", true), ("http://localhost:3000", true), ("https://[::1]:8", true),
            ("shop.example", false), ("https://shop.example/", false), ("https://", false), ("ftp://x", false),
            ("https://Shop.example", false), ("null", false), ("", false),
        ]
    )
    func origins(text: String, isOrigin: Bool) {
        #expect(CrossOrigin.isOrigin(text) == isOrigin)
    }

    private static func door(
        _ origins: CrossOrigin,
        _ body: @Sendable (any TestClientProtocol) async throws -> Void
    ) async throws {
        let endpoints = [HTTPRequest.Method.get, .post].map { method in
            Endpoint(
                method,
                "/v1/thing",
                id: method == .get ? "getThing" : "makeThing",
                tag: "Things",
                "A thing",
                access: .anyone,
                responses: [ResponseKind(200, nil, "It.")]
            ) { (_) throws(Problem) in Response(status: .ok) }
        }
        var logger = Logger(label: "test")
        logger.logLevel = .critical
        let door = FrontDoor(endpoints, keyring: Keyring(), metrics: RequestMetrics(), origins: origins, logger: logger)
        try await Application(router: door.router(), logger: logger).test(.router) { try await body($0) }
    }

    @Test("a body with several mistakes is told all of them, each where it is")
    func allMistakes() async throws {
        let shop = try await ListShop()
        try await shop.run { client in
            try await client.putProduct("A+1")
            let lines =
                #"[{"sku":"A+1","quantity":"two"},{"sku":"","quantity":1},{"quantity":0},{"sku":"A+1","quantity":1}]"#
            let body =
                #"{"lines":\#(lines),"currency":"XXQ","shipTo":{"country":"UK","city":7},"colour":1,"metadata":[]}"#
            let told = try await client.send(.post, "/v1/orders", body, [ListShop.authorization])
            #expect(told.status == 422 && told["code"] == "validation_failed")
            var found: [String: String] = [:]
            for index in 0..<20 {
                guard let pointer = told["errors", "\(index)", "pointer"] else { break }
                #expect(
                    found.updateValue(told["errors", "\(index)", "code"] ?? "", forKey: pointer) == nil,
                    "\(pointer) twice"
                )
            }
            #expect(
                found == [
                    "/lines/0/quantity": "wrong_type", "/lines/1/sku": "invalid_value",
                    "/lines/2/quantity": "out_of_range",
                    "/lines/2/sku": "required",
                    "/currency": "invalid_value", "/shipTo/country": "invalid_value", "/shipTo/city": "wrong_type",
                    "/colour": "unknown_field", "/metadata": "wrong_type",
                ]
            )
            let missing = try await client.send(.put, "/v1/products/X", #"{"grams":-1}"#, [ListShop.authorization])
            #expect(missing["errors", "0", "pointer"] == "/grams" && missing["errors", "1", "pointer"] == "/name")
            let broken = try await client.send(
                .put,
                "/v1/products/X",
                #"{"grams":-1,"name":}"#,
                [ListShop.authorization]
            )
            #expect(broken.status == 400 && broken["code"] == "malformed_json" && broken["errors", "1"] == nil)
            let many = (0..<100).map { "\"m\($0)\":1" }.joined(separator: ",")
            let bounded = try await client.send(.put, "/v1/products/X", "{\(many)}", [ListShop.authorization])
            #expect(bounded["errors", "20"] != nil && bounded["errors", "21"] == nil)
        }
    }
}
