import Foundation
import Glibc
import Testing

extension RealProcesses {
    /// Whatever is sent, the answer is a problem document in bounded time, and nothing changes.
    @Suite struct HostileInputTests {
        @Test("bodies that are not JSON or do not fit get a problem that names the place", .timeLimit(.minutes(1)))
        func bodies() async throws {
            try await Self.expectingNoChange { shop, server in
                for body in HostileBody.all {
                    let start = ContinuousClock.now
                    let answer = try await body.send(to: server, key: shop.key)
                    let took = ContinuousClock.now - start
                    #expect(
                        answer?.status == body.status,
                        "\(body.name): \(answer?.problem?.detail ?? "no problem document")"
                    )
                    #expect(answer?.problem?.status == body.status, "\(body.name)")
                    #expect(answer?.headers["x-request-id"] == answer?.problem?.requestId, "\(body.name)")
                    if let code = body.code { #expect(answer?.problem?.code == code, "\(body.name)") }
                    if let pointer = body.pointer {
                        #expect(
                            answer?.problem?.errors?.first?.pointer == pointer,
                            "\(body.name): \(answer?.problem?.detail ?? "")"
                        )
                    }
                    #expect(took < .seconds(3), "\(body.name)")
                }
            }
        }

        @Test("requests that are not HTTP are answered with 4xx and the end of the connection", .timeLimit(.minutes(1)))
        func notHTTP() async throws {
            try await Self.expectingNoChange { _, server in
                let port = server.port
                for (name, bytes, status) in HostileBytes.all {
                    let (answer, isClosed) = try await offThread {
                        let wire = try Wire(port, timeout: 5)
                        wire.send(bytes)
                        let answer = wire.receive()
                        return (answer, wire.isClosed())
                    }
                    #expect(answer?.status == status, "\(name)")
                    #expect(answer?.problem?.status == status, "\(name)")
                    #expect(isClosed, "\(name)")
                }
            }
        }

        @Test(
            "a head without one host, or with a coding that is not known, is refused in its turn, and nothing behind it is read",
            .timeLimit(.minutes(1))
        )
        func heads() async throws {
            try await Self.expectingNoChange { _, server in
                let port = server.port
                for (head, status) in HostileBytes.heads {
                    let statuses = try await offThread { () -> [Int] in
                        let wire = try Wire(port, timeout: 3)
                        wire.send(Wire.request("GET", "/livez") + head + Wire.request("GET", "/livez"))
                        return Array(sequence(state: wire) { $0.receive()?.status })
                    }
                    #expect(statuses == [200, status], "\(head)")
                }
                let old = try await offThread {
                    let wire = try Wire(port, timeout: 3)
                    wire.send("GET /livez HTTP/1.0\r\n\r\n")
                    return wire.receive()?.status
                }
                #expect(old == 200, "HTTP/1.0 needs no host")
            }
        }

        @Test(
            "a client that waits to be told sends its body once it is wanted, and never when it is not",
            .timeLimit(.minutes(1))
        )
        func expectations() async throws {
            try await withShop { shop in
                let server = try await shop.serve()
                try await shop.withClient(of: server) { client in try await client.stock("A", 1000) }
                let port = server.port
                let order = ShopClient.order("A")
                @Sendable func head(_ path: String, _ headers: String) -> String {
                    Wire.head("POST", path, "Expect: 100-continue\r\n\(headers)", length: order.utf8.count)
                }
                let json = "Content-Type: application/json\r\n"
                let good = try await offThread {
                    let wire = try Wire(port, timeout: 5)
                    wire.send(head("/v1/orders", json))
                    let first = wire.receiveHead()
                    wire.send(order)
                    return (first, wire.receive()?.status)
                }
                #expect(good.0 == 100)
                #expect(good.1 == 201)
                for (path, headers, status) in [
                    ("/v1/orders", "Content-Type: text/plain\r\n", 415),
                    ("/v1/products/A/prices", json, 404),
                    ("/v1/stock/A/adjustments", json, 401),
                ] {
                    let (found, isClosed) = try await offThread {
                        let wire = try Wire(port, timeout: 5)
                        wire.send(head(path, headers))
                        let found = wire.receive()?.status
                        wire.halfClose()
                        return (found, wire.isClosed())
                    }
                    #expect(found == status, "\(path)")
                    #expect(isClosed, "\(path): the body may still come, or not")
                }
            }
        }

