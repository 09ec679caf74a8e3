import Foundation
import Testing

extension RealProcesses {
    /// When the server closes a connection, and how much data it tolerates that is no request.
    @Suite struct ConnectionEndTests {
        @Test(
            "a connection ends after the answer to a request that is the last, with nothing behind it read",
            .timeLimit(.minutes(1))
        )
        func ends() async throws {
            try await withShop { shop in
                let port = try await shop.serve().port
                let cases: [(version: String, connection: [String], isLast: Bool)] = [
                    ("1.1", [], false), ("1.1", ["keep-alive"], false), ("1.1", ["TE"], false),
                    ("1.1", ["close"], true), ("1.1", ["Close"], true), ("1.1", ["CLOSE"], true),
                    ("1.1", ["close, TE"], true), ("1.1", ["keep-alive, close"], true),
                    ("1.1", ["keep-alive", "close"], true), ("1.0", [], true), ("1.0", ["TE"], true),
                    ("1.0", ["Keep-Alive"], false), ("1.0", ["keep-alive, close"], true),
                ]
                for (version, connection, isLast) in cases {
                    let fields = connection.map { "Connection: \($0)\r\n" }.joined()
                    let (answers, isClosed) = try await offThread {
                        let wire = try Wire(port, timeout: 1)
                        let request = "GET /v1/products HTTP/\(version)\r\nHost: shop\r\n\(fields)\r\n"
                        wire.send(Wire.request("GET", "/livez") + request + Wire.request("GET", "/livez"))
                        let answers = Array(sequence(state: wire) { $0.receive() })
                        return (answers, wire.isClosed())
                    }
                    let name: Comment = "HTTP/\(version) \(connection)"
                    #expect(answers.map(\.status) == (isLast ? [200, 200] : [200, 200, 200]), name)
                    #expect(isClosed == isLast, name)
                    let said = answers.dropFirst().first?.headers["connection"]
                    #expect(said == (isLast ? "close" : version == "1.0" ? "keep-alive" : nil), name)
                }
            }
        }

        @Test("framing that goes on is cut off after a few kilobytes", .timeLimit(.minutes(1)))
        func framing() async throws {
            try await withShop { shop in
                let port = try await shop.serve().port
                let head = "HTTP/1.1\r\nHost: shop\r\nContent-Type: application/json\r\n"
                let chunked = "POST /v1/carts \(head)Transfer-Encoding: chunked\r\n\r\n"
                let body = #"{"currency":"GBP"}"#
                let long = String(repeating: "a", count: 16_000)
                for (name, begin, part, status) in [
                    ("an extension", chunked + "12;", long, 400),
                    ("a chunk's zeros", chunked, String(repeating: "0", count: 16_000), 400),
                    ("trailers", chunked + "12\r\n\(body)\r\n0\r\nX: ", long, 400),
                    (
                        "blanks before a value", "GET /livez HTTP/1.1\r\nHost: ", String(repeating: " ", count: 16_000),
                        431
                    ),
                    ("empty lines", "", String(repeating: "\r\n", count: 8000), 431),
                ] {
                    let (sent, answer) = try await offThread {
                        let wire = try Wire(port, timeout: 5)
                        wire.send(begin)
                        var sent = 0
                        while sent < 64 << 20, wire.send(part) { sent += part.utf8.count }
                        return (sent, wire.receive()?.status)
                    }
                    // The rest is what the system's buffers take before the close is noticed.
                    #expect(sent < 32 << 20, "\(name): \(sent) bytes")
                    let first = try await offThread {
                        let wire = try Wire(port, timeout: 5)
                        wire.send(begin + part + part + part)
                        return wire.receive()
                    }
                    #expect(answer == nil || answer == status, "\(name)")
                    #expect(first?.status == status, "\(name)")
                    #expect(first?.headers["connection"] == "close" || status == 400, "\(name)")
                }
                let small = try await offThread {
                    let wire = try Wire(port, timeout: 5)
                    let chunks = body.map { "1;a=b\r\n\($0)\r\n" }.joined()
                    wire.send(chunked + chunks + "0\r\nX-Sum: 1\r\n\r\n" + Wire.request("GET", "/livez"))
                    return [wire.receive()?.status, wire.receive()?.status]
                }
                #expect(small == [201, 200], "small chunks are no fault")
            }
        }
    }
}
