/// One request with a body that must be refused.
struct HostileBody {
    let name: String
    let method: String
    let path: String
    let type: String
    let body: [UInt8]
    let status: Int
    let code: String?
    let pointer: String?

    init(
        _ name: String,
        _ body: [UInt8],
        _ status: Int,
        _ code: String? = nil,
        at pointer: String? = nil,
        method: String = "POST",
        path: String = "/v1/orders",
        type: String = "application/json"
    ) {
        self.name = name
        self.method = method
        self.path = path
        self.type = type
        self.body = body
        self.status = status
        self.code = code
        self.pointer = pointer
    }

    init(
        _ text: String,
        _ status: Int,
        _ code: String? = nil,
        at pointer: String? = nil,
        method: String = "POST",
        path: String = "/v1/orders",
        type: String = "application/json"
    ) {
        self.init(
            "\(method) \(path) \(text.prefix(80))",
            Array(text.utf8),
            status,
            code,
            at: pointer,
            method: method,
            path: path,
            type: type
        )
    }

    /// Sends the body on a new connection; nil when there is no answer.
    func send(to server: ServerProcess, key: String) async throws -> WireAnswer? {
        let (port, method, path, type, body) = (server.port, method, path, type, body)
        return try await offThread {
            let wire = try Wire(port, timeout: 5)
            let authorization = "Authorization: Bearer \(key)\r\nContent-Type: \(type)\r\n"
            wire.send(
                "\(method) \(path) HTTP/1.1\r\nHost: shop\r\n\(authorization)Content-Length: \(body.count)\r\n\r\n"
            )
            wire.send(body)
            return wire.receive()
        }
    }

    private static func order(quantity: String) -> String {
        #"{"lines":[{"sku":"A","quantity":\#(quantity)}],"currency":"GBP"}"#
    }