        @Test("a client that reads next to nothing of its answer is cut off", .timeLimit(.minutes(1)))
        func slowReaders() async throws {
            try await withShop { shop in
                let server = try await shop.serve(["http.slow-client-timeout=2"])
                let port = server.port
                let took = try await offThread { () -> Duration? in
                    let wire = try Wire(port, timeout: 2, window: 4096)
                    let start = ContinuousClock.now
                    wire.send(String(repeating: Wire.request("GET", "/openapi.json"), count: 20))
                    while ContinuousClock.now - start < .seconds(20) {
                        usleep(500_000)
                        if !wire.readByte() { return ContinuousClock.now - start }
                    }
                    return nil
                }
                #expect(took.map { $0 < .seconds(15) } == true, "\(String(describing: took))")
            }
        }

        @Test("a request behind a smuggled one is never read", .timeLimit(.minutes(1)))
        func smuggling() async throws {
            try await Self.expectingNoChange { _, server in
                let port = server.port
                let order = ShopClient.order("A")
                let hidden = Wire.request(
                    "POST",
                    "/v1/orders",
                    headers: "Content-Type: application/json\r\n",
                    body: order
                )
                for framing in HostileBytes.framings {
                    let statuses = try await offThread { () -> [Int] in
                        let wire = try Wire(port, timeout: 3)
                        wire.send("POST /v1/orders/quote HTTP/1.1\r\nHost: shop\r\n\(framing)\r\n0\r\n\r\n\(hidden)")
                        return Array(sequence(state: wire) { $0.receive()?.status })
                    }
                    #expect(statuses == [400], "\(framing)")
                }
            }
        }

        @Test(
            "a body beyond the bound is refused with and without a length, and the connection ends",
            .timeLimit(.minutes(1))
        )
        func oversized() async throws {
            try await Self.expectingNoChange { _, server in
                let port = server.port
                let spaces = [UInt8](repeating: 0x20, count: 65_536)
                for isChunked in [false, true] {
                    let (answer, isClosed) = try await offThread {
                        let wire = try Wire(port, timeout: 5)
                        let length = isChunked ? "Transfer-Encoding: chunked" : "Content-Length: \(64 * 65_536)"
                        wire.send(
                            "POST /v1/orders HTTP/1.1\r\nHost: shop\r\nContent-Type: application/json\r\n\(length)\r\n\r\n"
                        )
                        for _ in 0..<64 {
                            if isChunked { wire.send("10000\r\n") }
                            guard wire.send(spaces) else { break }
                            if isChunked { wire.send("\r\n") }
                        }
                        if isChunked { wire.send("0\r\n\r\n") }
                        return (wire.receive(), wire.isClosed())
                    }
                    #expect(answer?.status == 413)
                    #expect(answer?.problem?.code == "body_too_large")
                    #expect(isClosed, "the answer said that the connection would close")
                }
            }
        }

        @Test("clients that send a byte now and then are cut off, and nobody else notices", .timeLimit(.minutes(1)))
        func slowClients() async throws {
            try await Self.expectingNoChange(["http.slow-client-timeout=2"]) { _, server in
                let port = server.port
                let heads = [
                    "", "GET /livez HTTP/1.1\r\nHost: shop\r\nX-Slow: ",
                    "POST /v1/orders HTTP/1.1\r\nHost: shop\r\nContent-Type: application/json\r\nContent-Length: 9000\r\n\r\n",
                ]
                let times = try await withThrowingTaskGroup(of: Duration?.self) { group in
                    for head in heads {
                        for _ in 0..<20 { group.addTask { try await offThread { try Self.dribble(port, head) } } }
                    }
                    for _ in 0..<30 {
                        let answer = try await server.ask("GET", "/v1/products/A")
                        #expect(answer.status == 200)
                        try await Task.sleep(for: .milliseconds(50))
                    }
                    return try await group.reduce(into: []) { $0.append($1) }
                }
                #expect(times.count == 60)
                #expect(times.allSatisfy { $0.map { $0 < .seconds(6) } ?? false }, "\(times)")
            }
        }

        /// Sends one byte every 200 ms; returns the time until the server closes, nil if it never does.
        private static func dribble(_ port: Int, _ head: String) throws -> Duration? {
            let wire = try Wire(port, timeout: 1)
            let start = ContinuousClock.now
            wire.send(head)
            while ContinuousClock.now - start < .seconds(15) {
                guard wire.send(head.isEmpty ? "G" : "a") else { return ContinuousClock.now - start }
                usleep(200_000)
                if head.isEmpty { return wire.waitForClose(10) ? ContinuousClock.now - start : nil }
            }
            return nil
        }

        @Test(
            "pipelined requests are answered in order, and a half-closed connection gets its answer",
            .timeLimit(.minutes(1))
        )
        func pipelines() async throws {
            try await withShop { shop in
                let server = try await shop.serve()
                try await shop.withClient(of: server) { client in try await client.stock("A", 1000) }
                let port = server.port
                let statuses = try await offThread { () -> [Int] in
                    let wire = try Wire(port)
                    let json = "Content-Type: application/json\r\n"
                    let round =
                        Wire.request("GET", "/livez")
                        + Wire.request("POST", "/v1/orders", headers: json, body: ShopClient.order("A"))
                        + Wire.request("GET", "/v1/products/NONE")
                        + Wire.request("POST", "/v1/orders", headers: json, body: "{")
                    wire.send(String(repeating: round, count: 50))
                    wire.halfClose()
                    return Array(sequence(state: wire) { $0.receive()?.status })
                }
                #expect(statuses == Array(repeating: [200, 201, 404, 400], count: 50).flatMap(\.self))
                // Connections that break at any point.
                try await offThread {
                    for length in stride(from: 1, to: 200, by: 7) {
                        let wire = try Wire(port)
                        wire.send(
                            String(Wire.request("POST", "/v1/orders", body: ShopClient.order("A")).prefix(length))
                        )
                    }
                }
                try await shop.withClient(of: server) { (client) async throws in
                    #expect(try await client.level("A").reserved >= 50)
                    // A complete request on a dropped connection may still be in progress.
                    var counts = (orders: -1, reserved: Int64(-2))
                    let until = ContinuousClock.now + .seconds(5)
                    while Int64(counts.orders) != counts.reserved, ContinuousClock.now < until {
                        counts = (try await client.orders().count, Int64(try await client.level("A").reserved))
                    }
                    #expect(Int64(counts.orders) == counts.reserved)
                }
                let report = try await shop.audit()
                #expect(report.isClean, "\(report.text)")
            }
        }

        /// Runs `body` against a shop and checks that nothing changed, memory is bounded and the shop still serves.
        private static func expectingNoChange(
            _ settings: [String] = [],
            _ body: (TestShop, ServerProcess) async throws -> Void
        ) async throws {
            try await withShop { shop in
                let server = try await shop.serve(settings)
                try await shop.withClient(of: server) { client in try await client.stock("A", 1000) }
                let before = (try await server.readiness().sequence, try await server.ask("GET", "/v1/stock/A").body)
                try await body(shop, server)
                let after = (try await server.readiness().sequence, try await server.ask("GET", "/v1/stock/A").body)
                #expect(before == after, "something changed")
                let memory = try server.memory()
                #expect(memory.peak < 256 << 20, "\(memory.peak >> 20) MiB at the highest")
                try await shop.withClient(of: server) { (client) async throws in
                    #expect(try await client.post("/v1/orders", ShopClient.order("A")).status == 201)
                }
            }
        }
    }
}