    private static let deep = String(repeating: "[", count: 100_000)
    private static let deepObjects = String(repeating: #"{"a":"#, count: 100_000)

    static let all: [HostileBody] = malformed + quantities + types + ranges + elsewhere + characters

    private static let malformed: [HostileBody] = [
        HostileBody("", 400, "malformed_json", at: ""),
        HostileBody("{", 400, "malformed_json"),
        HostileBody(#"{"lines":[{"sku":"A","quantity":1}"#, 400, "malformed_json", at: "/lines"),
        HostileBody(#"{"lines":[{"sku":"A","quantity"#, 400, "malformed_json"),
        HostileBody(#"{"currency":"GBP",}"#, 400, "malformed_json"),
        HostileBody(#"{'currency':'GBP'}"#, 400, "malformed_json"),
        HostileBody(ShopClient.order("A") + "x", 400, "malformed_json", at: ""),
        HostileBody(ShopClient.order("A") + ShopClient.order("A"), 400, "malformed_json", at: ""),
        HostileBody("\u{FEFF}" + ShopClient.order("A"), 400, "malformed_json"),
        HostileBody(deep, 422, "validation_failed", at: ""),
        // All errors of a body are reported, so the reader continues after the first one, to the maximum depth.
        HostileBody(
            #"{"lines":"# + deep,
            400,
            "malformed_json",
            at: "/lines" + String(repeating: "/0", count: 31)
        ),
        HostileBody(
            #"{"metadata":{"a":"# + deep,
            400,
            "malformed_json",
            at: "/metadata/a" + String(repeating: "/0", count: 30)
        ),
        HostileBody(deepObjects, 400, "malformed_json"),
        HostileBody(#"{"currency":"GBP","currency":"EUR"}"#, 400, "malformed_json", at: "/currency"),
        HostileBody(#"{"lines":[{"sku":"A","sku":"B","quantity":1}],"currency":"GBP"}"#, 400, at: "/lines/0/sku"),
        HostileBody(#"{"currency":"GBP","c\u0075rrency":"EUR"}"#, 400, at: "/currency"),
        HostileBody("invalid UTF-8", Array(#"{"currency":""#.utf8) + [0xFF, 0xFE, 0x22, 0x7D], 400, at: "/currency"),
        HostileBody(
            "overlong UTF-8",
            Array(#"{"reference":""#.utf8) + [0xC0, 0xAF, 0x22, 0x7D],
            400,
            at: "/reference"
        ),
        HostileBody(
            "surrogate in UTF-8",
            Array(#"{"reference":""#.utf8) + [0xED, 0xA0, 0x80, 0x22, 0x7D],
            400,
            at: "/reference"
        ),
        HostileBody(#"{"reference":"\ud800"}"#, 400, at: "/reference"),
        HostileBody(#"{"reference":"\x41"}"#, 400, at: "/reference"),
        HostileBody("a raw line feed", Array("{\"reference\":\"a\nb\"}".utf8), 400, at: "/reference"),
        HostileBody("a raw NUL", Array("{\"reference\":\"a\0b\"}".utf8), 400, at: "/reference"),
        HostileBody("only NULs", [UInt8](repeating: 0, count: 1000), 400, at: ""),
    ]

    private static let quantities: [HostileBody] =
        [
            "0", "-1", "1000001", "9223372036854775808", "-9223372036854775809", "1e400", "-1e400",
            "99999999999999999999999999",
            "1.5", #""1""#, "null", "true", "[]", "{}", String(repeating: "9", count: 100_000), "1e-400",
        ].map { HostileBody(order(quantity: $0), 422, "validation_failed", at: "/lines/0/quantity") }
        + ["NaN", "Infinity", "+1", "01", ".5", "1.", "1x10", "1e", "--1"].map {
            HostileBody(order(quantity: $0), 400, "malformed_json")
        }

    private static let types: [HostileBody] = [
        HostileBody("null", 422, at: ""),
        HostileBody("[]", 422, at: ""),
        HostileBody("7", 422, at: ""),
        HostileBody("{}", 422, "validation_failed", at: "/lines"),
        HostileBody(#"{"lines":[],"currency":"GBP"}"#, 422, at: "/lines"),
        HostileBody(#"{"lines":{},"currency":"GBP"}"#, 422, at: "/lines"),
        HostileBody(#"{"lines":[1],"currency":"GBP"}"#, 422, at: "/lines/0"),
        HostileBody(#"{"lines":[{"sku":1,"quantity":1}],"currency":"GBP"}"#, 422, at: "/lines/0/sku"),
        HostileBody(#"{"lines":[{"sku":"A"}],"currency":"GBP"}"#, 422, at: "/lines/0/quantity"),
        HostileBody(#"{"lines":[{"quantity":1}],"currency":"GBP"}"#, 422, at: "/lines/0/sku"),
        HostileBody(#"{"lines":[{"sku":"A","quantity":1}]}"#, 422, at: "/currency"),
        HostileBody(#"{"lines":[{"sku":"A","quantity":1}],"currency":5}"#, 422, at: "/currency"),
        HostileBody(#"{"lines":[{"sku":"A","quantity":1}],"currency":"ZZZ"}"#, 422, at: "/currency"),
        HostileBody(#"{"lines":[{"sku":"A","quantity":1}],"currency":"GBP","colour":"red"}"#, 422, at: "/colour"),
        HostileBody(#"{"lines":[{"sku":"A","quantity":1,"a/b~c":1}],"currency":"GBP"}"#, 422, at: "/lines/0/a~1b~0c"),
        HostileBody(#"{"lines":[{"sku":"A","quantity":1}],"currency":"GBP","customer":"me"}"#, 422, at: "/customer"),
        HostileBody(
            #"{"lines":[{"sku":"A","quantity":1}],"currency":"GBP","shipTo":{"city":7}}"#,
            422,
            at: "/shipTo/city"
        ),
        HostileBody(#"{"cart":"crt_x"}"#, 422, at: "/cart"),
        HostileBody(ShopClient.order("A"), 415, "unsupported_media_type", type: "text/plain"),
    ]

    private static let ranges: [HostileBody] = [
        HostileBody(ShopClient.order("NONE"), 422, "validation_failed", at: "/lines/0/sku"),
        HostileBody(ShopClient.order(String(repeating: "A", count: 65)), 422, at: "/lines/0/sku"),
        HostileBody(ShopClient.order(String(repeating: "A", count: 100_000)), 400, at: "/lines/0/sku"),
        HostileBody(ShopClient.order(#"\u0000"#), 422, at: "/lines/0/sku"),
        HostileBody(ShopClient.order("A', 1); DROP TABLE orders; --"), 422, at: "/lines/0/sku"),
        HostileBody(ShopClient.order("A", 1001), 409, "insufficient_stock", at: "/lines/0/quantity"),
        HostileBody(
            #"{"lines":[\#(Array(repeating: #"{"sku":"A","quantity":1}"#, count: 2001).joined(separator: ","))],"currency":"GBP"}"#,
            422,
            at: "/lines/2000"
        ),
        HostileBody(
            #"{"metadata":{\#((0..<10_001).map { "\"k\($0)\":\"\"" }.joined(separator: ","))}}"#,
            400,
            at: "/metadata/k50"
        ),
    ]

    /// Characters that are invisible or look like a space.
    private static let unseen = [
        "\u{200B}", "\u{200D}", "\u{2060}", "\u{FEFF}", "\u{AD}", "\u{34F}", "\u{FE0F}", "\u{180E}", "\u{3164}",
        "\u{2800}", "\u{E0041}", "\u{A0}", "\u{3000}", "\u{2009}", #"\u200b"#, #"\udb40\udc41"#,
    ]

    /// Invisible control characters, and names that are equal after normalisation.
    private static let characters: [HostileBody] =
        [#"\u0000"#, #"\u001b[2J"#, #"\r\n"#, #"\u007f"#, "\u{9B}31m", #"\u202e"#, "\u{2028}", #"\uffff"#].flatMap {
            text in
            [
                HostileBody(#"{"reference":"a\#(text)"}"#, 422, "validation_failed", at: "/reference"),
                HostileBody(#"{"customer":{"name":"a\#(text)"}}"#, 422, at: "/customer/name"),
                HostileBody(#"{"delta":1,"reason":"a\#(text)"}"#, 422, at: "/reason", path: "/v1/stock/A/adjustments"),
                HostileBody(#"{"email":"a\#(text)@b"}"#, 422, at: "/email", path: "/v1/customers"),
                HostileBody(
                    #"{"name":"a\#(text)","prices":[]}"#,
                    422,
                    at: "/name",
                    method: "PUT",
                    path: "/v1/products/A"
                ),
                HostileBody(#"{"metadata":{"a\#(text)":"b"}}"#, 422, "validation_failed"),
                HostileBody(#"{"metadata":{"a":"b\#(text)c"}}"#, 422, "validation_failed", at: "/metadata/a"),
                HostileBody(#"{"shipTo":{"line1":"a\#(text)b"}}"#, 422, "validation_failed", at: "/shipTo/line1"),
                HostileBody(
                    #"{"email":"a@b","addresses":[{"line1":"a\#(text)"}]}"#,
                    422,
                    at: "/addresses/0/line1",
                    path: "/v1/customers"
                ),
                HostileBody(
                    #"{"name":"A","prices":[{"amount":1,"currency":"GBP"}],"options":{"size":"\#(text)"}}"#,
                    422,
                    at: "/options/size",
                    method: "PUT",
                    path: "/v1/products/A"
                ),
                HostileBody(
                    #"{"options":{"size":"\#(text)"}}"#,
                    422,
                    at: "/options/size",
                    method: "PATCH",
                    path: "/v1/products/A",
                    type: "application/merge-patch+json"
                ),
            ]
        }
        + unseen.flatMap { text in
            [
                HostileBody(#"{"reference":"R\#(text)1"}"#, 422, "validation_failed", at: "/reference"),
                HostileBody(#"{"customer":{"email":"zo\#(text)e@x.de"}}"#, 422, at: "/customer/email"),
                HostileBody(#"{"email":"zo\#(text)e@x.de"}"#, 422, at: "/email", path: "/v1/customers"),
                HostileBody(#"{"email":"a@b","reference":"\#(text)R"}"#, 422, at: "/reference", path: "/v1/customers"),
                HostileBody(#"{"metadata":{"a\#(text)":"b"}}"#, 422, "validation_failed"),
                HostileBody(
                    #"{"name":" \#(text)","prices":[]}"#,
                    422,
                    at: "/name",
                    method: "PUT",
                    path: "/v1/products/A"
                ),
            ]
        }
        + [
            "<a@b>", "a,b@x.de", "x@x.de.", "x@.de", "x@x..de", "x@", "@x", #"\"a b\"@x.de"#, #"\"a\"@x.de"#, "a@b@c",
            "a@b;c", "a:b@c", " a@b", "a@b ", "a@[127.0.0.1]", "(a)b@c", #"a\\b@c"#,
        ].map { HostileBody(#"{"email":"\#($0)"}"#, 422, at: "/email", path: "/v1/customers") } + [
            HostileBody(#"{"reference":" R"}"#, 422, "validation_failed", at: "/reference"),
            HostileBody(#"{"reference":"R "}"#, 422, "validation_failed", at: "/reference"),
            HostileBody(#"{"metadata":{"a ":"b"}}"#, 422, "validation_failed"),
            HostileBody(#"{"name":"  ","prices":[]}"#, 422, at: "/name", method: "PUT", path: "/v1/products/A"),
            HostileBody(#"{"lines":[{"sku":"..","quantity":1}]}"#, 422, at: "/lines/0/sku"),
            HostileBody(#"{"lines":[{"sku":"a/../b","quantity":1}]}"#, 422, at: "/lines/0/sku"),
            HostileBody(#"{"name":"A","prices":[]}"#, 400, method: "PUT", path: "/v1/products/.."),
            HostileBody(#"{"name":"A","prices":[]}"#, 400, method: "PUT", path: "/v1/products/%2E"),
            HostileBody(#"{"name":"A","prices":[]}"#, 400, method: "PUT", path: "/v1/products/a%2F..%2Fb"),
        ] + [
            HostileBody(#"{"metadata":{"a":"\u001b"}}"#, 422, "validation_failed", at: "/metadata/a"),
            HostileBody("{\"metadata\":{\"\u{E9}\":\"1\",\"e\u{301}\":\"2\"}}", 400, "malformed_json"),
            HostileBody(#"{"metadata":{"\u00e9":"1","e\u0301":"2"}}"#, 400, "malformed_json"),
        ]

    private static let elsewhere: [HostileBody] = [
        HostileBody(
            #"{"name":"A","prices":[{"amount":-1,"currency":"GBP"}]}"#,
            422,
            at: "/prices/0/amount",
            method: "PUT",
            path: "/v1/products/A"
        ),
        HostileBody(#"{"name":7,"prices":[]}"#, 422, at: "/name", method: "PUT", path: "/v1/products/A"),
        HostileBody(#"{"name":"A","prices":[]}"#, 400, method: "PUT", path: "/v1/products/%20A"),
        HostileBody(#"{"name":"A","prices":[]}"#, 400, method: "PUT", path: "/v1/products/%FF"),
        HostileBody(#"{"delta":0,"reason":"x"}"#, 422, at: "/delta", path: "/v1/stock/A/adjustments"),
        HostileBody(#"{"delta":1e30,"reason":"x"}"#, 422, at: "/delta", path: "/v1/stock/A/adjustments"),
        HostileBody(#"{"delta":-1001,"reason":"x"}"#, 409, "insufficient_stock", path: "/v1/stock/A/adjustments"),
        HostileBody(#"{"delta":1,"reason":""}"#, 422, at: "/reason", path: "/v1/stock/A/adjustments"),
        HostileBody(#"{"currency":"gbp"}"#, 422, at: "/currency", path: "/v1/carts"),
        HostileBody(#"{"email":[]}"#, 422, at: "/email", path: "/v1/customers"),
        HostileBody(
            #"{"amount":{"amount":0,"currency":"GBP"},"reason":"x"}"#,
            422,
            at: "/amount/amount",
            path: "/v1/credits"
        ),
        HostileBody("{}", 404, "not_found", path: "/v1/orders/ord_0/pay"),
        HostileBody("{}", 404, "not_found", path: "/v1/nothing"),
        HostileBody("{}", 405, "method_not_allowed", method: "DELETE", path: "/v1/orders"),
    ]
}

/// Byte sequences that are no valid HTTP request.
enum HostileBytes {
    /// Ambiguous or invalid framings of a body.
    static let framings = [
        "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n",
        "Transfer-Encoding: chunked\r\nContent-Length: 5\r\n",
        "Content-Length: 5\r\nContent-Length: 6\r\n",
        "Content-Length: 5, 6\r\n",
        "Content-Length: -1\r\n",
        "Content-Length: +5\r\n",
        "Content-Length: 0x5\r\n",
        "Content-Length: 99999999999999999999\r\n",
        "Content-Length : 5\r\n",
        "Transfer-Encoding: chunked, identity\r\n",
        "Transfer-Encoding : chunked\r\n",
        " Transfer-Encoding: chunked\r\n",
    ]

    /// Heads without a host, with several hosts or with an unknown coding, each with the status of the answer.
    static let heads: [(String, Int)] = [
        ("GET /livez HTTP/1.1\r\n\r\n", 400),
        ("GET /livez HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n", 400),
        ("GET /livez HTTP/1.1\r\nHost:\r\n\r\n", 400),
        ("GET /livez HTTP/1.1\r\nHost: a b\r\n\r\n", 400),
        ("GET /livez HTTP/1.1\r\nHost: a, b\r\n\r\n", 400),
        ("GET /livez HTTP/1.1\r\nHost: http://a/\r\n\r\n", 400),
        ("GET /livez HTTP/1.1\r\nHost: a:99999\r\n\r\n", 400),
        ("GET /livez HTTP/1.1\r\nHost: a%zz\r\n\r\n", 400),
        ("GET http:///livez HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        ("GET ftp://a/livez HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        ("GET http://u:p@a/livez HTTP/1.1\r\nHost: a\r\n\r\n", 400),
        ("POST /v1/orders HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", 501),
        ("POST /v1/orders HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: gzip\r\n\r\n", 501),
        ("POST /v1/orders HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: identity\r\n\r\n", 501),
        ("POST /v1/orders HTTP/1.0\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", 400),
    ]

    private static func get(_ headers: String) -> [UInt8] {
        Array("GET /livez HTTP/1.1\r\nHost: shop\r\n\(headers)\r\n".utf8)
    }

    /// Each with a name and the status of the answer.
    static let all: [(name: String, bytes: [UInt8], status: Int)] = [
        (
            "TLS",
            [0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00, 0x01, 0xFC, 0x03, 0x03] + [UInt8](repeating: 7, count: 64), 400
        ),
        ("HTTP/2", Array("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".utf8), 400),
        ("words", Array("hello\r\n\r\n".utf8), 400),
        ("no version", Array("GET /livez\r\n\r\n".utf8), 400),
        ("another version", Array("GET /livez HTTP/9.9\r\nHost: shop\r\n\r\n".utf8), 400),
        ("a NUL in a header", get("X-A: a\0b\r\n"), 400),
        ("a header without a name", get(": a\r\n"), 400),
        ("a header without a colon", get("nonsense\r\n"), 400),
        ("a large header", get("X-A: \(String(repeating: "a", count: 20_000))\r\n"), 431),
        ("large headers", get((0..<50).map { "X-\($0): \(String(repeating: "a", count: 500))\r\n" }.joined()), 431),
        ("many headers", get((0..<200).map { "X-\($0): a\r\n" }.joined()), 431),
        (
            "a long address",
            Array("GET /livez?\(String(repeating: "a", count: 20_000)) HTTP/1.1\r\nHost: shop\r\n\r\n".utf8), 431
        ),
        (
            "a broken chunk",
            Array(
                "POST /v1/orders HTTP/1.1\r\nHost: shop\r\nContent-Type: application/json\r\nTransfer-Encoding: chunked\r\n\r\nZZ\r\n{}\r\n0\r\n\r\n"
                    .utf8
            ), 400
        ),
    ]
}
